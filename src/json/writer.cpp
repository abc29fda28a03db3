#include "json/writer.hpp"

#include <array>
#include <charconv>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace casebridge::json {
namespace {

// What a byte becomes inside a JSON string: 0 as it is, 'u' as \u00XX, else '\' and that letter.
constexpr std::array<char, 256> escapes = [] {
    std::array<char, 256> t{};
    for (std::size_t i = 0; i < 32; ++i) t[i] = 'u';
    t['"'] = '"';
    t['\\'] = '\\';
    t['\b'] = 'b';
    t['\f'] = 'f';
    t['\n'] = 'n';
    t['\r'] = 'r';
    t['\t'] = 't';
    return t;
}();

// Bytes at the front that need no escape.
std::size_t clean_prefix(const char* p, std::size_t n) noexcept {
    std::size_t i = 0;
#if defined(__SSE2__)
    const __m128i quote = _mm_set1_epi8('"');
    const __m128i backslash = _mm_set1_epi8('\\');
    const __m128i control = _mm_set1_epi8(31);
    for (; i + 16 <= n; i += 16) {
        const __m128i chunk = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + i));
        const __m128i low = _mm_cmpeq_epi8(_mm_max_epu8(chunk, control), control);
        const __m128i special = _mm_or_si128(_mm_cmpeq_epi8(chunk, quote), _mm_cmpeq_epi8(chunk, backslash));
        const int mask = _mm_movemask_epi8(_mm_or_si128(low, special));
        if (mask != 0) return i + static_cast<std::size_t>(__builtin_ctz(static_cast<unsigned>(mask)));
    }
#endif
    while (i < n && escapes[static_cast<std::uint8_t>(p[i])] == 0) ++i;
    return i;
}

void append_escape(std::string& out, char c) {
    const char e = escapes[static_cast<std::uint8_t>(c)];
    out += '\\';
    out += e;
    if (e != 'u') return;
    static constexpr char digits[] = "0123456789abcdef";
    const auto b = static_cast<std::uint8_t>(c);
    const char code[4] = {'0', '0', digits[b >> 4], digits[b & 15]};
    out.append(code, sizeof code);
}

}  // namespace

void append_escaped(std::string& out, std::string_view text) {
    const char* p = text.data();
    std::size_t left = text.size();
    for (;;) {
        const std::size_t clean = clean_prefix(p, left);
        out.append(p, clean);
        if (clean == left) return;
        append_escape(out, p[clean]);
        p += clean + 1;
        left -= clean + 1;
    }
}

void append_string(std::string& out, std::string_view text) {
    out += '"';
    append_escaped(out, text);
    out += '"';
}

void append_integer(std::string& out, std::int64_t n) {
    char text[24];
    const auto [end, error] = std::to_chars(text, text + sizeof text, n);
    out.append(text, static_cast<std::size_t>(end - text));
}

namespace {

// A string without escapes stands in the input with its quotes.
void append_text_node(std::string& out, const node& n) {
    if (n.escaped)
        append_string(out, n.text());
    else
        out.append(n.data - 1, n.size + std::size_t{2});
}

// A key and its colon, which nearly always follows at once.
void append_key_node(std::string& out, const node& n) {
    if (!n.escaped && n.data[n.size + std::size_t{1}] == ':') {
        out.append(n.data - 1, n.size + std::size_t{3});
        return;
    }
    append_text_node(out, n);
    out += ':';
}

// Writes the node at the index and returns the index after it. Depth is bounded by the parse policy.
std::uint32_t append_node(std::string& out, const tape& t, std::uint32_t index) {
    const node& n = t.at(index);
    if (n.type == kind::string) {
        append_text_node(out, n);
        return index + 1;
    }
    if (!is_container(n.type)) {
        out.append(n.data, n.size);
        return index + 1;
    }
    const bool object = n.type == kind::object;
    out += object ? '{' : '[';
    std::uint32_t at = index + 1;
    for (bool first = true; at < n.next; first = false) {
        if (!first) out += ',';
        if (object) append_key_node(out, t.at(at++));
        at = append_node(out, t, at);
    }
    out += object ? '}' : ']';
    return at;
}

}  // namespace

void append_value(std::string& out, value v) {
    if (!v.exists())
        out += "null";
    else
        append_node(out, v.owner(), v.index());
}

void writer::separate() {
    if (comma_) *out_ += ',';
    comma_ = true;
}

writer& writer::open(char c) {
    separate();
    *out_ += c;
    comma_ = false;
    return *this;
}

writer& writer::close(char c) {
    *out_ += c;
    comma_ = true;
    return *this;
}

writer& writer::key(std::string_view k) {
    separate();
    append_string(*out_, k);
    *out_ += ':';
    comma_ = false;
    return *this;
}

writer& writer::string(std::string_view s) {
    separate();
    append_string(*out_, s);
    return *this;
}

writer& writer::integer(std::int64_t n) {
    separate();
    append_integer(*out_, n);
    return *this;
}

writer& writer::boolean(bool b) { return raw(b ? "true" : "false"); }
writer& writer::null() { return raw("null"); }

writer& writer::raw(std::string_view json) {
    separate();
    *out_ += json;
    return *this;
}

writer& writer::copy(value v) {
    separate();
    append_value(*out_, v);
    return *this;
}

}  // namespace casebridge::json
