// Associations between cases hold from both sides: each of the two says so in its state.
#include "bridge/records/record_edit.hpp"
#include "json/writer.hpp"

#include <algorithm>

namespace casebridge::bridge {

using platform::stored_case_ptr;

namespace {

constexpr std::string_view association = "associatedCases";

std::vector<std::int64_t> numbers_in(json::value list) {
    std::vector<std::int64_t> out;
    for (const auto& [none, c] : list.member("data").elements()) {
        std::int64_t n = 0;
        if (c.member("id").to_int64(n)) out.push_back(n);
    }
    return out;
}

bool holds(const std::vector<std::int64_t>& list, std::int64_t n) {
    return std::find(list.begin(), list.end(), n) != list.end();
}

}  // namespace

std::vector<std::int64_t> records::associated_with(session& s, const platform::stored_case& c) const {
    const auto& program = *tables_.object("case").reverse;
    const auto* member = program.find(association);
    std::string text;
    if (member == nullptr || !program.append(*member, program.read(c.document()), *s.refs, text, s.notes))
        return {};
    const opened_text list(std::move(text));
    return numbers_in(list.root());
}

// Cases that a write names must be there.
task<result<void>> records::name_associated(session& s, json::value list, std::vector<std::int64_t> before,
                                            associations& out) {
    const bool removes = list.member("mode").text() == "delete";
    for (const auto& [none, c] : list.member("data").elements()) {
        std::int64_t n = 0;
        if (!c.member("id").to_int64(n)) continue;
        if (n != out.of && !holds(out.named, n)) out.named.push_back(n);
        if (removes || holds(before, n)) continue;
        const auto there = co_await find_by_number(s, n, {});
        if (there.has_error() && there.error().code == errc::not_found)
            co_return fail(errc::unresolved_reference, std::to_string(n), "/associatedCases");
        if (there.has_error()) co_return there.error();
    }
    co_return result<void>{};
}

// Those that it describes are made.
task<result<void>> records::make_associated(session& s, json::value list, associations& out) {
    for (const auto& [none, c] : list.member("data").elements()) {
        if (c.member("id")) continue;
        std::string own;
        json::writer w(own);
        w.begin_object();
        for (const auto& [key, val] : c.members()) {
            if (find_child_kind(key.text()) == nullptr && key.text() != association)
                w.member(key.text(), val);
        }
        w.end_object();
        std::string no_key;
        auto made = co_await make_case(s, std::move(own), c, std::move(no_key));
        if (made.has_error()) {
            failure why = made.error();
            co_await remove_made(s, out.made, why);
            co_return why;
        }
        out.made.push_back((*made)->id);
        out.named.push_back(s.refs->case_number((*made)->number));
    }
    co_return result<void>{};
}

// What a write says of associations. number: of the case itself; 0: it is yet to be made.
task<result<records::associations>> records::associated_cases(session& s, json::value document,
                                                              std::int64_t number) {
    associations out;
    out.of = number;
    const json::value list = document.member(association);
    if (!list || list.is_null()) co_return out;
    const std::string_view mode = list.member("mode").text();
    std::vector<std::int64_t> before;
    if (number != 0) {
        CB_CO_TRY(const auto now, co_await find_by_number(s, number, {}));
        before = associated_with(s, *now);
    }
    CB_CO_CHECK(co_await name_associated(s, list, before, out));
    if (mode != "delete") CB_CO_CHECK(co_await make_associated(s, list, out));
    for (const std::int64_t n : out.named) {
        if (mode == "delete" && holds(before, n)) out.removed.push_back(n);
        if (mode != "delete" && !holds(before, n)) out.added.push_back(n);
    }
    if (mode == "replace") {
        for (const std::int64_t n : before) {
            if (!holds(out.named, n)) out.removed.push_back(n);
        }
    }
    co_return out;
}

task<void> records::remove_made(session& s, std::vector<uuid> made, failure& why) {
    std::string left;
    for (const auto& id : made) {
        const auto gone = co_await store_.remove_case(s.ctx, id);
        if (gone.has_error()) left += (left.empty() ? "" : ", ") + id.to_string();
    }
    if (left.empty()) co_return;
    why = fail(errc::upstream_error, std::string(to_string(why.code)) +
                                         (why.detail.empty() ? "" : ": " + why.detail) +
                                         "; the associated cases that were made cannot be removed: " + left);
}

// The other side of what a write has changed. Each case under its own lock, one after the other.
task<result<void>> records::link_others(session& s, std::int64_t number, associations others) {
    std::vector<std::pair<std::int64_t, bool>> changes;
    for (const std::int64_t n : others.added) changes.emplace_back(n, true);
    for (const std::int64_t n : others.removed) changes.emplace_back(n, false);
    for (const auto& [n, adds] : changes) {
        const auto done = co_await link_one(s, n, number, adds);
        if (done.has_value() || (!adds && done.error().code == errc::not_found)) continue;
        co_return fail(errc::upstream_error,
                       "case " + std::to_string(number) + " was written, but case " + std::to_string(n) +
                           " does not say so: " + std::string(to_string(done.error().code)) +
                           "; write the association of case " + std::to_string(n) + " again");
    }
    co_return result<void>{};
}

task<result<void>> records::link_one(session& s, std::int64_t number, std::int64_t other, bool adds) {
    const auto pass =
        co_await gate_.enter(lock_of(*s.r.where, number - s.r.where->case_number_offset), s.r.deadline);
    if (!pass) co_return fail(errc::conflict, "the case is being written by others; try again");
    platform::completion needs{true, false};
    CB_CO_TRY(const auto before, co_await find_by_number(s, number, needs));
    std::string text;
    json::writer w(text);
    w.begin_object().key(association).begin_object().key("data").begin_array();
    w.begin_object().member("id", other).end_object().end_array();
    w.member("mode", adds ? "append" : "delete").end_object().end_object();
    const opened_text given(std::move(text));
    const auto& programs = tables_.object("case");
    const auto current = programs.reverse->read(before->document());
    mapping::reverse_plan plan;
    CB_CO_CHECK(programs.reverse_write->run(given.root(), &current, *s.refs, instant::now(), plan));
    const auto done = co_await put_case(s, before, plan);
    if (done.has_error()) co_return done.error();
    co_return result<void>{};
}

}  // namespace casebridge::bridge
