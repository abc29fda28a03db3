// The activity feed of a case (Tracecat fact sheet §3.6).
#include "sandbox/tracecat/routes.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace casebridge::sandbox::tracecat {
namespace {

// Without its nulls, as everything in this answer.
std::string sparse_user(const user& u) {
    boost::json::object all = boost::json::parse(user_document(u)).as_object();
    boost::json::object told;
    for (const auto& [name, value] : all)
        if (!value.is_null()) told.emplace(name, value);
    return boost::json::serialize(told);
}

void list(context& c) {
    const incident* where = c.find_case();
    if (!where) return answer_case_missing(c);
    std::string body = "{\"events\":[";
    std::vector<uuid> people;
    for (auto e = where->events.rbegin(); e != where->events.rend(); ++e) {
        if (e != where->events.rbegin()) body += ',';
        append_event(body, *e);
        collect_people(*e, people);
    }
    body += "],\"users\":[";
    for (const user& u : c.data.users) {
        if (std::find(people.begin(), people.end(), u.id) == people.end()) continue;
        if (body.back() != '[') body += ',';
        body += sparse_user(u);
    }
    wire::answer_json(c.res, 200, body + "]}");
}

const route rows[] = {of_workspace("GET", "/cases/{case_id}/events", "case:read", list)};

}  // namespace

route_list event_routes() { return rows; }

}  // namespace casebridge::sandbox::tracecat
