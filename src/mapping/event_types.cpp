#include "mapping/event_types.hpp"

#include "json/writer.hpp"
#include "mapping/read.hpp"

#include <algorithm>
#include <array>

namespace casebridge::mapping {
namespace {

constexpr std::array<std::pair<std::string_view, event_member::kind>, 6> kinds{{
    {"id", event_member::kind::id},
    {"user", event_member::kind::user},
    {"text", event_member::kind::text},
    {"number", event_member::kind::number},
    {"any", event_member::kind::any},
    {"changes", event_member::kind::changes},
}};

std::string text_of(json::value v, std::string_view key) { return std::string(v.member(key).text()); }

constexpr std::array<std::string_view, 10> keys{"type",   "on",     "from",    "to",    "where",
                                                "unless", "before", "members", "shown", "stored"};

// "text @before": a kind, and where it comes from.
std::string_view kind_of(std::string_view says) { return says.substr(0, says.find(' ')); }

event_member read_member(std::string_view name, std::string_view says, bool early) {
    event_member m;
    m.name = name;
    m.early = early;
    for (const auto& [word, k] : kinds)
        if (word == kind_of(says)) m.is = k;
    if (const std::size_t blank = says.find(' '); blank != std::string_view::npos)
        m.from = says.substr(blank + 1);
    return m;
}

std::string members_of(json::value object) {
    std::string out;
    for (const auto& [key, val] : object.members()) {
        if (!out.empty()) out += ',';
        json::append_string(out, key.text());
        out += ':';
        json::append_value(out, val);
    }
    return out;
}

event_type read_type(json::value v) {
    event_type t;
    t.name = text_of(v, "type");
    t.on = text_of(v, "on");
    t.from = text_of(v, "from");
    t.to = text_of(v, "to");
    t.where = text_of(v, "where");
    t.unless = text_of(v, "unless");
    for (const auto& [key, val] : v.member("before").members())
        t.members.push_back(read_member(key.text(), val.text(), true));
    for (const auto& [key, val] : v.member("members").members())
        t.members.push_back(read_member(key.text(), val.text(), false));
    t.shown_time = text_of(v.member("shown"), "time");
    t.shown_user = text_of(v.member("shown"), "user");
    const json::value stored = v.member("stored");
    t.stored_time = text_of(stored, "time");
    t.stored_user = text_of(stored, "user");
    t.stored_rule = text_of(stored, "rule");
    t.stored_value = text_of(stored, "is");
    t.stored_members = members_of(stored.member("says"));
    return t;
}

bool is_word(std::string_view on) {
    return on.empty() || on == "create" || on == "view" || on.find(':') != std::string_view::npos;
}

// What the table's schema leaves open.
void check(const json::jsonc_document& file, json::value row, const table* cases,
           std::vector<json::diagnostic>& findings) {
    if (row.member("type").text().empty())
        findings.push_back(file.about(row, "an event without a type", "name it"));
    for (const auto& [key, val] : row.members()) {
        if (std::find(keys.begin(), keys.end(), key.text()) == keys.end())
            findings.push_back(file.about(key, "unknown key \"" + std::string(key.text()) + "\"",
                                          "docs/history.md lists the keys of an event's row"));
    }
    for (const std::string_view group : {"before", "members"}) {
        for (const auto& [name, says] : row.member(group).members()) {
            const std::string_view kind = kind_of(says.text());
            const bool known =
                std::any_of(kinds.begin(), kinds.end(), [&](const auto& k) { return k.first == kind; });
            if (!known)
                findings.push_back(file.about(says, "\"" + std::string(kind) + "\" is no kind of a member",
                                              "one of id, user, text, number, any, changes"));
        }
    }
    const std::string_view on = row.member("on").text();
    if (!is_word(on) && (cases == nullptr || cases->find(on) == nullptr))
        findings.push_back(file.about(row.member("on"),
                                      "no rule \"" + std::string(on) + "\" in the table of cases",
                                      "name a rule, or what makes it (\"create\", \"comment:create\")"));
}

}  // namespace

event_types event_types::read(const json::jsonc_document& file, const table* cases,
                              std::vector<json::diagnostic>& findings) {
    event_types out;
    for (const auto& [none, v] : file.root().member("types").elements()) {
        event_type t = read_type(v);
        if (out.find(t.name) != nullptr)
            findings.push_back(file.about(v.member("type"), "event type \"" + t.name + "\" stands twice",
                                          "remove one of the rows"));
        check(file, v, cases, findings);
        out.types_.push_back(std::move(t));
    }
    return out;
}

const event_type* event_types::find(std::string_view name) const noexcept {
    const auto it =
        std::find_if(types_.begin(), types_.end(), [&](const event_type& t) { return t.name == name; });
    return it == types_.end() ? nullptr : &*it;
}

}  // namespace casebridge::mapping
