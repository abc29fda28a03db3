#include "config/reader.hpp"
#include "core/crypto.hpp"
#include "json/writer.hpp"

#include <algorithm>
#include <array>

namespace casebridge::config {
namespace {

using platform::account;
using platform::api_key;
using platform::role;
using platform::workspace;

constexpr std::string_view demo_email = "demo@casebridge.test";
constexpr std::string_view demo_key_id = "demo00000000";
constexpr std::string_view demo_access_id = "12345678901234567890", demo_secret = "demo-secret",
                           demo_token = "APIV2:demo-token";

role role_from(std::string_view text) {
    return text == "admin" ? role::admin : text == "editor" ? role::editor : role::viewer;
}

std::vector<std::string> names_of(const std::vector<credential>& all) {
    std::vector<std::string> out;
    for (const credential& c : all) out.push_back(c.name);
    return out;
}

// "did you mean", or what there is to choose from.
std::string hint_for(std::string_view word, const std::vector<std::string>& candidates) {
    if (const std::string near = json::nearest(word, candidates); !near.empty())
        return "did you mean \"" + near + "\"?";
    std::string out;
    for (const std::string& c : candidates) out += (out.empty() ? "there is " : ", ") + c;
    return out;
}

std::optional<uuid> read_uuid(const reader& in, json::value where) {
    if (!where.is_string()) return std::nullopt;
    const auto id = uuid::parse(where.text());
    if (!id) in.report(where, "not a UUID: \"" + std::string(where.text()) + "\"", "make one with: uuidgen");
    return id;
}

void check_pairing(const reader& in, json::value entry, const workspace& w, const settings& all,
                   const bridge_settings& b) {
    const upstream_settings* u = all.find_upstream(w.upstream);
    if (u == nullptr) {
        std::vector<std::string> names;
        for (const upstream_settings& each : all.upstreams) names.push_back(each.name);
        in.report(entry.member("upstream"), "no upstream \"" + w.upstream + "\"",
                  hint_for(w.upstream, names));
        return;
    }
    if (u->platform != b.backend)
        in.report(entry.member("upstream"), "upstream " + w.upstream + " is no " + b.backend,
                  "the bridge's backend says otherwise");
    if (u->find_credential(w.credential) == nullptr)
        in.report(entry.member("credential"),
                  "no credential \"" + w.credential + "\" in upstream " + w.upstream,
                  hint_for(w.credential, names_of(u->credentials)));
}

void read_workspaces(const reader& in, json::value bridge, const settings& all, bridge_settings& out) {
    const json::value list = bridge.member("workspaces");
    if (!list.is_array()) return;
    for (const auto& [none, entry] : list.elements()) {
        if (!entry.is_object()) continue;
        workspace w;
        w.id = read_uuid(in, entry.member("id")).value_or(uuid{});
        w.name = in.text(entry, "name");
        w.upstream = in.text(entry, "upstream");
        w.credential = in.text(entry, "credential");
        w.organization = in.text(entry, "organization");
        in.integer(entry, "owner_id", w.owner_number);
        in.integer(entry, "case_id_offset", w.case_number_offset);
        if (entry.member("upstream").is_string() && entry.member("credential").is_string())
            check_pairing(in, entry, w, all, out);
        for (const workspace& other : out.who.workspaces)
            if (other.id == w.id && !w.id.is_nil())
                in.report(entry.member("id"), "two workspaces with this id");
        out.who.workspaces.push_back(std::move(w));
    }
}

// The id that clients see when configuration names none: the same at every start, on every replica.
uuid derived_id(std::string_view email) {
    const digest d = sha256("casebridge account " + lower(email));
    std::array<std::uint8_t, 16> raw{};
    std::copy_n(d.begin(), raw.size(), raw.begin());
    return uuid::from_bytes_v4(raw);
}

std::string read_password_hash(const reader& in, json::value entry) {
    const json::value file = entry.member("password_hash_file");
    const json::value given = entry.member("password_hash");
    const std::string hash =
        file.is_string() ? in.secret_file(file, in.resolve(file.text())) : in.text(entry, "password_hash");
    if (!hash.empty() && !hash.starts_with("scrypt$"))
        in.report(file.exists() ? file : given, "not a password hash", "make one with: casebridge password");
    return hash;
}

account read_account(const reader& in, json::value entry, const settings& all, const bridge_settings& b) {
    account a;
    a.email = in.text(entry, "email");
    a.id = entry.member("id").exists() ? read_uuid(in, entry.member("id")).value_or(uuid{})
                                       : derived_id(a.email);
    a.first_name = in.text(entry, "first_name");
    a.last_name = in.text(entry, "last_name");
    if (const json::value shown = entry.member("settings"); shown.is_object()) {
        a.settings.clear();
        json::append_value(a.settings, shown);
    }
    a.password_hash = read_password_hash(in, entry);
    a.superuser = in.flag(entry, "superuser", false);
    if (const json::value roles = entry.member("workspaces"); roles.is_object())
        for (const auto& [name, granted] : roles.members())
            if (const auto id = find_workspace(in, name, b.who))
                a.workspaces[*id] = role_from(granted.text());
    a.upstream_user = in.text(entry, "upstream_user");
    if (const auto known = b.users.find(lower(a.email)); a.upstream_user.empty() && known != b.users.end())
        a.upstream_user = known->second;
    a.acts_as = in.text(entry, "acts_as");
    check_acts_as(in, entry.member("acts_as"), a.acts_as, all, b.who);
    return a;
}

void read_accounts(const reader& in, json::value bridge, const settings& all, bridge_settings& out) {
    const json::value list = bridge.member("accounts");
    if (!list.is_array()) return;
    for (const auto& [none, entry] : list.elements()) {
        if (!entry.is_object()) continue;
        account a = read_account(in, entry, all, out);
        for (const account& other : out.who.accounts)
            if (lower(other.email) == lower(a.email) || other.id == a.id)
                in.report(entry.member("email"), "two accounts with this e-mail or id: " + a.email,
                          "remove one");
        out.who.accounts.push_back(std::move(a));
    }
}

void read_keys(const reader& in, json::value bridge, bridge_settings& out) {
    const json::value list = bridge.member("api_keys");
    if (!list.is_array()) return;
    for (const auto& [none, entry] : list.elements()) {
        if (!entry.is_object()) continue;
        api_key k;
        k.id = in.text(entry, "id");
        k.organization = in.flag(entry, "organization", false);
        k.secret_hash = in.text(entry, "secret_hash");
        k.access = role_from(in.text(entry, "role"));
        if (const json::value w = entry.member("workspace"); w.is_string())
            k.workspace = find_workspace(in, w, out.who).value_or(uuid{});
        else if (!k.organization)
            in.report(entry, "a key needs its workspace",
                      "add \"workspace\", or \"organization\": true for all of them");
        for (const api_key& other : out.who.keys)
            if (other.id == k.id) in.report(entry.member("id"), "two keys with this id");
        out.who.keys.push_back(std::move(k));
    }
}

}  // namespace

std::optional<uuid> find_workspace(const reader& in, json::value where, const platform::directory& who) {
    const std::string_view word = where.text();
    const auto id = uuid::parse(word);
    std::vector<std::string> names;
    std::vector<uuid> hits;
    for (const workspace& w : who.workspaces) {
        names.push_back(w.name);
        if (id ? w.id == *id : w.name == word) hits.push_back(w.id);
    }
    if (hits.size() == 1) return hits.front();
    in.report(where,
              (hits.empty() ? "no workspace \"" : "more than one workspace \"") + std::string(word) + "\"",
              hits.empty() ? hint_for(word, names) : "write its id");
    return std::nullopt;
}

void check_acts_as(const reader& in, json::value where, const std::string& acts_as, const settings& all,
                   const platform::directory& who) {
    if (acts_as.empty()) return;
    std::vector<std::string> names;
    for (const workspace& w : who.workspaces)
        if (const auto* u = all.find_upstream(w.upstream))
            for (const std::string& n : names_of(u->credentials)) names.push_back(n);
    if (std::find(names.begin(), names.end(), acts_as) == names.end())
        in.report(where, "no credential \"" + acts_as + "\"", hint_for(acts_as, names));
}

void read_directory(const reader& in, json::value bridge, const settings& all, bridge_settings& out) {
    read_workspaces(in, bridge, all, out);
    read_accounts(in, bridge, all, out);
    read_keys(in, bridge, out);
    read_api_users(in, bridge, all, out);
}

bool has_demo_login(const platform::directory& who) noexcept {
    return std::any_of(who.accounts.begin(), who.accounts.end(),
                       [](const account& a) { return a.email == demo_email; }) ||
           std::any_of(who.keys.begin(), who.keys.end(),
                       [](const api_key& k) { return k.id == demo_key_id; }) ||
           std::any_of(who.api_users.begin(), who.api_users.end(), [](const platform::api_user& u) {
               return u.access_id == demo_access_id || u.secret == demo_secret ||
                      std::find(u.tokens.begin(), u.tokens.end(), demo_token) != u.tokens.end();
           });
}

}  // namespace casebridge::config
