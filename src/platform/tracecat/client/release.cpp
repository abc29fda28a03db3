#include "platform/tracecat/client/release.hpp"

#include "platform/tracecat/client/open_answer.hpp"

namespace casebridge::platform::tracecat::client {
namespace {

bool complains_about(json::value problems, std::string_view parameter) {
    for (const auto& [none, problem] : problems.elements()) {
        const json::value where = problem.member("loc");
        if (where.element(0).text() == "query" && where.element(1).text() == parameter) return true;
    }
    return false;
}

}  // namespace

verdict judge_probe(const upstream::answer& a) {
    if (refuses_route(a)) return verdict::no_mount;
    // The early server took any limit (§6.3: 0.34.2), and answered.
    if (a.status == 200) return verdict::too_old;
    json::tape t;
    if (a.status != 422 || t.parse(a.body, answer_policy).has_error()) return verdict::unclear;
    const json::value detail = t.root().member("detail");
    if (complains_about(detail, "include_payload")) return verdict::good;
    if (complains_about(detail, "limit") || complains_about(detail, "workspace_id")) return verdict::too_old;
    // Before there was a search, its name was taken for the id of a case.
    for (const auto& [none, problem] : detail.elements()) {
        if (problem.member("loc").element(0).text() == "path") return verdict::too_old;
    }
    return verdict::unclear;
}

std::string too_old_sentence(std::string_view version) {
    std::string out = "This Tracecat server";
    if (!version.empty()) out += " (it says it is " + std::string(version) + ")";
    return out + " is too old: lists that include payloads are needed, which are in 1.0.0-beta.51 and later.";
}

std::string version_of(const upstream::answer& a) {
    json::tape t;
    if (a.status != 200 || t.parse(a.body, answer_policy).has_error()) return {};
    return std::string(t.root().member("version").text().substr(0, 40));
}

}  // namespace casebridge::platform::tracecat::client
