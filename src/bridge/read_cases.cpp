#include "bridge/session.hpp"

#include <algorithm>

namespace casebridge::bridge {
namespace {

using platform::case_listing;
using platform::outcome;
using platform::reply_ptr;

// Upstream pages that one façade page may cost: restricted cases and a bound that was too wide take some.
constexpr int most_reads_per_page = 50;

}  // namespace

bool exchange::visible(const session& s, json::value stored_case) const {
    if (!backend_.belongs(stored_case, *s.op.where)) return false;
    return !options_.honour_user_access || !backend_.hidden_from(stored_case, s.user);
}

// An id of ours, or one that a migration left as the case's external id.
task<result<std::int64_t>> exchange::resolve_case(session& s) {
    if (const auto number = s.state.ids().decode(id_kind::case_, s.op.id)) co_return *number;
    case_listing by_external_id;
    by_external_id.external_id = tables_.left().platform + ":" + s.op.id.to_string();
    by_external_id.limit = 1;
    CB_CO_TRY(const auto found, co_await backend_.list_cases(s.ctx, by_external_id));
    if (found->data.size() == 0) co_return fail(errc::not_found, "no case with this id");
    co_return backend_.number_of(found->data.element(0));
}

task<result<reply_ptr>> exchange::fetch_case(session& s) {
    CB_CO_TRY(const std::int64_t number, co_await resolve_case(s));
    CB_CO_TRY(auto found, co_await backend_.read_case(s.ctx, number));
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
    CB_CO_TRY(const auto fields, co_await s.state.load_fields(s.ctx));
    CB_CO_TRY(const auto who, co_await s.state.load_people(s.ctx));
    CB_CO_TRY(const auto found, co_await fetch_case(s));
    const auto& programs = tables_.object("case");
    mapping::stored_reader reader(programs.compiled->slots, programs.compiled->bag);
    reader.read(found->data, fields.get());
    const mapping::view_program& view = programs.view("read");
    CB_CO_CHECK(co_await fetch_spills(s, view, {}, backend_.number_of(found->data), reader, nullptr));
    outcome out;
    out.items.resize(1);
    view.run(reader, workspace_references(s.state, who.get()), {}, out.items[0].document, s.notes);
    co_return out;
}

task<result<outcome>> exchange::list_cases(session& s) {
    const bool pushed = s.op.page.order == platform::sort_key::created && s.op.filter.search_term.empty();
    return pushed && !s.op.filter.number ? list_by_creation(s) : scan_cases(s);
}

task<result<std::uint64_t>> exchange::count_cases(session& s) {
    case_listing what;
    what.limit = 1;
    what.count = true;
    CB_CO_TRY(const auto page, co_await backend_.list_cases(s.ctx, what));
    co_return page->count.value_or(page->data.size());
}

// One page in the order of creation, read from the backend in that order: no more than the page itself, one
// case beyond it, and what lies in the same second as the place where it begins.
task<result<void>> exchange::gather_by_creation(session& s, bool wide, std::vector<candidate>& found,
                                                std::vector<reply_ptr>& pages, bool& met,
                                                std::optional<std::uint64_t>& total) {
    const auto& page = s.op.page;
    case_listing what;
    what.descending = page.descending != page.backward;
    what.wide = wide;
    what.limit = page.limit + (page.from ? 3 : 1);
    what.count = !page.from;
    if (page.from) {
        if (const auto at = micros_of(page.from->value)) what.bound = instant{*at};
    }
    for (int reads = 0; found.size() <= page.limit; ++reads) {
        if (reads == most_reads_per_page)
            co_return fail(errc::filter_too_broad, "too many cases that this account may not see");
        CB_CO_TRY(auto part, co_await backend_.list_cases(s.ctx, what));
        if (part->count) total = part->count;
        for (const auto& [none, doc] : part->data.elements()) {
            const auto created = backend_.created_of(doc);
            std::string when;
            append_micros(when, created.value_or(instant{}));
            const std::int64_t number = backend_.number_of(doc);
            candidate c{
                doc, {sort_value(page.order, when, *tables_.object("case").compiled), number}, number};
            if (page.from) {
                const bool same = compare(c.at, *page.from) == 0;
                met = met || same;
                if (!(same && page.inclusive) && !beyond(c.at, *page.from, what.descending)) continue;
            }
            if (visible(s, doc)) found.push_back(std::move(c));
        }
        const bool more = part->more && part->data.size() > 0;
        what.offset += part->data.size();
        what.count = false;
        // Hundreds of cases may share the second of the place: more and more at a time.
        what.limit = std::min<std::uint64_t>(what.limit * 4, options_.scan_page);
        pages.push_back(std::move(part));
        if (!more) break;
    }
    co_return result<void>{};
}

task<result<outcome>> exchange::list_by_creation(session& s) {
    std::vector<candidate> found;
    std::vector<reply_ptr> pages;
    std::optional<std::uint64_t> total;
    bool met = false;
    CB_CO_CHECK(co_await gather_by_creation(s, false, found, pages, met, total));
    if (s.op.page.from && !met) {
        // The case that the cursor names was not where the bound should have begun: it is gone, or the
        // server reads times in another zone. A bound that is a day wider settles it.
        found.clear();
        pages.clear();
        CB_CO_CHECK(co_await gather_by_creation(s, true, found, pages, met, total));
    }
    if (!total) {
        CB_CO_TRY(total, co_await count_cases(s));
    }
    auto out = co_await render_page(s, std::move(found), *total);
    if (out.has_value()) out->filter_note = "exact";
    co_return out;
}

// found: in reading direction, up to one more than the page holds.
task<result<outcome>> exchange::render_page(session& s, std::vector<candidate> found, std::uint64_t total) {
    const auto& page = s.op.page;
    outcome out;
    out.total = total;
    const bool more = found.size() > page.limit;
    if (more) found.erase(found.begin() + page.limit, found.end());
    if (page.backward) std::reverse(found.begin(), found.end());
    out.more_after = page.backward || more;
    out.more_before = page.backward ? more : page.from.has_value();

    std::shared_ptr<const mapping::field_set> fields;
    if (!s.op.field_ids.empty()) {
        CB_CO_TRY(fields, co_await s.state.load_fields(s.ctx));
    }
    CB_CO_TRY(const auto who, co_await s.state.load_people(s.ctx));
    const auto& programs = tables_.object("case");
    const mapping::view_program& view = programs.view("item");
    mapping::view_program::request what;
    what.payloads = s.op.include_payload;
    what.field_ids = &s.op.field_ids;
    mapping::stored_reader reader(programs.compiled->slots, programs.compiled->bag);

    // The files of the whole page in one go.
    std::vector<platform::file_reference> files;
    std::vector<std::string> rules;
    for (const auto& c : found) {
        reader.read(c.document, nullptr);
        rules.clear();
        view.spilled(reader, what, rules);
        for (const auto& r : rules)
            files.push_back({c.number, std::string(reader.carry().spills().member(r).element(0).text())});
    }
    std::map<std::string, std::string> texts;
    if (!files.empty()) {
        CB_CO_TRY(texts, co_await backend_.read_files(s.ctx, files));
    }
    const workspace_references refs(s.state, who.get());
    for (const auto& c : found) {
        reader.read(c.document, fields.get());
        CB_CO_CHECK(co_await fetch_spills(s, view, what, c.number, reader, &texts));
        platform::item item{c.at, {}};
        view.run(reader, refs, what, item.document, s.notes);
        out.items.push_back(std::move(item));
    }
    co_return out;
}

}  // namespace casebridge::bridge
