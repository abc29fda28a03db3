#include "app/commands.hpp"
#include "app/identity_table.hpp"
#include "app/load.hpp"
#include "app/wiring_parts.hpp"
#include "bridge/records/record_directory.hpp"
#include "observe/redact.hpp"
#include "platform/threatconnect/client/backend.hpp"
#include "platform/tracecat/client/store.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <iostream>
#include <set>

namespace casebridge::app {
namespace {

constexpr std::chrono::seconds patience{30};  // of one workspace's users

using people_list = std::vector<side_user>;

std::string full_name(std::string_view first, std::string_view last) {
    std::string out(first);
    if (!out.empty() && !last.empty()) out += ' ';
    return out.append(last);
}

platform::call_context context_of(const platform::workspace& w) {
    platform::call_context ctx;
    ctx.where = &w;
    ctx.credential = w.credential;
    ctx.account = "users export";
    ctx.deadline = http::clock::now() + patience;
    return ctx;
}

task<result<people_list>> ask_threatconnect(upstream::client& client, const config::upstream_settings& u,
                                            const platform::workspace& w) {
    platform::threatconnect::backend_options opts{u.base_url(), u.base_path, {}, "", ""};
    for (const auto& c : u.credentials) opts.credentials.push_back({c.name, c.token, c.access_id, c.secret});
    platform::threatconnect::backend backend(client, std::move(opts));
    platform::call_context ctx = context_of(w);
    CB_CO_TRY(const auto pages, co_await backend.list_catalogue(ctx, platform::catalogue::users));
    people_list out;
    for (const auto& page : pages) {
        for (const auto& [none, v] : page->data.elements()) {
            out.push_back({std::string(v.member("id").text()), std::string(v.member("userName").text()),
                           full_name(v.member("firstName").text(), v.member("lastName").text())});
        }
    }
    co_return out;
}

task<result<people_list>> ask_tracecat(upstream::client& client, const config::upstream_settings& u,
                                       const platform::workspace& w,
                                       std::shared_ptr<platform::tracecat::client::store_memory> memory) {
    platform::tracecat::client::store_options opts;
    opts.realm = u.base_url();
    opts.base_path = u.base_path;
    for (const auto& c : u.credentials) opts.credentials.push_back({c.name, c.email, c.password, c.api_key});
    platform::tracecat::client::store store(client, std::move(opts), std::move(memory));
    platform::call_context ctx = context_of(w);
    CB_CO_TRY(const auto members,
              co_await store.list_catalogue(ctx, platform::case_store::catalogue::members));
    people_list out;
    for (const auto& [none, v] : members->data.elements()) {
        out.push_back({std::string(v.member("user_id").text()), std::string(v.member("email").text()),
                       full_name(v.member("first_name").text(), v.member("last_name").text())});
    }
    co_return out;
}

// Runs one question to its end.
result<people_list> ask(const shared& all, const config::upstream_settings& u, const platform::workspace& w) {
    boost::asio::io_context context;
    CB_TRY(const auto client, upstream::client::create(context, u.transport));
    result<people_list> out = fail(errc::internal, "nobody answered");
    auto question = u.platform == "threatconnect" ? ask_threatconnect(*client, u, w)
                                                  : ask_tracecat(*client, u, w, all.state->store_memory(u));
    boost::asio::co_spawn(context, std::move(question),
                          [&](std::exception_ptr broken, result<people_list> answer) {
                              if (!broken) out = std::move(answer);
                              client->close();
                          });
    context.run();
    return out;
}

// The accounts of a Tracecat façade; those who reach the workspace.
people_list configured_accounts(const platform::directory& who, const platform::workspace& w) {
    people_list out;
    for (const auto& a : who.accounts) {
        if (a.superuser || a.workspaces.contains(w.id))
            out.push_back({a.id.to_string(), a.email, full_name(a.first_name, a.last_name)});
    }
    return out;
}

std::string number_of(const platform::directory& who, const platform::workspace& w, const side_user& member,
                      const std::string& name) {
    const auto pinned = std::find_if(who.numbers.begin(), who.numbers.end(),
                                     [&](const auto& p) { return p.kind == "user" && p.name == name; });
    return std::to_string(pinned == who.numbers.end()
                              ? bridge::hashed_number(w.id.to_string(), "user", member.id)
                              : pinned->number);
}

// Users of a ThreatConnect façade: Tracecat's members under the names that clients see, and the API users.
std::vector<identity_row> reverse_rows(const platform::directory& who, const config::bridge_settings& b,
                                       const platform::workspace& w, const people_list& members) {
    std::vector<identity_row> rows = match_users(members, {}, b.users);
    for (auto& r : rows) {
        const bool named = !r.threatconnect.login.empty();
        if (!named) r.threatconnect.login = r.tracecat.login;
        r.threatconnect.id = number_of(who, w, r.tracecat, r.threatconnect.login);
        r.threatconnect.name = r.tracecat.name;
        r.match = named ? user_match::configured : user_match::same_name;
    }
    for (const auto& [email, name] : b.users) {
        const auto known = [&e = email](const side_user& m) { return http::iequals(m.login, e); };
        if (std::any_of(members.begin(), members.end(), known)) continue;
        identity_row r;
        r.tracecat.login = email;
        r.threatconnect.login = name;
        r.match = user_match::configured_unknown;
        rows.push_back(std::move(r));
    }
    for (const auto& u : who.api_users) {
        if (u.workspace != w.id) continue;
        identity_row r;
        r.threatconnect = {u.number == 0 ? std::string() : std::to_string(u.number), u.access_id,
                           full_name(u.first_name, u.last_name)};
        rows.push_back(std::move(r));
    }
    return rows;
}

std::map<std::string, std::string> names_on_backend(const platform::directory& who) {
    std::map<std::string, std::string> out;
    for (const auto& a : who.accounts) {
        std::string email = a.email;
        for (char& c : email)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        if (!a.upstream_user.empty()) out.emplace(std::move(email), a.upstream_user);
    }
    return out;
}

result<std::vector<identity_row>> rows_of(const shared& all, const config::bridge_settings& b) {
    const platform::directory& who = all.bridges.at(b.name).who;
    std::vector<identity_row> out;
    for (const auto& w : who.workspaces) {
        const config::upstream_settings* u = all.settings->find_upstream(w.upstream);
        if (u == nullptr)
            return fail(errc::invalid_configuration, "workspace " + w.name + " has no upstream");
        CB_TRY(const auto there, ask(all, *u, w));
        auto rows = u->platform == "threatconnect"
                        ? match_users(configured_accounts(who, w), there, names_on_backend(who))
                        : reverse_rows(who, b, w, there);
        for (auto& r : rows) {
            r.bridge = b.name;
            r.workspace = w.name;
            out.push_back(std::move(r));
        }
    }
    return out;
}

}  // namespace

int export_users(const std::string& config_file, const std::string& bridge_name) {
    const loaded all = load_everything(config_file, make_lasting());
    print_findings(all);
    if (all.unreadable) return 2;
    if (!all) return 1;
    std::vector<identity_row> rows;
    bool found = false;
    for (const auto& b : all.settings->bridges) {
        if (!bridge_name.empty() && b.name != bridge_name) continue;
        found = true;
        auto own = rows_of(*all.bridges, b);
        if (own.has_error()) {
            std::cerr << observe::redact("bridge " + b.name + ": " +
                                         std::string(to_string(own.error().code)) + ": " + own.error().detail)
                      << '\n';
            return 2;
        }
        rows.insert(rows.end(), own->begin(), own->end());
    }
    if (!found) {
        std::cerr << "no bridge named " << bridge_name << " in " << config_file << '\n';
        return 1;
    }
    std::cout << to_csv(rows);
    return 0;
}

}  // namespace casebridge::app
