#include "query/condition_lexer.hpp"

#include <algorithm>

namespace casebridge::query {
namespace {

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_blank(char c) noexcept { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
constexpr bool is_continuation(char c) noexcept { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }
constexpr char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

class lexer {
public:
    explicit lexer(std::string_view text) : text_(text) {}

    result<std::vector<token>> run() {
        std::vector<token> out;
        for (;;) {
            while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
            if (at_ == text_.size()) break;
            CB_TRY(auto one, next());
            out.push_back(std::move(one));
        }
        out.push_back({token_kind::end, {}, text_.size()});
        return out;
    }

private:
    char peek(std::size_t ahead = 0) const noexcept {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }

    token take(token_kind k, std::size_t size) {
        const std::size_t from = at_;
        at_ += size;
        return {k, std::string(text_.substr(from, size)), from};
    }

    result<token> next() {
        const char c = peek();
        switch (c) {
            case '"':
            case '\'': return quoted(c);
            case '(':
            case '[': return take(token_kind::open, 1);
            case ')':
            case ']': return take(token_kind::close, 1);
            case ',': return take(token_kind::comma, 1);
            case '=':
            case '<':
            case '>': return take(token_kind::symbol, peek(1) == '=' ? 2 : 1);
            case '!':
                if (peek(1) == '=') return take(token_kind::symbol, 2);
                return query_error(text_, at_, "\"!\" without \"=\"");
            default: break;
        }
        if (is_letter(c)) return take(token_kind::word, word_size());
        if (is_digit(c) || (c == '-' && is_digit(peek(1)))) return number();
        return query_error(text_, at_, "unexpected character " + character());
    }

    // The character at this place with its continuation bytes.
    std::string character() const {
        std::size_t size = 1;
        while (size < 4 && is_continuation(peek(size))) ++size;
        const bool readable = static_cast<unsigned char>(peek()) > ' ' && peek() != '\x7f';
        return readable ? shown(text_.substr(at_, size)) : "that cannot be shown";
    }

    std::size_t word_size() const noexcept {
        std::size_t n = 0;
        while (is_letter(peek(n)) || is_digit(peek(n)) || peek(n) == '_') ++n;
        return n;
    }

    result<token> quoted(char quote) {
        token t{token_kind::text, {}, at_};
        for (++at_; at_ < text_.size(); ++at_) {
            const char c = text_[at_];
            if (c == quote) {
                ++at_;
                return t;
            }
            if (c != '\\') {
                t.text += c;
                continue;
            }
            const char escaped = peek(1);
            if (at_ + 1 == text_.size()) break;
            if (std::string_view("\"'`\\").find(escaped) == std::string_view::npos)
                return query_error(text_, at_, R"(unknown escape; a backslash is written "\\")");
            t.text += escaped;
            ++at_;
        }
        return query_error(text_, t.at, "a quoted text without an end");
    }

    result<token> number() {
        if (const std::size_t size = date_size(); size != 0) return take(token_kind::date, size);
        std::size_t n = 1;
        while (is_digit(peek(n))) ++n;
        if (peek(n) == '.' && is_digit(peek(n + 1))) {
            ++n;
            while (is_digit(peek(n))) ++n;
        }
        if (is_letter(peek(n)) || peek(n) == '_' || peek(n) == '.')
            return query_error(text_, at_, "not a number");
        return take(token_kind::number, n);
    }

    // dddd-dd-dd, alone or with a time behind a 'T'; 0: none.
    std::size_t date_size() const noexcept {
        static constexpr std::string_view form = "dddd-dd-dd";
        for (std::size_t i = 0; i < form.size(); ++i) {
            if (form[i] == 'd' ? !is_digit(peek(i)) : peek(i) != '-') return 0;
        }
        std::size_t n = form.size();
        if (lower(peek(n)) == 't') {
            while (is_digit(peek(n)) || is_letter(peek(n)) ||
                   (peek(n) != '\0' && std::string_view(":.+-").find(peek(n)) != std::string_view::npos))
                ++n;
        }
        return is_digit(peek(n)) || is_letter(peek(n)) ? 0 : n;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

result<std::vector<token>> read_tokens(std::string_view query) { return lexer(query).run(); }

failure query_error(std::string_view query, std::size_t at, std::string_view sentence) {
    const std::string_view before = query.substr(0, std::min(at, query.size()));
    const auto characters = before.size() - static_cast<std::size_t>(
                                                std::count_if(before.begin(), before.end(), is_continuation));
    return fail(errc::invalid_query,
                "position " + std::to_string(characters + 1) + ": " + std::string(sentence));
}

std::string shown(std::string_view text) {
    constexpr std::size_t longest = 40;
    if (text.size() <= longest) return "\"" + std::string(text) + "\"";
    std::size_t n = longest;
    while (n > 0 && is_continuation(text[n])) --n;
    return "\"" + std::string(text.substr(0, n)) + "…\"";
}

bool same_word(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace casebridge::query
