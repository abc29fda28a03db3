// The history of a case: what was written down, and what is to be seen of what was not.
#include "bridge/history/history_page.hpp"
#include "bridge/session.hpp"
#include "mapping/selection.hpp"

#include <algorithm>

namespace casebridge::bridge {
namespace {

using platform::child;
using platform::outcome;

// What people make in the backend's own interface shows there, and nobody wrote an event.
struct derived {
    std::string_view on;      // what makes the event
    const char* object;       // the table that shows it
    child what;
    id_kind kind;
};
constexpr derived from_children[] = {
    {"comment:create", "comment", child::note, id_kind::comment},
    {"attachment:create", "attachment", child::artifact, id_kind::attachment},
};

std::string person_id(const people& who, json::value stored) {
    std::int64_t number = 0;
    if (!stored.member("id").to_int64(number)) return {};
    const person* p = who.find_stored("user", number);
    return p == nullptr ? std::string() : p->id;
}

}  // namespace

// False if one of them is not there.
task<result<bool>> exchange::read_history_files(session& s, std::int64_t number, case_log& log) {
    std::vector<platform::file_reference> names;
    for (const auto& f : log.files()) names.push_back({number, f.name});
    if (names.empty()) co_return true;
    CB_CO_TRY(const auto texts, co_await backend_.read_files(s.ctx, names));
    bool all = true;
    for (const auto& f : std::vector<case_log::file>(log.files())) {
        const auto text = texts.find(f.name);
        const bool read = text != texts.end() && log.add_file(f, text->second);
        all = all && read;
    }
    co_return all;
}

// The case itself: when it was made, and closed, where no event says so.
void exchange::derive_from_case(const session& s, json::value stored, const people& who,
                                history_page& page) const {
    const auto& programs = tables_.object("case");
    const workspace_references refs(s.state, &who);
    mapping::stored_reader reader(programs.compiled->slots, programs.compiled->bag);
    reader.read(stored, nullptr);
    mapping::ledger unused;
    for (const auto& t : tables_.events().all()) {
        const auto at =
            t.stored_time.empty() ? std::nullopt : parse_iso8601(stored.member(t.stored_time).text());
        if (!at) continue;
        std::string value;
        const bool always = t.stored_rule.empty();
        if (!always) programs.view("read").append_plain(reader, t.stored_rule, refs, value, unused);
        if (value != t.stored_value) continue;
        if (always ? page.tells_of(t.on) : page.tells_of_change(t.on, t.stored_value, *at)) continue;
        page.add(t, t.stored_members, *at, person_id(who, stored.member(t.stored_user)));
    }
}

void exchange::derive_from_children(const session& s, const family& of, const people& who,
                                    history_page& page) const {
    const std::string prefix = tables_.object("case").source->carry->spill_prefix;
    const workspace_references refs(s.state, &who);
    for (const derived& d : from_children) {
        if (!tables_.has(d.object)) continue;
        const auto& programs = tables_.object(d.object);
        const auto& kind = programs.source->carry->child;
        mapping::stored_reader reader(programs.compiled->slots, programs.compiled->bag);
        for (const auto& [none, v] : backend_.children_of(of.document(), d.what).elements()) {
            std::int64_t number = 0;
            const bool ours =
                d.what == child::artifact && mapping::is_own_file(v.member("summary").text(), prefix);
            if (!v.member("id").to_int64(number) || ours || !mapping::selects(programs.source->which, v))
                continue;
            if (page.tells_of(d.on, s.state.ids().encode(d.kind, number).to_string())) continue;
            reader.read(v, nullptr);
            of.states.offer_to(reader, kind, number);
            add_shown(programs.view("read"), reader, refs, d.on, page);
        }
    }
}

// The event that a thing as it is shown stands for.
void exchange::add_shown(const mapping::view_program& view, const mapping::stored_reader& reader,
                         const mapping::references& refs, std::string_view on, history_page& page) const {
    std::string document;
    mapping::ledger unused;
    view.run(reader, refs, {}, document, unused);
    json::tape t;
    if (t.parse(document, {}).has_error()) return;
    const auto told = tables_.events().of_document(on, t.root());
    const mapping::event_type* type = told ? tables_.events().find(told->type) : nullptr;
    if (type == nullptr || type->shown_time.empty()) return;
    const auto at = parse_iso8601(mapping::value_at(t.root(), type->shown_time).text());
    if (!at) return;
    page.add(*type, told->members, *at, std::string(mapping::value_at(t.root(), type->shown_user).text()));
}

task<result<outcome>> exchange::read_history(session& s) {
    CB_CO_TRY(const auto who, co_await s.state.load_people(s.ctx));
    bool complete = false;
    outcome out;
    for (int attempt = 0; attempt < 2 && !complete; ++attempt) {
        platform::child_kinds with;
        with.notes = with.artifacts = true;
        CB_CO_TRY(const auto found, co_await fetch_family(s, with));
        case_log log(history_prefix(tables_));
        for (const auto& e : found.states.all())
            if (e.kind == history_kind) log.add_entry(e.text, e.id);
        // Somebody may have folded it in between; then the case names another file now.
        CB_CO_TRY(complete, co_await read_history_files(s, found.number, log));
        out.items.clear();
        out.items.push_back({{}, history_document(s, found, *who, log)});
    }
    if (!complete) s.notes.note(mapping::finding_code::spill_missing, history_kind);
    co_return out;
}

std::string exchange::history_document(const session& s, const family& found, const people& who,
                                       const case_log& log) const {
    history_page page(tables_.events(), who);
    page.add_log(log);
    derive_from_case(s, found.document(), who, page);
    derive_from_children(s, found, who, page);
    if (const auto look = tables_.events().of_document("view", {})) {
        for (const auto& v : gate_.views().unwritten(case_key(s, found.number)))
            if (!page.has_view(v.user, v.at))
                page.add(*tables_.events().find(look->type), look->members, v.at, v.user);
    }
    return page.document();
}

}  // namespace casebridge::bridge
