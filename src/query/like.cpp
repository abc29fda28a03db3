#include "query/like.hpp"

#include <locale.h>
#include <algorithm>
#include <cstdint>
#include <cwctype>

namespace casebridge::query {
namespace {

locale_t unicode_locale() {
    static const locale_t l = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return l;
}

constexpr std::size_t lead_size(std::uint32_t lead) noexcept {
    return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

char32_t next_code_point(std::string_view& s) noexcept {
    const auto byte = [&](std::size_t i) { return i < s.size() ? static_cast<std::uint8_t>(s[i]) : 0U; };
    const std::uint32_t b = byte(0);
    const std::size_t size = lead_size(b);
    std::uint32_t c = size == 1 ? b : b & (0xFFU >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) c = c << 6 | (byte(i) & 0x3F);
    s.remove_prefix(size < s.size() ? size : s.size());
    return c;
}

void append_utf8(std::string& out, char32_t c) {
    const auto put = [&](std::uint32_t bits) { out += static_cast<char>(static_cast<std::uint8_t>(bits)); };
    if (c < 0x80) return put(c);
    if (c < 0x800) {
        put(0xC0 | c >> 6);
    } else {
        if (c < 0x10000) {
            put(0xE0 | c >> 12);
        } else {
            put(0xF0 | (c >> 18 & 0x07));
            put(0x80 | (c >> 12 & 0x3F));
        }
        put(0x80 | (c >> 6 & 0x3F));
    }
    put(0x80 | (c & 0x3F));
}

}  // namespace

std::u32string fold(std::string_view utf8) {
    std::u32string out;
    out.reserve(utf8.size());
    while (!utf8.empty()) {
        const char32_t c = next_code_point(utf8);
        if (c < 0x80)
            out += c >= 'A' && c <= 'Z' ? c + 32 : c;
        else
            out += static_cast<char32_t>(towlower_l(static_cast<wint_t>(c), unicode_locale()));
    }
    return out;
}

std::size_t sequence_size(std::string_view utf8) noexcept {
    return utf8.empty() ? 0 : std::min(lead_size(static_cast<std::uint8_t>(utf8.front())), utf8.size());
}

std::string fold_text(std::string_view utf8) {
    std::string out;
    out.reserve(utf8.size());
    for (const char32_t c : fold(utf8)) append_utf8(out, c);
    return out;
}

like_pattern::like_pattern(std::string_view term) {
    const std::u32string text = fold(term);
    // The server searches for '%' + term + '%'; a trailing escape would take that last '%' literally.
    const std::u32string pattern = U"%" + text + U"%";
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == U'\\') {
            if (++i == pattern.size())
                impossible_ = true;
            else
                items_.push_back({pattern[i], item::literal});
        } else if (pattern[i] == U'%')
            items_.push_back({0, item::any});
        else if (pattern[i] == U'_')
            items_.push_back({0, item::one});
        else
            items_.push_back({pattern[i], item::literal});
    }
}

bool like_pattern::found_in(std::string_view utf8) const {
    if (impossible_) return false;
    const std::u32string text = fold(utf8);
    // Greedy with one place to come back to: linear in practice, quadratic at worst.
    std::size_t t = 0, p = 0, star = items_.size(), mark = 0;
    while (t < text.size()) {
        if (p < items_.size() && items_[p].what == item::any) {
            star = p++;
            mark = t;
        } else if (p < items_.size() && (items_[p].what == item::one || items_[p].c == text[t])) {
            ++p;
            ++t;
        } else if (star < items_.size()) {
            p = star + 1;
            t = ++mark;
        } else
            return false;
    }
    while (p < items_.size() && items_[p].what == item::any) ++p;
    return p == items_.size();
}

}  // namespace casebridge::query
