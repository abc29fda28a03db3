#include "mapping/client_field.hpp"

#include "json/writer.hpp"
#include "mapping/client_value.hpp"
#include "mapping/python_text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace casebridge::mapping {
namespace {

using sv = std::string_view;

constexpr std::size_t longest_column = 63;  // PostgreSQL cuts what is longer
constexpr std::size_t longest_definition = 4096;
constexpr sv internal_prefix = "__tc_";

// Types whose columns are the same, and what a column becomes without losing anything.
constexpr std::array<std::pair<sv, sv>, 2> choices{{{"SELECT", "TEXT"}, {"MULTI_SELECT", "JSONB"}}};
constexpr std::array<std::pair<sv, sv>, 2> casts{{{"INTEGER", "NUMERIC"}, {"DATE", "TIMESTAMPTZ"}}};

bool has_choices(sv type) {
    return std::any_of(choices.begin(), choices.end(), [&](const auto& c) { return c.first == type; });
}

sv column_of(sv type) {
    for (const auto& [chosen, column] : choices) {
        if (chosen == type) return column;
    }
    return type;
}

bool can_become(sv from, sv to) {
    const std::pair wanted{column_of(from), column_of(to)};
    return wanted.first == wanted.second || std::find(casts.begin(), casts.end(), wanted) != casts.end();
}

bool given(json::value v) { return v.exists() && !v.is_null(); }

bool truth(json::value v) {
    static constexpr std::array words{"1", "on", "t", "true", "y", "yes"};
    if (v.is_boolean()) return v.is_true();
    std::string text(v.text());
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return std::find(words.begin(), words.end(), text) != words.end();
}

sv trimmed(sv s) {
    const auto blank = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
    while (!s.empty() && blank(s.front())) s.remove_prefix(1);
    while (!s.empty() && blank(s.back())) s.remove_suffix(1);
    return s;
}

std::vector<std::string> read_options(json::value v) {
    std::vector<std::string> out;
    for (const auto& [none, o] : v.elements()) out.emplace_back(trimmed(o.text()));
    return out;
}

// A default as the column's: a text.
std::optional<std::string> read_standard(json::value v) {
    if (!given(v)) return std::nullopt;
    if (v.is_object() || v.is_array()) {
        std::string out;
        json::append_value(out, v);
        return out;
    }
    return std::string(v.text());
}

std::optional<std::string> text_of(json::value v) {
    return v.is_string() ? std::optional(std::string(v.text())) : std::nullopt;
}

bool append_standard(std::string& out, const client_field& f, sv text, const catalog& left) {
    codec c = codec::text;
    if (const field_type* type = left.find_type(f.type)) codec_from_string(type->codec, c);
    if (c == codec::decimal) {
        const auto plain = plain_decimal(text);
        if (plain) json::append_string(out, *plain);
        return plain.has_value();
    }
    return append_decoded(out, c, text);
}

result<void> check_standard(const client_field& f, const catalog& left) {
    std::string ignored;
    if (!f.standard || append_standard(ignored, f, *f.standard, left)) return {};
    return fail(errc::invalid_value, python_repr(sv(*f.standard)), "/default/" + f.type);
}

}  // namespace

std::string client_field_id(std::string_view name) {
    std::string id(name.substr(0, longest_column));
    for (char& c : id) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return id;
}

std::string client_field_key(std::int64_t number) { return std::to_string(number); }

std::string standard_value(const client_field& f, const std::optional<std::string>& standard,
                           const catalog& left) {
    std::string out;
    return standard && append_standard(out, f, *standard, left) ? out : "null";
}

result<client_field> make_client_field(json::value document, const catalog& left) {
    const sv name = document.member("name").text();
    if (name.starts_with(internal_prefix)) {
        return fail(errc::invalid_value, "Column " + std::string(name) + " is reserved for internal use",
                    "/name");
    }
    client_field f;
    f.id = client_field_id(name);
    f.type = document.member("type").text();
    f.standard = f.first_standard = read_standard(document.member("default"));
    // The platform keeps what it knows of a column under the name as typed, and does not find it under the
    // column's own.
    if (f.id == name) {
        f.display_name = text_of(document.member("display_name"));
        f.options = read_options(document.member("options"));
        f.kind = document.member("kind").text();
        f.required_on_closure = truth(document.member("required_on_closure"));
    } else {
        f.type = column_of(f.type);
    }
    CB_CHECK(check_standard(f, left));
    return f;
}

result<void> change_client_field(client_field& f, json::value document, const catalog& left) {
    client_field edited = f;
    if (const json::value type = document.member("type"); given(type)) {
        if (!can_become(f.type, type.text())) {
            return fail(errc::invalid_value,
                        "Field " + f.id + " of type " + f.type + " cannot become " +
                            std::string(type.text()) + ": its values would be lost",
                        "/type");
        }
        edited.type = type.text();
    }
    if (const json::value v = document.member("options"); given(v)) {
        if (!has_choices(edited.type)) {
            return fail(errc::invalid_value, "Options are only supported for SELECT or MULTI_SELECT",
                        "/options");
        }
        edited.options = read_options(v);
    }
    if (!has_choices(edited.type)) edited.options.clear();
    if (has_choices(edited.type) && edited.options.empty()) {
        return fail(errc::invalid_value, "Options are required for SELECT or MULTI_SELECT", "/options");
    }
    if (document.member("default").exists()) edited.standard = read_standard(document.member("default"));
    CB_CHECK(check_standard(edited, left));
    if (const json::value v = document.member("display_name"); given(v)) edited.display_name = text_of(v);
    if (const json::value v = document.member("required_on_closure"); given(v))
        edited.required_on_closure = truth(v);
    if (const json::value v = document.member("name"); given(v)) {
        if (!edited.display_name) edited.display_name = edited.id;
        edited.id = client_field_id(v.text());
    }
    f = std::move(edited);
    return {};
}

std::optional<client_field> read_client_field(std::string_view text, std::int64_t number,
                                              const catalog& left) {
    json::tape t;
    if (text.size() > longest_definition || t.parse(text, {}).has_error()) return std::nullopt;
    const json::value root = t.root();
    client_field f;
    f.number = number;
    f.id = root.member("f").text();
    f.type = root.member("t").text();
    const bool readable = root.member("v").text() == "1" && root.member("f").is_string() && !f.id.empty() &&
                          client_field_id(f.id) == f.id && left.find_type(f.type) != nullptr;
    if (!readable) return std::nullopt;
    f.kind = root.member("k").text();
    f.made_under = root.member("i").text();
    f.display_name = text_of(root.member("n"));
    f.standard = text_of(root.member("d"));
    f.first_standard = text_of(root.member("b"));
    f.options = read_options(root.member("o"));
    f.required_on_closure = root.member("c").is_true();
    return f;
}

std::string write_client_field(const client_field& f) {
    std::string out;
    json::writer w(out);
    const auto add = [&](const char* key, const std::optional<std::string>& text) {
        if (text) w.member(key, std::string_view(*text));
    };
    w.begin_object().member("v", std::int64_t{1}).member("f", std::string_view(f.id));
    w.member("t", std::string_view(f.type));
    add("n", f.display_name);
    add("d", f.standard);
    add("b", f.first_standard);
    if (!f.kind.empty()) w.member("k", std::string_view(f.kind));
    if (!f.made_under.empty()) w.member("i", std::string_view(f.made_under));
    if (f.required_on_closure) w.member("c", true);
    if (!f.options.empty()) {
        w.key("o").begin_array();
        for (const auto& o : f.options) w.string(o);
        w.end_array();
    }
    w.end_object();
    return out;
}

}  // namespace casebridge::mapping
