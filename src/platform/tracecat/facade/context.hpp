// One request on its way through the façade.
#pragma once

#include "http/message.hpp"
#include "json/tape.hpp"
#include "platform/tracecat/facade/credentials.hpp"
#include "platform/tracecat/facade/router.hpp"
#include "platform/tracecat/wire/multipart.hpp"
#include "platform/tracecat/wire/python_json.hpp"
#include "platform/tracecat/wire/validate.hpp"

namespace casebridge::platform::tracecat {

struct context {
    const http::request& req;
    http::response& res;
    match found;
    parameters query;
    problems faults;
    identity who;
    const workspace* where = nullptr;
    uuid workspace_id;
    bool malformed_workspace = false;     // as a query parameter: reported with the other faults
    python_json body;
    json::tape tape;
    multipart form;                       // of an upload
    bool bare = false;  // the generic 500: no security and CORS headers (fact sheet §0.3)

    context(const http::request& q, http::response& s) : req(q), res(s) {}

    action what() const noexcept { return found.row->what; }
    json::value document() const noexcept { return tape.root(); }
    uuid case_id() const;
};

}  // namespace casebridge::platform::tracecat
