#include "sandbox/tracecat/search.hpp"

#include "platform/tracecat/wire/datetime_text.hpp"
#include "platform/tracecat/wire/text.hpp"
#include "platform/tracecat/wire/unicode.hpp"
#include "platform/tracecat/wire/uuid_text.hpp"
#include "sandbox/tracecat/parts.hpp"

#include <locale.h>
#include <algorithm>
#include <cwctype>
#include <limits>

namespace casebridge::sandbox::tracecat {
namespace {

using sv = std::string_view;

constexpr std::size_t longest_term = 1000, most_digits = 10, searched_digits = 4;

locale_t database_locale() {
    static const locale_t l = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return l;
}

std::uint32_t code_point(sv text, std::size_t at, std::size_t size) {
    const auto byte = [&](std::size_t i) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(text[at + i]));
    };
    std::uint32_t out = byte(0) & (0xFFU >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) out = out << 6U | (byte(i) & 0x3FU);
    return out;
}

// lpad(number, 4, '0') pads, and cuts what is longer.
std::string searched_number(std::int64_t number) {
    std::string n = std::to_string(number);
    if (n.size() < searched_digits) n.insert(0, searched_digits - n.size(), '0');
    return "case-" + n.substr(0, searched_digits);
}

bool is_nobody(sv text) { return text == "unassigned" || text == "__UNASSIGNED__"; }

search_complaint check_term(sv name, sv text) {
    if (wire::count_characters(text) > longest_term)
        return {400, std::string(name) + " cannot exceed 1000 characters"};
    if (text.find('\0') != sv::npos) return {400, std::string(name) + " cannot contain null bytes"};
    return {};
}

void note(case_filter& f, sv name, std::vector<std::string> values) {
    std::sort(values.begin(), values.end());
    f.canonical += name;
    for (const std::string& v : values) f.canonical.append("=").append(v).append("\n");
}

unsigned read_words(const wire::parameters& query, sv name, wire::words values, case_filter& f) {
    unsigned bits = 0;
    std::vector<std::string> texts;
    for (const http::parameter& p : query) {
        if (p.name != name) continue;
        const auto at = std::find(values.begin(), values.end(), p.value);
        bits |= 1U << static_cast<unsigned>(at - values.begin());
        texts.push_back(p.value);
    }
    if (bits != 0) note(f, name, std::move(texts));
    return bits;
}

search_complaint read_assignees(const wire::parameters& query, case_filter& f) {
    std::vector<std::string> texts;
    for (const http::parameter& p : query) {
        if (p.name != "assignee_id") continue;
        const auto id = wire::python_uuid(p.value);
        if (!is_nobody(p.value) && !id) return {400, "Invalid assignee_id: " + p.value};
        f.by_assignee = true;
        if (is_nobody(p.value))
            f.nobody = true;
        else
            f.assignees.push_back(*id);
        texts.push_back(is_nobody(p.value) ? std::string("unassigned") : id->to_string());
    }
    if (f.by_assignee) note(f, "assignee", std::move(texts));
    return {};
}

// Values of one definition are alternatives; definitions are not (fact sheet §1.3).
search_complaint read_dropdown_filter(workspace& w, const wire::parameters& query, case_filter& f) {
    std::vector<std::pair<std::string, std::vector<std::pair<uuid, uuid>>>> groups;
    std::vector<std::string> texts;
    for (const http::parameter& p : query) {
        if (p.name != "dropdown") continue;
        const std::size_t colon = p.value.find(':');
        if (colon == std::string::npos)
            return {400, "Invalid dropdown filter format: '" + p.value +
                             "'. Expected 'definition_ref:option_ref'."};
        const std::string definition = p.value.substr(0, colon), option = p.value.substr(colon + 1);
        auto at =
            std::find_if(groups.begin(), groups.end(), [&](const auto& g) { return g.first == definition; });
        if (at == groups.end()) at = groups.insert(groups.end(), {definition, {}});
        if (const dropdown_definition* d = w.find_dropdown(definition)) {
            for (const dropdown_option& o : d->options)
                if (o.ref == option) at->second.emplace_back(d->id, o.id);
        }
        texts.push_back(p.value);
    }
    for (auto& g : groups) {
        if (g.second.empty()) f.nothing = true;
        f.dropdowns.push_back(std::move(g.second));
    }
    if (!texts.empty()) note(f, "dropdown", std::move(texts));
    return {};
}

// Unknown tags are skipped; when none is left, so is the filter.
void read_tags(workspace& w, const wire::parameters& query, case_filter& f) {
    std::vector<std::string> texts;
    for (const http::parameter& p : query) {
        const tag* t = p.name == "tags" && !p.value.empty() ? resolve_tag(w, p.value) : nullptr;
        if (!t) continue;
        f.tags.push_back(t->id);
        texts.push_back(t->id.to_string());
    }
    if (!texts.empty()) note(f, "tags", std::move(texts));
}

std::optional<std::int64_t> read_time(const wire::parameters& query, sv name, case_filter& f) {
    const std::string* text = wire::last(query, name);
    if (!text) return std::nullopt;
    const std::int64_t at = wire::read_datetime(*text).value.micros;
    note(f, name, {std::to_string(at)});
    return at;
}

search_complaint read_number(sv text, case_filter& f) {
    const std::string clean = wire::lower(wire::trim(text));
    sv digits = clean;
    if (digits.empty()) return {};
    if (digits.starts_with("case-")) digits.remove_prefix(5);
    const bool plain = std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (digits.empty() || digits.size() > most_digits || !plain)
        return {400, "Short ID must match CASE-<number> or <number>"};
    const std::int64_t n = std::stoll(std::string(digits));
    // The column is 32 bit, and the database finds out.
    if (n > std::numeric_limits<std::int32_t>::max()) return {500, "Failed to retrieve cases"};
    f.number = n;
    note(f, "number", {std::to_string(n)});
    return {};
}

bool has_bit(unsigned bits, std::size_t index) { return bits == 0 || (bits >> index & 1U) != 0; }

bool within(std::int64_t t, const std::optional<std::int64_t>& from, const std::optional<std::int64_t>& to) {
    return (!from || t >= *from) && (!to || t <= *to);
}

bool has_dropdown(const incident& c, const std::vector<std::pair<uuid, uuid>>& any) {
    return std::any_of(c.dropdowns.begin(), c.dropdowns.end(), [&](const dropdown_value& v) {
        return v.option && std::find(any.begin(), any.end(), std::pair(v.definition, *v.option)) != any.end();
    });
}

// Of an order by time, the cases from `from` to `to`.
void collect(const std::map<position, incident*>& by, const std::optional<std::int64_t>& from,
             const std::optional<std::int64_t>& to, const case_filter& f, std::vector<incident*>& out) {
    auto at = from ? by.lower_bound(position{*from, uuid{}}) : by.begin();
    for (; at != by.end() && (!to || at->first.rank <= *to); ++at)
        if (f.matches(*at->second)) out.push_back(at->second);
}

}  // namespace

std::string fold(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const auto c = static_cast<unsigned char>(text[i]);
        const std::size_t size = c < 0x80 ? 1 : wire::utf8_sequence(text, i, true);
        if (size <= 1) {
            out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 'a' - 'A') : text[i];
            ++i;
            continue;
        }
        const auto lower = towlower_l(static_cast<wint_t>(code_point(text, i, size)), database_locale());
        wire::append_utf8(out, static_cast<std::uint32_t>(lower));
        i += size;
    }
    return out;
}

like_pattern::like_pattern(std::string_view term) : plain_(fold(term)) {
    is_plain_ = plain_.find_first_of("%_\\") == std::string::npos;
    const std::string text = "%" + plain_ + "%";
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size())
            tokens_.push_back({token::kind::literal, text[++i]});
        else if (text[i] == '%')
            tokens_.push_back({token::kind::any_many, 0});
        else if (text[i] == '_')
            tokens_.push_back({token::kind::any_one, 0});
        else
            tokens_.push_back({token::kind::literal, text[i]});
    }
}

bool like_pattern::matches(const incident& c) const {
    const sv folded = c.folded;
    if (is_plain_
            ? folded.find(plain_) != sv::npos
            : matches(folded.substr(0, c.folded_summary)) || matches(folded.substr(c.folded_summary + 1)))
        return true;
    return matches(searched_number(c.number));
}

// The usual two pointers: at a mismatch, back to the last % with one byte more swallowed.
bool like_pattern::matches(std::string_view s) const {
    if (is_plain_) return s.find(plain_) != sv::npos;
    std::size_t t = 0, i = 0, star = tokens_.size(), mark = 0;
    while (i < s.size()) {
        if (t < tokens_.size() && tokens_[t].what == token::kind::any_many) {
            star = t++;
            mark = i;
        } else if (t < tokens_.size() && tokens_[t].what == token::kind::any_one) {
            ++t;
            i += std::max<std::size_t>(1, wire::utf8_sequence(s, i, true));
        } else if (t < tokens_.size() && tokens_[t].byte == s[i]) {
            ++t;
            ++i;
        } else if (star < tokens_.size()) {
            t = star + 1;
            i = ++mark;
        } else {
            return false;
        }
    }
    while (t < tokens_.size() && tokens_[t].what == token::kind::any_many) ++t;
    return t == tokens_.size();
}

bool case_filter::matches(const incident& c) const {
    if (nothing || (number && c.number != *number)) return false;
    if (!has_bit(statuses, c.status) || !has_bit(priorities, c.priority) || !has_bit(severities, c.severity))
        return false;
    if (!within(c.created_at.micros, created_from, created_to)) return false;
    if (!within(c.updated_at.micros, updated_from, updated_to)) return false;
    if (by_assignee &&
        !(c.assignee ? std::find(assignees.begin(), assignees.end(), *c.assignee) != assignees.end()
                     : nobody))
        return false;
    if (!tags.empty() &&
        std::find_first_of(c.tags.begin(), c.tags.end(), tags.begin(), tags.end()) == c.tags.end())
        return false;
    for (const auto& any : dropdowns)
        if (!has_dropdown(c, any)) return false;
    return !term || term->matches(c);
}

search_complaint read_filter(workspace& w, const wire::parameters& query, bool with_number,
                             case_filter& out) {
    if (auto bad = read_assignees(query, out)) return bad;
    if (auto bad = read_dropdown_filter(w, query, out)) return bad;
    if (const std::string* term = wire::last(query, "search_term")) {
        if (auto bad = check_term("Search term", *term)) return bad;
        if (!term->empty()) {
            out.term.emplace(*term);
            note(out, "term", {*term});
        }
    }
    out.statuses = read_words(query, "status", wire::statuses, out);
    out.priorities = read_words(query, "priority", wire::priorities, out);
    out.severities = read_words(query, "severity", wire::severities, out);
    read_tags(w, query, out);
    out.created_from = read_time(query, "start_time", out);
    out.created_to = read_time(query, "end_time", out);
    out.updated_from = read_time(query, "updated_after", out);
    out.updated_to = read_time(query, "updated_before", out);
    const std::string* number = with_number ? wire::last(query, "short_id") : nullptr;
    if (!number) return {};
    if (auto bad = check_term("Short ID", *number)) return bad;
    return read_number(*number, out);
}

std::vector<incident*> find_cases(const workspace& w, const case_filter& f) {
    std::vector<incident*> out;
    if (f.nothing) return out;
    if (f.number) {
        const auto at = w.by_number.find(*f.number);
        if (at != w.by_number.end() && f.matches(*at->second)) out.push_back(at->second);
        return out;
    }
    if (f.updated_from || f.updated_to)
        collect(w.by[static_cast<std::size_t>(order::updated_at)], f.updated_from, f.updated_to, f, out);
    else
        collect(w.by[static_cast<std::size_t>(order::created_at)], f.created_from, f.created_to, f, out);
    return out;
}

}  // namespace casebridge::sandbox::tracecat
