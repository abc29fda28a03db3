// POST, PATCH and DELETE below /case-fields, and what custom fields make of a case write (Tracecat fact sheet §3.8, §4.5).
#include "platform/tracecat/facade/fields.hpp"

#include "json/writer.hpp"
#include "platform/tracecat/facade/errors.hpp"
#include "platform/tracecat/facade/facade.hpp"
#include "platform/tracecat/wire/field_models.hpp"
#include "platform/tracecat/wire/uuid_text.hpp"

#include <array>
#include <utility>

namespace casebridge::platform::tracecat {
namespace {

using sv = std::string_view;

constexpr sv default_pointer = "/default/";

// What a default of a column is called that does not fit it.
constexpr std::array<std::pair<sv, sv>, 7> default_kinds{{{"INTEGER", "integer"},
                                                          {"NUMERIC", "numeric"},
                                                          {"BOOLEAN", "boolean"},
                                                          {"DATE", "datetime"},
                                                          {"TIMESTAMPTZ", "datetime"},
                                                          {"JSONB", "json"},
                                                          {"MULTI_SELECT", "json"}}};

std::string bad_default(sv type, sv value) {
    std::string out = "Invalid ";
    for (const auto& [name, kind] : default_kinds) {
        if (name == type) out += kind;
    }
    return out.append(" default value: ").append(value);
}

bool is_field_write(action a) noexcept {
    return a == action::create_field || a == action::update_field || a == action::delete_field;
}

}  // namespace

std::string closure_text(const failure& why) {
    std::string out;
    json::writer(out)
        .begin_object()
        .member("code", "closure_requirements_not_met")
        .key("missing_fields")
        .raw(why.detail)
        .key("missing_dropdowns")
        .begin_array()
        .end_array()
        .end_object();
    return out;
}

bool word_of_field(context& c, const failure& why) {
    if (is_missing_for_closure(why)) {
        answer_detail(c.res, 422, closure_text(why));
        return true;
    }
    if (!is_field_write(c.what())) return false;
    if (why.code == errc::not_found) {
        generic_error(c);
    } else if (why.code == errc::conflict && why.pointer == "/name") {
        answer_detail(c.res, 409, "A field with the name '" + why.detail + "' already exists");
    } else if (why.code == errc::invalid_value && why.pointer.starts_with(default_pointer)) {
        answer_detail(c.res, 400, bad_default(sv(why.pointer).substr(default_pointer.size()), why.detail));
    } else {
        return false;
    }
    return true;
}

std::string unknown_choice(json::value choices) {
    const json::value first = choices.element(0);
    const json::value id = first.member("definition_id");
    if (id.is_string()) return "Dropdown definition " + uuid_value(id.text()).to_string() + " not found";
    return "Dropdown definition with ref '" + std::string(first.member("definition_ref").text()) +
           "' not found";
}

void unknown_choice_error(context& c, json::value choices) {
    std::string body;
    json::writer(body)
        .begin_object()
        .member("type", "TracecatNotFoundError")
        .member("message", unknown_choice(choices))
        .key("detail")
        .null()
        .end_object();
    answer_json(c.res, 500, std::move(body));
}

task<void> facade::write_field(context& c) {
    const bool creates = c.what() == action::create_field, removes = c.what() == action::delete_field;
    if (!removes && is_unstorable(c, creates ? field_create : field_update)) {
        generic_error(c);
        co_return;
    }
    operation op = start(c, creates ? verb::create : removes ? verb::remove : verb::update, object::field);
    if (const std::string* id = c.found.find("field_id")) op.child = *id;
    outcome out;
    const bool done = co_await run(c, op, out);
    if (!done) co_return;
    if (creates)
        answer_json(c.res, 201, "null");
    else
        answer_nothing(c.res);
}

}  // namespace casebridge::platform::tracecat
