#include "sandbox/tracecat/paging.hpp"

#include <algorithm>
#include <iterator>

namespace casebridge::sandbox::tracecat {
namespace {

using entries = std::map<position, incident*>;

position place_of(const incident& c, const list_query& q) { return {rank_of(c, q.by), c.id}; }

// Up to `most` cases from a place on, ascending or descending; no place: from the end.
std::vector<incident*> walk(const entries& all, const std::optional<position>& from, bool inclusive,
                            bool descending, std::size_t most) {
    std::vector<incident*> out;
    if (descending) {
        auto at = !from ? all.end() : inclusive ? all.upper_bound(*from) : all.lower_bound(*from);
        while (at != all.begin() && out.size() < most) out.push_back((--at)->second);
    } else {
        auto at = !from ? all.begin() : inclusive ? all.lower_bound(*from) : all.upper_bound(*from);
        for (; at != all.end() && out.size() < most; ++at) out.push_back(at->second);
    }
    return out;
}

// All cases in the order of the list, or those that the filter leaves.
class selection {
public:
    selection(const workspace& w, const case_filter& f, const list_query& q) {
        if (f.is_empty() && !f.nothing) {
            all_ = &w.by[static_cast<std::size_t>(q.by)];
            return;
        }
        for (incident* c : find_cases(w, f)) own_.emplace(place_of(*c, q), c);
        all_ = &own_;
    }
    const entries& get() const { return *all_; }

private:
    entries own_;
    const entries* all_ = nullptr;
};

}  // namespace

std::string read_page(const workspace& w, const case_filter& f, const list_query& q,
                      const std::string* cursor_text, page& out) {
    cursor c;
    if (cursor_text) {
        if (std::string bad = read_cursor(*cursor_text, q, c); !bad.empty()) return bad;
    }
    const selection chosen(w, f, q);
    out.total = static_cast<std::int64_t>(chosen.get().size());
    const auto from = cursor_text ? std::optional(c.at) : std::nullopt;
    out.items = walk(chosen.get(), from, c.inclusive, q.descending != c.backward, q.limit + 1);
    const bool more = out.items.size() > q.limit;
    if (more) out.items.pop_back();
    if (c.backward) std::reverse(out.items.begin(), out.items.end());
    out.has_more = c.backward || more;
    out.has_previous = c.backward ? more : cursor_text != nullptr;
    // A page that turned out empty offers the way back to the boundary itself.
    const bool empty = out.items.empty();
    const position first = empty ? c.at : place_of(*out.items.front(), q);
    const position last = empty ? c.at : place_of(*out.items.back(), q);
    if (out.has_more) out.next = write_cursor({false, empty, last}, q);
    if (out.has_previous) out.previous = write_cursor({true, empty, first}, q);
    return {};
}

std::string read_old_page(const workspace& w, const case_filter& f, const list_query& q,
                          const std::string* cursor_text, bool reverse, page& out) {
    std::optional<position> at;
    if (cursor_text) {
        std::string why;
        position read;
        switch (read_old_cursor(*cursor_text, q, read, why)) {
            case old_reading::good: at = read; break;
            case old_reading::of_another_order: break;   // silently the first page again
            case old_reading::malformed: return why;
        }
    }
    const selection chosen(w, f, q);
    out.total = static_cast<std::int64_t>(chosen.get().size());
    if (at && reverse) {
        // The defect: what lies before the cursor, but in forward order from its beginning.
        out.items = walk(chosen.get(), std::nullopt, false, q.descending, q.limit + 1);
        const auto beyond = [&](const incident* c) {
            return q.descending ? place_of(*c, q) <= *at : place_of(*c, q) >= *at;
        };
        out.items.erase(std::find_if(out.items.begin(), out.items.end(), beyond), out.items.end());
    } else {
        out.items = walk(chosen.get(), at, false, q.descending, q.limit + 1);
    }
    out.has_more = out.items.size() > q.limit;
    if (out.has_more) out.items.pop_back();
    out.has_previous = cursor_text != nullptr;
    if (out.items.empty()) return {};
    if (out.has_more) out.next = write_old_cursor(place_of(*out.items.back(), q), q);
    if (out.has_previous) out.previous = write_old_cursor(place_of(*out.items.front(), q), q);
    return {};
}

}  // namespace casebridge::sandbox::tracecat
