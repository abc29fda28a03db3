#include "platform/tracecat/facade/routes.hpp"

#include "platform/tracecat/wire/child_models.hpp"
#include "platform/tracecat/wire/dropdown_models.hpp"
#include "platform/tracecat/wire/field_models.hpp"

namespace casebridge::platform::tracecat {
namespace {

using enum guard;
using a = action;

constexpr std::size_t small_body = 64 * 1024, case_body = 32 * 1024 * 1024;

// Without case_addons some routes word the missing entitlement in their own way; those of tasks everything that
// cannot be done (fact sheet §3.2, §3.10).
constexpr fixed_answer task_not_created{400, R"({"detail":"Failed to create task"})"};
constexpr fixed_answer task_not_updated{400, R"({"detail":"Failed to update task"})"};
constexpr fixed_answer task_not_deleted{500, R"({"detail":"Failed to delete task"})"};
constexpr fixed_answer duration_not_created{500, R"({"detail":"Failed to create case duration definition"})"};
constexpr fixed_answer duration_not_updated{500, R"({"detail":"Failed to update case duration definition"})"};
// What no backend has is empty, and nothing of it can be made (web UI fact sheet §6). With case_addons that is said as
// a Tracecat says it that has none of them.
constexpr fixed_answer no_list{200, "[]"};
constexpr fixed_answer no_page{200, R"({"items":[],"next_cursor":null,"prev_cursor":null,"has_more":false,)"
                                    R"("has_previous":false,"total_estimate":null})"};
constexpr fixed_answer no_service_accounts{
    403, R"({"type":"EntitlementRequired","message":"Feature 'service_accounts' requires an upgraded plan.",)"
         R"("detail":{"entitlement":"service_accounts"}})"};
constexpr fixed_answer no_table{404, R"({"detail":"Table not found"})"};
constexpr fixed_answer no_row{404, R"({"detail":"Linked row not found"})"};
constexpr fixed_answer no_dropdown{404, R"({"detail":"Dropdown definition {definition_id} not found"})"};
constexpr fixed_answer no_dropdowns{
    400,
    R"({"detail":"Dropdowns cannot be made here: the backend has no place for them; use a SELECT field"})"};
constexpr fixed_answer no_definition{
    404, R"({"detail":"Case duration definition {duration_id} not found in this workspace"})"};
constexpr fixed_answer no_duration{404,
                                   R"({"detail":"Case duration {duration_id} not found for this case"})"};
constexpr fixed_answer no_durations{
    400, R"({"detail":"Durations cannot be made here: the backend has no place for them"})"};

constexpr parameter_rule attachment_get_parameters[] = {{"preview", query_shape::boolean}};
constexpr query_model attachment_get_query = attachment_get_parameters;

// Rows of one mount, and rows of both.
struct row : route {
    constexpr row takes(const model& m) const {
        row r = *this;
        r.body = &m;
        return r;
    }
    constexpr row asks(const query_model& q) const {
        row r = *this;
        r.query = &q;
        return r;
    }
    constexpr row up_to(std::size_t bytes) const {
        row r = *this;
        r.body_limit = bytes;
        return r;
    }
    constexpr row says(fixed_answer f) const {
        row r = *this;
        r.answer = f;
        return r;
    }
    constexpr row with(fixed_answer addons) const {
        row r = *this;
        r.with_addons = addons;
        return r;
    }
    constexpr row obeys(void (*whole_body)(json::value, problems&)) const {
        row r = *this;
        r.check = whole_body;
        return r;
    }
};
using sv = std::string_view;
constexpr row plain(sv name, sv method, sv pattern, guard access, sv scope, action what) {
    return {{name, method, pattern, false, access, scope, what}};
}
constexpr row of_workspace(sv name, sv method, sv pattern, sv scope, action what) {
    return {{name, method, pattern, true, workspace, scope, what}};
}

constinit const route table[] = {
    plain("health", "GET", "/health", open, "", a::health),
    plain("root", "GET", "/", open, "", a::health),
    plain("info", "GET", "/info", open, "", a::info),
    plain("feature_flags", "GET", "/feature-flags", open, "", a::feature_flags),

    plain("auth.login", "POST", "/auth/login", open, "", a::login).up_to(small_body),
    plain("auth.logout", "POST", "/auth/logout", session, "", a::logout).up_to(small_body),
    plain("auth.discover", "POST", "/auth/discover", open, "", a::discover)
        .takes(discover_body)
        .up_to(small_body),

    plain("users.me", "GET", "/users/me", session, "", a::me),
    plain("users.me.update", "PATCH", "/users/me", session, "", a::unsupported).takes(any_object),
    plain("users.me.scopes", "GET", "/users/me/scopes", actor, "", a::my_scopes).asks(scopes_query),
    plain("users.search", "GET", "/users/search", user, "", a::find_user).asks(user_search_query),
    plain("users.get", "GET", "/users/{id~}", session, "", a::user_by_id),
    plain("users.update", "PATCH", "/users/{id~}", session, "", a::change_user).takes(any_object),
    plain("users.delete", "DELETE", "/users/{id~}", session, "", a::change_user),

    plain("organization.get", "GET", "/organization", actor, "org:read", a::organization),
    plain("organization.memberships", "GET", "/organization/memberships", session, "",
          a::organization_memberships),
    plain("organization.entitlements", "GET", "/organization/entitlements", actor, "org:read",
          a::entitlements),

    plain("workspaces.list", "GET", "/workspaces", actor, "", a::list_workspaces),
    plain("workspaces.create", "POST", "/workspaces", actor, "", a::unsupported).takes(any_object),
    plain("workspaces.search", "GET", "/workspaces/search", actor, "", a::list_workspaces),
    plain("workspaces.get", "GET", "/workspaces/{workspace_id}", workspace, "workspace:read",
          a::get_workspace),
    plain("workspaces.update", "PATCH", "/workspaces/{workspace_id}", workspace, "workspace:update",
          a::unsupported)
        .takes(any_object),
    plain("workspaces.delete", "DELETE", "/workspaces/{workspace_id}", workspace, "workspace:delete",
          a::unsupported),
    plain("workspaces.members", "GET", "/workspaces/{workspace_id}/members", workspace,
          "workspace:member:read", a::list_members),
    plain("workspaces.memberships", "GET", "/workspaces/{workspace_id}/memberships", workspace,
          "workspace:member:read", a::list_memberships),
    plain("workspaces.memberships.get", "GET", "/workspaces/{workspace_id}/memberships/{user_id}", workspace,
          "workspace:member:read", a::get_membership),
    plain("workspaces.memberships.add", "POST", "/workspaces/{workspace_id}/memberships", workspace,
          "workspace:member:invite", a::unsupported)
        .takes(any_object),

    plain("workspaces.service_accounts", "GET", "/workspaces/{workspace_id}/service-accounts", workspace, "",
          a::fixed)
        .says(no_service_accounts),

    of_workspace("cases.list", "GET", "/cases", "case:read", a::list_cases).asks(case_list_query),
    of_workspace("cases.search", "GET", "/cases/search", "case:read", a::search_cases)
        .asks(case_search_query),
    of_workspace("cases.aggregate", "GET", "/cases/search/aggregate", "case:read", a::aggregate_cases)
        .asks(case_aggregate_query),
    of_workspace("cases.batch_update", "POST", "/cases/batch-update", "case:update", a::update_cases)
        .takes(cases_update)
        .up_to(case_body),
    of_workspace("cases.batch_delete", "POST", "/cases/batch-delete", "case:delete", a::delete_cases)
        .takes(cases_delete),
    of_workspace("cases.get", "GET", "/cases/{case_id}", "case:read", a::get_case).asks(case_get_query),
    of_workspace("cases.create", "POST", "/cases", "case:create", a::create_case)
        .takes(case_create)
        .up_to(case_body),
    of_workspace("cases.update", "PATCH", "/cases/{case_id}", "case:update", a::update_case)
        .takes(case_update)
        .up_to(case_body),
    of_workspace("cases.delete", "DELETE", "/cases/{case_id}", "case:delete", a::delete_case),

    of_workspace("case_tags.list", "GET", "/cases/{case_id!}/tags", "case:read", a::list_case_tags),
    of_workspace("case_tags.add", "POST", "/cases/{case_id!}/tags", "case:update", a::add_case_tag)
        .takes(tag_add)
        .up_to(small_body),
    of_workspace("case_tags.remove", "DELETE", "/cases/{case_id!}/tags/{tag_identifier~}", "case:update",
                 a::remove_case_tag),

    of_workspace("comments.list", "GET", "/cases/{case_id}/comments", "case:read", a::list_comments),
    of_workspace("comments.threads", "GET", "/cases/{case_id}/comments/threads", "case:read",
                 a::list_threads),
    of_workspace("comments.create", "POST", "/cases/{case_id}/comments", "case:update", a::create_comment)
        .takes(comment_create),
    of_workspace("comments.update", "PATCH", "/cases/{case_id}/comments/{comment_id}", "case:update",
                 a::update_comment)
        .takes(comment_update),
    of_workspace("comments.delete", "DELETE", "/cases/{case_id}/comments/{comment_id}", "case:delete",
                 a::delete_comment),

    of_workspace("events.list", "GET", "/cases/{case_id}/events", "case:read", a::list_events),

    of_workspace("tasks.list", "GET", "/cases/{case_id}/tasks", "case:read", a::list_tasks),
    of_workspace("tasks.create", "POST", "/cases/{case_id}/tasks", "case:create", a::create_task)
        .takes(task_create)
        .says(task_not_created),
    of_workspace("tasks.update", "PATCH", "/cases/{case_id}/tasks/{task_id}", "case:update", a::update_task)
        .takes(task_update)
        .says(task_not_updated),
    of_workspace("tasks.delete", "DELETE", "/cases/{case_id}/tasks/{task_id}", "case:delete", a::delete_task)
        .says(task_not_deleted),

    of_workspace("attachments.list", "GET", "/cases/{case_id}/attachments", "case:read", a::list_attachments),
    of_workspace("attachments.create", "POST", "/cases/{case_id}/attachments", "case:update",
                 a::create_attachment)
        .up_to(case_body),
    of_workspace("attachments.get", "GET", "/cases/{case_id}/attachments/{attachment_id}", "case:read",
                 a::get_attachment)
        .asks(attachment_get_query),
    of_workspace("attachments.delete", "DELETE", "/cases/{case_id}/attachments/{attachment_id}",
                 "case:update", a::delete_attachment),
    // Not Tracecat's own: where its answers point to an object store, ours point here.
    plain("files.get", "GET", "/files/{token~}", open, "", a::download_file),
    plain("files.head", "HEAD", "/files/{token~}", open, "", a::download_file),

    of_workspace("rows.list", "GET", "/cases/{case_id}/rows", "case:read", a::fixed)
        .asks(row_list_query)
        .says(no_page),
    of_workspace("rows.create", "POST", "/cases/{case_id}/rows", "case:update", a::fixed)
        .takes(any_object)
        .says(no_table),
    of_workspace("rows.insert", "POST", "/cases/{case_id}/rows/insert", "case:update", a::fixed)
        .takes(any_object)
        .says(no_table),
    of_workspace("rows.delete", "DELETE", "/cases/{case_id}/rows/{table_id}/{row_id}", "case:update",
                 a::fixed)
        .says(no_row),

    of_workspace("case_dropdowns.list", "GET", "/cases/{case_id!}/dropdowns", "case:read", a::entitlement)
        .with(no_list),
    of_workspace("case_dropdowns.set", "PUT", "/cases/{case_id!}/dropdowns/{definition_id!}", "case:update",
                 a::entitlement)
        .takes(dropdown_choice)
        .with(no_dropdown),

    of_workspace("durations.list", "GET", "/cases/{case_id}/durations", "case:read", a::entitlement)
        .with(no_list),
    of_workspace("durations.create", "POST", "/cases/{case_id}/durations", "case:create", a::entitlement)
        .takes(any_object)
        .with(no_durations),
    of_workspace("durations.get", "GET", "/cases/{case_id}/durations/{duration_id}", "case:read",
                 a::entitlement)
        .with(no_duration),
    of_workspace("durations.update", "PATCH", "/cases/{case_id}/durations/{duration_id}", "case:update",
                 a::entitlement)
        .takes(any_object)
        .with(no_duration),
    of_workspace("durations.delete", "DELETE", "/cases/{case_id}/durations/{duration_id}", "case:delete",
                 a::entitlement)
        .with(no_duration),

    of_workspace("fields.list", "GET", "/case-fields", "case:read", a::list_fields),
    of_workspace("fields.create", "POST", "/case-fields", "case:create", a::create_field)
        .takes(field_create)
        .obeys(check_field_create)
        .up_to(small_body),
    of_workspace("fields.update", "PATCH", "/case-fields/{field_id~}", "case:update", a::update_field)
        .takes(field_update)
        .obeys(check_field_update)
        .up_to(small_body),
    of_workspace("fields.delete", "DELETE", "/case-fields/{field_id~}", "case:delete", a::delete_field),

    of_workspace("tags.list", "GET", "/case-tags", "case:read", a::list_tags),
    of_workspace("tags.get", "GET", "/case-tags/{tag_id}", "case:read", a::get_tag),
    of_workspace("tags.create", "POST", "/case-tags", "case:create", a::create_tag)
        .takes(tag_create)
        .up_to(small_body),
    of_workspace("tags.update", "PATCH", "/case-tags/{tag_id}", "case:update", a::update_tag)
        .takes(tag_update)
        .up_to(small_body),
    of_workspace("tags.delete", "DELETE", "/case-tags/{tag_id}", "case:delete", a::delete_tag),

    of_workspace("dropdowns.list", "GET", "/case-dropdowns", "case:read", a::entitlement).with(no_list),
    of_workspace("dropdowns.create", "POST", "/case-dropdowns", "case:create", a::entitlement)
        .takes(dropdown_create)
        .with(no_dropdowns),
    of_workspace("dropdowns.get", "GET", "/case-dropdowns/{definition_id!}", "case:read", a::entitlement)
        .with(no_dropdown),
    of_workspace("dropdowns.update", "PATCH", "/case-dropdowns/{definition_id!}", "case:update",
                 a::entitlement)
        .takes(dropdown_update)
        .with(no_dropdown),
    of_workspace("dropdowns.delete", "DELETE", "/case-dropdowns/{definition_id!}", "case:delete",
                 a::entitlement)
        .with(no_dropdown),
    of_workspace("dropdowns.options.create", "POST", "/case-dropdowns/{definition_id!}/options",
                 "case:create", a::entitlement)
        .takes(option_create)
        .with(no_dropdown),
    of_workspace("dropdowns.options.reorder", "PUT", "/case-dropdowns/{definition_id!}/options/reorder",
                 "case:update", a::entitlement)
        .with(no_dropdown),
    of_workspace("dropdowns.options.update", "PATCH", "/case-dropdowns/{definition_id!}/options/{option_id!}",
                 "case:update", a::entitlement)
        .takes(option_update)
        .with(no_dropdown),
    of_workspace("dropdowns.options.delete", "DELETE",
                 "/case-dropdowns/{definition_id!}/options/{option_id!}", "case:delete", a::entitlement)
        .with(no_dropdown),

    of_workspace("duration_definitions.list", "GET", "/case-durations", "case:read", a::entitlement)
        .with(no_list),
    of_workspace("duration_definitions.create", "POST", "/case-durations", "case:create", a::fixed)
        .takes(any_object)
        .says(duration_not_created)
        .with(no_durations),
    of_workspace("duration_definitions.get", "GET", "/case-durations/{duration_id}", "case:read",
                 a::entitlement)
        .with(no_definition),
    of_workspace("duration_definitions.update", "PATCH", "/case-durations/{duration_id}", "case:update",
                 a::fixed)
        .takes(any_object)
        .says(duration_not_updated)
        .with(no_definition),
    of_workspace("duration_definitions.delete", "DELETE", "/case-durations/{duration_id}", "case:delete",
                 a::entitlement)
        .with(no_definition),

    // Asked by the web interface beside a case; no case platform has them (web UI fact sheet §4).
    of_workspace("workflows.list", "GET", "/workflows", "workspace:read", a::fixed).says(no_page),
    of_workspace("folders.list", "GET", "/folders", "workspace:read", a::fixed).says(no_list),
};

}  // namespace

std::span<const route> routes() noexcept { return table; }

}  // namespace casebridge::platform::tracecat
