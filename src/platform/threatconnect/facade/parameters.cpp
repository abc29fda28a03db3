#include "platform/threatconnect/facade/parameters.hpp"

#include "json/tape.hpp"
#include "json/writer.hpp"

#include <charconv>

namespace casebridge::platform::threatconnect {
namespace {

std::string snake_case(std::string_view camel) {
    std::string out;
    for (const char c : camel) {
        if (c >= 'A' && c <= 'Z') {
            out += '_';
            out += static_cast<char>(c - 'A' + 'a');
        } else {
            out += c;
        }
    }
    return out;
}

std::string as_text(json::value v) {
    std::string out;
    if (v.is(json::kind::string) || v.is_number() || v.is_boolean())
        out = v.text();
    else
        json::append_value(out, v);
    return out;
}

void append_body(json::value data, std::vector<http::parameter>& out) {
    for (const auto item : data.members()) {
        const std::string name(item.name());
        if (item.val.is_null()) continue;
        if (!item.val.is_array()) {
            out.push_back({name, as_text(item.val)});
            continue;
        }
        for (const auto each : item.val.elements()) out.push_back({name, as_text(each.val)});
    }
}

checked<std::uint64_t> read_number(const parameters& given, std::string_view name, std::uint64_t least,
                                   std::uint64_t most, std::uint64_t otherwise) {
    const std::string* text = given.find(name);
    if (!text) return otherwise;
    std::uint64_t n = 0;
    const char* end = text->data() + text->size();
    const auto read = std::from_chars(text->data(), end, n);
    if (read.ec == std::errc{} && read.ptr == end && n >= least && n <= most) return n;
    return complaint{
        err::bad_request,
        "The resultStart and resultLimit query parameters must be integers and the maximum value "
        "for resultLimit is " +
            std::to_string(most_results)};
}

}  // namespace

checked<parameters> parameters::read(const http::request& req) {
    parameters out;
    out.all_ = http::parse_form(req.query());
    if (req.method != "GET" || req.body.find_first_not_of(" \t\r\n") == std::string::npos) return out;
    json::tape body;
    if (body.parse(req.body, {}).has_error() || !body.root().is_object())
        return complaint{err::improper, "The request was not properly formed"};
    append_body(body.root().member("data"), out.all_);
    return out;
}

void parameters::append(const std::vector<http::parameter>& more) {
    all_.insert(all_.end(), more.begin(), more.end());
}

const std::string* parameters::find(std::string_view name) const {
    for (const http::parameter& p : all_)
        if (p.name == name) return &p.value;
    const std::string snake = snake_case(name);
    for (const http::parameter& p : all_)
        if (p.name == snake) return &p.value;
    return nullptr;
}

std::vector<std::string> parameters::all(std::string_view name) const {
    std::vector<std::string> out;
    for (const http::parameter& p : all_)
        if (p.name == name) out.push_back(p.value);
    return out;
}

bool parameters::flag(std::string_view name) const {
    const std::string* text = find(name);
    return text && http::iequals(*text, "true");
}

checked<page_range> read_page(const parameters& given) {
    constexpr std::uint64_t farthest = std::uint64_t{1} << 40;
    const auto start = read_number(given, "resultStart", 0, farthest, 0);
    if (start.has_error()) return start.error();
    const auto limit = read_number(given, "resultLimit", 1, most_results, page_range{}.limit);
    if (limit.has_error()) return limit.error();
    return page_range{*start, static_cast<std::uint32_t>(*limit)};
}

}  // namespace casebridge::platform::threatconnect
