#include "mapping/python_text.hpp"

namespace casebridge::mapping {
namespace {

using sv = std::string_view;

constexpr int deepest_shown = 64;  // nobody reads a sentence with more brackets than these

void append_hex(std::string& out, unsigned char c) {
    constexpr sv digits = "0123456789abcdef";
    out += "\\x";
    out += digits[c >> 4];
    out += digits[c & 15];
}

void append_text(std::string& out, sv text) {
    const char quote = text.find('\'') != sv::npos && text.find('"') == sv::npos ? '"' : '\'';
    out += quote;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        switch (c) {
            case '\n': out += "\\n"; continue;
            case '\r': out += "\\r"; continue;
            case '\t': out += "\\t"; continue;
            default: break;
        }
        if (c == quote || c == '\\') out += '\\';
        if (byte < 0x20 || byte == 0x7f)
            append_hex(out, byte);
        else
            out += c;
    }
    out += quote;
}

void append_repr(std::string& out, json::value v, int depth) {
    if (v.is_string()) return append_text(out, v.text());
    if (v.is_null()) {
        out += "None";
    } else if (v.is_boolean()) {
        out += v.is_true() ? "True" : "False";
    } else if (v.is_number()) {
        out += v.text();
    } else if (depth == 0) {
        out += "...";
    } else {
        const bool named = v.is_object();
        out += named ? '{' : '[';
        bool first = true;
        for (const auto item : named ? v.members() : v.elements()) {
            if (!first) out += ", ";
            first = false;
            if (named) {
                append_text(out, item.name());
                out += ": ";
            }
            append_repr(out, item.val, depth - 1);
        }
        out += named ? '}' : ']';
    }
}

}  // namespace

std::string_view python_type(json::value v) noexcept {
    switch (v.type()) {
        case json::kind::object: return "dict";
        case json::kind::array: return "list";
        case json::kind::string: return "str";
        case json::kind::boolean: return "bool";
        case json::kind::null: return "NoneType";
        case json::kind::number: break;
    }
    return v.text().find_first_of(".eE") == sv::npos ? "int" : "float";
}

std::string python_repr(sv text) {
    std::string out;
    append_text(out, text);
    return out;
}

std::string python_repr(json::value v) {
    std::string out;
    append_repr(out, v, deepest_shown);
    return out;
}

std::string python_text(json::value v) { return v.is_string() ? std::string(v.text()) : python_repr(v); }

}  // namespace casebridge::mapping
