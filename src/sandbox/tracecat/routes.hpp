// The stand-in's routes as tables: method, path, who may, what is checked, which function answers
// (Tracecat fact sheet §10.1). Each group of routes is a file of its own; routes.cpp joins them in order.
#pragma once

#include "sandbox/tracecat/context.hpp"

#include <span>
#include <string_view>

namespace casebridge::sandbox::tracecat {

enum class guard {
    open,            // no credentials
    session,         // a logged-in user, else 401
    user,            // a logged-in user, else 403
    actor,           // a user or a key, else 403
    workspace,       // an actor that may enter the workspace of the request
};

using handler = void (*)(context&);

struct route {
    std::string_view method;
    // As wire::path_row; below /workspaces/{workspace_id} and at the root with ?workspace_id= if both_mounts.
    std::string_view pattern;
    bool both_mounts;
    guard access;
    std::string_view scope;  // empty: none
    handler answer;
    const wire::model* body = nullptr;  // null: the body is not read
    const wire::query_model* query = nullptr;
    // Runs with the models' checks, for what a model cannot say; sees c.document() and c.faults.
    void (*check)(context&) = nullptr;
    bool takes_form = false;  // multipart or URL-encoded: parsed into c.form before anything else
};

// A row that both mounts serve, of an actor in a workspace.
constexpr route of_workspace(std::string_view method, std::string_view pattern, std::string_view scope,
                             handler answer, const wire::model* body = nullptr,
                             const wire::query_model* query = nullptr) {
    return {method, pattern, true, guard::workspace, scope, answer, body, query, nullptr, false};
}

using route_list = std::span<const route>;
route_list directory_routes();  // health, auth, users, organisation, workspaces
route_list administration_routes();  // what changes users and workspaces
route_list case_routes();
route_list tag_routes();
route_list field_routes();
route_list comment_routes();
route_list task_routes();
route_list attachment_routes();
route_list event_routes();
route_list dropdown_routes();
route_list duration_routes();
route_list row_routes();

}  // namespace casebridge::sandbox::tracecat
