#include "platform/threatconnect/client/requests.hpp"

#include "core/crypto.hpp"
#include "query/tql.hpp"

#include <boost/test/unit_test.hpp>

using namespace casebridge;
namespace tc = platform::threatconnect;
using platform::case_listing;

BOOST_AUTO_TEST_SUITE(threatconnect_requests)

BOOST_AUTO_TEST_CASE(tql_strings_cannot_be_left_by_what_is_in_them) {
    BOOST_TEST(query::tql_string("plain") == "\"plain\"");
    BOOST_TEST(query::tql_string("a\"b\\c'd`e") == "\"a\\\"b\\\\c\\'d\\`e\"");
}

BOOST_AUTO_TEST_CASE(owner_and_values_are_encoded) {
    BOOST_TEST(
        tc::case_target("/api", "Demo & Söhne", 42) ==
        "/api/v3/cases/42?owner=Demo%20%26%20S%C3%B6hne&fields=attributes&fields=tags&fields=userAccess");
}

BOOST_AUTO_TEST_CASE(a_listing_asks_for_the_order_it_needs_and_ties_are_broken) {
    case_listing what;
    what.limit = 21;
    what.count = true;
    BOOST_TEST(
        tc::listing_target("/api", "O", what) ==
        "/api/v3/"
        "cases?owner=O&fields=attributes&fields=tags&fields=userAccess&sorting=dateAdded%20desc%20id%20desc"
        "&resultLimit=21&count=true");
}

BOOST_AUTO_TEST_CASE(a_time_bound_is_widened_so_that_it_is_a_superset) {
    case_listing what;
    what.bound = parse_iso8601("2026-01-02T03:04:05.9Z");
    BOOST_TEST(
        tc::listing_target("", "O", what).find("tql=dateAdded%20%3C%3D%20%222026-01-02%2003%3A04%3A06%22&") !=
        std::string::npos);
    what.descending = false;
    BOOST_TEST(
        tc::listing_target("", "O", what).find("tql=dateAdded%20%3E%3D%20%222026-01-02%2003%3A04%3A04%22&") !=
        std::string::npos);
    what.wide = true;
    BOOST_TEST(tc::listing_target("", "O", what).find("%222026-01-01%2001%3A04%3A05%22") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(exact_listings_filter_by_number_or_external_id) {
    case_listing what;
    what.numbers = {7, 9};
    BOOST_TEST(tc::listing_target("", "O", what).find("tql=id%20IN%20%287%2C9%29&") != std::string::npos);
    what.numbers.clear();
    what.external_ids = {"tracecat:x"};
    BOOST_TEST(tc::listing_target("", "O", what).find("tql=xid%20%3D%20%22tracecat%3Ax%22&") !=
               std::string::npos);
    what.external_ids.push_back("tracecat:y");
    BOOST_TEST(tc::listing_target("", "O", what)
                   .find("tql=xid%20IN%20%28%22tracecat%3Ax%22%2C%22tracecat%3Ay%22%29&") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_write_appends_attributes_and_never_replaces_them) {
    mapping::write_plan plan;
    plan.members = R"("name":"n","status":"Open")";
    plan.bag.push_back({"Asset Owner", {"Kim"}, {}});
    plan.bag.push_back({"Region", {"EMEA", "APAC"}, {5}});   // one entry is there and is changed by itself
    plan.carry = mapping::write_plan::carry_action::write;
    plan.carry_text = R"({"v":1})";
    plan.spills.push_back({"payload", "casebridge-state-1.json", "abc"});
    const std::string body = tc::case_body(plan, "Bridge State", "Event File", {});
    BOOST_TEST(
        body ==
        R"({"name":"n","status":"Open","attributes":{"data":[{"type":"Asset Owner","value":"Kim"},)"
        R"({"type":"Region","value":"APAC"},{"type":"Bridge State","value":"{\"v\":1}"}],"mode":"append"},)"
        R"("artifacts":{"data":[{"summary":"casebridge-state-1.json","type":"Event File","derivedLink":false,"fileData":"YWJj"}]}})");
    BOOST_TEST(tc::case_body(plan, "Bridge State", "Event File", {false, true}).find("Bridge State") ==
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_history_goes_with_the_write_that_it_tells_of) {
    mapping::write_plan plan;
    plan.members = R"("status":"Open")";
    plan.history = {"{\"e\":1}", "{\"e\":2}"};
    BOOST_TEST(tc::case_body(plan, "Bridge State", "Event File", {}) ==
               R"({"status":"Open","attributes":{"data":[{"type":"Bridge State","value":"{\"e\":1}"},)"
               R"({"type":"Bridge State","value":"{\"e\":2}"}],"mode":"append"}})");
    BOOST_TEST(tc::case_body(plan, "Bridge State", "Event File", {true, false}) == R"({"status":"Open"})");
    BOOST_TEST(tc::tag_body("x", true, "Bridge State", {"{}"}) ==
               R"({"tags":{"data":[{"name":"x"}],"mode":"append"},)"
               R"("attributes":{"data":[{"type":"Bridge State","value":"{}"}],"mode":"append"}})");
}

BOOST_AUTO_TEST_CASE(a_case_comes_with_those_of_its_children_that_are_asked_for) {
    BOOST_TEST(tc::case_target("/api", "O", 7, {.notes = true}).ends_with("&fields=userAccess&fields=notes"));
    BOOST_TEST(tc::case_target("/api", "O", 7, {true, true, true, true})
                   .ends_with("&fields=notes&fields=tasks&fields=artifacts&fields=workflowEvents"));
    case_listing what;
    what.with.tasks = true;
    BOOST_TEST(tc::listing_target("/api", "O", what).find("&fields=tasks&") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_empty_plan_is_an_empty_object) {
    BOOST_TEST(tc::case_body({}, "Bridge State", "Event File", {}) == "{}");
}

BOOST_AUTO_TEST_CASE(removals_name_ids_and_tags_say_their_mode) {
    BOOST_TEST(tc::remove_attributes_body({3, 4}) ==
               R"({"attributes":{"data":[{"id":3},{"id":4}],"mode":"delete"}})");
    BOOST_TEST(tc::tag_body("a\"b", true, "S", {}) ==
               R"({"tags":{"data":[{"name":"a\"b"}],"mode":"append"}})");
    BOOST_TEST(tc::tag_body("x", false, "S", {}) == R"({"tags":{"data":[{"name":"x"}],"mode":"delete"}})");
}

BOOST_AUTO_TEST_CASE(files_of_several_cases_are_one_request) {
    const std::vector<platform::file_reference> files{{1, "a.json"}, {2, "b.json"}};
    const std::string t = tc::files_target("/api", "O", files);
    BOOST_TEST(t ==
               "/api/v3/"
               "artifacts?owner=O&tql=caseId%20IN%20%281%2C2%29%20and%20summary%20IN%20%28%22a.json%22%2C%"
               "22b.json%22%29"
               "&fields=fileData&resultLimit=3");
}

BOOST_AUTO_TEST_SUITE_END()
