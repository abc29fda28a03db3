#include "platform/tracecat/wire/problems.hpp"

#include "json/writer.hpp"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <unordered_map>

namespace casebridge::platform::tracecat {
namespace {

// "'a', 'b' or 'c'"
std::string choice(words values) {
    std::string out;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i > 0) out += i + 1 == values.size() ? " or " : ", ";
        out += '\'';
        out += values[i];
        out += '\'';
    }
    return out;
}

void append_number(std::string& out, std::string_view text);

void append_echo(std::string& out, json::value v) {
    if (v.is_number()) {
        append_number(out, v.text());
    } else if (v.is_object() || v.is_array()) {
        const bool object = v.is_object();
        out += object ? '{' : '[';
        bool comma = false;
        const auto range = object ? v.members() : v.elements();
        std::unordered_map<std::string_view, std::uint32_t> counts;   // of equal keys the last one
        if (object)
            for (const auto item : range) counts[item.name()] = item.val.index();
        for (const auto item : range) {
            if (object && counts[item.name()] != item.val.index()) continue;
            if (comma) out += ',';
            comma = true;
            if (object) {
                json::append_string(out, item.name());
                out += ':';
            }
            append_echo(out, item.val);
        }
        out += object ? '}' : ']';
    } else {
        json::append_value(out, v);
    }
}

// Python's int keeps its digits; what has a fraction or an exponent is a double.
void append_number(std::string& out, std::string_view text) {
    if (text.find_first_of(".eE") == std::string_view::npos) {
        out += text == "-0" ? std::string_view("0") : text;
        return;
    }
    const double value = std::strtod(std::string(text).c_str(), nullptr);
    if (!std::isfinite(value)) {
        out += "null";  // what is beyond a double is infinity there, which JSON cannot say (fact sheet §0.2)
        return;
    }
    if (text.find_first_of("eE") == std::string_view::npos) {
        out += text;
        return;
    }
    char buffer[40];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value);
    const std::string_view shortest(buffer, static_cast<std::size_t>(end.ptr - buffer));
    out += shortest;
    if (shortest.find_first_of(".e") == std::string_view::npos) out += ".0";
}

}  // namespace

location deeper(const location& loc, step s) {
    location out = loc;
    out.push_back(s);
    return out;
}

std::string quoted(std::string_view text) {
    std::string out;
    json::append_string(out, text);
    return out;
}

std::string context_text(std::string_view key, std::string_view text) {
    return quoted(key) + ":" + quoted(text);
}

void problems::add(std::string_view type, const location& loc, std::string_view msg, std::string_view input,
                   std::string_view ctx) {
    if (!list_.empty()) list_ += ',';
    list_ += "{\"type\":";
    json::append_string(list_, type);
    list_ += ",\"loc\":[";
    for (std::size_t i = 0; i < loc.size(); ++i) {
        if (i > 0) list_ += ',';
        if (const auto* name = std::get_if<std::string_view>(&loc[i]))
            json::append_string(list_, *name);
        else
            list_ += std::to_string(std::get<std::size_t>(loc[i]));
    }
    list_ += "],\"msg\":";
    json::append_string(list_, msg);
    list_ += ",\"input\":";
    list_ += input;
    if (!ctx.empty()) {
        list_ += ",\"ctx\":{";
        list_ += ctx;
        list_ += '}';
    }
    list_ += '}';
}

void problems::add_choice(std::string_view type, words values, const location& loc, std::string_view input) {
    const std::string list = choice(values);
    add(type, loc, "Input should be " + list, input, context_text("expected", list));
}

void problems::append(const problems& other) {
    if (!list_.empty() && !other.list_.empty()) list_ += ',';
    list_ += other.list_;
}

std::string echo(json::value v) {
    std::string out;
    if (!v.exists()) return "null";
    append_echo(out, v);
    return out;
}

}  // namespace casebridge::platform::tracecat
