#include "bridge/session.hpp"

namespace casebridge::bridge {
namespace {

using platform::outcome;

// The tags of a stored case, translated; and whether one of them is the tag of that number.
struct case_tags {
    std::vector<platform::item> items;
    bool present = false;
};

case_tags translate_tags(const mapping::bundle& tables, const workspace_state& state, json::value list,
                         std::int64_t wanted, mapping::ledger& notes) {
    const auto& programs = tables.object("tag");
    mapping::stored_reader reader(programs.compiled->slots, programs.compiled->bag);
    case_tags out;
    for (const auto& [none, v] : list.elements()) {
        reader.read(v, nullptr);
        std::int64_t number = 0;
        v.member("id").to_int64(number);
        if (reader.lacks_state()) reader.supply_state(state.tag_state_text(number));
        platform::item item;
        programs.view("read").run(reader, workspace_references(state, nullptr), {}, item.document, notes);
        out.present = out.present || number == wanted;
        out.items.push_back(std::move(item));
    }
    return out;
}

json::value tags_of(const platform::reply& stored) { return stored.data.member("tags").member("data"); }

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
    out.items = translate_tags(tables_, s.state, tags_of(*found), 0, s.notes).items;
    co_return out;
}

task<result<outcome>> exchange::change_case_tag(session& s) {
    const bool add = s.op.action == platform::verb::create;
    CB_CO_TRY(const auto found, co_await fetch_case(s));
    CB_CO_TRY(const auto tag, co_await find_tag(s));
    const bool present = translate_tags(tables_, s.state, tags_of(*found), tag.number, s.notes).present;
    if (!add && !present) co_return fail(errc::not_found, "the tag is not on the case", "/tag/case");
    outcome out;
    out.items.push_back({{}, tag.document});
    if (add == present) co_return out;   // it is there already
    if (options_.shadow)
        co_return fail(errc::read_only, "this bridge plans writes and does not carry them out");
    CB_CO_CHECK(co_await s.state.load_fields(s.ctx));
    const std::int64_t number = backend_.number_of(found->data);
    json::tape shown;
    if (shown.parse(tag.document, {}).has_value()) happened(s, add ? "tag:add" : "tag:remove", shown.root());
    s.past = past_of(number, found->data);
    const auto history = history_of(s);
    CB_CO_CHECK(co_await backend_.change_tag(s.ctx, number, tag.name, add, history));
    co_return out;
}

}  // namespace casebridge::bridge
