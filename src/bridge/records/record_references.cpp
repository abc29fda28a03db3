#include "bridge/records/record_references.hpp"

#include "http/message.hpp"
#include "json/writer.hpp"

#include <algorithm>

namespace casebridge::bridge {
namespace {

const mapping::rule& assignee_rule(const directory_sources& from) {
    return *from.tables->object("case").source->find("assignee");
}

// Somebody who is nowhere listed (any more): the name is what remains.
void append_stranger(std::string& out, const directory_sources& from, std::string_view name) {
    json::writer w(out);
    w.begin_object().member("id", hashed_number(from.realm(), "user", name));
    w.member(from.tables->object("user").source->find("email")->right, name).end_object();
}

}  // namespace

std::int64_t record_references::case_number(std::int64_t stored) const {
    return stored + from_->where->case_number_offset;
}

std::int64_t record_references::number_of(std::string_view kind, std::string_view stored_id) const {
    const numbered_list* list = kind == "user" ? users_ : kind == "tag" ? tags_ : nullptr;
    if (list != nullptr) {
        if (const numbered* n = list->by_stored(stored_id)) return n->number;
        if (const numbered* n = list->by_name(stored_id)) return n->number;
    }
    return hashed_number(from_->realm(), kind, stored_id);
}

std::int64_t record_references::child_number(std::int64_t case_number, std::int64_t own) const {
    return case_number * children_per_case + own;
}

bool record_references::append_user(std::string& out, json::value stored) const {
    const auto& rules = *from_->tables->object("user").source;
    const numbered* known =
        users_ == nullptr ? nullptr : users_->by_stored(stored.member(rules.find("id")->left).text());
    if (known != nullptr) {
        out += known->document;
        return true;
    }
    if (!stored.is_object()) return false;
    const auto& program = *from_->tables->object("user").reverse;
    mapping::ledger unused;
    program.run(program.read(stored), *this, nullptr, out, unused);
    return true;
}

bool record_references::append_user_named(std::string& out, std::string_view user_name) const {
    if (user_name.empty()) return false;
    const numbered* known = users_ == nullptr ? nullptr : users_->by_name(user_name);
    if (known != nullptr)
        out += known->document;
    else
        append_stranger(out, *from_, user_name);
    return true;
}

bool record_references::append_login(std::string& out, json::value stored) const {
    const auto& rules = *from_->tables->object("user").source;
    const numbered* known =
        users_ == nullptr ? nullptr : users_->by_stored(stored.member(rules.find("user_id")->left).text());
    const std::string_view name =
        known != nullptr ? std::string_view(known->name) : stored.member(rules.find("email")->left).text();
    out += name;
    return !name.empty();
}

bool record_references::append_group_named(std::string& out, std::string_view name) const {
    if (name.empty()) return false;
    if (const numbered* known = groups_ == nullptr ? nullptr : groups_->by_name(name)) {
        out += known->document;
        return true;
    }
    json::writer w(out);
    w.begin_object()
        .member("id", hashed_number(from_->realm(), "group", name))
        .member("name", name)
        .end_object();
    return true;
}

std::string record_references::constant(std::string_view name) const {
    if (name == "owner") return from_->owner_json();
    return name == "owner_number" ? std::to_string(from_->owner_number()) : std::string("null");
}

// The number decides; a name beside a known number is ignored (ThreatConnect fact sheet §12 trap 33).
const numbered* record_references::find(const numbered_list* list, json::value data,
                                        std::string_view name_member) const {
    if (list == nullptr) return nullptr;
    std::int64_t number = 0;
    if (data.member("id").to_int64(number)) return list->by_number(number);
    const std::string_view name = data.member(name_member).text();
    if (const numbered* n = list->by_name(name)) return n;
    for (const auto& n : list->all()) {
        if (!name.empty() && http::iequals(n.name, name)) return &n;
    }
    return nullptr;
}

record_references::assignee record_references::find_assignee(json::value written) const {
    using standing = assignee::standing;
    if (written.is_null()) return {standing::nobody, {}, {}, {}};
    const mapping::rule& r = assignee_rule(*from_);
    const std::string_view kind = written.member(r.wrap_kind).text();
    const json::value data = written.member(r.wrap_data);
    if (kind == r.wrap_group) {
        const numbered* g = find(groups_, data, "name");
        return g == nullptr ? assignee{} : assignee{standing::carried, {}, "group", g->name};
    }
    if (kind != r.wrap_user) return {standing::nobody, {}, {}, {}};
    const numbered* u = find(users_, data, from_->tables->object("user").source->find("email")->right);
    if (u == nullptr) return {};
    if (u->stored_id.empty()) return {standing::carried, {}, "user", u->name};
    return {standing::stored, u->stored_id, {}, {}};
}

std::optional<std::string> record_references::tag_named(std::int64_t number) const {
    const numbered* t = tags_ == nullptr ? nullptr : tags_->by_number(number);
    return t == nullptr ? std::nullopt : std::optional(t->name);
}

std::optional<record_references::attribute_type> record_references::find_attribute_type(
    std::string_view name) const {
    for (const auto& row : from_->tables->fixed("attribute_type")) {
        json::tape t;
        if (t.parse(row, {}).has_error() || t.root().member("name").text() != name) continue;
        std::int64_t max = 0, most = 0;
        t.root().member("maxSize").to_int64(max);
        t.root().member("maxAllowed").to_int64(most);
        return attribute_type{std::string(name), static_cast<std::size_t>(max),
                              static_cast<std::size_t>(most)};
    }
    return std::nullopt;
}

// Users are kept by their names: numbers may be pinned anew. A template that is named is kept by its number, by which
// queries ask for it.
std::optional<std::string> record_references::kept_form(std::string_view member, json::value element) const {
    std::string out;
    json::writer w(out);
    const std::string& user_name = from_->tables->object("user").source->find("email")->right;
    if (const numbered* u = member == "userAccess" ? find(users_, element, user_name) : nullptr) {
        w.begin_object().member(user_name, u->name).end_object();
        return out;
    }
    if (member != "workflowTemplate" || element.member("id") || templates_ == nullptr)
        return reverse_references::kept_form(member, element);
    const auto named = std::find_if(templates_->begin(), templates_->end(), [&](const numbered& t) {
        return t.name == element.member("name").text();
    });
    if (named == templates_->end()) return std::nullopt;
    w.begin_object().member("id", named->number).end_object();
    return out;
}

const record_references::field_link* record_references::field_of_type(std::string_view type) const {
    if (fields_ == nullptr) return nullptr;
    const auto it =
        std::find_if(fields_->begin(), fields_->end(), [&](const field_link& f) { return f.type == type; });
    return it == fields_->end() ? nullptr : &*it;
}

const record_references::field_link* record_references::field_of_id(std::string_view id) const {
    if (fields_ == nullptr) return nullptr;
    const auto it =
        std::find_if(fields_->begin(), fields_->end(), [&](const field_link& f) { return f.id == id; });
    return it == fields_->end() ? nullptr : &*it;
}

}  // namespace casebridge::bridge
