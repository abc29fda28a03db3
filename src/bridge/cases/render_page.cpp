// One page of a list, in the façade's shape.
#include "bridge/session.hpp"

#include <algorithm>

namespace casebridge::bridge {

using platform::outcome;

namespace {

struct waiting {
    std::size_t at;  // its place on the page
    std::vector<platform::file_reference> files;
};

std::vector<platform::file_reference> files_of(const mapping::stored_reader& in, std::int64_t number,
                                               const std::vector<std::string>& rules) {
    std::vector<platform::file_reference> out;
    for (const auto& r : rules)
        out.push_back({number, std::string(in.carry().spills().member(r).element(0).text())});
    return out;
}

}  // namespace

// What custom fields list is not asked for with thousands of cases that are only looked at: the page's own are
// read once more, with it. A case that is gone by now, or hidden, is shown as it was, without.
task<result<void>> exchange::complete_page(session& s, listing& l) {
    if (l.complete || l.found.empty() || l.with == platform::child_kinds{}) co_return result<void>{};
    platform::case_listing what;
    what.by = platform::case_listing::order::number;
    what.with = l.with;
    what.with.tasks = counts_tasks(s);
    for (const candidate& c : l.found) what.numbers.push_back(c.at.id);
    what.limit = what.numbers.size();
    CB_CO_TRY(auto part, co_await backend_.list_cases(s.ctx, what));
    for (const auto& [none, doc] : part->data.elements()) {
        const auto f = facts(s, what.by, doc);
        const auto meant = std::find_if(l.found.begin(), l.found.end(),
                                        [&](const candidate& c) { return c.at.id == f.number; });
        if (meant != l.found.end() && visible(f)) meant->document = doc;
    }
    l.pages.push_back(std::move(part));
    co_return result<void>{};
}

// l.found: in reading direction, up to one more than the page holds.
task<result<outcome>> exchange::render_page(session& s, listing& l, std::optional<std::uint64_t> total) {
    const auto& page = s.op.page;
    std::vector<candidate>& found = l.found;
    outcome out;
    out.total = total;
    const bool more = found.size() > page.limit;
    if (more) found.erase(found.begin() + page.limit, found.end());
    if (page.backward) std::reverse(found.begin(), found.end());
    out.more_after = page.backward || more;
    out.more_before = page.backward ? more : page.from.has_value();
    out.filter_note = l.note(found.size());
    CB_CO_CHECK(co_await complete_page(s, l));

    std::shared_ptr<const mapping::field_set> fields;
    if (!s.op.field_ids.empty()) {
        CB_CO_TRY(fields, co_await s.state.load_fields(s.ctx));
    }
    CB_CO_TRY(const auto who, co_await s.state.load_people(s.ctx));
    const auto misses = [&](const candidate& c) { return misses_tag_states(s, c.document); };
    if (std::any_of(found.begin(), found.end(), misses)) CB_CO_CHECK(co_await s.state.load_tags(s.ctx));
    const mapping::view_program& view = tables_.object("case").view("item");
    mapping::view_program::request what;
    what.payloads = s.op.include_payload;
    what.field_ids = &s.op.field_ids;
    const workspace_references refs(s.state, who.get());
    const reader_pool::lease reader(readers_);

    // What lies in files is fetched for the whole page in one go.
    std::vector<waiting> later;
    std::vector<std::string> rules;
    out.items.resize(found.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        out.items[i].at = found[i].at;
        reader->read(found[i].document, fields.get());
        rules.clear();
        view.spilled(*reader, what, rules);
        if (rules.empty())
            view.run(*reader, refs, what, out.items[i].document, s.notes);
        else
            later.push_back({i, files_of(*reader, found[i].at.id, rules)});
    }
    if (later.empty()) co_return out;
    std::vector<platform::file_reference> files;
    for (const auto& w : later) files.insert(files.end(), w.files.begin(), w.files.end());
    CB_CO_TRY(const auto texts, co_await backend_.read_files(s.ctx, files));
    for (const auto& w : later) {
        const candidate& c = found[w.at];
        reader->read(c.document, fields.get());
        CB_CO_CHECK(co_await fetch_spills(s, view, what, c.at.id, *reader, &texts));
        view.run(*reader, refs, what, out.items[w.at].document, s.notes);
    }
    co_return out;
}

}  // namespace casebridge::bridge
