#include "platform/tracecat/wire/paths.hpp"

#include "http/target.hpp"
#include "platform/tracecat/wire/unicode.hpp"

#include <algorithm>

namespace casebridge::platform::tracecat {
namespace {

constexpr std::string_view api_prefix = "/api";
constexpr std::string_view mount = "/workspaces/{workspace_id}";
constexpr std::string_view mount_prefix = "/workspaces/";
constexpr std::size_t most_captures = 4;

bool is_ascii(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string_view next_segment(std::string_view& path) noexcept {
    path.remove_prefix(1);
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view segment = path.substr(0, end);
    path.remove_prefix(end);
    return segment;
}

capture captured(std::string_view pattern, std::string_view value) {
    capture c{pattern.substr(1, pattern.size() - 2), std::string(value), capture::kind::identifier};
    if (c.name.ends_with('!')) c.type = capture::kind::identifier_v4;
    if (c.name.ends_with('~')) c.type = capture::kind::text;
    if (c.type != capture::kind::identifier) c.name.remove_suffix(1);
    return c;
}

// Allocates nothing: most rows do not fit.
bool fits(std::string_view pattern, std::string_view path) noexcept {
    while (!pattern.empty() && path.starts_with('/')) {
        const std::string_view want = next_segment(pattern);
        const std::string_view have = next_segment(path);
        if (want.starts_with('{') ? have.empty() : want != have) return false;
    }
    return pattern.empty() && path.empty();
}

void collect(std::string_view pattern, std::string_view path, std::vector<capture>& out) {
    while (!pattern.empty()) {
        const std::string_view want = next_segment(pattern);
        const std::string_view have = next_segment(path);
        if (want.starts_with('{')) out.push_back(captured(want, have));
    }
}

// What stands behind /workspaces/{workspace_id}; empty if the path is not below a workspace.
std::string_view below_mount(std::string_view path) noexcept {
    if (!path.starts_with(mount_prefix)) return {};
    const std::size_t end = path.find('/', mount_prefix.size());
    return end == std::string_view::npos || end == mount_prefix.size() ? std::string_view()
                                                                       : path.substr(end);
}

path_match found(std::span<const path_row> rows, std::size_t index, std::string_view path,
                 std::string_view inner, bool below, std::string_view method) {
    path_match m;
    m.index = index;
    m.method_fits = rows[index].method == method;
    m.below_workspace = below;
    m.captures.reserve(most_captures);
    if (below) collect(mount, path.substr(0, path.size() - inner.size()), m.captures);
    collect(rows[index].pattern, below ? inner : path, m.captures);
    return m;
}

path_match lookup(std::span<const path_row> rows, std::string_view method, std::string_view path) {
    const std::string_view inner = below_mount(path);
    std::size_t first = path_match::none;
    bool first_below = false;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const path_row& row = rows[i];
        const bool below = row.both_mounts && !inner.empty() && fits(row.pattern, inner);
        if (!below && !fits(row.pattern, path)) continue;
        if (row.method == method) return found(rows, i, path, inner, below, method);
        if (first == path_match::none) {
            first = i;
            first_below = below;
        }
    }
    return first == path_match::none ? path_match() : found(rows, first, path, inner, first_below, method);
}

}  // namespace

const std::string* path_match::find(std::string_view name) const noexcept {
    for (const capture& c : captures)
        if (c.name == name) return &c.value;
    return nullptr;
}

path_match find_path(std::span<const path_row> rows, std::string_view method, std::string_view raw_path) {
    const bool plain = raw_path.find('%') == std::string_view::npos && is_ascii(raw_path);
    const std::string decoded = plain ? std::string() : replace_invalid_utf8(http::decode_segment(raw_path));
    const std::string_view path = plain ? raw_path : decoded;
    std::string_view local = path;
    const bool prefixed = local == api_prefix || local.starts_with("/api/");
    if (prefixed) local.remove_prefix(api_prefix.size());

    path_match m;
    if (!local.empty()) m = lookup(rows, method, local);
    m.api_prefix = prefixed;
    if (m.index != path_match::none || local == "/") return m;

    std::string other(path);
    if (path.ends_with('/')) {
        while (other.ends_with('/')) other.pop_back();
    } else {
        other += '/';
    }
    std::string_view other_local = other;
    if (prefixed) other_local.remove_prefix(api_prefix.size());
    if (!other_local.empty() && lookup(rows, method, other_local).index != path_match::none)
        m.redirect = std::move(other);
    return m;
}

}  // namespace casebridge::platform::tracecat
