// Lists of cases. The backend filters what its catalogue rates and sorts what it can; the rest of both is done
// here, on the façade's own reading of each case.
//
// Two ways to read. Onwards: in the list's own order from a place, no more than the page takes; later pages
// always, first pages if the backend's count is the total. Whole: every case that the backend finds, within
// the bound, where the total has to be counted or the order made here.
#include "bridge/session.hpp"

#include <algorithm>

namespace casebridge::bridge {

using platform::case_listing;
using platform::outcome;
using platform::place;

namespace {

// How many to ask for: the page, one beyond it, and what lies in the same second as the place before it; more
// where some of what is found will not match.
std::size_t first_read(const platform::page_request& page, bool residual) {
    const std::size_t exact = page.limit + (page.from ? 3 : 1);
    return residual ? std::max<std::size_t>(exact * 4, 50) : exact;
}

}  // namespace

std::string exchange::listing::note(std::size_t returned) const {
    if (!residual && !sorted_here) return "exact";
    return "residual; scanned=" + std::to_string(scanned) + "; returned=" + std::to_string(returned);
}

failure exchange::too_broad(std::string_view of) const {
    return fail(errc::filter_too_broad,
                "more than " + std::to_string(options_.scan_bound) + " cases " + std::string(of));
}

bool exchange::counts_tasks(const session& s) const noexcept {
    return options_.case_addons && s.op.action == platform::verb::list;
}

task<result<exchange::listing>> exchange::plan_listing(session& s) {
    CB_CO_TRY(const query::filter bound, co_await bind_filter(s));
    listing l;
    l.plan = query::push_down(bound, *tables_.object("case").compiled);
    l.sorted_here =
        s.op.action == platform::verb::list && !native_order(s.op.page.order, options_.case_addons);
    if (!l.plan.exact()) {
        l.residual.emplace(l.plan.residual);
        CB_CO_TRY(l.who, co_await s.state.load_people(s.ctx));
    }
    if (!s.op.field_ids.empty()) {
        CB_CO_TRY(const auto fields, co_await s.state.load_fields(s.ctx));
        l.with = listed_in(*fields, &s.op.field_ids);
    }
    co_return l;
}

task<result<outcome>> exchange::list_cases(session& s) {
    CB_CO_TRY(listing l, co_await plan_listing(s));
    if (l.plan.nothing) {
        outcome none;
        none.total = 0;
        none.filter_note = "exact";
        co_return none;
    }
    // Only a first page needs a total; later ones have it from their cursor.
    const bool counts_here = l.residual || (options_.honour_user_access && s.state.restricted());
    const bool whole = l.sorted_here || (counts_here && !s.op.page.from);
    std::optional<std::uint64_t> total = s.op.page.total;
    if (whole) {
        CB_CO_TRY(const bool complete, co_await read_whole(s, l, !l.sorted_here));
        if (complete) {
            total = l.found.size();
            cut_page(s, l);
            co_return co_await render_page(s, l, total);
        }
    }
    std::optional<std::uint64_t> counted;
    CB_CO_CHECK(co_await read_onwards(s, l, counted));
    if (!s.op.page.from && !counts_here) total = counted;
    if (l.hidden && !s.state.restricted()) {
        s.state.note_restricted();
        if (!s.op.page.from) co_return co_await list_cases(s);  // the backend's count is not the caller's
    }
    co_return co_await render_page(s, l, total);
}

// Sorts what was found, and leaves what one page takes.
void exchange::cut_page(const session& s, listing& l) {
    const auto& page = s.op.page;
    const bool descending = page.descending != page.backward;
    std::sort(l.found.begin(), l.found.end(),
              [&](const candidate& a, const candidate& b) { return beyond(b.at, a.at, descending); });
    if (page.from) {
        const auto first = std::find_if(l.found.begin(), l.found.end(), [&](const candidate& c) {
            return beyond(c.at, *page.from, descending) || (page.inclusive && c.at == *page.from);
        });
        l.found.erase(l.found.begin(), first);
    }
    if (l.found.size() > page.limit + 1) l.found.erase(l.found.begin() + page.limit + 1, l.found.end());
}

// From one place to the next, never by offset: what is made or removed meanwhile shifts nothing.
task<result<void>> exchange::read_onwards(session& s, listing& l, std::optional<std::uint64_t>& total) {
    const auto& page = s.op.page;
    case_listing what;
    what.by = *native_order(page.order, options_.case_addons);
    l.complete = !l.residual;
    if (l.complete) what.with = l.with;
    what.with.tasks = counts_tasks(s);
    what.filter = l.plan.text;
    what.descending = page.descending != page.backward;
    what.limit = std::min(first_read(page, l.residual.has_value()), backend_.most_per_page());
    what.count = !page.from;
    std::optional<place> from = page.from;
    bool inclusive = page.inclusive;
    while (l.found.size() <= page.limit) {
        set_bound(what, from, inclusive);
        CB_CO_TRY(auto part, co_await backend_.list_cases(s.ctx, what));
        if (part->count) total = part->count;
        what.count = false;
        const bool more = part->more && part->data.size() > 0;
        bool met = false;
        std::vector<candidate> candidates = beyond_place(s, what, part->data, from, inclusive, met);
        if (from && what.bound && !met && !what.wide) {
            // The case at the place is gone, or the server reads times in another zone.
            what.wide = true;
            continue;
        }
        const std::size_t advanced = candidates.size();
        l.scanned += part->data.size();
        if (advanced > 0) {
            from = candidates.back().at;
            inclusive = false;
        }
        CB_CO_CHECK(co_await keep(s, l, std::move(part), std::move(candidates)));
        if (!more) break;
        if (l.found.size() <= page.limit && l.scanned >= options_.scan_bound)
            co_return too_broad("were read, and the page is not full");
        // Hundreds of cases may share the second of the place: more and more at a time.
        if (advanced == 0 && what.limit >= backend_.most_per_page()) co_return too_broad("lie in one second");
        const std::size_t most = advanced == 0 ? backend_.most_per_page() : options_.scan_page;
        what.limit = std::max(what.limit, std::min(what.limit * 4, most));
    }
    co_return result<void>{};
}

void exchange::set_bound(case_listing& what, const std::optional<place>& from, bool inclusive) {
    if (!from) return;
    if (what.by == case_listing::order::number) {
        const std::int64_t step = what.descending == inclusive ? 1 : -1;
        what.beyond_number = inclusive ? from->id + step : from->id;
    } else {
        what.bound = instant{from->rank};
    }
}

// The cases of one part that lie beyond a place, in its order. met: the place's own case is among the part.
std::vector<exchange::candidate> exchange::beyond_place(const session& s, const case_listing& what,
                                                        json::value part, const std::optional<place>& from,
                                                        bool inclusive, bool& met) const {
    std::vector<candidate> out;
    out.reserve(part.size());
    for (const auto& [none, doc] : part.elements()) {
        const auto f = facts(s, what.by, doc);
        const place at{what.by == case_listing::order::number ? 0 : f.when, f.number};
        if (from) {
            met = met || at == *from;
            if (!(inclusive && at == *from) && !beyond(at, *from, what.descending)) continue;
        }
        out.push_back({doc, at, visible(f)});
    }
    return out;
}

}  // namespace casebridge::bridge
