#include "sandbox/threatconnect/tql.hpp"

namespace casebridge::sandbox::threatconnect::tql {

namespace {

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_blank(char c) noexcept { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

class lexer {
public:
    explicit lexer(std::string_view text) : text_(text) {}

    outcome<std::vector<token>> run() {
        std::vector<token> out;
        for (;;) {
            const auto from = at_;
            while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
            if (at_ == text_.size()) break;
            auto one = next();
            if (one.has_error()) return std::move(one).error();
            out.push_back(std::move(one).value());
            out.back().apart = from == 0 || out.back().at > from;
        }
        out.push_back({token_kind::end, {}, text_.size(), true});
        return out;
    }

private:
    outcome<token> next() {
        const char c = text_[at_];
        if (c == '"' || c == '\'') return quoted(c);
        if (c == '(') return single(token_kind::open);
        if (c == ')') return single(token_kind::close);
        if (c == ',') return single(token_kind::comma);
        if (is_letter(c)) return word();
        if (is_digit(c) || (c == '-' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]))) return number();
        if (c == '=' || c == '!' || c == '<' || c == '>') return symbol();
        const bool printable = c > ' ' && c < '\x7f';
        return syntax_error(
            at_, printable ? std::string("unexpected character '") + c + "'" : "unexpected character");
    }

    outcome<token> single(token_kind k) {
        token t{k, std::string(1, text_[at_]), at_, false};
        ++at_;
        return t;
    }

    outcome<token> quoted(char quote) {
        token t{token_kind::string, {}, at_, false};
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
            if (++at_ == text_.size()) break;
            const char escaped = text_[at_];
            if (escaped != '"' && escaped != '\'' && escaped != '`' && escaped != '\\')
                return syntax_error(at_ - 1, "unknown escape in a string");
            t.text += escaped;
        }
        return syntax_error(t.at, "string without an end");
    }

    outcome<token> word() {
        const auto from = at_;
        while (at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_]) || text_[at_] == '_'))
            ++at_;
        return token{token_kind::word, std::string(text_.substr(from, at_ - from)), from, false};
    }

    outcome<token> number() {
        const auto from = at_;
        if (const auto bare = bare_date(); bare != 0) {
            at_ += bare;
            return token{token_kind::date, std::string(text_.substr(from, bare)), from, false};
        }
        ++at_;
        while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
        if (at_ + 1 < text_.size() && text_[at_] == '.' && is_digit(text_[at_ + 1])) {
            ++at_;
            while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
        }
        if (at_ < text_.size() && (is_letter(text_[at_]) || text_[at_] == '_' || text_[at_] == '.'))
            return syntax_error(from, "not a number");
        return token{token_kind::number, std::string(text_.substr(from, at_ - from)), from, false};
    }

    // dddd-dd-dd, and nothing that would continue it; 0 if it is none.
    std::size_t bare_date() const {
        static constexpr std::string_view shape = "dddd-dd-dd";
        if (text_.size() - at_ < shape.size()) return 0;
        for (std::size_t i = 0; i < shape.size(); ++i) {
            const char c = text_[at_ + i];
            if (shape[i] == 'd' ? !is_digit(c) : c != '-') return 0;
        }
        const auto after = at_ + shape.size();
        if (after < text_.size() && (is_digit(text_[after]) || is_letter(text_[after]))) return 0;
        return shape.size();
    }

    outcome<token> symbol() {
        const auto from = at_;
        const auto two = text_.substr(at_, 2);
        if (two == "==" || two == "!=" || two == ">=" || two == "<=") {
            at_ += 2;
            return token{token_kind::symbol, std::string(two), from, false};
        }
        if (text_[at_] == '!') return syntax_error(from, "'!' without '='");
        ++at_;
        return token{token_kind::symbol, std::string(text_.substr(from, 1)), from, false};
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

api_error syntax_error(std::size_t at, std::string_view what) {
    auto e = fail(err::tql_parse);
    e.message += " (column " + std::to_string(at + 1) + ": ";
    e.message += what;
    e.message += ")";
    return e;
}

outcome<std::vector<token>> tokens(std::string_view query) { return lexer(query).run(); }

}  // namespace casebridge::sandbox::threatconnect::tql
