// Lists and searches of cases: parameters in, pages with cursors out (Tracecat fact sheet §1.2–1.4, §2).
#include "platform/tracecat/facade/case_query.hpp"
#include "platform/tracecat/facade/context.hpp"
#include "platform/tracecat/facade/errors.hpp"
#include "platform/tracecat/facade/facade.hpp"

#include "json/writer.hpp"

#include <algorithm>
#include <array>

namespace casebridge::platform::tracecat {
namespace {

// Groups of an aggregate, in the order of the answer (fact sheet §1.4): not that of the values.
constexpr std::array<std::string_view, 7> aggregate_order{"new",    "in_progress", "on_hold", "resolved",
                                                          "closed", "unknown",     "other"};

void write_cursor(json::writer& w, std::string_view key, const std::string& text) {
    w.key(key);
    if (text.empty())
        w.null();
    else
        w.string(text);
}

}  // namespace

task<void> facade::list_cases(context& c) {
    operation op = start(c, verb::list, object::case_);
    op.page = read_page(c.query);
    const bool search = c.what() == action::search_cases;
    const std::string* text = last(c.query, "cursor");
    complaint wrong;
    if (text && c.what() != action::aggregate_cases) wrong = {400, overlong_cursor(*text)};
    if (wrong.detail.empty()) wrong = {};
    if (!wrong && c.what() != action::list_cases) wrong = read_filter(c.query, search, op.filter);
    if (!wrong && c.what() != action::aggregate_cases) wrong = read_field_ids(c.query, op.field_ids);
    if (wrong) {
        answer_detail(c.res, wrong.status, wrong.detail);
        co_return;
    }
    if (c.what() == action::aggregate_cases) {
        co_await count_cases(c, std::move(op));
        co_return;
    }
    const std::string fingerprint = cursors::fingerprint(c.where->id, op.filter, op.page);
    if (text) {
        cursor from;
        const cursor_error bad = cursors_.read(*text, fingerprint, from);
        if (bad != cursor_error::none) {
            answer_detail(c.res, 400,
                          bad == cursor_error::invalid ? "Invalid pagination cursor"
                          : bad == cursor_error::mismatch
                              ? "Pagination cursor does not match the current query"
                              : "Unsupported pagination cursor version");
            co_return;
        }
        op.page.from = from.at;
        op.page.backward = from.backward;
        op.page.inclusive = from.inclusive;
        op.page.total = from.total;
    }
    if (const std::string* flag = last(c.query, "include_payload"))
        op.include_payload = python_bool(*flag).value_or(false);
    outcome out;
    const bool done = co_await run(c, op, out);
    if (done) render_page(c, op, out, fingerprint);
}

// All groups are there, those without a case too (fact sheet §1.4).
task<void> facade::count_cases(context& c, operation op) {
    op.action = verb::count;
    op.group_by = "status";
    outcome out;
    const bool done = co_await run(c, op, out);
    if (!done) co_return;
    std::string body;
    json::writer w(body);
    w.begin_object().member("total", static_cast<std::int64_t>(out.total.value_or(0)));
    w.key("status_groups").begin_object();
    for (const std::string_view status : aggregate_order) {
        const auto group = std::find_if(out.groups.begin(), out.groups.end(),
                                        [&](const auto& g) { return g.first == status; });
        w.member(status, group == out.groups.end() ? 0 : static_cast<std::int64_t>(group->second));
    }
    w.end_object().end_object();
    answer_json(c.res, 200, std::move(body));
}

// Which cursors a page has: fact sheet §2.1, §2.2.
void facade::render_page(context& c, const operation& op, const outcome& out,
                         const std::string& fingerprint) const {
    const page_request& p = op.page;
    std::string next, previous;
    const auto make = [&](const place& at, bool backward, bool inclusive) {
        return cursors_.write({at, backward, inclusive, out.total}, fingerprint);
    };
    if (out.items.empty()) {
        // The page was emptied meanwhile: one way back, starting with the boundary itself.
        if (p.from && p.backward)
            next = make(*p.from, false, true);
        else if (p.from)
            previous = make(*p.from, true, true);
    } else {
        const bool reached_backward = p.from && p.backward;
        if (out.more_after || reached_backward) next = make(out.items.back().at, false, false);
        if (p.from && (!p.backward || out.more_before)) previous = make(out.items.front().at, true, false);
    }
    std::string body;
    json::writer w(body);
    w.begin_object().key("items").begin_array();
    for (const item& i : out.items) w.raw(i.document);
    w.end_array();
    write_cursor(w, "next_cursor", next);
    write_cursor(w, "prev_cursor", previous);
    w.member("has_more", !next.empty()).member("has_previous", !previous.empty());
    w.key("total_estimate");
    if (out.total)
        w.integer(static_cast<std::int64_t>(*out.total));
    else
        w.null();
    w.end_object();
    answer_json(c.res, 200, std::move(body));
}

}  // namespace casebridge::platform::tracecat
