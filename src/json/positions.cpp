// Finds nodes in the input again: the parser's events carry no places, so a small scanner walks the
// tokens in the same order as the tape's nodes. The text is known to be valid.
#include "json/tape.hpp"

namespace casebridge::json {
namespace {

class scanner {
public:
    explicit scanner(std::string_view text) : text_(text) {}

    // Moves to the next token that is a node: a scalar, a key, or an opening bracket.
    // Closing brackets count too when a container's end is wanted.
    bool next(bool stop_at_close) noexcept {
        for (; at_ < text_.size(); ++at_) {
            const char c = text_[at_];
            if (c == '/')
                skip_comment();
            else if (c == '}' || c == ']') {
                if (stop_at_close) return true;
            } else if (!is_filler(c))
                return true;
        }
        return false;
    }
    std::size_t at() const noexcept { return at_; }
    char current() const noexcept { return text_[at_]; }
    void skip_token() noexcept {
        const char c = text_[at_];
        if (c == '"') return skip_string();
        if (c == '{' || c == '[' || c == '}' || c == ']') {
            ++at_;
            return;
        }
        while (at_ < text_.size() && !is_filler(text_[at_]) && text_[at_] != '}' && text_[at_] != ']' &&
               text_[at_] != '/') {
            ++at_;
        }
    }

private:
    static bool is_filler(char c) noexcept {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',' || c == ':';
    }
    void skip_string() noexcept {
        for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
            if (text_[at_] == '\\') ++at_;
        }
        ++at_;
    }
    // Leaves at_ on the comment's last byte.
    void skip_comment() noexcept {
        const bool line = at_ + 1 < text_.size() && text_[at_ + 1] == '/';
        const std::size_t end = line ? text_.find('\n', at_) : text_.find("*/", at_ + 2);
        if (end == std::string_view::npos)
            at_ = text_.size() - 1;
        else
            at_ = line ? end : end + 1;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

std::size_t tape::begin_of(std::uint32_t index) const noexcept {
    scanner s(text_);
    for (std::uint32_t i = 0; s.next(false); ++i) {
        if (i == index) return s.at();
        s.skip_token();
    }
    return text_.size();
}

std::size_t tape::end_of(std::uint32_t index) const noexcept {
    scanner s(text_);
    for (std::uint32_t i = 0; i < index && s.next(false); ++i) s.skip_token();
    if (!s.next(false)) return text_.size();
    std::size_t depth = 0;
    do {
        const char c = s.current();
        if (c == '{' || c == '[') ++depth;
        if (c == '}' || c == ']') --depth;
        s.skip_token();
    } while (depth > 0 && s.next(true));
    return s.at();
}

std::string_view value::raw() const noexcept {
    if (!exists()) return {};
    const std::size_t first = tape_->begin_of(index_);
    return tape_->text().substr(first, tape_->end_of(index_) - first);
}

}  // namespace casebridge::json
