#include "bridge/session.hpp"

#include <algorithm>

namespace casebridge::bridge {
namespace {

using platform::case_listing;
using platform::outcome;
using platform::reply_ptr;

}  // namespace

platform::backend::case_facts exchange::facts(const session& s, case_listing::order by,
                                              json::value stored_case) const {
    return backend_.facts_of(stored_case, by, *s.op.where, s.user);
}

// An id of ours, or one that a migration left as the case's external id.
task<result<std::int64_t>> exchange::resolve_case(session& s) {
    if (const auto number = s.state.ids().decode(id_kind::case_, s.op.id)) co_return *number;
    case_listing by_external_id;
    by_external_id.external_ids = {tables_.left().platform + ":" + s.op.id.to_string()};
    by_external_id.limit = 1;
    CB_CO_TRY(const auto found, co_await backend_.list_cases(s.ctx, by_external_id));
    if (found->data.size() == 0) co_return fail(errc::not_found, "no case with this id");
    co_return backend_.number_of(found->data.element(0));
}

platform::child_kinds exchange::listed_in(const mapping::field_set& fields,
                                          const std::vector<std::string>* only) const {
    platform::child_kinds out;
    for (const auto& f : fields.all()) {
        if (f.list == nullptr) continue;
        if (only != nullptr && std::find(only->begin(), only->end(), f.id) == only->end()) continue;
        if (const auto what = backend_.children_named(mapping::first_segment(f.path))) out.add(*what);
    }
    return out;
}

task<result<reply_ptr>> exchange::fetch_case(session& s, platform::child_kinds with) {
    CB_CO_TRY(const std::int64_t number, co_await resolve_case(s));
    CB_CO_TRY(auto found, co_await backend_.read_case(s.ctx, number, with));
    if (!found->data.is_object() || !visible(s, found->data))
        co_return fail(errc::not_found, "no such case here");
    co_return std::move(found);
}

// Reads the files that the view needs and that the carried state names. known: texts already read.
task<result<void>> exchange::fetch_spills(session& s, const mapping::view_program& view,
                                          const mapping::view_program::request& what, std::int64_t number,
                                          mapping::stored_reader& reader,
                                          const std::map<std::string, std::string>* known) {
    std::vector<std::string> rules;
    view.spilled(reader, what, rules);
    if (rules.empty()) co_return result<void>{};
    std::map<std::string, std::string> texts;
    if (known == nullptr) {
        std::vector<platform::file_reference> files;
        for (const auto& r : rules)
            files.push_back({number, std::string(reader.carry().spills().member(r).element(0).text())});
        CB_CO_TRY(texts, co_await backend_.read_files(s.ctx, files));
        known = &texts;
    }
    for (const auto& r : rules) {
        const auto text = known->find(std::string(reader.carry().spills().member(r).element(0).text()));
        if (text != known->end()) reader.carry().provide(r, text->second);
    }
    co_return result<void>{};
}

task<result<outcome>> exchange::read_case(session& s) {
    auto fields = s.state.known_fields();
    if (!fields) {
        CB_CO_TRY(fields, co_await s.state.load_fields(s.ctx));
    }
    auto who = s.state.known_people();
    if (!who) {
        CB_CO_TRY(who, co_await s.state.load_people(s.ctx));
    }
    const platform::child_kinds with = listed_in(*fields, nullptr);
    CB_CO_TRY(const auto found, co_await fetch_case(s, with));
    note_view(s, backend_.number_of(found->data));
    if (!s.state.knows_tags() && misses_tag_states(s, found->data))
        CB_CO_CHECK(co_await s.state.load_tags(s.ctx));
    const reader_pool::lease reader(readers_);
    reader->read(found->data, fields.get());
    const mapping::view_program& view = tables_.object("case").view("read");
    if (reader->carry().spills().size() > 0)
        CB_CO_CHECK(co_await fetch_spills(s, view, {}, backend_.number_of(found->data), *reader, nullptr));
    outcome out;
    out.items.resize(1);
    view.run(*reader, workspace_references(s.state, who.get()), {}, out.items[0].document, s.notes);
    co_return out;
}

}  // namespace casebridge::bridge
