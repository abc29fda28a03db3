#include "platform/tracecat/wire/field_models.hpp"

#include "platform/tracecat/wire/text.hpp"
#include "platform/tracecat/wire/validate.hpp"

#include <algorithm>
#include <string>

namespace casebridge::platform::tracecat {
namespace {

using sv = std::string_view;

constexpr sv type_words[] = {"TEXT",        "INTEGER", "NUMERIC", "DATE",        "BOOLEAN",
                             "TIMESTAMPTZ", "JSONB",   "SELECT",  "MULTI_SELECT"};
constexpr sv kind_words[] = {"LONG_TEXT", "URL"};
constexpr sv bad_name =
    "Column name must contain only letters, numbers, and underscores, and start with a letter or underscore";

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

void check_name(json::value v, const location& loc, problems& out) {
    const sv text = v.text();
    const bool good =
        !text.empty() && is_letter(text.front()) &&
        std::all_of(text.begin(), text.end(), [](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
    if (!good) refuse_value(bad_name, v, loc, out);
}

void check_anything(json::value, const location&, problems&) {}

constexpr member display_name{"display_name", shape::text, false, true, {}, 1, 255};
constexpr member create_members[] = {
    {"name", shape::text, true, false, {}, 1, 100, nullptr, check_name},
    {"type", shape::enumeration, true, false, type_words},
    {"nullable", shape::flag, false, false},
    {"default", shape::custom, false, true, {}, 0, 0, nullptr, check_anything},
    {"options", shape::custom, false, true, {}, 0, 0, nullptr, check_texts},
    display_name,
    {"kind", shape::enumeration, false, true, kind_words},
    {"required_on_closure", shape::flag, false, false},
};
constexpr member update_members[] = {
    {"name", shape::text, false, true, {}, 1, 100, nullptr, check_name},
    {"type", shape::enumeration, false, true, type_words},
    {"nullable", shape::flag, false, true},
    {"default", shape::custom, false, true, {}, 0, 0, nullptr, check_anything},
    {"options", shape::custom, false, true, {}, 0, 0, nullptr, check_texts},
    display_name,
    {"required_on_closure", shape::flag, false, true},
};

bool given(json::value v) { return v.exists() && !v.is_null(); }

std::string complaint_of_choices(json::value options, json::value fallback) {
    if (!given(options) || options.size() == 0) return "Options are required for SELECT or MULTI_SELECT";
    std::vector<sv> labels;
    for (const auto item : options.elements()) {
        const sv label = trim(item.val.text());
        if (std::find(labels.begin(), labels.end(), label) != labels.end())
            return "Duplicate option labels are not allowed";
        labels.push_back(label);
    }
    if (fallback.is_string() && std::find(labels.begin(), labels.end(), fallback.text()) == labels.end())
        return "Value '" + std::string(fallback.text()) + "' is not in the available options";
    return {};
}

std::string complaint_of(json::value body) {
    const sv type = body.member("type").text(), kind = body.member("kind").text();
    const bool chooses = type == "SELECT" || type == "MULTI_SELECT";
    if (chooses) {
        std::string text = complaint_of_choices(body.member("options"), body.member("default"));
        if (!text.empty()) return text;
    } else if (given(body.member("options"))) {
        return "Options are only supported for SELECT or MULTI_SELECT";
    }
    if (kind == "LONG_TEXT" && type != "TEXT") return "LONG_TEXT kind is only supported for TEXT fields";
    if (kind == "URL" && type != "JSONB") return "URL kind is only supported for JSONB fields";
    return {};
}

}  // namespace

const model field_create = create_members;
const model field_update = update_members;

void check_field_create(json::value body, problems& out) {
    if (!out.empty() || !body.is_object()) return;
    const std::string text = complaint_of(body);
    if (!text.empty()) refuse_value(text, body, {sv("body")}, out);
}

void check_field_update(json::value body, problems& out) {
    if (body.member("kind").exists())
        refuse_value("Case field kind can only be set when creating a field", body, {sv("body")}, out);
}

}  // namespace casebridge::platform::tracecat
