#include "bridge/session.hpp"

#include <algorithm>

namespace casebridge::bridge {
namespace {

using platform::outcome;

std::vector<platform::item> translate_tags(const mapping::bundle& tables, const workspace_state& state,
                                           json::value list, mapping::ledger& notes) {
    const auto& programs = tables.object("tag");
    mapping::stored_reader reader(programs.compiled->slots, programs.compiled->bag);
    std::vector<platform::item> out;
    for (const auto& [none, v] : list.elements()) {
        reader.read(v, nullptr);
        std::int64_t number = 0;
        v.member("id").to_int64(number);
        if (reader.lacks_state()) reader.supply_state(state.tag_state_text(number));
        platform::item item;
        programs.view("read").run(reader, workspace_references(state, nullptr), {}, item.document, notes);
        out.push_back(std::move(item));
    }
    return out;
}

json::value tags_of(const platform::reply& stored) { return stored.data.member("tags").member("data"); }

// The tag by that number, as the stored case shows it now; absent: it is not on it.
json::value find_on_case(const platform::reply& stored, std::int64_t number) {
    for (const auto& [none, v] : tags_of(stored).elements()) {
        std::int64_t found = 0;
        if (v.member("id").to_int64(found) && found == number) return v;
    }
    return {};
}

}  // namespace

task<result<tag_entry>> exchange::find_tag(session& s) {
    for (int attempt = 0; attempt < 2; ++attempt) {
        CB_CO_TRY(const auto tags, co_await s.state.load_tags(s.ctx));
        if (const tag_entry* found = find_entry(*tags, s.state.ids(), s.op.child)) co_return *found;
        s.state.forget_tags();   // it may be newer than what we remember
    }
    co_return fail(errc::not_found, "no such tag", "/tag");
}

task<result<outcome>> exchange::list_case_tags(session& s) {
    CB_CO_TRY(const auto found, co_await fetch_case(s));
    if (misses_tag_states(s, found->data)) CB_CO_CHECK(co_await s.state.load_tags(s.ctx));
    outcome out;
    out.items = translate_tags(tables_, s.state, tags_of(*found), s.notes);
    co_return out;
}

task<result<outcome>> exchange::change_case_tag(session& s) {
    const bool add = s.op.action == platform::verb::create;
    CB_CO_TRY(const family f, co_await lock_family(s, {}));
    CB_CO_TRY(auto tag, co_await find_tag(s));
    const json::value present = find_on_case(*f.found, tag.number);
    if (!add && !present) co_return fail(errc::not_found, "the tag is not on the case", "/tag/case");
    outcome out;
    if (add == present.exists()) {  // it is there already
        out.items.push_back({{}, tag.document});
        co_return out;
    }
    if (options_.shadow) co_return shadow_refusal();
    CB_CO_CHECK(co_await s.state.load_fields(s.ctx));
    json::tape shown;
    if (shown.parse(tag.document, {}).has_value()) happened(s, add ? "tag:add" : "tag:remove", shown.root());
    platform::tag_change change{f.number, tag.name, add, history_of(s)};
    if (!add) change.name = present.member("name").text();  // as it is called now
    CB_CO_TRY(auto done, co_await backend_.change_tag(s.ctx, change));
    s.past.refused = !done.history_kept;
    if (add && !find_on_case(*done.now, tag.number)) {
        CB_CO_TRY(tag, co_await put_right_tag(s, f, tag, *done.now));
    }
    out.items.push_back({{}, tag.document});
    co_return out;
}

// The tag was called otherwise by now, or was gone, and the backend took the old name for a new tag. That one goes, and
// what is meant comes, if it still exists.
task<result<tag_entry>> exchange::put_right_tag(session& s, const family& f, const tag_entry& meant,
                                                const platform::reply& now) {
    for (const auto& [none, v] : tags_of(now).elements()) {
        std::int64_t number = 0;
        if (!v.member("id").to_int64(number) || find_on_case(*f.found, number)) continue;
        if (v.member("name").text() != meant.name) continue;
        const platform::tag_change undo{f.number, meant.name, false, {}};
        CB_CO_CHECK(co_await backend_.change_tag(s.ctx, undo));
    }
    s.state.forget_tags();
    CB_CO_TRY(const auto tags, co_await s.state.load_tags(s.ctx));
    const auto known = std::find_if(tags->begin(), tags->end(),
                                    [&](const tag_entry& t) { return t.number == meant.number; });
    if (known == tags->end()) co_return fail(errc::not_found, "the tag is gone by now", "/tag");
    const platform::tag_change again{f.number, known->name, true, {}};
    CB_CO_TRY(const auto done, co_await backend_.change_tag(s.ctx, again));
    if (!find_on_case(*done.now, meant.number))
        co_return fail(errc::conflict, "the backend puts another tag on the case", "/tag");
    co_return *known;
}

}  // namespace casebridge::bridge
