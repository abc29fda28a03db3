#include "sandbox/threatconnect/data_file.hpp"

#include "sandbox/threatconnect/editor.hpp"

#include "core/error.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <array>

namespace casebridge::sandbox::threatconnect {

namespace {

namespace bj = boost::json;

api_error wrong(std::string_view what) {
    return fail(err::improper_format, "data file: " + std::string(what));
}

std::string_view text(const bj::object& o, std::string_view key) {
    const auto* v = o.if_contains(key);
    return v && v->is_string() ? std::string_view(v->get_string()) : std::string_view{};
}

id_type number(const bj::object& o, std::string_view key) {
    const auto* v = o.if_contains(key);
    return v && v->is_int64() ? v->get_int64() : 0;
}

outcome<id_type> owner_id(const load_target& into, std::string_view name) {
    const auto* o = name.empty() ? nullptr : into.objects.owner_named(name);
    if (name.empty() && !into.objects.all(object_type::owner).empty())
        o = &into.objects.all(object_type::owner).begin()->second;
    if (!o) return wrong("there is no owner '" + std::string(name) + "'");
    return o->id;
}

outcome<std::vector<id_type>> owner_ids(const load_target& into, const bj::object& from) {
    std::vector<id_type> out;
    const auto* names = from.if_contains("owners");
    if (!names) return out;
    if (!names->is_array()) return wrong("owners must be a list of names");
    for (const auto& n : names->get_array()) {
        if (!n.is_string()) return wrong("owners must be a list of names");
        CB_TRY(const auto id, owner_id(into, n.get_string()));
        out.push_back(id);
    }
    return out;
}

void copy(const bj::object& from, record& to, std::initializer_list<std::string_view> keys) {
    for (const auto& key : keys)
        if (const auto* v = from.if_contains(key)) to.values[key] = *v;
}

// What an organisation may do, and what communities and sources may not (§4.13).
void permissions(record& o) {
    const bool organisation = o.text("type") == "Organization";
    o.values["ownerRole"] = organisation ? "Organization Administrator" : "Director";
    for (const auto& f : definition(object_type::owner).fields)
        if (f.name.starts_with("perm"))
            o.values[f.name] = f.name == "permApps" ? (organisation ? "BUILD" : "NONE") : "FULL";
    if (organisation) return;
    for (const auto* key : {"permArtifact", "permCaseTag", "permTask", "permPlaybooks",
                            "permPlaybooksExecute", "permWorkflowTemplate"})
        o.values[key] = "NONE";
}

outcome<void> load_owner(const load_target& into, const bj::object& from) {
    auto& o = into.objects.add(object_type::owner, 0, number(from, "id"));
    copy(from, o, {"name", "type"});
    if (!o.has("type")) o.values["type"] = "Organization";
    o.values["_membership"] = o.id;
    permissions(o);
    return {};
}

outcome<void> load_user(const load_target& into, const bj::object& from) {
    CB_TRY(const auto owner, owner_id(into, text(from, "owner")));
    auto& u = into.objects.add(object_type::user, owner, number(from, "id"));
    copy(from, u, {"userName", "firstName", "lastName", "pseudonym", "systemRole"});
    if (!u.has("systemRole")) u.values["systemRole"] = "User";
    set_all(u.values, {"disabled", "locked"}, false);
    u.values["ownerRoles"] = bj::object{
        {into.objects.find(object_type::owner, owner)->text("name"), "Organization Administrator"}};
    return {};
}

outcome<void> load_group(const load_target& into, const bj::object& from) {
    CB_TRY(const auto owner, owner_id(into, text(from, "owner")));
    auto& g = into.objects.add(object_type::user_group, owner, number(from, "id"));
    copy(from, g, {"name", "description"});
    const auto* users = from.if_contains("users");
    if (!users) return {};
    if (!users->is_array()) return wrong("users of a group must be a list of ids");
    for (const auto& u : users->get_array()) g.to(link::members).push_back(read_id(u));
    return {};
}

outcome<void> load_credential(const load_target& into, const bj::object& from) {
    const auto* named = into.objects.user_named(text(from, "user"));
    if (!named) return wrong("there is no user '" + std::string(text(from, "user")) + "'");
    auto* user = into.objects.find(object_type::user, named->id);
    CB_TRY(auto owners, owner_ids(into, from));
    if (owners.empty()) owners.push_back(user->owner);
    credential c;
    c.who.user = user->id;
    c.who.owners = owners;
    const auto* read_only = from.if_contains("readOnly");
    c.who.read_only = read_only && read_only->is_bool() && read_only->get_bool();
    c.token = text(from, "token");
    c.access_id = text(from, "accessId");
    c.secret = text(from, "secret");
    if (c.token.empty() && c.access_id.empty()) return wrong("a credential needs a token or an accessId");
    into.logins.add(std::move(c));
    user->to(link::owners) = owners;
    auto& roles = user->values["ownerRoles"].as_object();
    for (const auto id : owners) {
        const auto* o = into.objects.find(object_type::owner, id);
        roles[o->text("name")] = o->text("ownerRole");
    }
    return {};
}

outcome<void> load_attribute_type(const load_target& into, const bj::object& from) {
    CB_TRY(const auto owners, owner_ids(into, from));
    auto& t = into.objects.add(object_type::attribute_type, owners.size() == 1 ? owners.front() : 0,
                               number(from, "id"));
    copy(from, t, {"name", "description", "errorMessage", "allowMarkdown", "maxSize", "validationRule"});
    if (!t.has("allowMarkdown")) t.values["allowMarkdown"] = false;
    if (!t.has("maxSize")) t.values["maxSize"] = 500;
    if (t.text("name") == "Bridge State" && into.bridge_state_size != 0)
        t.values["maxSize"] = into.bridge_state_size;
    t.values["_maxAllowed"] = number(from, "maxAllowed");
    const auto* types = from.if_contains("types");
    t.values["_associatedTypes"] = types ? *types : bj::value(bj::array{"Case"});
    t.to(link::owners) = owners;
    return {};
}

outcome<void> load_tag(const load_target& into, const bj::object& from) {
    const bool technique = from.contains("techniqueId");
    CB_TRY(const auto owner, owner_id(into, text(from, "owner")));
    auto& t = into.objects.add(object_type::tag, technique ? 0 : owner, number(from, "id"));
    copy(from, t, {"name", "description", "techniqueId", "lastUsed", "tactics", "platforms"});
    if (const auto* synonyms = from.if_contains("synonyms"); synonyms && synonyms->is_array()) {
        t.values["_synonyms"] = *synonyms;
        t.values["normalized"] = true;
        t.values["synonymousTagNames"] =
            bj::object{{"data", *synonyms}, {"count", static_cast<id_type>(synonyms->get_array().size())}};
    }
    into.objects.index_tag(t);
    return {};
}

id_type user_of(const load_target& into, const bj::value* v) {
    if (!v || !v->is_object()) return 0;
    const auto& o = v->get_object();
    if (const auto id = number(o, "id"); id != 0) return id;
    const auto* u = into.objects.user_named(text(o, "userName"));
    return u ? u->id : 0;
}

void case_scalars(const load_target& into, const bj::object& from, record& c) {
    for (const auto& f : definition(object_type::case_).fields) {
        const auto* v = from.if_contains(f.name);
        if (!v || f.name == "id") continue;
        if (f.kind == value_kind::user)
            c.values[f.name] = user_of(into, v);
        else if (f.kind == value_kind::string || f.kind == value_kind::date ||
                 f.kind == value_kind::integer || f.kind == value_kind::boolean)
            c.values[f.name] = *v;
    }
}

void case_defaults(const load_target& into, record& c) {
    // By value: what is copied may be a member of the object that grows.
    const auto otherwise = [&](std::string_view key, bj::value v) {
        if (!c.has(key)) c.values[key] = std::move(v);
    };
    otherwise("dateAdded", bj::value(time_text(into.now, false)));
    otherwise("lastUpdated", c.values.at("dateAdded"));
    otherwise("caseOpenTime", c.values.at("dateAdded"));
    const auto& logins = into.logins.credentials();
    otherwise("createdBy", logins.empty() ? id_type{1} : logins.front().who.user);
    otherwise("caseOpenUser", c.values.at("createdBy"));
    otherwise("status", "Open");
    otherwise("severity", "Low");
    otherwise("resolution", "Not Specified");
    otherwise("detectionOverdue", false);
    otherwise("responseOverdue", false);
}

// Children and references by way of the API's own rules, at the time when the case was added.
outcome<void> case_relations(const load_target& into, const bj::object& from, record& c) {
    bj::object body;
    for (const auto& f : definition(object_type::case_).fields) {
        if (f.kind != value_kind::collection && f.kind != value_kind::assignee) continue;
        if (const auto* v = from.if_contains(f.name)) body[f.name] = *v;
    }
    if (body.empty()) return {};
    const auto updated = c.values.at("lastUpdated");
    const caller who{c.number("createdBy"), {c.owner}, false};
    const context at{&who, c.owner, {}, parse_iso8601(c.text("dateAdded")).value_or(into.now), false};
    CB_CHECK(editor(into.objects, at).update(c, body));
    c.values["lastUpdated"] = updated;
    return {};
}

struct section {
    std::string_view name;
    outcome<void> (*load)(const load_target&, const bj::object&);
};
constexpr std::array<section, 7> sections{{{"owners", load_owner},
                                           {"users", load_user},
                                           {"groups", load_group},
                                           {"credentials", load_credential},
                                           {"attributeTypes", load_attribute_type},
                                           {"tags", load_tag},
                                           {"cases", load_case}}};

}  // namespace

outcome<void> load_case(const load_target& into, const bj::object& from) {
    CB_TRY(const auto owner, owner_id(into, text(from, "owner")));
    if (from.contains("xid") && into.objects.case_by_xid(owner, text(from, "xid")))
        return wrong("two cases with one xid");
    auto& c = into.objects.add(object_type::case_, owner, number(from, "id"));
    case_scalars(into, from, c);
    case_defaults(into, c);
    if (!c.has("name")) return wrong("a case needs a name");
    const caller who{c.number("createdBy"), {owner}, false};
    const context at{&who, owner, {}, into.now, false};
    editor(into.objects, at).adopt_case(c);
    return case_relations(into, from, c);
}

outcome<void> load_data(const load_target& into, std::string_view file) {
    boost::system::error_code ec;
    const auto root = bj::parse(file, ec);
    if (ec || !root.is_object()) return wrong("not a JSON object: " + ec.message());
    const auto& members = root.get_object();
    for (const auto& [key, unused] : members) {
        const bool known =
            key == "replace" || std::any_of(sections.begin(), sections.end(),
                                            [k = key](const section& s) { return s.name == k; });
        if (!known) return wrong("unknown key '" + std::string(key) + "'");
    }
    if (const auto* replace = members.if_contains("replace");
        replace && replace->is_bool() && replace->get_bool()) {
        into.objects.clear();
        into.logins.clear();
        load_catalogues(into);
    }
    for (const auto& s : sections) {
        const auto* list = members.if_contains(s.name);
        if (!list) continue;
        if (!list->is_array()) return wrong(std::string(s.name) + " must be a list");
        for (const auto& entry : list->get_array()) {
            if (!entry.is_object()) return wrong("an entry of " + std::string(s.name) + " is no object");
            CB_CHECK(s.load(into, entry.get_object()));
        }
    }
    return {};
}

void load_demo(const load_target& into) {
    load_data(into, demo_text).value();   // ours; throws if it is wrong
}

}  // namespace casebridge::sandbox::threatconnect
