#include "observe/trace.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>

namespace casebridge::observe {
namespace {

constexpr std::size_t length = 55;  // 2 + 32 + 16 + 2 digits and three dashes
constexpr std::size_t most_state_members = 32;
constexpr std::size_t most_state_bytes = 512;
constexpr std::size_t most_key_or_value_bytes = 256;

bool is_lower_hex(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_id(std::string_view text) noexcept {
    return is_lower_hex(text) && text.find_first_not_of('0') != std::string_view::npos;
}

// SplitMix64: ids need to be different, not secret.
std::uint64_t random_word() {
    thread_local std::uint64_t state = [] {
        std::random_device entropy;
        return std::uint64_t{entropy()} << 32U | entropy();
    }();
    state += 0x9e3779b97f4a7c15U;
    std::uint64_t z = state;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return (z ^ (z >> 31U)) | 1U;  // never zero
}

void append_hex(std::string& out, std::uint64_t word) {
    static constexpr std::string_view digits = "0123456789abcdef";
    for (unsigned shift = 64; shift > 0; shift -= 4) out.push_back(digits[(word >> (shift - 4)) & 0xfU]);
}

bool is_key_character(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '*' || c == '/' ||
           c == '@';
}

bool is_state_member(std::string_view member) noexcept {
    const auto equals = member.find('=');
    if (equals == std::string_view::npos) return false;
    const auto key = member.substr(0, equals);
    const auto value = member.substr(equals + 1);
    if (key.empty() || key.size() > most_key_or_value_bytes || value.empty() ||
        value.size() > most_key_or_value_bytes)
        return false;
    if (!std::all_of(key.begin(), key.end(), is_key_character)) return false;
    if (key.front() == '@' || key.back() == '@' || std::count(key.begin(), key.end(), '@') > 1) return false;
    return std::all_of(value.begin(), value.end(),
                       [](char c) { return c >= ' ' && c <= '~' && c != ',' && c != '='; });
}

std::string_view trimmed(std::string_view text) noexcept {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

}  // namespace

bool is_traceparent(std::string_view text) noexcept {
    if (text.size() < length || text.size() > 256) return false;
    if (text[2] != '-' || text[35] != '-' || text[52] != '-') return false;
    const auto version = text.substr(0, 2);
    if (!is_lower_hex(version) || version == "ff") return false;
    if (text.size() > length && (version == "00" || text[length] != '-')) return false;
    if (std::any_of(text.begin(), text.end(), [](char c) { return c <= ' ' || c > '~'; })) return false;
    return is_id(text.substr(3, 32)) && is_id(text.substr(36, 16)) && is_lower_hex(text.substr(53, 2));
}

bool continue_trace(std::string_view received, std::string& out) {
    if (!is_traceparent(received)) return false;
    out.assign("00-").append(trace_id(received)).push_back('-');
    append_hex(out, random_word());
    // The lowest bit of the flags; the others have no meaning in version 00.
    const char last = received[length - 1];
    const int digit = last <= '9' ? last - '0' : last - 'a' + 10;
    out += digit % 2 == 1 ? "-01" : "-00";
    return true;
}

void begin_trace(std::string& out) {
    out.assign("00-");
    append_hex(out, random_word());
    append_hex(out, random_word());
    out.push_back('-');
    append_hex(out, random_word());
    out += "-00";
}

std::string_view trace_id(std::string_view traceparent) noexcept {
    return traceparent.empty() ? traceparent : traceparent.substr(3, 32);
}

bool is_tracestate(std::string_view text) noexcept {
    if (text.empty() || text.size() > most_state_bytes) return false;
    std::size_t members = 0;
    while (true) {
        const auto comma = text.find(',');
        const auto member = trimmed(text.substr(0, comma));
        if (!member.empty() && (!is_state_member(member) || ++members > most_state_members)) return false;
        if (comma == std::string_view::npos) return members > 0;
        text.remove_prefix(comma + 1);
    }
}

}  // namespace casebridge::observe
