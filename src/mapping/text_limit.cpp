#include "mapping/text_limit.hpp"

#include "json/writer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace casebridge::mapping {
namespace {

// FNV-1a: recognises a text that was changed by somebody else; it guards nothing against forgery.
std::string fingerprint(std::string_view text) {
    std::uint64_t h = 14695981039346656037ULL;
    for (const char c : text) h = (h ^ static_cast<std::uint8_t>(c)) * 1099511628211ULL;
    static constexpr char digits[] = "0123456789abcdef";
    std::string out;
    for (int shift = 60; shift >= 0; shift -= 4) out += digits[h >> shift & 15];
    return out;
}

// What servers strip from the ends of a text: what is at most a blank, and Unicode's spaces (the store may be
// written in Java or in Python, and to keep more than was needed does no harm).
constexpr std::array<std::string_view, 19> wide_blanks{
    "\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x81",
    "\xe2\x80\x82", "\xe2\x80\x83", "\xe2\x80\x84", "\xe2\x80\x85", "\xe2\x80\x86",
    "\xe2\x80\x87", "\xe2\x80\x88", "\xe2\x80\x89", "\xe2\x80\x8a", "\xe2\x80\xa8",
    "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80"};

std::string_view trimmed(std::string_view text) noexcept {
    const auto blank = [](char c) { return static_cast<std::uint8_t>(c) <= ' '; };
    const auto step = [&](bool front) {
        if (text.empty()) return false;
        std::size_t n = blank(front ? text.front() : text.back()) ? 1 : 0;
        for (const auto w : wide_blanks)
            n = n == 0 && (front ? text.starts_with(w) : text.ends_with(w)) ? w.size() : n;
        front ? text.remove_prefix(n) : text.remove_suffix(n);
        return n > 0;
    };
    while (step(true)) continue;
    while (step(false)) continue;
    return text;
}

std::string make_entry(std::string_view stored, std::size_t kept, std::string_view rest) {
    std::string entry;
    json::writer w(entry);
    w.begin_object()
        .member("n", static_cast<std::int64_t>(kept))
        .member("l", static_cast<std::int64_t>(stored.size()));
    w.member("h", fingerprint(stored)).member("rest", rest).end_object();
    return entry;
}

// Nothing of ours cuts there; what an entry of somebody else's cuts would be no text.
bool is_within_character(std::string_view text, std::size_t at) noexcept {
    return at < text.size() && (static_cast<std::uint8_t>(text[at]) & 0xC0) == 0x80;
}

// A number, or its text.
bool read_count(json::value v, std::int64_t& out) noexcept {
    const std::string_view t = v.text();
    const auto [end, error] = std::from_chars(t.data(), t.data() + t.size(), out);
    return (v.is_number() || v.is_string()) && error == std::errc{} && end == t.data() + t.size();
}

}  // namespace

std::size_t utf16_length(std::string_view utf8) noexcept {
    std::size_t units = 0;
    for (const char c : utf8) {
        const auto b = static_cast<std::uint8_t>(c);
        if ((b & 0xC0) != 0x80) units += b >= 0xF0 ? 2 : 1;
    }
    return units;
}

std::size_t prefix_bytes(std::string_view text, std::size_t max) noexcept {
    std::size_t units = 0;
    for (std::size_t i = 0; i < text.size();) {
        const auto b = static_cast<std::uint8_t>(text[i]);
        const std::size_t bytes = b < 0x80 ? 1 : b < 0xE0 ? 2 : b < 0xF0 ? 3 : 4;
        units += bytes == 4 ? 2 : 1;
        if (units > max) return i;
        i += bytes;
    }
    return text.size();
}

bool is_blank(std::string_view text) noexcept { return trimmed(text).empty(); }

fitted fit_text(std::string_view text, std::size_t max, std::size_t min, std::string_view placeholder,
                std::string_view pointer) {
    if (min > 0 && is_blank(text)) {
        // "n" is 0, so the whole text is in the rest.
        return {std::string(placeholder), make_entry(placeholder, 0, text)};
    }
    // Servers trim texts; what stands around the text is kept in the carry.
    if (const std::string_view inner = trimmed(text); inner.size() != text.size() && !inner.empty()) {
        std::string stored = fit_text(inner, max, min, placeholder, pointer).stored;
        std::string entry = make_entry(stored, 0, text);
        return {std::move(stored), std::move(entry)};
    }
    if (max == 0 || utf16_length(text) <= max) return {std::string(text), {}};
    const std::size_t kept = prefix_bytes(text, max - utf16_length(pointer));
    std::string stored(text.substr(0, kept));
    stored += pointer;
    std::string entry = make_entry(stored, kept, text.substr(kept));
    return {std::move(stored), std::move(entry)};
}

std::string empty_text_entry() { return make_entry({}, 0, {}); }

std::string with_numbers_as_texts(const std::string& entry) {
    json::tape t;
    if (entry.empty() || t.parse(entry, {}).has_error()) return entry;
    std::string out;
    json::writer w(out);
    w.begin_object();
    for (const auto& [key, val] : t.root().members()) w.member(key.text(), val.text());
    w.end_object();
    return out;
}

bool append_restored(std::string& out, std::string_view native, json::value entry) {
    std::int64_t kept = 0;
    std::int64_t length = 0;
    if (!entry.is_object() || !read_count(entry.member("n"), kept) || !read_count(entry.member("l"), length))
        return false;
    const json::value rest = entry.member("rest");
    if (kept < 0 || length < kept || static_cast<std::uint64_t>(length) > native.size() || !rest.is_string())
        return false;
    const std::string_view stored = native.substr(0, static_cast<std::size_t>(length));
    if (entry.member("h").text() != fingerprint(stored)) return false;
    if (is_within_character(native, static_cast<std::size_t>(kept)) ||
        is_within_character(native, stored.size()))
        return false;
    json::append_escaped(out, native.substr(0, static_cast<std::size_t>(kept)));
    json::append_escaped(out, rest.text());
    json::append_escaped(out, native.substr(stored.size()));
    return true;
}

}  // namespace casebridge::mapping
