// Who may use a façade whose callers sign requests or hold tokens, and the ids that its clients hard-code.
#include "config/reader.hpp"

#include <algorithm>
#include <set>

namespace casebridge::config {
namespace {

using platform::api_user;

constexpr std::string_view token_mark = "APIV2:";   // other tokens are dropped by the official client

json::value list_at(json::value parent, std::string_view key) {
    const json::value list = parent.member(key);
    return list.is_array() ? list : json::value{};
}

std::vector<std::string> read_tokens(const reader& in, json::value entry, bool demo) {
    const json::value written = entry.member("tokens");
    std::vector<std::string> out = in.texts(entry, "tokens");
    if (!out.empty() && !demo)
        in.report(written, "a secret in the configuration file",
                  "write token_files instead; only \"demo\": true allows this");
    const json::value files = entry.member("token_files");
    for (const std::string& file : in.texts(entry, "token_files"))
        out.push_back(in.secret_file(files, in.resolve(file)));
    for (const std::string& token : out)
        if (!token.empty() && !token.starts_with(token_mark))
            in.report(written.exists() ? written : files, "a token must begin with APIV2:",
                      "clients drop other ones; make one with: echo APIV2:$(openssl rand -hex 32)");
    return out;
}

api_user read_api_user(const reader& in, json::value entry, const settings& all, const bridge_settings& b) {
    api_user u;
    u.access_id = in.text(entry, "access_id");
    u.secret = read_secret(in, entry, "secret", all.demo);
    u.tokens = read_tokens(in, entry, all.demo);
    u.first_name = in.text(entry, "first_name");
    u.last_name = in.text(entry, "last_name");
    u.pseudonym = in.text(entry, "pseudonym");
    in.integer(entry, "id", u.number);
    if (const json::value w = entry.member("workspace"); w.is_string())
        u.workspace = find_workspace(in, w, b.who).value_or(uuid{});
    u.read_write = in.text(entry, "access") == "read-write";
    u.acts_as = in.text(entry, "acts_as");
    check_acts_as(in, entry.member("acts_as"), u.acts_as, all, b.who);
    const bool secret = entry.member("secret").exists() || entry.member("secret_file").exists() ||
                        entry.member("secret_env").exists();
    if (!secret && u.tokens.empty())
        in.report(entry, "API user " + u.access_id + " has neither a secret nor a token",
                  "add secret_file, which signs requests, or token_files");
    return u;
}

void check_unique(const reader& in, json::value entry, const api_user& u,
                  const std::vector<api_user>& others) {
    for (const api_user& other : others) {
        if (other.access_id == u.access_id)
            in.report(entry.member("access_id"), "two API users with this access id");
        if (u.number != 0 && other.number == u.number)
            in.report(entry.member("id"), "two API users with this id");
        for (const std::string& token : u.tokens)
            if (std::find(other.tokens.begin(), other.tokens.end(), token) != other.tokens.end())
                in.report(entry, "API users " + other.access_id + " and " + u.access_id + " share a token",
                          "a token says who is asking: give each their own");
    }
}

void read_groups(const reader& in, json::value bridge, bridge_settings& out) {
    for (const auto& [none, entry] : list_at(bridge, "groups").elements()) {
        platform::user_group g{in.text(entry, "name"), in.text(entry, "description"),
                               in.texts(entry, "members")};
        for (const auto& other : out.who.groups)
            if (other.name == g.name) in.report(entry.member("name"), "two groups with this name");
        out.who.groups.push_back(std::move(g));
    }
}

void read_numbers(const reader& in, json::value bridge, bridge_settings& out) {
    std::set<std::pair<std::string, std::int64_t>> ids;
    std::set<std::pair<std::string, std::string>> names;
    for (const api_user& u : out.who.api_users)
        if (u.number != 0) ids.emplace("user", u.number);
    for (const auto& [none, entry] : list_at(bridge, "numbers").elements()) {
        platform::pinned_number n{in.text(entry, "kind"), in.text(entry, "name")};
        in.integer(entry, "id", n.number);
        if (!ids.emplace(n.kind, n.number).second)
            in.report(entry.member("id"), "two " + n.kind + "s with this id");
        if (!names.emplace(n.kind, n.name).second)
            in.report(entry.member("name"), "this " + n.kind + " has two ids");
        out.who.numbers.push_back(std::move(n));
    }
}

}  // namespace

void read_api_users(const reader& in, json::value bridge, const settings& all, bridge_settings& out) {
    for (const auto& [none, entry] : list_at(bridge, "api_users").elements()) {
        if (!entry.is_object()) continue;
        api_user u = read_api_user(in, entry, all, out);
        check_unique(in, entry, u, out.who.api_users);
        out.who.api_users.push_back(std::move(u));
    }
    read_groups(in, bridge, out);
    read_numbers(in, bridge, out);
}

}  // namespace casebridge::config
