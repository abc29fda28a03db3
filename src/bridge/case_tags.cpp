#include "bridge/session.hpp"
#include "mapping/forms.hpp"

#include <algorithm>

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
        platform::item item;
        programs.view("read").run(reader, workspace_references(state, nullptr), {}, item.document, notes);
        std::int64_t number = 0;
        out.present = out.present || (v.member("id").to_int64(number) && number == wanted);
        out.items.push_back(std::move(item));
    }
    return out;
}

json::value tags_of(const platform::reply& stored) { return stored.data.member("tags").member("data"); }

}  // namespace

// By id, else by exact ref, else by the ref that the text would make (Tracecat fact sheet §3.3).
task<result<tag_entry>> exchange::find_tag(session& s) {
    const auto id = uuid::parse(s.op.child);
    const auto number = id ? s.state.ids().decode(id_kind::tag, *id) : std::nullopt;
    const std::string slug = mapping::slugify(s.op.child);
    for (int attempt = 0; attempt < 2; ++attempt) {
        CB_CO_TRY(const auto tags, co_await s.state.load_tags(s.ctx));
        const auto match = [&](auto&& predicate) {
            return std::find_if(tags->begin(), tags->end(), predicate);
        };
        auto it =
            match([&](const tag_entry& t) { return number ? t.number == *number : t.ref == s.op.child; });
        if (it == tags->end() && !id) it = match([&](const tag_entry& t) { return t.ref == slug; });
        if (it != tags->end()) co_return *it;
        s.state.forget_tags();   // it may be newer than what we remember
    }
    co_return fail(errc::not_found, "no such tag", "/tag");
}

task<result<outcome>> exchange::list_case_tags(session& s) {
    CB_CO_TRY(const auto found, co_await fetch_case(s));
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
    CB_CO_CHECK(co_await backend_.change_tag(s.ctx, backend_.number_of(found->data), tag.name, add));
    co_return out;
}

}  // namespace casebridge::bridge
