// What a document has at a keyword's path, as the keyword's type reads it.
#include "query/condition.hpp"
#include "query/condition_values.hpp"
#include "query/like.hpp"

#include <algorithm>
#include <charconv>

namespace casebridge::query {
namespace {

std::string text_of(std::string_view text, const keyword& by) {
    return by.fold ? fold_text(text) : std::string(text);
}

// A value's text as the keyword's type reads it; nothing if it cannot.
std::optional<literal> read_text(std::string_view text, const keyword& by) {
    literal out;
    const auto whole = [&](auto& n) {
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
        return error == std::errc{} && end == text.data() + text.size();
    };
    switch (by.type) {
        case value_type::integer: return whole(out.integer) ? std::optional(out) : std::nullopt;
        case value_type::decimal: return whole(out.decimal) ? std::optional(out) : std::nullopt;
        case value_type::boolean:
            out.integer = text == "true" ? 1 : 0;
            return text == "true" || text == "false" ? std::optional(out) : std::nullopt;
        case value_type::time: {
            const auto at = parse_iso8601(text);
            if (!at) return std::nullopt;
            out.integer = at->micros;
            return out;
        }
        default: out.text = text_of(text, by); return out;
    }
}

// Everything at a dotted path, through lists.
void follow(json::value from, std::string_view path, std::vector<json::value>& out) {
    if (!from || from.is_null()) return;
    if (from.is_array()) {
        for (const auto& [none, v] : from.elements()) follow(v, path, out);
        return;
    }
    if (path.empty()) {
        out.push_back(from);
        return;
    }
    const std::size_t dot = path.find('.');
    follow(from.member(path.substr(0, dot)),
           dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1), out);
}

}  // namespace

std::vector<literal> values_of(const keyword& by, const subject& s) {
    std::vector<json::value> found;
    s.append_values(by, found);
    std::vector<literal> out;
    for (const json::value v : found)
        if (json::has_text(v.type()))
            if (auto one = read_text(v.text(), by)) out.push_back(std::move(*one));
    if (out.empty() && !by.none.empty())
        if (auto one = read_text(by.none, by)) out.push_back(std::move(*one));
    return out;
}

void document_subject::append_values(const keyword& by, std::vector<json::value>& out) const {
    if (!by.path.empty()) follow(document_, by.path, out);
    if (out.empty() && !by.or_path.empty()) follow(document_, by.or_path, out);
}

bool document_subject::has_related(const keyword& by, const condition* sub) const {
    std::vector<json::value> related;
    if (!by.path.empty()) follow(document_, by.path, related);
    return std::any_of(related.begin(), related.end(), [&](json::value one) {
        return sub == nullptr || matches(*sub, document_subject(one));
    });
}

}  // namespace casebridge::query
