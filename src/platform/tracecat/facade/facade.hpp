// The Tracecat façade: what a Tracecat client meets. It matches routes, checks requests in exactly
// Tracecat's order, asks a platform::exchange, and words the answer. Documents inside come finished from
// the exchange; envelopes, statuses, headers, errors, cursors and logins are made here.
//
// One object per thread; the services that it is given are shared and must outlive it.
#pragma once

#include "core/crypto.hpp"
#include "core/error.hpp"
#include "http/handler.hpp"
#include "platform/accounts.hpp"
#include "platform/operation.hpp"
#include "platform/tracecat/facade/cursor.hpp"
#include "platform/tracecat/facade/file_links.hpp"
#include "platform/tracecat/facade/password_checks.hpp"
#include "platform/tracecat/facade/session.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace casebridge::platform::tracecat {

// How a failure that has no words of its own here is answered (mappings/errors.jsonc).
struct wording {
    unsigned status = 500;
    std::string detail;
};
using error_table = std::function<wording(const failure&)>;

struct options {
    std::string public_url = "http://127.0.0.1:8080";   // as clients reach it; https makes cookies Secure
    std::string version = "1.0.0-beta.50";              // what /info claims; clients decide by it
    bool read_only = false;
    bool deletes = true;
    bool case_addons = true;  // threads and tasks; without: what a Tracecat without the entitlement answers
    std::vector<std::string> allowed_origins;  // CORS; "*" alone: any
    std::string organization = "Default Organization";  // its name; the id is derived from public_url
    digest session_key{};  // derived per purpose from the secret file, design §7
    digest cursor_key{};
    std::optional<digest> previous_session_key, previous_cursor_key;  // of the secret before
    digest file_key{};
    std::optional<digest> previous_file_key;
    std::chrono::seconds file_link_life{60};  // of links to files
    unix_clock now = system_seconds;
};

struct context;
struct fixed_answer;

class facade final : public http::handler {
public:
    facade(options opts, const directory& accounts, exchange& backend, password_checks& passwords,
           revocations& revoked, error_table errors);

    task<void> handle(const http::request& req, http::response& res) override;
    std::size_t body_limit(const http::request& head) const override;
    void refuse(const failure& why, http::response& res) const override;

private:
    // Everything that needs no waiting; true when the action remains to be done.
    bool prepare(context& c) const;
    bool resolve_workspace(context& c) const;
    bool check_credentials(context& c) const;
    bool check_models(context& c) const;
    bool check_permission(context& c) const;
    bool read_body(context& c) const;

    task<void> act(context& c);
    void answer_fixed(context& c, const fixed_answer& answer) const;
    // Actions that the façade answers by itself.
    bool answer_alone(context& c) const;
    void answer_directory(context& c) const;
    task<void> log_in(context& c);
    void log_out(context& c);

    task<void> act_on_cases(context& c);
    task<void> list_cases(context& c);
    task<void> count_cases(context& c, operation op);
    task<void> create_case(context& c);
    task<void> update_case(context& c);
    task<void> list_plain(context& c);
    task<void> run_batch(context& c);
    std::string batch_error(const failure& why) const;
    std::string batch_obstacle(const context& c) const;
    bool answer_choices(context& c) const;
    task<void> create_tag(context& c);
    task<void> change_tag(context& c);
    task<void> list_memberships(context& c);
    // fields.cpp
    task<void> write_field(context& c);
    // comments.cpp
    task<void> act_on_comments(context& c);
    task<void> list_comments(context& c);
    task<void> create_comment(context& c);
    task<void> update_comment(context& c);
    task<void> delete_comment(context& c);
    // False, and answered, if there is no such case.
    task<bool> has_case(context& c, object children);
    // tasks.cpp
    task<void> act_on_tasks(context& c);
    task<void> create_task(context& c);
    task<void> change_task(context& c);
    void refuse_tasks(context& c) const;
    // attachments.cpp
    task<void> act_on_attachments(context& c);
    task<void> create_attachment(context& c);
    task<void> show_attachment(context& c);
    task<void> deliver_file(context& c);
    operation start(context& c, verb action, object what) const;
    task<bool> run(context& c, const operation& op, outcome& out);
    void word(context& c, const failure& why) const;
    void answer_document(context& c, unsigned status, outcome& out) const;
    void render_page(context& c, const operation& op, const outcome& out,
                     const std::string& fingerprint) const;
    void finish(context& c) const;

    options options_;
    const directory* accounts_;
    exchange* backend_;
    password_checks* passwords_;
    sessions sessions_;
    cursors cursors_;
    file_links links_;
    error_table errors_;
    std::string organization_document_;
    uuid organization_id_;
};

}  // namespace casebridge::platform::tracecat
