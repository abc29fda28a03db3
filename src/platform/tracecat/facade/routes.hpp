// Tracecat's routes as a table: what a client may call, who may, and what it must send
// (Tracecat fact sheet §1, §3, §5, §10.1). Order matters: of the rows whose path fits but whose method
// does not, the first one names the method in the `allow` header of the 405, as Starlette does.
#pragma once

#include "platform/tracecat/wire/problems.hpp"

#include <cstddef>
#include <span>
#include <string_view>

namespace casebridge::platform::tracecat {

enum class guard {
    open,            // no credentials
    session,         // a logged-in user, else 401
    user,            // a logged-in user, else 403
    actor,           // a user or a key, else 403
    workspace,       // an actor that may enter the workspace of the request
};

enum class action {
    health,
    info,
    feature_flags,
    login,
    logout,
    discover,
    me,
    my_scopes,
    find_user,
    user_by_id,
    change_user,     // refused: accounts are configuration
    list_workspaces,
    get_workspace,
    list_members,
    list_memberships,
    get_membership,
    organization,
    organization_memberships,
    entitlements,
    list_cases,
    search_cases,
    aggregate_cases,
    get_case,
    create_case,
    update_case,
    delete_case,
    list_fields,
    list_tags,
    get_tag,
    list_case_tags,
    list_events,
    add_case_tag,
    remove_case_tag,
    update_cases,    // batches
    delete_cases,
    create_tag,
    update_tag,
    delete_tag,
    create_field,
    update_field,
    delete_field,
    list_comments,
    list_threads,
    create_comment,
    update_comment,
    delete_comment,
    list_tasks,
    create_task,
    update_task,
    delete_task,
    list_attachments,
    create_attachment,
    get_attachment,
    delete_attachment,
    download_file,
    fixed,           // the answer stands in the row
    entitlement,     // 403: case_addons is off
    unsupported,     // Tracecat has the route, this bridge has no counterpart yet
};

struct fixed_answer {
    unsigned status;
    std::string_view body;
};

struct route {
    std::string_view name;           // for logs and metrics
    std::string_view method;
    // {case_id} any UUID, {case_id!} version 4, {tag~} any text. Rows of the mount `both` are served
    // below /workspaces/{workspace_id} and, with ?workspace_id=, at the root (fact sheet §0.1).
    std::string_view pattern;
    bool both_mounts;
    guard access;
    std::string_view scope;          // empty: none
    action what;
    const model* body = nullptr;
    const query_model* query = nullptr;
    std::size_t body_limit = 1024 * 1024;
    // {name} stands for what the path has in its place.
    fixed_answer answer{};
    fixed_answer with_addons{};      // status 0: case_addons changes nothing
    // What the body as a whole must be, once its members are fine.
    void (*check)(json::value body, problems& out) = nullptr;
};

std::span<const route> routes() noexcept;

}  // namespace casebridge::platform::tracecat
