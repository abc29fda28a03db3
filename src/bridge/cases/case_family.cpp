// A case read together with what hangs on it, in one request, and the writing of that.
#include "bridge/session.hpp"
#include "platform/doubt.hpp"

#include "json/writer.hpp"

#include <algorithm>
#include <map>

namespace casebridge::bridge {
namespace {

using platform::child;
using child_written = platform::backend::child_written;

platform::child_kinds only(child what) {
    platform::child_kinds out;
    switch (what) {
        case child::note: out.notes = true; break;
        case child::task: out.tasks = true; break;
        case child::artifact: out.artifacts = true; break;
        case child::event: out.events = true; break;
    }
    return out;
}

// Every text that was sent is there.
bool says(json::value stored, json::value sent) {
    for (const auto& [key, val] : sent.members()) {
        if (val.is_string() && stored.member(key.text()).text() != val.text()) return false;
    }
    return true;
}

bool holds(json::value list, const platform::backend& b, std::int64_t number) {
    for (const auto& [none, v] : list.elements()) {
        if (b.number_of(v) == number) return true;
    }
    return false;
}

// What a failure about a child of that kind names.
std::string pointer_of(child what) {
    constexpr std::string_view names[] = {"/comment", "/task", "/attachment", "/event"};
    return std::string(names[static_cast<std::size_t>(what)]);
}

// A document alone, out of an answer that holds more.
platform::reply_ptr alone(json::value v) {
    auto out = std::make_unique<platform::reply>();
    json::append_value(out->body, v);
    if (out->tape.parse(out->body, {}).has_error()) return nullptr;
    out->data = out->tape.root();
    return out;
}

constexpr std::size_t most_left_states = 3;  // that one write looks after

constexpr std::string_view half_made =
    "the new object was made, but its author and its details could not be kept with it, nor could it be "
    "taken back";
constexpr std::string_view perhaps_changed =
    "the answer to the change was lost, so that it may have been made; look before sending it again";
constexpr std::string_view perhaps_made =
    "the answer to the new object was lost, so that it may have been made; look before sending it again";

}  // namespace

task<result<exchange::family>> exchange::read_family(session& s, std::int64_t number,
                                                     platform::child_kinds with) {
    family out;
    CB_CO_TRY(out.found, co_await backend_.read_case(s.ctx, number, with));
    if (!out.found->data.is_object() || !visible(s, out.found->data))
        co_return fail(errc::not_found, "no such case here");
    out.number = number;
    const auto& cases = tables_.object("case");
    out.states.read(*cases.compiled, out.found->data);
    const reader_pool::lease reader(readers_);
    reader->read(out.found->data, nullptr);
    mapping::ledger unused;
    const workspace_references nobody(s.state, nullptr);
    cases.view("read").append_plain(*reader, "created", nobody, out.created, unused);
    cases.view("read").append_plain(*reader, "updated", nobody, out.updated, unused);
    begin_past(s, past_of(number, out.states));
    co_return std::move(out);
}

task<result<exchange::family>> exchange::fetch_family(session& s, platform::child_kinds with) {
    CB_CO_TRY(const std::int64_t number, co_await resolve_case(s));
    co_return co_await read_family(s, number, with);
}

task<result<write_gate::pass>> exchange::lock_case(session& s, std::int64_t number) {
    auto pass = co_await gate_.enter(case_key(s, number), s.op.deadline);
    if (!pass) co_return fail(errc::conflict, "the case is being written by others; try again");
    co_return std::move(pass);
}

task<result<exchange::family>> exchange::lock_family(session& s, platform::child_kinds with) {
    CB_CO_TRY(const std::int64_t number, co_await resolve_case(s));
    CB_CO_TRY(auto pass, co_await lock_case(s, number));
    CB_CO_TRY(family out, co_await read_family(s, number, with));
    out.pass = std::move(pass);
    co_return std::move(out);
}

task<result<child_written>> exchange::write_child(session& s, const family& f, platform::child_write w) {
    CB_CO_CHECK(permit(s, *w.plan));
    w.keep_without_state = !options_.strict;
    w.spare = s.past.entries;
    auto done = co_await backend_.write_child(s.ctx, w);
    if (done.has_error() && platform::in_doubt(done.error()))
        done = co_await look_for_child(s, f, w, done.error());
    if (done.has_error() && done.error().code == errc::not_found && w.number)
        co_return fail(errc::not_found, "it is gone by now", pointer_of(w.what));
    if (done.has_value() && done->raced) co_return race_lost();
    if (done.has_value() && !done->carry_kept) s.notes.note(mapping::finding_code::loss_no_carry, "carry");
    if (done.has_value() && !done->history_kept) s.past.refused = true;
    co_return done;
}

// The child that says what was sent: of a create one that is there now and was not before.
task<result<child_written>> exchange::look_for_child(session& s, const family& f, platform::child_write w,
                                                     failure why) {
    const auto now = co_await read_family(s, f.number, only(w.what));
    if (now.has_error())
        co_return fail(errc::upstream_error, std::string(w.number ? perhaps_changed : perhaps_made));
    json::tape sent;
    const std::string members = "{" + w.plan->members + "}";
    if (sent.parse(members, {}).has_error()) co_return why;
    const json::value before = backend_.children_of(f.document(), w.what);
    for (const auto& [none, v] : backend_.children_of(now->document(), w.what).elements()) {
        const std::int64_t number = backend_.number_of(v);
        const bool meant = w.number ? number == *w.number : !holds(before, backend_, number);
        if (!meant || !says(v, sent.root())) continue;
        CB_CO_TRY(child_written done, co_await finish_child(s, w, number, why));
        done.now = alone(v);
        co_return std::move(done);
    }
    if (why.code == errc::upstream_timeout)
        co_return fail(errc::upstream_error, std::string(w.number ? perhaps_changed : perhaps_made));
    co_return why;
}

// What goes with a child that is as it should be. Without that a new one is taken back.
task<result<child_written>> exchange::finish_child(session& s, platform::child_write w, std::int64_t number,
                                                   failure why) {
    const bool made = !w.number;
    mapping::write_plan rest = *w.plan;
    rest.members.clear();
    w.plan = &rest;
    w.number = number;
    w.content.reset();
    auto done = co_await backend_.write_child(s.ctx, w);
    if (done.has_value() || !made) co_return done;
    platform::child_removal back;
    back.what = w.what;
    back.case_number = w.case_number;
    back.number = number;
    const auto gone = co_await backend_.remove_child(s.ctx, back);
    if (gone.has_value()) co_return why;
    co_return fail(errc::upstream_error, std::string(half_made) + " (" + to_string(done.error().code) +
                                             "); its number there is " + std::to_string(number));
}

task<failure> exchange::missing_child(session& s, child what, std::optional<std::int64_t> number,
                                      errc missing, std::string pointer) {
    if (number) {
        const auto holder = co_await backend_.holder_of(s.ctx, what, *number);
        if (holder.has_error()) co_return holder.error();
        if (holder->has_value())
            co_return fail(errc::unresolved_reference, "it belongs to another case", pointer + "/case");
    }
    co_return fail(missing, "no such object", pointer);
}

task<result<exchange::child_work>> exchange::begin_child_write(session& s, child what, std::string object) {
    const auto& programs = tables_.object(object);
    CB_CO_TRY(auto fields, co_await s.state.load_fields(s.ctx));
    CB_CO_TRY(auto who, co_await s.state.load_people(s.ctx));
    CB_CO_TRY(family of, co_await lock_family(s, only(what)));
    auto all = children_of(backend_, programs, of.states, of.document(), what);
    const workspace_references refs(s.state, who.get());
    child_work w{&programs, std::move(fields), std::move(who), std::move(of), refs, std::move(all)};
    co_await find_left_states(s, what, w);
    co_return std::move(w);
}

// What somebody removes on the backend leaves its state behind, which would fill up the place that there is for
// states. Whether a child is really gone is asked for: its case may not have shown it.
task<void> exchange::find_left_states(session& s, child what, child_work& w) {
    const std::string& kind = stored_child::kind_of(*w.programs);
    const json::value shown = backend_.children_of(w.of.document(), what);
    std::map<std::int64_t, bool> gone;  // whether it is, of those that are known
    for (const auto& [none, v] : shown.elements()) gone.emplace(backend_.number_of(v), false);
    std::size_t asked = 0;
    for (const auto& e : w.of.states.all()) {
        if (e.kind != kind) continue;
        auto known = gone.find(e.number);
        if (known == gone.end() && asked < most_left_states) {
            ++asked;
            const auto holder = co_await backend_.holder_of(s.ctx, what, e.number);
            known = gone.emplace(e.number, holder.has_value() && !holder->has_value()).first;
        }
        if (known == gone.end() || !known->second) continue;
        w.left_states.push_back(e.id);
        for (auto& name : mapping::files_of_state(e.text, w.programs->source->carry->spill_prefix))
            w.left_files.push_back(std::move(name));
    }
}

task<result<void>> exchange::drop_child(session& s, const child_work& w, child what, const stored_child& c,
                                        case_event told) {
    if (options_.shadow) co_return shadow_refusal();
    s.events.push_back(std::move(told));
    platform::child_removal r;
    r.what = what;
    r.case_number = w.of.number;
    r.number = c.number;
    const std::string& kind = stored_child::kind_of(*w.programs);
    for (const auto& e : w.of.states.all()) {
        if (e.kind != kind || e.number != c.number) continue;
        r.states.push_back(e.id);
        for (auto& name : mapping::files_of_state(e.text, w.programs->source->carry->spill_prefix))
            r.files.push_back(std::move(name));
    }
    r.states.insert(r.states.end(), w.left_states.begin(), w.left_states.end());
    r.files.insert(r.files.end(), w.left_files.begin(), w.left_files.end());
    r.history = history_of(s);
    const auto done = co_await backend_.remove_child(s.ctx, r);
    if (done.has_error() && done.error().code == errc::not_found)
        co_return fail(errc::not_found, "it is gone by now", pointer_of(what));
    co_return done;
}

task<result<void>> exchange::fetch_child_spills(session& s, std::int64_t case_number,
                                                std::vector<stored_child>& all) {
    std::vector<platform::file_reference> files;
    for (const stored_child& c : all) {
        for (const auto& [rule, entry] : c.reader.carry().spills().members())
            files.push_back({case_number, std::string(entry.element(0).text())});
    }
    if (files.empty()) co_return result<void>{};
    CB_CO_TRY(const auto texts, co_await backend_.read_files(s.ctx, files));
    for (stored_child& c : all) {
        std::vector<std::pair<std::string, std::string>> found;
        for (const auto& [rule, entry] : c.reader.carry().spills().members()) {
            const auto text = texts.find(std::string(entry.element(0).text()));
            if (text != texts.end()) found.emplace_back(rule.text(), text->second);
        }
        for (auto& [rule, text] : found) c.reader.carry().provide(rule, std::move(text));
    }
    co_return result<void>{};
}

std::function<std::vector<std::string>(std::int64_t)> exchange::child_work::history_of_new(
    const exchange& e, session& s, id_kind kind, std::function<case_event(const std::string& id)> tell) {
    return [&e, &s, kind, tell = std::move(tell), known = std::int64_t{0},
            entries = std::vector<std::string>{}](std::int64_t number) mutable {
        if (number == known) return entries;
        s.events = {tell(s.state.ids().encode(kind, number).to_string())};
        known = number;
        entries = e.history_of(s);
        return entries;
    };
}

platform::child_write exchange::child_work::write_of(const mapping::write_plan& plan, child what) const {
    platform::child_write w;
    w.what = what;
    w.case_number = of.number;
    w.plan = &plan;
    w.left_states = left_states;
    w.left_files = left_files;
    return w;
}

}  // namespace casebridge::bridge
