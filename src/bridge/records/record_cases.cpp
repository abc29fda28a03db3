// One case: read, made, changed, removed.
#include "bridge/records/record_session.hpp"
#include "json/writer.hpp"
#include "observe/log.hpp"

#include <algorithm>

namespace casebridge::bridge {

using platform::completion;
using platform::record_answer;
using platform::store_change;
using platform::stored_case;
using platform::stored_case_ptr;

namespace {

constexpr completion described{true, false};

}  // namespace

std::string lock_of(const platform::workspace& where, std::int64_t stored_number) {
    return where.id.to_string() + "/" + std::to_string(stored_number);
}

store_change change_of(const mapping::reverse_plan& plan) {
    store_change out;
    out.members = plan.members;
    out.tags_added = plan.set_added;
    for (const auto& id : plan.set_removed) {
        if (const auto parsed = uuid::parse(id)) out.tags_removed.push_back(*parsed);
    }
    out.writes_state = plan.writes_state;
    out.state = plan.state;
    return out;
}

std::string records::show_case(session& s, const stored_case& c) const {
    const auto& program = *tables_.object("case").reverse;
    std::string out;
    program.run(program.read(c.document()), *s.refs, nullptr, out, s.notes);
    return out;
}

task<result<stored_case_ptr>> records::find_by_number(session& s, std::int64_t number, completion needs) {
    const std::int64_t own = number - s.r.where->case_number_offset;
    if (own <= 0) co_return fail(errc::not_found, "no case with this number");
    auto found = co_await store_.read_case(s.ctx, own, needs);
    if (found.has_value() && !visible(s, **found)) co_return fail(errc::not_found, "no such case here");
    co_return found;
}

// The store's own id, or one that a client gave the case; what the index says is looked at. Whoever may see it.
task<result<stored_case_ptr>> records::owner_of_external_id(session& s, std::string_view id,
                                                            completion needs) {
    if (const auto own = uuid::parse(id)) {
        auto found = co_await store_.read_case(s.ctx, *own, needs);
        if (found.has_value() || found.error().code != errc::not_found) co_return found;
    }
    CB_CO_TRY(const auto number, co_await store_.find_external_id(s.ctx, id));
    if (!number) co_return fail(errc::not_found, "no case with this id");
    auto found = co_await store_.read_case(s.ctx, *number, needs);
    if (found.has_error()) co_return found;
    const std::string shown = show_case(s, **found);
    json::tape t;
    const auto& rules = *tables_.object("case").source;
    const bool same =
        t.parse(shown, {}).has_value() && t.root().member(rules.external_id_member()).text() == id;
    if (!same) co_return fail(errc::not_found, "no case with this id");
    co_return found;
}

task<result<stored_case_ptr>> records::find_by_external_id(session& s, std::string_view id,
                                                           completion needs) {
    auto found = co_await owner_of_external_id(s, id, needs);
    if (found.has_value() && !visible(s, **found)) co_return fail(errc::not_found, "no case with this id");
    co_return found;
}

task<result<stored_case_ptr>> records::find_case(session& s, completion needs) {
    if (s.r.number) co_return co_await find_by_number(s, *s.r.number, needs);
    co_return co_await find_by_external_id(s, s.r.external_id, needs);
}

task<result<record_answer>> records::read_case(session& s) {
    CB_CO_TRY(auto found, co_await find_case(s, described));
    CB_CO_TRY(found, co_await with_history(s, found));
    co_return co_await answer_case(s, found);
}

task<result<record_answer>> records::answer_case(session& s, stored_case_ptr c) {
    answer out;
    if (asks_for_children(s.r.members)) {
        std::vector<stored_case_ptr> one{std::move(c)};
        CB_CO_TRY(out.documents, co_await show_cases(s, std::move(one)));
        out.contents = std::move(s.contents);
    } else {
        out.documents.push_back(show_case(s, *c));
    }
    co_return out;
}

// Names that the store refused as tags stay with the case all the same.
task<result<stored_case_ptr>> records::keep_refused(session& s, platform::case_store::written done) {
    if (done.tags_refused.empty()) co_return done.now;
    const auto& programs = tables_.object("case");
    const auto current = programs.reverse->read(done.now->document());
    mapping::reverse_plan plan;
    programs.reverse_write->keep_names(done.tags_refused, current, plan);
    CB_CO_TRY(const auto again, co_await store_.update_case(s.ctx, *done.now, change_of(plan)));
    if (!again.kept) s.notes.note(mapping::finding_code::loss_no_carry, "tags");
    co_return again.now;
}

task<result<stored_case_ptr>> records::write_case(session& s, const stored_case_ptr& before,
                                                  const mapping::reverse_plan& plan) {
    CB_CO_CHECK(permit(s, plan));
    s.stored_id = before->id.to_string();
    s.number = s.refs->case_number(before->number);
    co_return co_await put_case(s, before, plan);
}

// What is there already may stay, and become less. before: null for a new case.
result<void> records::check_room(const mapping::reverse_plan& plan, const stored_case_ptr& before) const {
    if (!plan.writes_state || plan.state.size() <= options_.most_state) return {};
    const auto in = tables_.object("case").reverse->read(before ? before->document() : json::value{});
    if (plan.state.size() <= in.state.entries().raw().size()) return {};
    return fail(errc::invalid_value,
                "What the server has no place for is kept up to " + std::to_string(options_.most_state) +
                    " bytes on each case; this one would have more. Remove something from it first");
}

task<result<stored_case_ptr>> records::put_case(session& s, stored_case_ptr before,
                                                const mapping::reverse_plan& plan) {
    if (plan.empty()) co_return before;
    CB_CO_CHECK(check_room(plan, before));
    const store_change change = change_of(plan);
    CB_CO_TRY(auto done, co_await store_.update_case(s.ctx, *before, change));
    if (!done.kept) s.notes.note(mapping::finding_code::loss_no_carry, "carry");
    if (!plan.set_added.empty()) gate_.note_tag_change();
    co_return co_await keep_refused(s, std::move(done));
}

task<result<stored_case_ptr>> records::with_history(session& s, stored_case_ptr c) {
    const auto& program = *tables_.object("case").reverse;
    if (!program.lacks_history(program.read(c->document()))) co_return c;
    std::vector<stored_case_ptr> one{c};
    CB_CO_CHECK(co_await store_.complete(s.ctx, one, {true, true}));
    co_return one.front();
}

task<result<void>> records::add_history(session& s, stored_case_ptr& c) {
    CB_CO_TRY(c, co_await with_history(s, c));
    co_return result<void>{};
}

task<result<void>> records::remove_one(session& s, const stored_case_ptr& c) {
    if (options_.shadow)
        co_return fail(errc::read_only, "this bridge plans writes and does not carry them out");
    const auto pass = co_await gate_.enter(lock_of(*s.r.where, c->number), s.r.deadline);
    if (!pass) co_return fail(errc::conflict, "the case is being written by others; try again");
    s.stored_id = c->id.to_string();
    s.number = s.refs->case_number(c->number);
    co_return co_await store_.remove_case(s.ctx, c->id);
}

task<result<record_answer>> records::remove_cases(session& s) {
    answer out;
    if (s.r.number || !s.r.external_id.empty()) {
        CB_CO_TRY(const auto found, co_await find_case(s, {}));
        CB_CO_CHECK(co_await remove_one(s, found));
        out.removed = 1;
        co_return out;
    }
    CB_CO_TRY(const auto all, co_await all_cases(s, s.r.wanted));
    for (const auto& c : all) {
        const auto done = co_await remove_one(s, c.origin);
        // Somebody else removed it meanwhile: it is gone, which is what was asked for.
        if (done.has_error() && done.error().code != errc::not_found) {
            failure why = done.error();
            why.detail +=
                " (" + std::to_string(out.removed) + " of " + std::to_string(all.size()) + " were removed)";
            co_return why;
        }
        s.finish_one();
        out.removed += 1;
    }
    co_return out;
}

}  // namespace casebridge::bridge
