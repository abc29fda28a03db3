#include "sandbox/faults.hpp"

#include <array>
#include <charconv>

namespace casebridge::sandbox {

namespace {

struct row {
    std::string_view name;
    fault_kind kind;
    int least_arguments;
    int most_arguments;
};
constexpr std::array<row, 10> rows{{{"refuse", fault_kind::refuse, 0, 1},
                                    {"hang", fault_kind::hang, 0, 0},
                                    {"reset", fault_kind::reset, 0, 0},
                                    {"reset-head", fault_kind::reset_head, 0, 0},
                                    {"reset-body", fault_kind::reset_body, 0, 0},
                                    {"truncate", fault_kind::truncate, 0, 0},
                                    {"html", fault_kind::html, 0, 0},
                                    {"wrong-shape", fault_kind::wrong_shape, 0, 0},
                                    {"status", fault_kind::status, 1, 2},
                                    {"slow", fault_kind::slow, 1, 1}}};

bool read(std::string_view text, unsigned& out) {
    const auto r = std::from_chars(text.data(), text.data() + text.size(), out);
    return r.ec == std::errc{} && r.ptr == text.data() + text.size();
}

// Cuts "head<mark>tail" at the last or first mark; tail is empty if there is none.
std::string_view cut(std::string_view& head, std::size_t at) {
    if (at == std::string_view::npos) return {};
    const auto tail = head.substr(at + 1);
    head = head.substr(0, at);
    return tail;
}

bool read_scope(std::string_view scope, fault& f) {
    const auto slash = scope.find('/');
    if (slash == std::string_view::npos) {
        f.method = scope;
        return true;
    }
    auto method = scope.substr(0, slash);
    while (!method.empty() && method.back() == ' ') method.remove_suffix(1);
    f.method = method;
    f.prefix = scope.substr(slash);
    return true;
}

}  // namespace

std::optional<fault> parse_fault(std::string_view spec) {
    fault f;
    const auto star = spec.rfind('*');
    if (const auto count = cut(spec, star); star != std::string_view::npos) {
        unsigned n = 0;
        if (!read(count, n) || n == 0 || n > 1'000'000) return std::nullopt;
        f.remaining = static_cast<int>(n);
    }
    const auto at = spec.find('@');
    if (const auto scope = cut(spec, at); !scope.empty()) read_scope(scope, f);
    auto name = spec;
    auto first = cut(name, name.find(':'));
    const auto second = cut(first, first.find(':'));
    for (const auto& r : rows) {
        if (r.name != name) continue;
        const int given = first.empty() ? 0 : second.empty() ? 1 : 2;
        if (given < r.least_arguments || given > r.most_arguments) return std::nullopt;
        f.kind = r.kind;
        if (!first.empty() && !read(first, f.number)) return std::nullopt;
        if (!second.empty() && !read(second, f.retry_after)) return std::nullopt;
        if (f.kind == fault_kind::status && (f.number < 200 || f.number > 599)) return std::nullopt;
        return f;
    }
    return std::nullopt;
}

std::optional<fault> fault_plan::take(std::string_view method, std::string_view target) {
    for (auto it = faults_.begin(); it != faults_.end(); ++it) {
        if (!it->method.empty() && it->method != "*" && it->method != method) continue;
        if (!target.starts_with(it->prefix)) continue;
        const fault found = *it;
        if (it->remaining > 0 && --it->remaining == 0) faults_.erase(it);
        return found;
    }
    return std::nullopt;
}

}  // namespace casebridge::sandbox
