#include "platform/tracecat/wire/python_json.hpp"

#include "platform/tracecat/wire/unicode.hpp"

#include <algorithm>
#include <optional>

namespace casebridge::platform::tracecat {
namespace {

constexpr bool is_blank(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

int hex_value(char c) noexcept {
    if (is_digit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

struct patch {
    std::size_t at, size;
    std::string_view with;
};

// Follows CPython's Modules/_json.c step by step, so that the first error is the same one at the
// same place; without its recursion.
class scanner {
public:
    scanner(std::string_view text, python_json& out) : text_(text), out_(out) {}

    // False when malformed or too deep; out_ says which.
    bool run() {
        std::size_t i = skip_blanks(0);
        if (!value(i)) return false;
        while (!open_.empty()) {
            if (!step(i)) return false;
        }
        i = skip_blanks(i);
        return i == text_.size() || error("Extra data", i);
    }

    const std::vector<patch>& patches() const noexcept { return patches_; }

private:
    struct frame {
        char kind;               // '{' or '['
        bool fresh = true;       // nothing read yet
    };

    bool error(const char* message, std::size_t at) {
        out_.outcome = python_json::verdict::malformed;
        out_.message = message;
        out_.position = count_characters(text_.substr(0, at));
        return false;
    }

    char at(std::size_t i) const noexcept { return i < text_.size() ? text_[i] : '\0'; }
    bool is(std::size_t i, char c) const noexcept { return i < text_.size() && text_[i] == c; }

    std::size_t skip_blanks(std::size_t i) const noexcept {
        while (i < text_.size() && is_blank(text_[i])) ++i;
        return i;
    }

    void note(blemish::kind what) {
        blemish b{what, open_.empty() || open_.front().kind != '{' ? std::string() : top_key_};
        // Those of one member follow each other, and there are three kinds.
        const auto recent = out_.blemishes.end() - std::min<std::ptrdiff_t>(3, std::ssize(out_.blemishes));
        if (std::find(recent, out_.blemishes.end(), b) == out_.blemishes.end())
            out_.blemishes.push_back(std::move(b));
    }

    // One move inside the innermost container: its next element, or its end.
    bool step(std::size_t& i) {
        const bool object = open_.back().kind == '{';
        const char closing = object ? '}' : ']';
        i = skip_blanks(i);
        if (is(i, closing)) return close(i);
        if (!open_.back().fresh) {
            if (!is(i, ',')) return error("Expecting ',' delimiter", i);
            const std::size_t comma = i;
            i = skip_blanks(i + 1);
            if (is(i, closing)) {
                return error(object ? "Illegal trailing comma before end of object"
                                    : "Illegal trailing comma before end of array",
                             comma);
            }
        }
        open_.back().fresh = false;
        return (!object || key(i)) && value(i);
    }

    bool close(std::size_t& i) {
        open_.pop_back();
        ++i;
        return true;
    }

    bool key(std::size_t& i) {
        if (!is(i, '"')) return error("Expecting property name enclosed in double quotes", i);
        const std::size_t start = i + 1;
        if (!string(i)) return false;
        if (open_.size() == 1) top_key_.assign(text_.substr(start, i - 1 - start));
        i = skip_blanks(i);
        if (!is(i, ':')) return error("Expecting ':' delimiter", i);
        i = skip_blanks(i + 1);
        return true;
    }

    bool value(std::size_t& i) {
        const char c = at(i);
        if (c == '"') return string(i);
        if (c == '{' || c == '[') return open(i, c);
        for (const std::string_view word : {"null", "true", "false"}) {
            if (text_.substr(i).starts_with(word)) {
                i += word.size();
                return true;
            }
        }
        for (const std::string_view word : {"NaN", "Infinity", "-Infinity"}) {
            if (text_.substr(i).starts_with(word)) {
                note(blemish::kind::not_finite);
                patches_.push_back({i, word.size(), word.starts_with('-') ? "-1e999" : "1e999"});
                i += word.size();
                return true;
            }
        }
        return number(i);
    }

    bool open(std::size_t& i, char c) {
        open_.push_back({c});
        out_.depth = std::max(out_.depth, open_.size());
        if (open_.size() > python_depth_limit) {
            out_.outcome = python_json::verdict::unreadable;
            return false;
        }
        ++i;
        return true;
    }

    bool number(std::size_t& i) {
        std::size_t p = i;
        if (is(p, '-')) ++p;
        if (!is_digit(at(p))) return error("Expecting value", i);
        if (at(p) == '0')
            ++p;
        else
            while (is_digit(at(p))) ++p;
        if (is(p, '.') && is_digit(at(p + 1))) {
            ++p;
            while (is_digit(at(p))) ++p;
        }
        if (is(p, 'e') || is(p, 'E')) {
            std::size_t e = p + 1;
            if (is(e, '+') || is(e, '-')) ++e;
            if (is_digit(at(e))) {
                while (is_digit(at(e))) ++e;
                p = e;
            }
        }
        i = p;
        return true;
    }

    bool string(std::size_t& i) {
        const std::size_t begin = i;
        std::size_t p = i + 1;
        for (;;) {
            if (p >= text_.size()) return error("Unterminated string starting at", begin);
            const char c = text_[p];
            if (c == '"') break;
            if (c == '\\') {
                if (!escape(p, begin)) return false;
            } else if (static_cast<unsigned char>(c) < 0x20) {
                return error("Invalid control character at", p);
            } else {
                if (c == '\xED' && static_cast<unsigned char>(at(p + 1)) >= 0xA0) lone(p, 3, "\xEF\xBF\xBD");
                ++p;
            }
        }
        i = p + 1;
        return true;
    }

    void lone(std::size_t at, std::size_t size, std::string_view with) {
        note(blemish::kind::surrogate);
        patches_.push_back({at, size, with});
    }

    // The four digits of \uXXXX, whose 'u' is at `u`; -1 if they are not there. CPython wants at least
    // one more character behind them.
    int unit(std::size_t u) const noexcept {
        if (u + 5 >= text_.size()) return -1;
        int code = 0;
        for (std::size_t k = 1; k <= 4; ++k) {
            const int d = hex_value(text_[u + k]);
            if (d < 0) return -1;
            code = code * 16 + d;
        }
        return code;
    }

    bool escape(std::size_t& p, std::size_t begin) {
        if (p + 1 >= text_.size()) return error("Unterminated string starting at", begin);
        const char c = text_[p + 1];
        if (c != 'u') {
            if (std::string_view("\"\\/bfnrt").find(c) == std::string_view::npos)
                return error("Invalid \\escape", p);
            p += 2;
            return true;
        }
        const int first = unit(p + 1);
        if (first < 0) return error("Invalid \\uXXXX escape", p + 1);
        if (first == 0) note(blemish::kind::nul);
        if (first >= 0xD800 && first < 0xDC00 && p + 12 < text_.size() && text_[p + 6] == '\\' &&
            text_[p + 7] == 'u') {
            const int second = unit(p + 7);
            if (second < 0) return error("Invalid \\uXXXX escape", p + 7);
            if (second >= 0xDC00 && second < 0xE000) {
                p += 12;
                return true;
            }
        }
        if (first >= 0xD800 && first < 0xE000) lone(p, 6, "\\ufffd");
        p += 6;
        return true;
    }

    std::string_view text_;
    python_json& out_;
    std::vector<frame> open_;
    std::vector<patch> patches_;
    std::string top_key_;
};

}  // namespace

bool python_json::has(blemish::kind what) const noexcept {
    return std::any_of(blemishes.begin(), blemishes.end(), [&](const blemish& b) { return b.what == what; });
}

bool python_json::has(blemish::kind what, std::string_view member) const noexcept {
    return std::any_of(blemishes.begin(), blemishes.end(),
                       [&](const blemish& b) { return b.what == what && b.member == member; });
}

void read_python_json(std::string_view body, python_json& out) {
    bool as_is = false;
    std::size_t skip = 0;
    std::optional<std::string> decoded = decode_json_bytes(body, as_is, skip);
    if (!decoded) {
        out.outcome = python_json::verdict::unreadable;
        return;
    }
    if (as_is) {
        out.text = body.substr(skip);
    } else {
        out.rewritten = std::move(*decoded);
        out.text = out.rewritten;
    }
    scanner s(out.text, out);
    if (!s.run() || s.patches().empty()) return;

    std::string strict;
    std::size_t from = 0;
    for (const patch& p : s.patches()) {
        strict += out.text.substr(from, p.at - from);
        strict += p.with;
        from = p.at + p.size;
    }
    strict += out.text.substr(from);
    out.rewritten = std::move(strict);
    out.text = out.rewritten;
}

}  // namespace casebridge::platform::tracecat
