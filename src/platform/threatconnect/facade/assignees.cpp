#include "platform/threatconnect/facade/assignees.hpp"

#include "http/message.hpp"
#include "json/writer.hpp"

#include <charconv>

namespace casebridge::platform::threatconnect {
namespace {

enum class kind { none, user, group, untold };

struct spelling {
    std::string_view text;
    kind means;
};
constexpr spelling spellings[] = {{"None", kind::none},
                                  {"User", kind::user},
                                  {"Group", kind::group},
                                  {"user_group", kind::group},
                                  {"UserGroup", kind::group}};

std::optional<kind> read_kind(json::value type) noexcept {
    if (!type.exists() || type.is_null()) return kind::untold;
    for (const spelling& s : spellings)
        if (type.is_string() && http::iequals(type.text(), s.text)) return s.means;
    return std::nullopt;
}

bool has_text(json::value v) noexcept { return v.is_string() && !v.text().empty(); }

complaint missing(std::string_view what) {
    return {err::missing, "The " + std::string(what) + " for this assignee is required"};
}

}  // namespace

std::optional<std::int64_t> read_id(json::value v) noexcept {
    std::int64_t n = 0;
    if (v.is_number()) return v.to_int64(n) ? std::optional(n) : std::nullopt;
    const std::string_view text = v.is_string() ? v.text() : std::string_view();
    const auto read = std::from_chars(text.data(), text.data() + text.size(), n);
    if (text.empty() || read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
    return n;
}

checked<std::string> read_assignee(json::value v, std::string_view entity) {
    static const std::string nobody = R"({"type":"None"})";
    if (v.is_null()) return nobody;
    if (!v.is_object())
        return complaint{err::improper, "The assignee for this " + std::string(entity) +
                                            " is invalid, it must be an object with type and data"};
    for (const auto item : v.members())
        if (item.name() != "type" && item.name() != "data")
            return complaint{err::improper,
                             "Unknown field '" + std::string(item.name()) + "' for this assignee"};
    auto what = read_kind(v.member("type"));
    if (!what)
        return complaint{err::improper,
                         "The type for this assignee is invalid , please enter one of the following values: "
                         "User, Group, None"};
    if (*what == kind::none) return nobody;
    const json::value data = v.member("data");
    if (!data.is_object()) return missing("data");
    const json::value user_name = data.member("userName"), name = data.member("name");
    if (*what == kind::untold) what = !has_text(user_name) && has_text(name) ? kind::group : kind::user;
    const json::value id = data.member("id");
    const bool has_id = id.exists() && !id.is_null();
    const auto number = has_id ? read_id(id) : std::nullopt;
    if (has_id && !number) return complaint{err::improper, "Please enter a valid id for this assignee"};
    const bool group = *what == kind::group;
    const json::value called = group ? name : user_name;
    if (!number && !has_text(called)) return missing(group ? "name" : "userName");
    std::string out;
    json::writer w(out);
    w.begin_object().member("type", group ? "Group" : "User").key("data").begin_object();
    if (number) w.member("id", *number);
    if (has_text(called)) w.member(group ? "name" : "userName", called.text());
    w.end_object().end_object();
    return out;
}

}  // namespace casebridge::platform::threatconnect
