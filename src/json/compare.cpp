#include "json/compare.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace casebridge::json {
namespace {

template <class Number>
bool reads_as(std::string_view text, Number& out) noexcept {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc{} && end == text.data() + text.size();
}

bool same_number(std::string_view a, std::string_view b) noexcept {
    if (a == b) return true;
    std::int64_t x = 0, y = 0;
    if (reads_as(a, x) && reads_as(b, y)) return x == y;
    double d = 0, e = 0;
    return reads_as(a, d) && reads_as(b, e) && d == e;
}

// Pairs that are still to be compared. Not a recursion: a client's payload may be ten thousand levels deep.
using open_pairs = std::vector<std::pair<value, value>>;

bool open_elements(value a, value b, open_pairs& open) {
    if (a.size() != b.size()) return false;
    auto other = b.elements().begin();
    for (const auto& [none, v] : a.elements()) {
        open.emplace_back(v, (*other).val);
        ++other;
    }
    return true;
}

bool open_members(value a, value b, open_pairs& open) {
    const member_index x(a), y(b);
    if (x.by_name().size() != y.by_name().size()) return false;
    for (std::size_t i = 0; i < x.by_name().size(); ++i) {
        if (x.by_name()[i].name() != y.by_name()[i].name()) return false;
        open.emplace_back(x.by_name()[i].val, y.by_name()[i].val);
    }
    return true;
}

// What lies within the two is left open.
bool same_so_far(value a, value b, open_pairs& open) {
    if (!a.exists() || !b.exists()) return a.exists() == b.exists();
    if (a.type() != b.type()) return false;
    switch (a.type()) {
        case kind::number: return same_number(a.text(), b.text());
        case kind::array: return open_elements(a, b, open);
        case kind::object: return open_members(a, b, open);
        default: return a.text() == b.text();
    }
}

}  // namespace

member_index::member_index(value object) {
    members_.reserve(object.size());
    for (const auto& m : object.members()) members_.push_back(m);
    const auto before = [](const item& a, const item& b) { return a.name() < b.name(); };
    std::stable_sort(members_.begin(), members_.end(), before);
    // Of equal names the last: unique() keeps the first, so it goes from behind.
    const auto kept = std::unique(members_.rbegin(), members_.rend(),
                                  [](const item& a, const item& b) { return a.name() == b.name(); });
    members_.erase(members_.begin(), kept.base());
}

value member_index::find(std::string_view name) const noexcept {
    const auto at = std::lower_bound(members_.begin(), members_.end(), name,
                                     [](const item& m, std::string_view n) { return m.name() < n; });
    return at == members_.end() || at->name() != name ? value{} : at->val;
}

bool same_json(value a, value b) {
    open_pairs open{{a, b}};
    while (!open.empty()) {
        const auto [x, y] = open.back();
        open.pop_back();
        if (!same_so_far(x, y, open)) return false;
    }
    return true;
}

}  // namespace casebridge::json
