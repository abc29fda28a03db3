// What a write does to a case becomes entries of its history, and long histories become files.
#include "bridge/history/history.hpp"

#include "bridge/session.hpp"
#include "core/crypto.hpp"
#include "observe/log.hpp"

#include <algorithm>
#include <array>

namespace casebridge::bridge {
namespace {

constexpr std::size_t fold_at = 16;        // entries of one case
constexpr std::int64_t full_file = 128 * 1024;       // bytes; such a file is left as it is

std::string random_name(const std::string& prefix) {
    std::array<std::uint8_t, 8> bytes{};
    random_bytes(bytes);
    return prefix + hex_encode(as_text(bytes)) + ".json";
}

std::string actor(const platform::operation& op) {
    return op.who.user == nullptr ? std::string() : op.who.user->id.to_string();
}

}  // namespace

std::string history_prefix(const mapping::bundle& tables) {
    const auto& carry = tables.object("case").source->carry;
    return carry ? carry->spill_prefix + "-history-" : std::string();
}

std::string exchange::case_key(const session& s, std::int64_t number) {
    return s.op.where->organization + "/" + std::to_string(number);
}

void exchange::happened(session& s, std::string_view on, json::value document, std::string_view more) const {
    auto told = tables_.events().of_document(on, document);
    if (!told) return;
    if (!more.empty()) told->members.append(told->members.empty() ? "" : ",").append(more);
    s.events.push_back({std::move(told->type), std::move(told->members)});
}

void exchange::note_view(const session& s, std::int64_t number) const {
    if (s.op.who.user != nullptr) gate_.views().note(case_key(s, number), actor(s.op), instant::now());
}

void exchange::begin_past(session& s, case_past now) {
    now.told = s.past.told;
    s.past = std::move(now);
}

case_past exchange::past_of(std::int64_t number, const mapping::child_states& states) const {
    case_past out;
    out.number = number;
    for (const auto& e : states.all())
        if (e.kind == history_kind) out.entries.push_back(e.id);
    return out;
}

case_past exchange::past_of(std::int64_t number, json::value stored_case) const {
    mapping::child_states states;
    states.read(*tables_.object("case").compiled, stored_case);
    return past_of(number, states);
}

std::vector<std::string> exchange::write_down(const session& s, std::vector<case_event> events,
                                              case_past& past) const {
    const std::size_t room = past.told ? 0 : s.state.history_room();
    if (room == 0) return {};
    if (past.number != 0) past.views = gate_.views().unwritten(case_key(s, past.number));
    if (const auto look = tables_.events().of_document("view", {})) {
        for (const auto& v : past.views) events.push_back({look->type, look->members, v.at, v.user});
    }
    const auto text = render_history(events, actor(s.op), history_stamp::now(), room);
    if (text.shortened && sink_) sink_(mapping::finding_code::loss_too_large);
    return text.entries;
}

std::vector<std::string> exchange::history_of(session& s) const { return write_down(s, s.events, s.past); }

// What an update does to the case, by the rows of the event table.
std::vector<case_event> exchange::changes_of(const session& s, const mapping::stored_reader& current,
                                             const mapping::field_set& fields, const people& who,
                                             const mapping::ledger& lost) const {
    const auto& programs = tables_.object("case");
    std::vector<case_event> out;
    if (!tables_.events().concerns(*programs.source, s.op.document)) return out;
    std::string before;
    mapping::ledger unused;
    programs.view("read").run(current, workspace_references(s.state, &who), {}, before, unused);
    json::tape t;
    if (t.parse(before, mapping::carry_policy).has_error()) return out;
    for (auto& e : tables_.events().of_update(*programs.source, fields, t.root(), s.op.document, lost))
        out.push_back({std::move(e.type), std::move(e.members)});
    return out;
}

// A history that found no room is counted, once in a while, and not told to the client of every write.
void exchange::note_refused_history(session& s) const {
    if (s.state.history_room() == 0) return;
    s.state.note_history_refused();
    if (sink_) sink_(mapping::finding_code::loss_no_carry);
    observe::log(observe::level::warn, "no room for the history of cases",
                 {{"request_id", s.op.request_id},
                  {"workspace", std::string_view(s.op.where->name)},
                  {"hint", "raise Max Allowed of the attribute type that holds the bridge's state"}});
}

task<void> exchange::settle_history(session& s, case_past& past, bool locked) {
    const bool full = past.refused && past.entries.size() > 1;  // folding makes room
    if (past.refused && !full) note_refused_history(s);
    if (past.number == 0) co_return;
    const std::string key = case_key(s, past.number);
    if (!past.refused) gate_.views().note_written(key, past.views);
    if (past.entries.size() < fold_at && !full) co_return;
    write_gate::pass pass;
    if (!locked) {
        auto entered = co_await gate_.enter(key, s.op.deadline);
        if (!entered) co_return;
        pass = std::move(entered);
    }
    const bool folded = co_await fold_history(s, past.number, full ? 2 : fold_at);
    if (full && !folded) note_refused_history(s);
}

// The case is locked within the process. Failures cost nothing: the next write tries again.
task<bool> exchange::fold_history(session& s, std::int64_t number, std::size_t least) {
    const auto& carry = tables_.object("case").source->carry;
    if (!carry || carry->spill_type.empty()) co_return false;
    auto found = co_await backend_.read_case(s.ctx, number);
    if (found.has_error()) co_return false;
    mapping::child_states states;
    states.read(*tables_.object("case").compiled, (*found)->data);
    case_log log(history_prefix(tables_));
    for (const auto& e : states.all())
        if (e.kind == history_kind) log.add_entry(e.text, e.id);

    mapping::write_plan plan;
    plan.old_carry = log.entry_ids();
    std::vector<platform::file_reference> names;
    for (const auto& f : log.files())
        if (f.bytes < full_file) names.push_back({number, f.name});
    if (log.entry_ids().empty() || log.entry_ids().size() + names.size() < least) co_return false;
    if (!names.empty()) {
        auto texts = co_await backend_.read_files(s.ctx, names);
        if (texts.has_error()) co_return false;
        for (const auto& f : std::vector<case_log::file>(log.files())) {
            const auto text = texts->find(f.name);
            if (text == texts->end() || !log.add_file(f, text->second)) continue;
            plan.old_carry.push_back(f.entry);
            plan.old_spills.push_back(f.name);
        }
    }
    mapping::spilled_entry file{std::string(history_kind), random_name(history_prefix(tables_)),
                                log.folded()};
    plan.carry = mapping::write_plan::carry_action::write;
    plan.carry_text = history_reference(history_stamp::now(), file.file, file.text);
    plan.spills.push_back(std::move(file));
    const auto done = co_await backend_.update_case(s.ctx, number, plan);
    if (done.has_value() && done->carry_kept) co_return true;
    observe::log(observe::level::warn, "the history of a case was not folded",
                 {{"request_id", s.op.request_id},
                  {"case", number},
                  {"reason", std::string_view(done.has_error() ? to_string(done.error().code) : "no room")}});
    co_return false;
}

}  // namespace casebridge::bridge
