// One request on its way through the Tracecat stand-in, and the shapes of its answers. Handlers run with
// actor, workspace, parameters and body checked in Tracecat's order: body syntax, workspace, credentials,
// models, scope (Tracecat fact sheet §0.3).
#pragma once

#include "http/message.hpp"
#include "json/tape.hpp"
#include "json/writer.hpp"
#include "platform/tracecat/wire/answers.hpp"
#include "platform/tracecat/wire/form.hpp"
#include "platform/tracecat/wire/paths.hpp"
#include "platform/tracecat/wire/python_json.hpp"
#include "platform/tracecat/wire/uuid_text.hpp"
#include "platform/tracecat/wire/validate.hpp"
#include "sandbox/tracecat/store.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::sandbox::tracecat {

namespace wire = casebridge::platform::tracecat;

enum class release { today, beta_51 };   // of cursors and what came after beta.51 (fact sheet §2.3, §6.3)

// One listener's behaviour; several listeners may stand over one store.
struct behaviour {
    bool addons = true;                  // the case_addons entitlement
    bool service_accounts = true;        // without it every key is a 401 (fact sheet §5.1)
    release version = release::today;
    std::string public_url = "http://127.0.0.1:8000";
    std::vector<std::string> origins{"*"};
};

struct actor {
    enum class state { anonymous, known, bad_key, malformed_key };  // the last without WWW-Authenticate
    state status = state::anonymous;
    user* human = nullptr;
    const api_key* key = nullptr;

    std::optional<uuid> user_id() const { return human ? std::optional(human->id) : std::nullopt; }
};

struct route;

struct context {
    const http::request& req;
    http::response& res;
    store& data;
    const behaviour& how;
    const route* row = nullptr;
    wire::path_match found;
    wire::parameters query;
    wire::problems faults;
    actor who;
    workspace* where = nullptr;          // set for guard::workspace
    uuid workspace_id;
    bool malformed_workspace = false;
    wire::python_json body;
    json::tape tape;
    wire::form form;                     // of rows with takes_form
    bool bare = false;                   // the generic 500: no security and CORS headers

    context(const http::request& q, http::response& s, store& d, const behaviour& h)
        : req(q), res(s), data(d), how(h) {}

    json::value document() const noexcept { return tape.root(); }
    // A checked identifier of the path; nil if the pattern has no such name.
    uuid id(std::string_view name) const;
    std::string text(std::string_view name) const;   // a captured text
    // The case of {case_id}; null if there is none in this workspace.
    incident* find_case() const { return where->find_case(id("case_id")); }
    bool holds(std::string_view scope) const;
};

// Answers (fact sheet §0.3); each is the whole answer. Plain ones: wire::answer_json, answer_detail,
// answer_nothing (204), answer_missing_scope, answer_missing_entitlement.
void answer_null(context& c);                                // 201 null
void answer_generic_error(context& c);                       // 500 without security headers
// 500 of a domain exception: {"type":…,"message":…,"detail":null}.
void answer_domain_error(context& c, std::string_view type, std::string_view message);
void answer_database_failed(context& c);                     // 500 "Database operation failed"
void answer_faults(context& c);                              // 422 of c.faults
void answer_case_missing(context& c);                        // 404 "Case with ID … not found"
// True if the server has case_addons; otherwise the 403 is the answer.
bool require_addons(context& c);
// Text that PostgreSQL cannot store below that member of the body: NUL, lone surrogates, NaN (fact sheet §0.2).
bool unstorable(const context& c, std::string_view member);
bool unstorable(const context& c);  // in any member of the route's model; without one, anywhere

// Pieces of documents.
void write_time(json::writer& w, std::string_view key, instant t);
void write_time(json::writer& w, std::string_view key, const std::optional<instant>& t);
void write_text(json::writer& w, std::string_view key, const std::optional<std::string>& text);  // or null
void write_id(json::writer& w, std::string_view key, const std::optional<uuid>& id);  // or null
void write_user(json::writer& w, std::string_view key, store& data,
                const std::optional<uuid>& id);  // UserRead
std::string user_document(const user& u);
// A member of the body that is there and not null.
bool given(json::value v) noexcept;
// Nothing if absent or null.
std::optional<std::string> text_of(json::value v);

}  // namespace casebridge::sandbox::tracecat
