// One request of the façade, while it is being answered. Internal.
#pragma once

#include "http/message.hpp"
#include "json/tape.hpp"
#include "platform/accounts.hpp"
#include "platform/threatconnect/facade/errors.hpp"
#include "platform/threatconnect/facade/parameters.hpp"
#include "platform/threatconnect/facade/projection.hpp"
#include "platform/threatconnect/facade/routes.hpp"

namespace casebridge::platform::threatconnect {

struct context {
    context(const http::request& q, http::response& s) : req(q), res(s) {}

    const http::request& req;
    http::response& res;
    match found;
    generation speaks = generation::v3;
    parameters given;
    field_tree asked;
    const api_user* who = nullptr;
    const workspace* where = nullptr;
    std::string body;     // the document of a write, as bodies.hpp writes it
    json::tape tape;      // of body

    action what() const noexcept { return found.row->what; }
    const object_model& object() const noexcept { return *found.object; }
};

}  // namespace casebridge::platform::threatconnect
