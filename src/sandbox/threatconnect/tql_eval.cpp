#include "sandbox/threatconnect/tql_filter.hpp"

#include <algorithm>
#include <clocale>
#include <cwctype>

namespace casebridge::sandbox::threatconnect::tql {

namespace {

// Bytes of the UTF-8 sequence that the text begins with; 1 for what is none.
std::size_t sequence(std::string_view text) noexcept {
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t size = lead >= 0xF0U ? 4 : lead >= 0xE0U ? 3 : lead >= 0xC0U ? 2 : 1;
    if (size > text.size()) return 1;
    for (const char c : text.substr(1, size - 1))
        if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) return 1;
    return size;
}

void append_utf8(std::string& out, char32_t c) {
    const auto rest = [&](unsigned shift) { out += static_cast<char>(0x80U | ((c >> shift) & 0x3FU)); };
    if (c < 0x80U) {
        out += static_cast<char>(c);
    } else if (c < 0x800U) {
        out += static_cast<char>(0xC0U | (c >> 6U));
        rest(0);
    } else if (c < 0x10000U) {
        out += static_cast<char>(0xE0U | (c >> 12U));
        rest(6), rest(0);
    } else {
        out += static_cast<char>(0xF0U | (c >> 18U));
        rest(12), rest(6), rest(0);
    }
}

constexpr truth of(bool b) noexcept { return b ? truth::yes : truth::no; }

constexpr truth negate(truth t) noexcept {
    if (t == truth::unknown) return t;
    return t == truth::yes ? truth::no : truth::yes;
}

// '%' stands for any characters; nothing else is special.
bool like(std::string_view text, std::string_view pattern) {
    std::size_t t = 0, p = 0, star = std::string_view::npos, mark = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '%') {
            star = p++;
            mark = t;
        } else if (p < pattern.size() && pattern[p] == text[t]) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++mark;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '%') ++p;
    return p == pattern.size();
}

template <class T>
bool ordered(op o, const T& a, const T& b) {
    switch (o) {
        case op::eq:
        case op::in: return a == b;
        case op::ne: return a != b;
        case op::gt: return a > b;
        case op::lt: return a < b;
        case op::ge: return a >= b;
        case op::le: return a <= b;
        default: return false;
    }
}

bool text_matches(op o, const std::string& a, const std::string& b) {
    switch (o) {
        case op::like: return like(a, b);
        case op::contains: return a.find(b) != std::string::npos;
        case op::starts_with: return a.starts_with(b);
        case op::ends_with: return a.ends_with(b);
        default: return ordered(o, a, b);
    }
}

bool matches(const bound& b, const operand& have, const operand& want) {
    if (have.index() != want.index()) return false;
    const op o = b.operation == op::ne ? op::eq : b.operation;
    if (const auto* text = std::get_if<std::string>(&have))
        return text_matches(o, *text, std::get<std::string>(want));
    if (const auto* n = std::get_if<double>(&have)) return ordered(o, *n, std::get<double>(want));
    if (const auto* t = std::get_if<instant>(&have))
        return ordered(b.day_end ? op::lt : o, *t, std::get<instant>(want));
    if (const auto* flag = std::get_if<bool>(&have)) return ordered(o, *flag, std::get<bool>(want));
    return false;
}

// Keywords of which one record can have several values: negated forms need an answer for none too.
bool is_set(const keyword_def& k) {
    return k.source == "@tag" || k.source == "@attackTag" || k.source == "@usedBy" || k.source == "@noteId" ||
           k.source == "@groupId";
}

truth compare(const bound& b, const store& s, const record& r) {
    operands have;
    values_of(s, r, *b.keyword, have);
    const bool negated = b.negated || b.operation == op::ne;
    if (have.empty() && !is_set(*b.keyword)) return truth::unknown;
    bool found = false;
    for (auto& h : have) {
        if (b.fold)
            if (auto* text = std::get_if<std::string>(&h)) *text = without_letter_case(*text);
        found = found || std::any_of(b.values.begin(), b.values.end(),
                                     [&](const operand& want) { return matches(b, h, want); });
    }
    return of(found != negated);
}

bool leads_to_match(const bound& b, const store& s, const std::vector<id_type>& ids) {
    for (const auto id : ids) {
        const auto* other = s.find(b.keyword->target, id);
        if (other && (b.children.empty() || evaluate(b.children.front(), s, *other) == truth::yes))
            return true;
    }
    return false;
}

// hasAllTags(name in ("a","b")): each of the listed values needs a tag of its own.
bool each_has_match(const bound& b, const store& s, const std::vector<id_type>& ids) {
    const auto& inner = b.children.front();
    for (const auto& value : inner.values) {
        bound one = b;
        one.children.front().values = {value};
        if (!leads_to_match(one, s, ids)) return false;
    }
    return true;
}

truth nested(const bound& b, const store& s, const record& r) {
    std::vector<id_type> ids;
    related(s, r, *b.keyword, ids);
    const bool list = b.all_of && !b.children.empty() && b.children.front().operation == op::in &&
                      b.children.front().type == node::kind::comparison && !b.children.front().negated;
    return of(list ? each_has_match(b, s, ids) : leads_to_match(b, s, ids));
}

}  // namespace

std::string without_letter_case(std::string_view utf8) {
    static const auto letters = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    std::string out;
    out.reserve(utf8.size());
    for (std::size_t i = 0; i < utf8.size();) {
        const auto lead = static_cast<unsigned char>(utf8[i]);
        const auto size = sequence(utf8.substr(i));
        if (size == 1) {
            out += lead >= 'A' && lead <= 'Z' ? static_cast<char>(lead + ('a' - 'A')) : utf8[i];
            ++i;
            continue;
        }
        char32_t c = lead & (0xFFU >> (size + 1));
        for (std::size_t k = 1; k < size; ++k)
            c = (c << 6U) | (static_cast<unsigned char>(utf8[i + k]) & 0x3FU);
        append_utf8(out, static_cast<char32_t>(towlower_l(static_cast<wint_t>(c), letters)));
        i += size;
    }
    return out;
}

truth evaluate(const bound& b, const store& s, const record& r) {
    switch (b.type) {
        case node::kind::all: {
            truth t = truth::yes;
            for (const auto& c : b.children)
                if ((t = std::min(t, evaluate(c, s, r))) == truth::no) break;
            return t;
        }
        case node::kind::any: {
            truth t = truth::no;
            for (const auto& c : b.children)
                if ((t = std::max(t, evaluate(c, s, r))) == truth::yes) break;
            return t;
        }
        case node::kind::negation: return negate(evaluate(b.children.front(), s, r));
        case node::kind::nested: return nested(b, s, r);
        case node::kind::null_test: {
            operands have;
            values_of(s, r, *b.keyword, have);
            return of(have.empty() != b.negated);
        }
        case node::kind::comparison: return compare(b, s, r);
    }
    return truth::no;
}

}  // namespace casebridge::sandbox::threatconnect::tql
