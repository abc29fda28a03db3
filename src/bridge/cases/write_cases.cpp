#include "bridge/children/stored_child.hpp"
#include "bridge/session.hpp"
#include "core/crypto.hpp"
#include "observe/log.hpp"
#include "platform/doubt.hpp"

#include <algorithm>
#include <array>

namespace casebridge::bridge {
namespace {

using platform::case_listing;
using platform::outcome;

json::value written_fields(const mapping::table& cases, json::value document) {
    const auto bag = std::find_if(cases.rules.begin(), cases.rules.end(),
                                  [](const mapping::rule& r) { return r.kind == mapping::rule_kind::bag; });
    return bag == cases.rules.end() ? json::value{} : document.member(bag->written_by());
}

// The document writes a value that is kept in a file: whether it changes can only be told from the file.
bool touches_a_file(const mapping::table& cases, const mapping::stored_reader& current,
                    json::value document) {
    if (current.carry().spills().size() == 0) return false;
    if (current.fields() != nullptr && current.carry().spilled(mapping::client_values_entry)) {
        const auto& all = current.fields()->all();
        const auto counts = [&](const mapping::field_def& f) {
            return f.made && (f.required_on_closure || written_fields(cases, document).member(f.id).exists());
        };
        if (std::any_of(all.begin(), all.end(), counts)) return true;
    }
    return std::any_of(cases.rules.begin(), cases.rules.end(), [&](const mapping::rule& r) {
        return r.carry && current.carry().spilled(r.id) && document.member(r.written_by()).exists();
    });
}

}  // namespace

// What a plan must pass before anything is sent.
result<void> exchange::permit(session& s, const mapping::write_plan& plan) const {
    if (options_.strict && plan.notes.lost_something()) return fail(errc::loss_refused, plan.notes.losses());
    for (const auto& f : plan.notes.findings()) s.notes.note(f.code, f.rule);
    if (options_.shadow) {
        observe::log(
            observe::level::info, "shadow: planned, not written",
            {{"request_id", s.op.request_id}, {"members", static_cast<std::int64_t>(plan.members.size())}});
        return shadow_refusal();
    }
    return {};
}

// A new case's external id says which request made it: the same Idempotency-Key finds the same case, and where the
// answer of a create is lost we look whether the case is there before we say that it is not. What was asked under the
// key lies in the state, where there is room for it.
void exchange::sign_new_case(const session& s, const mapping::field_set& fields,
                             mapping::write_plan& plan) const {
    const std::string mark = idempotency_mark(s.op);
    if (mark.empty()) {
        std::array<std::uint8_t, 16> bytes{};
        random_bytes(bytes);
        plan.external_id = uuid::from_bytes_v4(bytes).to_string();
        return;
    }
    plan.external_id = tables_.left().platform + ":key:" + std::string(key_of_mark(mark));
    const bool kept = plan.carry == mapping::write_plan::carry_action::write;
    const auto& table = *tables_.object("case").source;
    std::string state = mapping::with_entry(kept ? plan.carry_text : mapping::empty_state(table.hash),
                                            idempotency_rule, mark);
    if (mapping::utf16_length(state) > fields.carry_max()) return;
    plan.carry = mapping::write_plan::carry_action::write;
    plan.carry_text = std::move(state);
}

// Of a case that was made before. Fails with conflict where that was another request, and where there is none.
task<result<std::int64_t>> exchange::find_made(session& s, std::string external_id, failure why) {
    case_listing by_external_id;
    by_external_id.external_ids = {std::move(external_id)};
    by_external_id.limit = 1;
    const auto found = co_await backend_.list_cases(s.ctx, by_external_id);
    if (found.has_error() || (*found)->data.size() == 0) co_return why;
    const json::value stored = (*found)->data.element(0);
    const reader_pool::lease reader(readers_);
    reader->read(stored, nullptr);
    CB_CO_CHECK(is_made_under(idempotency_mark(s.op), reader->carry().entry(idempotency_rule).text()));
    co_return backend_.number_of(stored);
}

task<result<outcome>> exchange::create_case(session& s) {
    CB_CO_TRY(const auto fields, co_await s.state.load_fields(s.ctx));
    CB_CO_TRY(const auto who, co_await s.state.load_people(s.ctx));
    mapping::write_plan plan;
    CB_CO_CHECK(tables_.object("case").write->run(
        s.op.document, nullptr, *fields, workspace_references(s.state, who.get()), instant::now(), plan));
    CB_CO_CHECK(permit(s, plan));
    sign_new_case(s, *fields, plan);
    happened(s, "create", s.op.document);
    plan.history = history_of(s);
    auto done = co_await backend_.create_case(s.ctx, plan);
    const bool made_before = done.has_error() && done.error().code == errc::conflict;
    if (done.has_error() && (made_before || platform::in_doubt(done.error()))) {
        CB_CO_TRY(const std::int64_t there, co_await find_made(s, plan.external_id, done.error()));
        done = platform::backend::written{there, true};
    }
    CB_CO_TRY(const auto made, std::move(done));
    if (!made.carry_kept) s.notes.note(mapping::finding_code::loss_no_carry, "carry");
    s.past.refused = !made.history_kept;
    outcome out;
    out.id = s.state.ids().encode(id_kind::case_, made.number);
    co_return out;
}

task<result<outcome>> exchange::update_case(session& s) {
    CB_CO_TRY(const std::int64_t number, co_await resolve_case(s));
    CB_CO_TRY(const auto pass, co_await lock_case(s, number));
    CB_CO_TRY(const auto fields, co_await s.state.load_fields(s.ctx));
    CB_CO_TRY(const auto who, co_await s.state.load_people(s.ctx));
    CB_CO_TRY(const auto found, co_await fetch_case(s));
    begin_past(s, past_of(number, found->data));
    CB_CO_CHECK(co_await change_stored_case(s, number, found->data, *fields, *who, s.past));
    outcome out;
    out.id = s.op.id;
    co_return out;
}

task<result<void>> exchange::change_stored_case(session& s, std::int64_t number, json::value stored,
                                                const mapping::field_set& fields, const people& who,
                                                case_past& past) {
    const auto& programs = tables_.object("case");
    mapping::stored_reader current(programs.compiled->slots, programs.compiled->bag);
    current.read(stored, &fields);
    if (touches_a_file(*programs.source, current, s.op.document)) {
        CB_CO_CHECK(co_await fetch_spills(s, programs.view("read"), {}, number, current, nullptr));
    }
    mapping::write_plan plan;
    CB_CO_CHECK(programs.write->run(s.op.document, &current, fields, workspace_references(s.state, &who),
                                    instant::now(), plan));
    if (plan.idle()) co_return result<void>{};  // it is so already: no request
    CB_CO_CHECK(check_closure(s, current, fields));
    CB_CO_CHECK(permit(s, plan));
    if (plan.empty()) co_return result<void>{};  // all of it is lost
    plan.history = write_down(s, changes_of(s, current, fields, who, plan.notes), past);
    plan.spare = past.entries;
    CB_CO_TRY(const auto done, co_await backend_.update_case(s.ctx, number, plan));
    if (done.raced) co_return race_lost();
    if (!done.carry_kept) s.notes.note(mapping::finding_code::loss_no_carry, "carry");
    past.refused = !done.history_kept;
    co_return result<void>{};
}

task<result<outcome>> exchange::remove_case(session& s) {
    CB_CO_TRY(const auto found, co_await fetch_case(s));
    const std::int64_t number = backend_.number_of(found->data);
    if (options_.shadow) co_return shadow_refusal();
    CB_CO_TRY(const auto pass, co_await lock_case(s, number));
    CB_CO_CHECK(co_await backend_.remove_case(s.ctx, number));
    co_return outcome{};
}

}  // namespace casebridge::bridge
