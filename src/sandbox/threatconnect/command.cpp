#include "sandbox/threatconnect/command.hpp"

#include "sandbox/run.hpp"
#include "sandbox/threatconnect/service.hpp"

#include <CLI/CLI.hpp>

#include <fstream>
#include <iostream>
#include <optional>
#include <sstream>

namespace casebridge::sandbox::threatconnect {

namespace {

struct arguments {
    run_options run;
    service_options service;
    std::vector<std::string> data;
    std::string tql_case = "sensitive";
    std::string tql_zone = "Z";
};

constexpr std::string_view footer = R"(Data files (--data), all keys optional, ids may be left out:
  {"owners":[{"id":1,"name":"Acme","type":"Organization"}],
   "users":[{"id":1,"userName":"ann@acme.test","firstName":"Ann","lastName":"Lee","pseudonym":"al",
             "owner":"Acme","systemRole":"User"}],
   "groups":[{"id":1,"name":"Tier 1","description":"…","users":[1],"owner":"Acme"}],
   "credentials":[{"user":"ann@acme.test","token":"APIV2:t","accessId":"…","secret":"…",
                   "readOnly":false,"owners":["Acme"]}],
   "attributeTypes":[{"name":"Region","description":"…","maxSize":100,"maxAllowed":5,
                      "validationRule":{…},"types":["Case"],"owners":["Acme"]}],
   "tags":[{"name":"Phishing","owner":"Acme","synonyms":["phish"]}],
   "cases":[{"name":"…","status":"Open","severity":"Low","tags":{"data":[{"name":"x"}]}}],
   "replace":false}
  "replace":true forgets the demo data (and files read before) first.

Faults (--fault, or POST /__sandbox/fault {"spec":"…"}): NAME[:ARG[:ARG]][@[METHOD ]/prefix][*COUNT] with
  refuse[:MS] hang reset reset-head reset-body truncate html wrong-shape status:CODE[:RETRY_AFTER] slow:MS
Also GET /__sandbox/requests and POST /__sandbox/reset.

Example:
  casebridge-sandbox threatconnect --listen 127.0.0.1:9301 --seed 7 --cases 500 \
      --fault 'status:503:2@GET /api/v3/cases*1'
  curl -H 'Authorization: TC-Token APIV2:demo-token' \
      'http://127.0.0.1:9301/api/v3/cases?resultLimit=2&count=true'
)";

// "+05:00" in seconds east of UTC.
std::optional<std::int64_t> read_zone(const std::string& text) {
    if (text.find_first_of("Zz+-") != 0) return std::nullopt;
    const auto midnight_there = parse_iso8601("1970-01-01T00:00:00" + text);
    if (!midnight_there) return std::nullopt;
    return -midnight_there->micros / 1'000'000;
}

int start(arguments& a) {
    a.service.insensitive_tql = a.tql_case == "insensitive";
    a.service.tql_zone_seconds = read_zone(a.tql_zone).value();
    service core_service(a.service);
    for (const auto& file : a.data) {
        std::ifstream in(file, std::ios::binary);
        std::ostringstream text;
        text << in.rdbuf();
        const auto loaded = in ? core_service.load(std::move(text).str())
                               : outcome<void>(fail(err::bad_request, "cannot be read"));
        if (loaded.has_error()) {
            std::cerr << file << ": " << loaded.error().message << '\n';
            return 2;
        }
    }
    core c;
    c.handle = [&](const http::request& req, http::response& res) { core_service.handle(req, res); };
    c.reset = [&] { core_service.reset(); };
    return run(a.run, std::move(c));
}

}  // namespace

void add_command(CLI::App& app, int& exit_code) {
    auto a = std::make_shared<arguments>();
    a->run.listen = "127.0.0.1:9301";
    a->run.name = "threatconnect";
    auto* sub = app.add_subcommand("threatconnect", "a stand-in for a ThreatConnect v3 server, in memory");
    sub->footer(std::string(footer));
    add_run_options(*sub, a->run);
    sub->add_option("--data", a->data, "JSON file with owners, users, credentials, cases, …; repeatable")
        ->check(CLI::ExistingFile);
    sub->add_option("--seed", a->service.seed, "seed of the cases that --cases makes up");
    sub->add_option("--cases", a->service.cases, "make up so many cases")->check(CLI::Range(0, 1'000'000));
    sub->add_flag("--fractions", a->service.fractions, "times with up to three fraction digits");
    sub->add_option("--max-attribute", a->service.max_attribute,
                    "greatest length of a value of \"Bridge State\"")
        ->check(CLI::Range(1, 100'000'000));
    sub->add_option("--tql-case", a->tql_case, "string matching in TQL")
        ->check(CLI::IsMember({"sensitive", "insensitive"}));
    sub->add_option("--tql-zone", a->tql_zone, "what TQL's dates without a zone mean: Z, +05:00")
        ->check([](const std::string& text) { return read_zone(text) ? "" : "not a zone like Z or +05:00"; });
    sub->add_flag("--allow-bulk-delete", a->service.allow_bulk_delete, "allow DELETE with tql=");
    sub->callback([a, &exit_code] { exit_code = start(*a); });
}

}  // namespace casebridge::sandbox::threatconnect
