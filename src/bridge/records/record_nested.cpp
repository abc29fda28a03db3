// Cases made and changed with all that hangs on them: one logical write. What lies in the state goes with the case
// itself, what the store has a place for follows; if that fails, a new case is removed again.
#include "bridge/children/stored_child.hpp"
#include "bridge/records/record_edit.hpp"
#include "core/crypto.hpp"
#include "json/writer.hpp"

#include <algorithm>

namespace casebridge::bridge {

using platform::record_answer;
using platform::stored_case_ptr;

namespace {

constexpr platform::completion described{true, false};
constexpr std::string_view mark_entry = "key";  // in a case's state: the mark that it was made under

// The case's own members, with associations by numbers alone.
std::string own_members(json::value document, const std::vector<std::int64_t>& others) {
    std::string out;
    json::writer w(out);
    w.begin_object();
    for (const auto& [key, val] : document.members()) {
        if (find_child_kind(key.text()) != nullptr) continue;
        if (key.text() != "associatedCases") {
            w.member(key.text(), val);
            continue;
        }
        w.key(key.text()).begin_object().key("data").begin_array();
        for (const std::int64_t n : others) w.begin_object().member("id", n).end_object();
        w.end_array();
        if (const json::value mode = val.member("mode")) w.member("mode", mode);
        w.end_object();
    }
    w.end_object();
    return out;
}

std::string with_text(std::string document, std::string_view member, std::string_view text) {
    std::string quoted;
    json::append_string(quoted, text);
    add_member(document, member, quoted);
    return document;
}

// A case, or one that is made beside it, names its template otherwise than by its number.
bool names_template(json::value document) {
    if (document.member("workflowTemplate").member("name")) return true;
    for (const auto& [none, other] : document.member("associatedCases").member("data").elements()) {
        if (names_template(other)) return true;
    }
    return false;
}

// An external id for a case that a client made under a key without giving it one.
std::string id_of_key(std::string_view key) {
    const digest d = sha256("case\n" + std::string(key));
    std::array<std::uint8_t, 16> raw{};
    std::copy_n(d.begin(), raw.size(), raw.begin());
    return uuid::from_bytes_v4(raw).to_string();
}

}  // namespace

task<result<void>> records::plan_lists(session& s, case_edit& e, json::value document) {
    const relation_list none;
    for (const auto& kind : child_kinds()) {
        const json::value collection = document.member(kind.list);
        CB_CO_CHECK(co_await plan_list(s, e, kind, collection, child_draft::none, none));
    }
    co_return result<void>{};
}

// The case that was made under this key; none: the external id is free. An id is one case's even where the caller may
// not see that: two of them could not be told apart later.
task<result<stored_case_ptr>> records::find_made(session& s, std::string external_id, std::string mark) {
    if (external_id.empty()) co_return stored_case_ptr{};
    auto found = co_await owner_of_external_id(s, external_id, described);
    if (found.has_error() && found.error().code == errc::not_found) co_return stored_case_ptr{};
    if (found.has_error()) co_return found.error();
    const auto in = tables_.object("case").reverse->read((*found)->document());
    if (admits(s, in)) {
        CB_CO_TRY(const bool same, is_made_under(mark, in.state.entry(mark_entry).text()));
        if (same) co_return *found;
    }
    co_return fail(errc::conflict, external_id, "/" + tables_.object("case").source->external_id_member());
}

task<result<record_answer>> records::create_case(session& s) {
    if (names_template(s.r.document)) CB_CO_CHECK(co_await know_templates(s));
    const std::string mark = mark_of(s);
    const std::string member = tables_.object("case").source->external_id_member();
    std::string external(s.r.document.member(member).text());
    if (external.empty() && !mark.empty()) external = id_of_key(key_of_mark(mark));
    // One at a time where the client gives the id: two of the same would both find it free.
    http::keyed_gate::pass pass;
    if (!external.empty())
        pass = co_await gate_.enter(s.r.where->id.to_string() + "/new/" + external, s.r.deadline);
    CB_CO_TRY(auto made, co_await find_made(s, external, mark));
    if (made) {
        s.stored_id = made->id.to_string();
        s.number = s.refs->case_number(made->number);
        CB_CO_TRY(made, co_await with_history(s, made));
        co_return co_await answer_case(s, made);
    }
    CB_CO_TRY(auto others, co_await associated_cases(s, s.r.document, 0));
    settle_associations(others, {});
    std::string own = own_members(s.r.document, others.named);
    if (!mark.empty() && !s.r.document.member(member)) own = with_text(std::move(own), member, external);
    auto done = co_await make_case(s, std::move(own), s.r.document, mark);
    if (done.has_error()) {
        failure why = done.error();
        co_await remove_made(s, others.made, why);
        co_return why;
    }
    s.stored_id = (*done)->id.to_string();
    s.number = s.refs->case_number((*done)->number);
    pass = {};
    CB_CO_CHECK(co_await link_others(s, s.number, others));
    CB_CO_CHECK(co_await reload_tags(s));
    CB_CO_CHECK(co_await describe_tags(s, s.r.document));
    co_return co_await answer_case(s, *done);
}

// own: the case's own members. nested: the document whose lists hang on it.
task<result<stored_case_ptr>> records::make_case(session& s, std::string own, json::value nested,
                                                 std::string mark) {
    const opened_text given(std::move(own));
    mapping::reverse_plan plan;
    CB_CO_CHECK(
        tables_.object("case").reverse_write->run(given.root(), nullptr, *s.refs, instant::now(), plan));
    CB_CO_CHECK(permit(s, plan));
    CB_CO_CHECK(check_own_access(s, nullptr, plan));
    case_edit e(nullptr);
    CB_CO_CHECK(co_await plan_lists(s, e, nested));
    settle(s, e, true);
    add_lists(e, nullptr, plan);
    if (!mark.empty()) plan.state = with_entry(plan, mark_entry, mark);
    CB_CO_CHECK(check_room(plan, nullptr));
    const platform::store_change change = change_of(plan);
    CB_CO_TRY(auto made, co_await store_.create_case(s.ctx, change));
    if (!made.kept) s.notes.note(mapping::finding_code::loss_no_carry, "carry");
    if (!plan.set_added.empty()) gate_.note_tag_change();
    const stored_case_ptr now = made.now;
    auto whole = co_await keep_refused(s, std::move(made));
    if (whole.has_value()) whole = co_await hang_on(s, e, *whole);
    if (whole.has_value()) co_return whole;
    failure why = whole.error();
    const auto gone = co_await store_.remove_case(s.ctx, now->id);
    if (gone.has_error())
        why = fail(errc::upstream_error,
                   std::string(to_string(why.code)) + (why.detail.empty() ? "" : ": " + why.detail) +
                       "; the write was begun and could not be taken back: there is now case " +
                       std::to_string(s.refs->case_number(now->number)) +
                       " without all that was to hang on it");
    co_return why;
}

// What the store itself holds of a new case's children.
task<result<stored_case_ptr>> records::hang_on(session& s, case_edit& e, stored_case_ptr now) {
    const bool all =
        std::all_of(e.drafts.begin(), e.drafts.end(), [](const child_draft& d) { return d.settled; });
    if (all) co_return now;
    CB_CO_CHECK(co_await make_natives(s, e, now->id));
    settle(s, e, false);
    mapping::reverse_plan plan;
    const auto in = tables_.object("case").reverse->read(now->document());
    add_lists(e, &in, plan);
    co_return co_await put_case(s, now, plan);
}

// A planned state with one entry more.
std::string records::with_entry(mapping::reverse_plan& plan, std::string_view name,
                                std::string_view text) const {
    const opened_text planned(plan.writes_state && !plan.state.empty() ? plan.state : "{}");
    mapping::state_object base;
    if (plan.writes_state) base.read(planned.root());
    mapping::state_writer state(base.present() ? &base : nullptr);
    std::string entry;
    json::append_string(entry, text);
    state.put(name, std::move(entry));
    plan.writes_state = true;
    return state.render(tables_.object("case").source->hash);
}

task<result<record_answer>> records::update_case(session& s) {
    if (names_template(s.r.document)) CB_CO_CHECK(co_await know_templates(s));
    std::int64_t number = s.r.number.value_or(0);
    if (!s.r.number) {
        CB_CO_TRY(const auto first, co_await find_case(s, {}));
        number = s.refs->case_number(first->number);
    }
    CB_CO_TRY(auto others, co_await associated_cases(s, s.r.document, number));
    auto now = co_await change_case(s, number, others);
    if (now.has_error()) {
        failure why = now.error();
        co_await remove_made(s, others.made, why);
        co_return why;
    }
    CB_CO_CHECK(co_await link_others(s, number, others));
    CB_CO_TRY(auto whole, co_await with_history(s, *now));
    CB_CO_CHECK(co_await reload_tags(s));
    CB_CO_CHECK(co_await describe_tags(s, s.r.document));
    co_return co_await answer_case(s, std::move(whole));
}

task<result<stored_case_ptr>> records::change_case(session& s, std::int64_t number, associations& others) {
    const auto pass =
        co_await gate_.enter(lock_of(*s.r.where, number - s.r.where->case_number_offset), s.r.deadline);
    if (!pass) co_return fail(errc::conflict, "the case is being written by others; try again");
    CB_CO_TRY(auto before, co_await find_by_number(s, number, described));
    CB_CO_TRY(before, co_await with_history(s, before));
    settle_associations(others, associated_with(s, *before));
    const auto& programs = tables_.object("case");
    case_edit e(make_family(s, before));
    s.stored_id = before->id.to_string();
    s.number = number;
    const opened_text given(own_members(s.r.document, others.named));
    mapping::reverse_plan plan;
    const auto current = programs.reverse->read(before->document());
    CB_CO_CHECK(programs.reverse_write->run(given.root(), &current, *s.refs, instant::now(), plan));
    CB_CO_CHECK(permit(s, plan));
    CB_CO_CHECK(check_own_access(s, &current, plan));
    CB_CO_CHECK(co_await plan_lists(s, e, s.r.document));
    co_return co_await commit(s, e, std::move(plan));
}

}  // namespace casebridge::bridge
