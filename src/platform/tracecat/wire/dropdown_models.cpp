#include "platform/tracecat/wire/dropdown_models.hpp"

#include "platform/tracecat/wire/validate.hpp"

namespace casebridge::platform::tracecat {
namespace {

// name, shape, required, nullable, words, least, most, of, check
constexpr member option_create_members[] = {
    {"label", shape::text, true, false, {}, 1, 255},     {"ref", shape::text, true, false, {}, 1, 255},
    {"icon_name", shape::text, false, true, {}, 0, 100}, {"color", shape::text, false, true, {}, 0, 50},
    {"position", shape::number, false, false},
};
constexpr member option_update_members[] = {
    {"label", shape::text, false, true, {}, 1, 255},
    {"ref", shape::text, false, true, {}, 1, 255},
    {"icon_name", shape::text, false, true, {}, 0, 100},
    {"color", shape::text, false, true, {}, 0, 50},
    {"position", shape::number, false, true},
};
constexpr member dropdown_create_members[] = {
    {"name", shape::text, true, false, {}, 1, 255},
    {"ref", shape::text, true, false, {}, 1, 255},
    {"icon_name", shape::text, false, true, {}, 0, 100},
    {"is_ordered", shape::flag, false, false},
    {"required_on_closure", shape::flag, false, false},
    {"position", shape::number, false, false},
    {"options", shape::list, false, false, {}, 0, 0, &option_create},
};
constexpr member dropdown_update_members[] = {
    {"name", shape::text, false, true, {}, 1, 255},      {"ref", shape::text, false, true, {}, 1, 255},
    {"icon_name", shape::text, false, true, {}, 0, 100}, {"is_ordered", shape::flag, false, true},
    {"required_on_closure", shape::flag, false, true},   {"position", shape::number, false, true},
};
constexpr member dropdown_choice_members[] = {{"option_id", shape::identifier, false, true}};
}  // namespace

const model dropdown_create = dropdown_create_members;
const model dropdown_update = dropdown_update_members;
const model option_create = option_create_members;
const model option_update = option_update_members;
const model dropdown_choice = dropdown_choice_members;

void check_id_list(json::value v, problems& out) {
    const location body{std::string_view("body")};
    if (!v.exists() || v.is_null())
        out.add("missing", body, "Field required", "null");
    else
        check_member({"", shape::identifiers, false, false}, v, body, out);
}

}  // namespace casebridge::platform::tracecat
