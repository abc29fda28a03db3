#include "http/target.hpp"

#include "core/percent.hpp"

#include <cstdint>
#include <utility>

namespace casebridge::http {

namespace {

int hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string decode_bytes(std::string_view raw, bool plus_is_space) {
    std::string out;
    out.reserve(raw.size());
    for (std::size_t i = 0; i < raw.size(); ++i) {
        const char c = raw[i];
        if (c == '%' && i + 2 < raw.size()) {
            const int high = hex_digit(raw[i + 1]);
            const int low = hex_digit(raw[i + 2]);
            if (high >= 0 && low >= 0) {
                out.push_back(static_cast<char>(high * 16 + low));
                i += 2;
                continue;
            }
        }
        out.push_back(plus_is_space && c == '+' ? ' ' : c);
    }
    return out;
}

// What may follow a lead byte: how many continuation bytes, and the range of the first of them
// (the narrower ranges keep out overlong forms, surrogates and values above U+10FFFF).
struct lead {
    unsigned more = 0;
    std::uint8_t low = 0x80;
    std::uint8_t high = 0xBF;
};

lead classify(std::uint8_t b) noexcept {
    if (b >= 0xC2 && b <= 0xDF) return {1, 0x80, 0xBF};
    if (b == 0xE0) return {2, 0xA0, 0xBF};
    if (b == 0xED) return {2, 0x80, 0x9F};
    if (b >= 0xE1 && b <= 0xEF) return {2, 0x80, 0xBF};
    if (b == 0xF0) return {3, 0x90, 0xBF};
    if (b >= 0xF1 && b <= 0xF3) return {3, 0x80, 0xBF};
    if (b == 0xF4) return {3, 0x80, 0x8F};
    return {};
}

// Length of the longest well-formed beginning of a sequence at `at`, and whether it is complete.
std::pair<std::size_t, bool> sequence(std::string_view text, std::size_t at) noexcept {
    const auto rule = classify(static_cast<std::uint8_t>(text[at]));
    if (rule.more == 0) return {1, false};
    std::size_t taken = 1;
    for (; taken <= rule.more && at + taken < text.size(); ++taken) {
        const auto b = static_cast<std::uint8_t>(text[at + taken]);
        const auto low = taken == 1 ? rule.low : std::uint8_t{0x80};
        const auto high = taken == 1 ? rule.high : std::uint8_t{0xBF};
        if (b < low || b > high) break;
    }
    return {taken, taken == rule.more + 1};
}

// Each maximal ill-formed part becomes one U+FFFD, as Python's errors="replace" does it.
std::string replace_invalid_utf8(std::string text) {
    std::size_t at = 0;
    while (at < text.size() && static_cast<std::uint8_t>(text[at]) < 0x80) ++at;
    std::string out;
    bool copying = false;
    while (at < text.size()) {
        const bool ascii = static_cast<std::uint8_t>(text[at]) < 0x80;
        const auto [length, complete] = ascii ? std::pair<std::size_t, bool>{1, true} : sequence(text, at);
        if (!complete && !copying) {
            out.assign(text, 0, at);
            copying = true;
        }
        if (!complete)
            out += "\xEF\xBF\xBD";
        else if (copying)
            out.append(text, at, length);
        at += length;
    }
    return copying ? std::move(out) : std::move(text);
}

std::string decode(std::string_view raw, bool plus_is_space) {
    return replace_invalid_utf8(decode_bytes(raw, plus_is_space));
}

}  // namespace

std::string decode_segment(std::string_view raw) { return decode(raw, false); }

std::vector<parameter> parse_form(std::string_view raw) {
    std::vector<parameter> out;
    while (!raw.empty()) {
        const auto end = raw.find('&');
        const auto pair = raw.substr(0, end);
        raw = end == std::string_view::npos ? std::string_view() : raw.substr(end + 1);
        if (pair.empty()) continue;
        const auto equals = pair.find('=');
        const auto value = equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
        out.push_back({decode(pair.substr(0, equals), true), decode(value, true)});
    }
    return out;
}

void append_encoded(std::string& out, std::string_view text) { append_percent_encoded(out, text); }

std::string encode(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 2);
    append_encoded(out, text);
    return out;
}

}  // namespace casebridge::http
