// Lists that the backend cannot sort or search as the façade does: everything within the bound is read once,
// in the order of the cases' numbers, which nothing disturbs, and sorted and searched here.
#include "bridge/session.hpp"
#include "query/like.hpp"

#include <algorithm>

namespace casebridge::bridge {
namespace {

using platform::case_listing;
using platform::outcome;
using platform::reply_ptr;

// Rules whose values a search term is looked for in (Tracecat fact sheet §1.3).
constexpr std::string_view searched_rules[] = {"summary", "description", "short_id"};

}  // namespace

task<result<void>> exchange::read_everything(session& s, std::vector<candidate>& found,
                                             std::vector<reply_ptr>& pages) {
    case_listing what;
    what.by = case_listing::order::number;
    what.descending = false;
    what.limit = options_.scan_page;
    what.number = s.op.filter.number;
    for (std::size_t read = 0;;) {
        CB_CO_TRY(auto part, co_await backend_.list_cases(s.ctx, what));
        for (const auto& [none, doc] : part->data.elements()) {
            candidate c{doc, {}, backend_.number_of(doc)};
            what.after_number = c.number;
            if (visible(s, doc)) found.push_back(std::move(c));
        }
        read += part->data.size();
        const bool more = part->more && part->data.size() > 0 && !what.number;
        pages.push_back(std::move(part));
        if (!more) co_return result<void>{};
        if (read >= options_.scan_bound) {
            co_return fail(errc::filter_too_broad,
                           "more than " + std::to_string(options_.scan_bound) + " cases");
        }
    }
}

// Drops what does not match and works out each place.
task<result<void>> exchange::keep_matching(session& s, std::vector<candidate>& found) {
    const auto& programs = tables_.object("case");
    const mapping::view_program& read = programs.view("read");
    const bool searching = !s.op.filter.search_term.empty();
    const query::like_pattern pattern(s.op.filter.search_term);
    mapping::stored_reader reader(programs.compiled->slots, programs.compiled->bag);
    mapping::view_program::request what;
    what.payloads = false;

    std::map<std::string, std::string> texts;
    if (searching) {
        std::vector<platform::file_reference> files;
        std::vector<std::string> rules;
        for (const auto& c : found) {
            reader.read(c.document, nullptr);
            rules.clear();
            read.spilled(reader, what, rules);
            for (const auto& r : rules)
                files.push_back({c.number, std::string(reader.carry().spills().member(r).element(0).text())});
        }
        if (!files.empty()) {
            CB_CO_TRY(texts, co_await backend_.read_files(s.ctx, files));
        }
    }
    const workspace_references refs(s.state, nullptr);
    std::vector<candidate> kept;
    std::string text;
    mapping::ledger unused;
    for (auto& c : found) {
        reader.read(c.document, nullptr);
        if (searching) {
            CB_CO_CHECK(co_await fetch_spills(s, read, what, c.number, reader, &texts));
            bool hit = false;
            for (const auto rule : searched_rules) {
                text.clear();
                hit = hit || (read.append_plain(reader, rule, text, unused) && pattern.found_in(text));
            }
            if (!hit) continue;
        }
        text.clear();
        read.append_plain(reader, sort_rule(s.op.page.order), text, unused);
        c.at = {sort_value(s.op.page.order, text, *programs.compiled), c.number};
        kept.push_back(std::move(c));
    }
    found = std::move(kept);
    co_return result<void>{};
}

task<result<outcome>> exchange::scan_cases(session& s) {
    std::vector<candidate> found;
    std::vector<reply_ptr> pages;
    CB_CO_CHECK(co_await read_everything(s, found, pages));
    const std::size_t scanned = found.size();
    CB_CO_CHECK(co_await keep_matching(s, found));
    const auto& page = s.op.page;
    const bool descending = page.descending != page.backward;
    const std::uint64_t total = found.size();
    std::sort(found.begin(), found.end(),
              [&](const candidate& a, const candidate& b) { return beyond(b.at, a.at, descending); });
    if (page.from) {
        const auto first = std::find_if(found.begin(), found.end(), [&](const candidate& c) {
            return beyond(c.at, *page.from, descending) || (page.inclusive && compare(c.at, *page.from) == 0);
        });
        found.erase(found.begin(), first);
    }
    if (found.size() > page.limit + 1) found.erase(found.begin() + page.limit + 1, found.end());
    const std::size_t returned = std::min<std::size_t>(found.size(), page.limit);
    auto out = co_await render_page(s, std::move(found), total);
    if (out.has_value()) {
        out->filter_note =
            "residual; scanned=" + std::to_string(scanned) + "; returned=" + std::to_string(returned);
    }
    co_return out;
}

}  // namespace casebridge::bridge
