#include "support.hpp"

#include <random>

using namespace casebridge;
using namespace casebridge::platform;
using namespace casebridge::platform::threatconnect;
using namespace casebridge::platform::threatconnect::test;

namespace {

std::vector<std::string> some(int n) {
    std::vector<std::string> out;
    for (int i = 1; i <= n; ++i) out.push_back("{\"id\":" + std::to_string(i) + "}");
    return out;
}

// A link as a client follows it: what stands behind the origin.
std::string target_of(const std::string& quoted) {
    const std::string origin = "\"https://tc.example.org";
    BOOST_REQUIRE_MESSAGE(quoted.starts_with(origin), quoted);
    return quoted.substr(origin.size(), quoted.size() - origin.size() - 1);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(facade_lists)

BOOST_AUTO_TEST_CASE(a_list_is_enveloped_in_the_published_order) {
    world w;
    w.backend.say(some(2), true, 231);
    const auto res = w.ask("GET", "/api/v3/cases?resultStart=0&resultLimit=2");
    BOOST_TEST(res.content_type == "application/json");
    BOOST_TEST(res.route == "cases.list");
    BOOST_TEST(
        res.body ==
        R"({"next":"https://tc.example.org/api/v3/cases?resultStart=2&resultLimit=2","data":[)"
        R"({"id":1,"detectionOverdue":false,"responseOverdue":false},)"
        R"({"id":2,"detectionOverdue":false,"responseOverdue":false}],"count":231,"status":"Success"})");
}

BOOST_AUTO_TEST_CASE(the_defaults_are_the_first_hundred_in_the_order_of_making) {
    world w;
    BOOST_TEST(w.ask("GET", "/api/v3/cases").status == 200u);
    const auto& r = w.backend.last().request;
    BOOST_CHECK(r.action == record_verb::list);
    BOOST_CHECK(r.what == record_kind::case_);
    BOOST_TEST(r.offset == 0u);
    BOOST_TEST(r.limit == 100u);
    BOOST_TEST(r.order.empty());
    BOOST_TEST(r.wanted.is_everything());
    BOOST_TEST(r.members.empty());
    BOOST_TEST(r.where->organization == "Acme");
    BOOST_TEST(r.who->access_id == access_id);
}

BOOST_AUTO_TEST_CASE(the_count_is_on_the_first_page_asked_for_or_not_and_on_no_other) {
    world w;
    w.backend.say(some(3), false);
    BOOST_TEST(at(w.ask("GET", "/api/v3/cases"), "count") == "3");
    BOOST_TEST(w.backend.last().request.count);
    w.backend.say(some(1), true, 9);
    BOOST_TEST(at(w.ask("GET", "/api/v3/cases?resultLimit=1&count=True"), "count") == "9");
    w.backend.say(some(1), true);
    BOOST_TEST(at(w.ask("GET", "/api/v3/cases?resultLimit=1"), "count") == "absent");
    w.backend.say(some(1), true, 9);
    BOOST_TEST(at(w.ask("GET", "/api/v3/cases?resultStart=3&count=true"), "count") == "absent");
    BOOST_TEST(!w.backend.last().request.count);
}

BOOST_AUTO_TEST_CASE(camel_case_wins_over_snake_case) {
    world w;
    w.ask("GET", "/api/v3/cases?result_limit=5&resultLimit=2&result_start=4");
    BOOST_TEST(w.backend.last().request.limit == 2u);
    BOOST_TEST(w.backend.last().request.offset == 4u);
}

BOOST_AUTO_TEST_CASE(parameters_come_in_the_body_of_a_get_as_well) {
    world w;
    w.ask("GET", "/api/v3/cases",
          R"({"data":{"fields":["tags","notes"],"result_limit":10,"resultLimit":10,"count":true,)"
          R"x("tql":"id IN (1,2)"}})x");
    const auto& a = w.backend.last();
    BOOST_TEST(a.request.limit == 10u);
    BOOST_TEST(a.query == "id IN (1, 2)");
    BOOST_TEST(a.request.members.count("tags") == 1u);
    BOOST_TEST(w.ask("GET", "/api/v3/cases", "{}").status == 200u);
    BOOST_TEST(w.ask("GET", "/api/v3/cases/7", "{}").status != 400u);
    CHECK_REFUSED(w.ask("GET", "/api/v3/cases", "nonsense"), 400u, "0x2005", "not properly formed");
}

BOOST_AUTO_TEST_CASE(a_raw_equals_sign_belongs_to_the_value) {
    world w;
    w.ask("GET", "/api/v3/cases?tql=name%20=%20%22Open%22&resultLimit=10000");
    BOOST_TEST(w.backend.last().query == "name = \"Open\"");
    w.ask("GET", "/api/v3/cases?tql=name+%3D+%22Open%22");
    BOOST_TEST(w.backend.last().query == "name = \"Open\"");
}

BOOST_AUTO_TEST_CASE(ranges_are_kept) {
    world w;
    for (const char* q :
         {"resultLimit=0", "resultLimit=10001", "resultLimit=-1", "resultLimit=ten",
          "resultLimit=", "resultStart=-1", "resultStart=1e3", "resultStart=99999999999999999999"})
        CHECK_REFUSED(w.ask("GET", std::string("/api/v3/cases?") + q), 400u, "0x1001", "must be integers");
    BOOST_TEST(w.backend.calls.empty());
    BOOST_TEST(w.ask("GET", "/api/v3/cases?resultLimit=10000&unknown=1").status == 200u);
}

BOOST_AUTO_TEST_CASE(a_query_that_cannot_be_read_is_refused_and_nothing_is_asked) {
    world w;
    CHECK_REFUSED(w.ask("GET", "/api/v3/cases?tql=name+%3D"), 400u, "0x2001", "");
    CHECK_REFUSED(w.ask("GET", "/api/v3/cases?tql=colour+%3D+1"), 400u, "0x2001", "");
    CHECK_REFUSED(w.ask("GET", "/api/v3/cases?sorting=colour+asc"), 400u, "0x2001", "");
    CHECK_REFUSED(w.ask("GET", "/api/v3/notes?tql=%28"), 400u, "0x2001", "");
    BOOST_TEST(w.backend.calls.empty());
}

BOOST_AUTO_TEST_CASE(sorting_has_levels_in_any_letter_case) {
    world w;
    w.ask("GET", "/api/v3/cases?sorting=dateAdded+DESC+name+asc");
    BOOST_TEST(w.backend.last().order == "dateAdded desc;name asc;");
}

BOOST_AUTO_TEST_CASE(a_link_carries_every_parameter_and_is_followed_as_it_stands) {
    world w;
    w.backend.say(some(2), true, 5);
    const auto first =
        w.ask("GET",
              "/api/v3/cases?result_limit=2&fields=tags&fields=attributes&resultLimit=2&sorting=id+desc"
              "&owner=Acme&tql=name+%3D+%22Open%22");
    const std::string next = target_of(at(first, "next"));
    w.backend.say(some(2), true);
    const auto second = w.ask("GET", next);
    const auto& a = w.backend.last();
    BOOST_TEST(a.query == "name = \"Open\"");
    BOOST_TEST(a.order == "id desc;");
    BOOST_TEST(a.request.offset == 2u);
    BOOST_TEST(a.request.limit == 2u);
    BOOST_TEST(a.request.members.size() == 2u);
    BOOST_TEST(at(second, "count") == "absent");
    BOOST_TEST(target_of(at(second, "prev")).ends_with("resultStart=0&resultLimit=2"));
    w.backend.say(some(1));
    BOOST_TEST(at(w.ask("GET", target_of(at(second, "next"))), "next") == "absent");
}

BOOST_AUTO_TEST_CASE(a_long_query_travels_sealed_and_short) {
    world w;
    std::string ids;
    for (int i = 0; i < 4000; ++i) ids += (i == 0 ? "" : ",") + std::to_string(1000 + i);
    const std::string tql = "id IN (" + ids + ")";
    w.backend.say(some(1), true);
    std::string body = R"({"data":{"fields":["tags"],"resultLimit":1,"tql":")" + tql + "\"}}";
    const auto first = w.ask("GET", "/api/v3/cases", body);
    const std::string next = target_of(at(first, "next"));
    BOOST_TEST(tql.size() > 16000u);
    BOOST_TEST(next.size() < 14000u);
    BOOST_TEST(next.starts_with("/api/v3/cases?state="));
    w.backend.say(some(1), true);
    const auto second = w.ask("GET", next);
    BOOST_TEST(second.status == 200u);
    BOOST_TEST(w.backend.last().query == w.backend.calls.front().query);
    BOOST_TEST(w.backend.last().request.offset == 1u);
    BOOST_TEST(w.backend.last().request.members.count("tags") == 1u);
    // One that somebody changed is refused.
    std::string forged = next;
    forged[30] = forged[30] == 'A' ? 'B' : 'A';
    CHECK_REFUSED(w.ask("GET", forged), 400u, "0x1001", "state");
    CHECK_REFUSED(w.ask("GET", "/api/v3/cases?state=AAAA"), 400u, "0x1001", "state");
}

BOOST_AUTO_TEST_CASE(any_query_survives_the_seal) {
    std::mt19937 random(7);
    for (int round = 0; round < 40; ++round) {
        http::request req;
        req.method = "GET";
        std::string value;
        const std::size_t size = 2001 + random() % 60000;
        while (value.size() < size)
            value += static_cast<char>(round % 2 == 0 ? 'a' + random() % 4 : 1 + random() % 126);
        req.target = "/x?tql=" + http::encode(value);
        const links l("https://h", {}, std::nullopt);
        const auto given = *parameters::read(req);
        const std::string link = l.page("/x", given, {5, 7});
        BOOST_TEST(link.find("state=") != std::string::npos);
        http::request follow;
        follow.method = "GET";
        follow.target = link.substr(std::string("https://h").size());
        auto again = *parameters::read(follow);
        BOOST_TEST(!l.open(again));
        BOOST_REQUIRE(again.find("tql"));
        BOOST_TEST((*again.find("tql") == value));
    }
}

BOOST_AUTO_TEST_CASE(there_is_no_next_behind_an_empty_page) {
    world w;
    w.backend.say({}, true);
    const auto res = w.ask("GET", "/api/v3/cases?resultStart=5&resultLimit=10");
    BOOST_TEST(at(res, "next") == "absent");
    BOOST_TEST(at(res, "data") == "[]");
    BOOST_TEST(target_of(at(res, "prev")) == "/api/v3/cases?resultStart=0&resultLimit=10");
}

BOOST_AUTO_TEST_CASE(the_form_without_api_and_a_slash_at_the_end_are_served) {
    world w;
    w.backend.say(some(1), true);
    BOOST_TEST(target_of(at(w.ask("GET", "/v3/cases/"), "next")).starts_with("/v3/cases?"));
    BOOST_TEST(w.ask("GET", "/api/v3/security/users/").status == 200u);
    BOOST_CHECK(w.backend.last().request.what == record_kind::user);
}

BOOST_AUTO_TEST_CASE(every_served_object_is_listed_from_the_bridge) {
    const std::pair<const char*, record_kind> rows[] = {
        {"cases", record_kind::case_},
        {"tags", record_kind::tag},
        {"caseAttributes", record_kind::attribute},
        {"attributeTypes", record_kind::attribute_type},
        {"artifactTypes", record_kind::artifact_type},
        {"security/users", record_kind::user},
        {"security/userGroups", record_kind::group},
        {"security/owners", record_kind::owner},
        {"security/ownerRoles", record_kind::owner_role},
        {"security/systemRoles", record_kind::system_role},
    };
    for (const auto& [path, kind] : rows) {
        world w;
        w.backend.say({R"({"id":1,"name":"n"})"});
        const auto res = w.ask("GET", std::string("/api/v3/") + path + "?resultLimit=10000");
        BOOST_TEST(at(res, "data.0.id") == "1", path);
        BOOST_CHECK(w.backend.last().request.what == kind);
        BOOST_TEST(res.route == std::string(path) + ".list");
    }
}

BOOST_AUTO_TEST_CASE(objects_without_a_counterpart_have_empty_lists_and_take_no_writes) {
    const std::pair<std::string, const char*> rows[] = {{"groups", "no threat intelligence"},
                                                        {"indicators", "no threat intelligence"},
                                                        {"victims", "no threat intelligence"},
                                                        {"securityLabels", "no place for security labels"}};
    for (const auto& [path, why] : rows) {
        world w;
        const auto res = w.ask("GET", "/api/v3/" + path + "?resultLimit=1&count=true");
        BOOST_TEST(res.body == R"({"data":[],"count":0,"status":"Success"})", path);
        CHECK_REFUSED(w.ask("POST", "/api/v3/" + path, "{}"), 405u, "0x1005", why);
        CHECK_REFUSED(w.ask("PUT", "/api/v3/" + path + "/7", "{}"), 405u, "0x1005", why);
        CHECK_REFUSED(w.ask("DELETE", "/api/v3/" + path + "/7"), 405u, "0x1005", why);
        BOOST_TEST(w.ask("GET", "/api/v3/" + path + "/7").status == 404u);
        BOOST_TEST(w.backend.calls.empty());
    }
}

BOOST_AUTO_TEST_CASE(what_clients_ask_of_threat_intelligence_is_read_and_finds_nothing) {
    const char* queries[] = {"hasCase(id = 7)",
                             "hasArtifact(id = 9)",
                             "id in (1) and (indicatorActive=false or indicatorActive=true)",
                             "typeName IN ('Host') AND summary CONTAINS 'x' and ownerName in ('A', 'B')",
                             R"(tag like "%x%")",
                             R"(lastModified GEQ "2024-01-02")",
                             "dateAdded > 2022-03-03",
                             "rating>=4 and associable=true"};
    for (const char* q : queries) {
        world w;
        std::string target = "/api/v3/groups?tql=";
        http::append_encoded(target, q);
        BOOST_TEST(w.ask("GET", target).body == R"({"data":[],"count":0,"status":"Success"})", q);
    }
    world w;
    CHECK_REFUSED(w.ask("GET", "/api/v3/groups?tql=nonsense%20%3D%201"), 400u, "0x2001", "nonsense");
}

BOOST_AUTO_TEST_SUITE_END()
