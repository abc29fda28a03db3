#include "bridge/place_order.hpp"

#include "core/timestamp.hpp"

#include <algorithm>
#include <charconv>

namespace casebridge::bridge {
namespace {

std::string padded(std::uint64_t n, std::size_t width) {
    std::string text = std::to_string(n);
    return text.size() < width ? std::string(width - text.size(), '0') + text : text;
}

// Times before 1970 still compare as text.
constexpr std::int64_t epoch_shift = 1'000'000'000'000'000'000;

}  // namespace

std::string_view sort_rule(platform::sort_key key) noexcept {
    switch (key) {
        case platform::sort_key::created: return "created";
        case platform::sort_key::updated: return "updated";
        case platform::sort_key::priority: return "priority";
        case platform::sort_key::severity: return "severity";
        case platform::sort_key::status: return "status";
        case platform::sort_key::tasks: return {};
    }
    return {};
}

std::string sort_value(platform::sort_key key, std::string_view text, const mapping::compiled_table& cases) {
    if (key == platform::sort_key::created || key == platform::sort_key::updated) {
        const auto t = parse_iso8601(text);
        return padded(static_cast<std::uint64_t>((t ? t->micros : 0) + epoch_shift), 20);
    }
    const mapping::rule* r = cases.source->find(sort_rule(key));
    const mapping::catalog_field* f = r == nullptr ? nullptr : cases.left->find(r->left);
    if (f == nullptr) return "00";
    const auto at = std::find(f->values.begin(), f->values.end(), text);
    return padded(static_cast<std::uint64_t>(at - f->values.begin()), 2);
}

std::optional<std::int64_t> micros_of(const std::string& value) noexcept {
    std::int64_t n = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), n);
    if (error != std::errc{} || end != value.data() + value.size()) return std::nullopt;
    return n - epoch_shift;
}

int compare(const platform::place& a, const platform::place& b) noexcept {
    if (const int c = a.value.compare(b.value); c != 0) return c < 0 ? -1 : 1;
    return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

bool beyond(const platform::place& a, const platform::place& b, bool descending) noexcept {
    const int c = compare(a, b);
    return descending ? c < 0 : c > 0;
}

}  // namespace casebridge::bridge
