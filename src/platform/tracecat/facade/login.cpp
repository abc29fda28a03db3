// Login and logout (Tracecat fact sheet §5.2).
#include "platform/tracecat/facade/context.hpp"
#include "platform/tracecat/facade/errors.hpp"
#include "platform/tracecat/facade/facade.hpp"
#include "platform/tracecat/wire/form.hpp"

#include "json/writer.hpp"

namespace casebridge::platform::tracecat {
namespace {

// An empty form value counts as missing.
const std::string* filled(const form& f, std::string_view name) noexcept {
    const std::string* text = last(f.fields, name);
    return text && !text->empty() ? text : nullptr;
}

void check_login_form(const form& f, problems& out) {
    const std::string* grant = filled(f, "grant_type");
    if (grant && *grant != "password") {
        std::string shown;
        json::append_string(shown, *grant);
        out.add("string_pattern_mismatch", {std::string_view("body"), std::string_view("grant_type")},
                "String should match pattern '^password$'", shown, R"("pattern":"^password$")");
    }
    for (const std::string_view name : {"username", "password"})
        if (!filled(f, name)) out.add("missing", {std::string_view("body"), name}, "Field required", "null");
}

void answer_empty(http::response& res, std::string_view set_cookie) {
    res.status = 204;
    res.content_type.clear();
    res.body.clear();
    res.no_length = true;
    res.set("set-cookie", set_cookie);
}

}  // namespace

task<void> facade::log_in(context& c) {
    const std::string* type = c.req.find("content-type");
    const form f = read_form(type ? std::string_view(*type) : std::string_view(), c.req.body);
    if (f.outcome != form::verdict::good) {
        answer_detail(c.res, 400, form_complaint(f.outcome));
        co_return;
    }
    check_login_form(f, c.faults);
    if (!c.faults.empty()) {
        unprocessable(c);
        co_return;
    }
    const account* who = accounts_->find_account(*last(f.fields, "username"));
    std::string password = *last(f.fields, "password");
    std::string hash;
    if (who) hash = who->password_hash;
    const password_checks::verdict v = co_await passwords_->check(std::move(password), std::move(hash));
    if (v == password_checks::verdict::overloaded) {
        failure busy = fail(errc::overloaded, "too many logins at once");
        busy.retry_after = std::chrono::seconds(1);
        word(c, busy);
        co_return;
    }
    if (!who || v != password_checks::verdict::right) {
        answer_detail(c.res, 400, "LOGIN_BAD_CREDENTIALS");
        co_return;
    }
    c.who.user = who;
    answer_empty(c.res, session_cookie(sessions_.issue(*who), session_seconds,
                                       options_.public_url.starts_with("https:")));
}

void facade::log_out(context& c) {
    sessions_.revoke(c.who.token);
    answer_empty(c.res, session_cookie("\"\"", 0, options_.public_url.starts_with("https:")));
}

}  // namespace casebridge::platform::tracecat
