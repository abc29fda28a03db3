// Tasks of a case: tasks of the backend; what it has no place for is carried.
#include "bridge/children/stored_child.hpp"
#include "bridge/session.hpp"

#include "json/writer.hpp"

#include <algorithm>

namespace casebridge::bridge {
namespace {

using platform::child;
using platform::outcome;

constexpr platform::child_kinds tasks_only{false, true, false, false};

std::optional<std::int64_t> number_of_task(const workspace_state& state, std::string_view text) {
    const auto id = uuid::parse(text);
    return id ? state.ids().decode(id_kind::task, *id) : std::nullopt;
}

// A task as the façade shows it, and what orders a list: the priority's place in its enum, the greatest
// first.
struct shown_task {
    std::int64_t rank = 0, created = 0, number = 0;
    std::string document;
    bool operator<(const shown_task& o) const noexcept {
        if (rank != o.rank) return rank > o.rank;
        return created != o.created ? created < o.created : number < o.number;
    }
};

std::int64_t place_of(const mapping::object_programs& p, std::string_view field, std::string_view value) {
    const mapping::catalog_field* f = p.compiled->left->find(field);
    return f == nullptr ? 0 : std::find(f->values.begin(), f->values.end(), value) - f->values.begin();
}

shown_task show(const stored_child& c, const mapping::references& refs,
                const mapping::view_program::request& what, mapping::ledger& notes) {
    shown_task out;
    out.number = c.number;
    out.document = c.shown(refs, what, notes);
    json::tape t;
    if (t.parse(out.document, {}).has_error()) return out;
    out.rank = place_of(*c.programs, "priority", t.root().member("priority").text());
    out.created = parse_iso8601(t.root().member("created_at").text()).value_or(instant{}).micros;
    return out;
}

std::string naming(const std::string& id, std::string_view title) {
    std::string out;
    json::writer w(out);
    w.begin_object().member("task_id", id).member("title", title).end_object();
    return out.substr(1, out.size() - 2);
}

// What a change tells: the members whose changes are events, in the order in which they happen; the title is
// the one from before.
struct told_change {
    std::string_view event, sent, shown, part;
};
constexpr told_change told_changes[] = {
    {"task_status_changed", "status", "status", {}},
    {"task_assignee_changed", "assignee_id", "assignee", "id"},
    {"task_priority_changed", "priority", "priority", {}},
};

void tell_changes(json::value before, json::value sent, const std::string& id,
                  std::vector<case_event>& events) {
    for (const told_change& row : told_changes) {
        const json::value wanted = sent.member(row.sent);
        json::value old = before.member(row.shown);
        if (!row.part.empty()) old = old.member(row.part);
        if (!wanted.is_string() || wanted.text() == old.text()) continue;
        std::string members = naming(id, before.member("title").text());
        if (old.is_string()) {
            members += ",\"old\":";
            json::append_value(members, old);
        }
        members += ",\"new\":";
        json::append_value(members, wanted);
        events.push_back({std::string(row.event), std::move(members)});
    }
}

// The client's members and those that the server sets; made: the task is new.
std::string document_of(json::value sent, bool made, const std::string& mark) {
    std::string now, out;
    append_micros(now, instant::now());
    json::writer w(out);
    w.begin_object();
    for (const auto& [name, v] : sent.members()) w.member(name.text(), v);
    if (made) w.member("created_at", now);
    w.member("updated_at", now);
    if (!mark.empty()) w.member(idempotency_member, mark);
    w.end_object();
    return out;
}

// Texts in files that were read before and that the new state still names.
void keep_spills(const stored_child* before, stored_child& now) {
    std::vector<std::pair<std::string, std::string>> texts;
    for (const auto& [rule, file] : now.reader.carry().spills().members()) {
        if (before == nullptr || now.reader.carry().entry(rule.text())) continue;
        std::string text;
        if (const json::value entry = before->reader.carry().entry(rule.text()))
            json::append_value(text, entry);
        if (!text.empty()) texts.emplace_back(rule.text(), std::move(text));
    }
    for (auto& [rule, text] : texts) now.reader.carry().provide(rule, std::move(text));
}

// What a written child is now: the answer, or what it was where nothing of it changed natively; with its new
// state.
stored_child after(const stored_child* before, const platform::backend::child_written& done,
                   const mapping::write_plan& plan, const mapping::object_programs& programs,
                   const mapping::child_states& states) {
    stored_child out(programs, states, done.now ? done.now->data : before->document, done.number);
    if (!done.state.empty()) out.reader.carry().offer(done.state, 0, true);
    for (const auto& file : plan.spills) out.reader.carry().provide(file.rule, file.text);
    keep_spills(before, out);
    return out;
}

}  // namespace

task<result<outcome>> exchange::run_task(session& s) {
    switch (s.op.action) {
        case platform::verb::create: return create_task(s);
        case platform::verb::update: return change_task(s);
        case platform::verb::remove: return remove_task(s);
        default: return list_tasks(s);
    }
}

task<result<outcome>> exchange::list_tasks(session& s) {
    CB_CO_TRY(const auto who, co_await s.state.load_people(s.ctx));
    CB_CO_TRY(const family f, co_await fetch_family(s, tasks_only));
    const workspace_references refs(s.state, who.get());
    const mapping::view_program::request what = f.show();
    auto all = children_of(backend_, tables_.object("task"), f.states, f.document(), child::task);
    CB_CO_CHECK(co_await fetch_child_spills(s, f.number, all));
    std::vector<shown_task> shown;
    for (const stored_child& c : all) shown.push_back(show(c, refs, what, s.notes));
    std::sort(shown.begin(), shown.end());
    outcome out;
    for (shown_task& t : shown) out.items.push_back({{t.rank, t.number}, std::move(t.document)});
    co_return out;
}

task<result<outcome>> exchange::create_task(session& s) {
    CB_CO_TRY(child_work w, co_await begin_child_write(s, child::task, "task"));
    const std::string mark = idempotency_mark(s.op);
    outcome out;
    CB_CO_TRY(const stored_child* made_before, made_under(w.all, mark));
    if (made_before != nullptr) {
        CB_CO_CHECK(co_await fetch_child_spills(s, w.of.number, w.all));
        out.id = s.state.ids().encode(id_kind::task, made_before->number);
        out.items.push_back({{}, made_before->shown(w.refs, w.of.show(), s.notes)});
        co_return out;
    }
    const std::string text = document_of(s.op.document, true, mark);
    json::tape document;
    CB_CO_CHECK(document.parse(text, {}));
    mapping::write_plan plan;
    CB_CO_CHECK(w.programs->write->run(document.root(), nullptr, *w.fields, w.refs, instant::now(), plan));
    platform::child_write made = w.write_of(plan, child::task);
    made.history = child_work::history_of_new(
        *this, s, id_kind::task,
        [title = std::string(s.op.document.member("title").text())](const std::string& id) {
            return case_event{"task_created", naming(id, title)};
        });
    CB_CO_TRY(const auto done, co_await write_child(s, w.of, made));
    out.id = s.state.ids().encode(id_kind::task, done.number);
    const stored_child now = after(nullptr, done, plan, *w.programs, w.of.states);
    out.items.push_back({{}, now.shown(w.refs, w.of.show(), s.notes)});
    co_return out;
}

// A case that does not exist has no task, but the task may be another's.
task<result<exchange::child_work>> exchange::begin_task_write(session& s,
                                                              std::optional<std::int64_t>& number) {
    number = number_of_task(s.state, s.op.child);
    auto work = co_await begin_child_write(s, child::task, "task");
    const bool no_case = work.has_error() && work.error().code == errc::not_found;
    const bool no_task = work.has_value() && (!number || find_number(work->all, *number) == nullptr);
    if (!no_case && !no_task) co_return std::move(work);
    failure why = co_await missing_child(s, child::task, number, errc::not_found, "/task");
    co_return why;
}

task<result<outcome>> exchange::change_task(session& s) {
    std::optional<std::int64_t> number;
    CB_CO_TRY(child_work w, co_await begin_task_write(s, number));
    CB_CO_CHECK(co_await fetch_child_spills(s, w.of.number, w.all));
    const stored_child& found = *find_number(w.all, *number);
    const std::string before = found.shown(w.refs, w.of.show(), s.notes);
    outcome out;
    out.id = s.state.ids().encode(id_kind::task, *number);
    mapping::write_plan plan;
    CB_CO_CHECK(
        w.programs->write->run(s.op.document, &found.reader, *w.fields, w.refs, instant::now(), plan));
    if (plan.idle()) {  // the time of its last change stays as well
        out.items.push_back({{}, before});
        co_return out;
    }
    const std::string text = document_of(s.op.document, false, {});
    json::tape document, shown;
    CB_CO_CHECK(document.parse(text, {}));
    CB_CO_CHECK(shown.parse(before, {}));
    CB_CO_CHECK(
        w.programs->write->run(document.root(), &found.reader, *w.fields, w.refs, instant::now(), plan));
    tell_changes(shown.root(), s.op.document, out.id.to_string(), s.events);
    plan.history = history_of(s);
    platform::child_write change = w.write_of(plan, child::task);
    change.number = number;
    CB_CO_TRY(const auto done, co_await write_child(s, w.of, change));
    const stored_child now = after(&found, done, plan, *w.programs, w.of.states);
    out.items.push_back({{}, now.shown(w.refs, w.of.show(), s.notes)});
    co_return out;
}

task<result<outcome>> exchange::remove_task(session& s) {
    std::optional<std::int64_t> number;
    CB_CO_TRY(const child_work w, co_await begin_task_write(s, number));
    const stored_child& found = *find_number(w.all, *number);
    const std::string id = s.state.ids().encode(id_kind::task, *number).to_string();
    case_event told{"task_deleted", naming(id, found.plain("title", w.refs))};
    CB_CO_CHECK(co_await drop_child(s, w, child::task, found, std::move(told)));
    co_return outcome{};
}

}  // namespace casebridge::bridge
