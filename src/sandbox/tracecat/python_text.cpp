#include "sandbox/tracecat/python_text.hpp"

#include "sandbox/tracecat/jsonb.hpp"

namespace casebridge::sandbox::tracecat {
namespace {

using sv = std::string_view;

}  // namespace

std::string python_repr(std::string_view text) {
    const char quote = text.find('\'') != sv::npos && text.find('"') == sv::npos ? '"' : '\'';
    std::string out(1, quote);
    for (const char c : text) {
        if (c == quote || c == '\\') out += '\\';
        switch (c) {
            case '\n': out += "\\n"; break;
            case '\r': out += "\\r"; break;
            case '\t': out += "\\t"; break;
            default: out += c;
        }
    }
    return out + quote;
}

std::string python_repr(json::value v) {
    if (v.is_string()) return python_repr(v.text());
    if (v.is_null()) return "None";
    if (v.is_boolean()) return v.is_true() ? "True" : "False";
    if (v.is_number()) return python_number(v.text());
    std::string out(1, v.is_object() ? '{' : '[');
    for (const auto item : v.is_object() ? v.members() : v.elements()) {
        if (out.size() > 1) out += ", ";
        if (v.is_object()) out += python_repr(item.name()) + ": ";
        out += python_repr(item.val);
    }
    return out + (v.is_object() ? '}' : ']');
}

std::string python_str(json::value v) { return v.is_string() ? std::string(v.text()) : python_repr(v); }

std::string_view python_type(json::value v) noexcept {
    switch (v.type()) {
        case json::kind::null: return "NoneType";
        case json::kind::boolean: return "bool";
        case json::kind::number: return v.text().find_first_of(".eE") == sv::npos ? "int" : "float";
        case json::kind::string: return "str";
        case json::kind::object: return "dict";
        case json::kind::array: return "list";
    }
    return "str";
}

}  // namespace casebridge::sandbox::tracecat
