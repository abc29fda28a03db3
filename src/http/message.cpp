#include "http/message.hpp"

#include <algorithm>

namespace casebridge::http {

namespace {

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

void append_to_body(std::string& body, std::string_view piece, std::uint64_t promised) {
    constexpr std::size_t believed_at_once = 64 * 1024, enough_come = 512 * 1024;
    const std::size_t wanted = body.size() + piece.size();
    if (wanted > body.capacity() && wanted <= promised) {
        const bool all = promised <= believed_at_once || wanted >= enough_come;
        body.reserve(
            static_cast<std::size_t>(all ? promised : std::min<std::uint64_t>(promised, 2 * wanted)));
    }
    body.append(piece);
}

bool iequals(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view request::path() const noexcept {
    return std::string_view(target).substr(0, target.find('?'));
}

std::string_view request::query() const noexcept {
    const auto mark = target.find('?');
    return mark == std::string::npos ? std::string_view() : std::string_view(target).substr(mark + 1);
}

bool request::has_query() const noexcept { return target.find('?') != std::string::npos; }

const std::string* request::find(std::string_view name) const noexcept {
    for (const auto& f : fields)
        if (iequals(f.name, name)) return &f.value;
    return nullptr;
}

void request::reset() noexcept {
    method.clear();
    target.clear();
    fields.clear();
    body.clear();
    keep_alive = true;
    request_id.clear();
    traceparent.clear();
    tracestate.clear();
    received = {};
    deadline = {};
}

void response::set(std::string_view name, std::string_view value) {
    for (auto& [key, held] : fields) {
        if (iequals(key, name)) {
            held.assign(value);
            return;
        }
    }
    fields.emplace_back(name, value);
}

void response::reset() noexcept {
    status = 200;
    content_type.clear();
    fields.clear();
    constant_fields = {};
    body.clear();
    close = false;
    no_length = false;
    route.clear();
    reason.clear();
    account.clear();
    filter.clear();
    upstream_requests = 0;
    upstream_time = {};
}

}  // namespace casebridge::http
