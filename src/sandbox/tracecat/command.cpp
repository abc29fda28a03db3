#include "sandbox/tracecat/command.hpp"

#include "sandbox/run.hpp"
#include "sandbox/tracecat/data.hpp"
#include "sandbox/tracecat/service.hpp"

#include <CLI/CLI.hpp>

#include <fstream>
#include <iostream>
#include <sstream>

namespace casebridge::sandbox::tracecat {
namespace {

struct arguments {
    run_options run;
    behaviour how;
    std::vector<std::string> data;
    std::string release_name = "today";
    std::string plain_listen;            // of a second listener
    bool no_addons = false, no_service_accounts = false;
    std::uint64_t seed = 1;
    std::size_t cases = 0;
};

constexpr std::string_view footer =
    R"(The demo: workspace 11111111-1111-4111-8111-111111111111 "Demo Workspace", users demo@casebridge.test (admin),
ana@casebridge.test (editor) and vic@casebridge.test (viewer), all with the password demo-password, and the
API key tc_ws_sk_demo00000000_demo-secret.

Data files (--data), comments allowed, all keys optional, ids may be left out, a workspace goes by id or name
and is the first one if it is not named; tags, fields, dropdowns, cases and tasks are bodies of the API itself:
  {"replace":false,
   "organization":{"id":"…","name":"Acme"},
   "workspaces":[{"id":"…","name":"SOC"}],
   "users":[{"id":"…","email":"ann@acme.test","password":"…","first_name":"Ann","last_name":"Lee",
             "superuser":false,"member":true,"active":true,"settings":{},"workspaces":{"SOC":"editor"}}],
   "keys":[{"id":"abcdefghijkl","secret":"…","workspace":"SOC","scopes":["case:*","workspace:read"]},
           {"id":"mnopqrstuvwx","secret":"…","organization":true,"scopes":["*"]}],
   "tags":[{"workspace":"SOC","name":"Phishing","color":"#cc3300"}],
   "fields":[{"name":"root_cause","type":"TEXT","required_on_closure":true},
             {"name":"verdict","type":"SELECT","options":["true positive","benign"]}],
   "dropdowns":[{"name":"Tier","ref":"tier","options":[{"label":"One","ref":"one"}]}],
   "cases":[{"summary":"…","description":"…","status":"new","priority":"low","severity":"low",
             "fields":{"root_cause":"x"},"payload":{"a":1},"tags":["phishing"],"comments":["First look"],
             "tasks":[{"title":"Call"}],"by":"ann@acme.test","created_at":"2026-01-05T09:30:00Z"}]}
  "replace":true forgets the demo data (and files read before) first.

Faults (--fault, or POST /__sandbox/fault {"spec":"…"}): NAME[:ARG[:ARG]][@[METHOD ]/prefix][*COUNT] with
  refuse[:MS] hang reset reset-head reset-body truncate html wrong-shape status:CODE[:RETRY_AFTER] slow:MS
Also GET /__sandbox/requests, POST /__sandbox/reset and POST /__sandbox/forget-sessions.

Example:
  casebridge-sandbox tracecat --listen 127.0.0.1:9302 --seed 7 --cases 500
  curl -H 'Authorization: Bearer tc_ws_sk_demo00000000_demo-secret' \
      'http://127.0.0.1:9302/workspaces/11111111-1111-4111-8111-111111111111/cases?limit=2'
)";

result<std::vector<std::string>> read_files(const std::vector<std::string>& names) {
    std::vector<std::string> out;
    for (const std::string& name : names) {
        std::ifstream in(name, std::ios::binary);
        std::ostringstream text;
        text << in.rdbuf();
        if (!in) return fail(errc::file_unreadable, name + ": cannot be read");
        out.push_back(std::move(text).str());
    }
    return out;
}

result<void> fill(store& data, const arguments& a, const std::vector<std::string>& files) {
    data = store(a.seed);
    add_demo_data(data);
    for (std::size_t i = 0; i < files.size(); ++i) {
        if (auto loaded = load_data(data, files[i]); loaded.has_error())
            return fail(errc::invalid_configuration, a.data[i] + ": " + loaded.error().detail);
    }
    make_up_cases(data, a.seed, a.cases);
    return {};
}

core core_of(service& what, store& data, const std::function<void()>& reset) {
    core c;
    c.handle = [&what](const http::request& req, http::response& res) { what.handle(req, res); };
    c.reset = reset;
    c.forget_sessions = [&data] { data.sessions.clear(); };
    return c;
}

int start(arguments& a) {
    a.how.addons = !a.no_addons;
    a.how.service_accounts = !a.no_service_accounts;
    a.how.version = a.release_name == "today" ? release::today : release::beta_51;
    a.run.refusal = "Invalid HTTP request received.";
    store data;
    const auto files = read_files(a.data);
    const auto filled = files.has_error() ? result<void>(files.error()) : fill(data, a, files.value());
    if (filled.has_error()) {
        std::cerr << "casebridge-sandbox: " << filled.error().detail << '\n';
        return 2;
    }
    const std::function<void()> reset = [&] { (void)fill(data, a, files.value()); };
    service main_service(data, a.how);
    behaviour plain = a.how;
    plain.addons = plain.service_accounts = false;
    service plain_service(data, plain);
    std::vector<second_listener> others;
    if (!a.plain_listen.empty())
        others.push_back({"tracecat (plain)", a.plain_listen, core_of(plain_service, data, reset)});
    return run(a.run, core_of(main_service, data, reset), std::move(others));
}

}  // namespace

void add_command(CLI::App& app, int& exit_code) {
    auto a = std::make_shared<arguments>();
    a->run.listen = "127.0.0.1:9302";
    a->run.name = "tracecat";
    auto* sub = app.add_subcommand("tracecat", "a stand-in for a Tracecat server, in memory");
    sub->footer(std::string(footer));
    add_run_options(*sub, a->run);
    sub->add_option("--plain-listen", a->plain_listen,
                    "a second listener over the same data that has neither add-ons nor API keys");
    sub->add_flag("--no-addons", a->no_addons,
                  "without the case_addons entitlement, as open-source servers are");
    sub->add_flag("--no-service-accounts", a->no_service_accounts, "every API key is a 401");
    sub->add_option("--release", a->release_name, "whose paging: today (signed cursors) or beta.51")
        ->check(CLI::IsMember({"today", "beta.51"}))
        ->capture_default_str();
    sub->add_option("--public-url", a->how.public_url, "what /info and download links say")
        ->capture_default_str();
    sub->add_option("--allow-origin", a->how.origins, "origins for browsers; repeatable")
        ->capture_default_str();
    sub->add_option("--data", a->data, "JSON file with workspaces, users, keys, cases, …; repeatable")
        ->check(CLI::ExistingFile);
    sub->add_option("--seed", a->seed, "of ids and of the cases that --cases makes up");
    sub->add_option("--cases", a->cases, "make up so many cases in the first workspace")
        ->check(CLI::Range(0, 1'000'000));
    sub->callback([a, &exit_code] { exit_code = start(*a); });
}

}  // namespace casebridge::sandbox::tracecat
