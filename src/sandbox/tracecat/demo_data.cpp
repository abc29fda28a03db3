#include "sandbox/tracecat/data.hpp"

#include "core/slug.hpp"
#include "platform/tracecat/wire/models.hpp"

#include <algorithm>
#include <array>
#include <random>

namespace casebridge::sandbox::tracecat {
namespace {

using sv = std::string_view;
namespace wire = platform::tracecat;

struct person {
    sv id, email, password, first, last;
    role access;
};
constexpr std::array<person, 3> people{{
    {"22222222-2222-4222-8222-222222222221", "demo@casebridge.test", "demo-password", "Demo", "Admin",
     role::admin},
    {"22222222-2222-4222-8222-222222222222", "ana@casebridge.test", "demo-password", "Ana", "Analyst",
     role::editor},
    {"22222222-2222-4222-8222-222222222223", "vic@casebridge.test", "demo-password", "Vic", "Viewer",
     role::viewer},
}};
constexpr std::array<std::pair<sv, sv>, 3> demo_tags{
    {{"Phishing", "#cc3300"}, {"Malware", "#990099"}, {"Low Noise", ""}}};

constexpr std::array<sv, 8> subjects{
    "Phishing mail", "Malware on laptop",     "VPN login from new country", "Data upload to share",
    "Brute force",   "Suspicious PowerShell", "Expired certificate",        "Policy breach"};
constexpr std::array<sv, 6> places{"finance",       "warehouse",  "mail server",
                                   "branch office", "build farm", "kiosk"};

constexpr std::int64_t micros_per_day = 86'400'000'000;
constexpr std::int64_t usual_step = 300'000'000, longest_span = 300 * micros_per_day;

std::uint64_t pick(std::mt19937_64& random, std::uint64_t below) { return random() % below; }

incident make_up(std::mt19937_64& random, std::size_t i, const store& data, const workspace& w) {
    incident c;
    const sv place = places[pick(random, places.size())];
    c.summary = std::string(subjects[pick(random, subjects.size())]) + ", " + std::string(place) + " #" +
                std::to_string(i + 1);
    c.description = "Reported by the " + std::string(place) + " team.\n\n- host: `host-" +
                    std::to_string(pick(random, 500)) + "`\n- score: " + std::to_string(pick(random, 100));
    c.status = pick(random, wire::statuses.size());
    c.priority = pick(random, wire::priorities.size());
    c.severity = pick(random, wire::severities.size());
    if (pick(random, 3) != 0 && !data.users.empty())
        c.assignee = data.users[pick(random, data.users.size())].id;
    if (pick(random, 4) == 0) {
        c.payload = R"({"alert":)" + std::to_string(pick(random, 1'000'000)) + R"(,"source":"sensor-)" +
                    std::to_string(pick(random, 9)) + "\"}";
        c.payload_depth = 1;
    }
    for (const tag& t : w.tags)
        if (pick(random, 4) == 0) c.tags.push_back(t.id);
    return c;
}

}  // namespace

void add_demo_data(store& data) {
    data.organization = *uuid::parse("33333333-3333-4333-8333-333333333333");
    workspace& w = data.add_workspace(*uuid::parse(demo_workspace_id), "Demo Workspace");
    for (const person& p : people) {
        user& u = data.users.emplace_back();
        u.id = *uuid::parse(p.id);
        u.email = p.email;
        u.password = p.password;
        u.first_name = p.first;
        u.last_name = p.last;
        u.workspaces[w.id] = p.access;
    }
    data.keys.push_back({"demo00000000",
                         "demo-secret",
                         false,
                         w.id,
                         {"case:read", "case:create", "case:update", "case:delete", "org:read", "table:read",
                          "workspace:read", "workspace:member:read"},
                         true});
    for (const auto& [name, color] : demo_tags)
        w.tags.push_back({data.new_id(), std::string(name), slug(name),
                          color.empty() ? std::nullopt : std::optional<std::string>(color)});
}

void make_up_cases(store& data, std::uint64_t seed, std::size_t count) {
    if (data.workspaces.empty() || count == 0) return;
    workspace& w = data.workspaces.front();
    std::mt19937_64 random(seed);
    const std::int64_t step = std::min(usual_step, longest_span / static_cast<std::int64_t>(count));
    // Steps vary by half; a fiftieth more keeps the last one in the past.
    std::int64_t at = instant::now().micros - static_cast<std::int64_t>(count + count / 50 + 20) * step;
    for (std::size_t i = 0; i < count; ++i) {
        incident c = make_up(random, i, data, w);
        at += step / 2 + static_cast<std::int64_t>(pick(random, static_cast<std::uint64_t>(step)));
        c.created_at = instant{at};
        const auto by =
            data.users.empty() ? std::nullopt : std::optional(data.users[pick(random, data.users.size())].id);
        incident& added = data.add_case(w, std::move(c));
        data.record(added, "case_created", {}, by).at = added.created_at;
    }
}

}  // namespace casebridge::sandbox::tracecat
