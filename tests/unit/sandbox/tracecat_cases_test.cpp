// Creating, changing and reading cases (fact sheet §1.5–§1.9, §3.12, §4.4, §4.5).
#include "sandbox/tracecat/jsonb.hpp"
#include "tracecat_bench.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace casebridge;
using namespace casebridge::sandbox::tracecat;

namespace {

constexpr const char* minimal =
    R"({"summary":"s","description":"d","status":"new","priority":"low","severity":"low"})";

struct desk : bench {
    incident& newest() { return *home->by_number.rbegin()->second; }
    std::string path() { return "/cases/" + newest().id.to_string(); }
    // A case with that payload, as it reads back.
    std::string payload_of(const std::string& sent) {
        BOOST_TEST_REQUIRE(post("/cases", minimal).status == 201u);
        BOOST_TEST_REQUIRE(patch(path(), R"({"payload":)" + sent + "}").status == 204u);
        const std::string text = get(path()).text;
        const std::size_t from = text.find("\"payload\":") + 10;
        return text.substr(from, text.find(",\"tags\":") - from);
    }
    // For answers that nest deeper than the bench reads.
    unsigned status_of(const std::string& path) {
        http::request req;
        req.method = "GET";
        req.target = base + path;
        req.fields = {{"Cookie", "fastapiusersauth=session-of-admin"}};
        http::response res;
        with_addons.handle(req, res);
        return res.status;
    }
    bool moves(const std::string& body) {
        const instant before = newest().updated_at;
        BOOST_TEST(patch(path(), body).status == 204u);
        return newest().updated_at != before;
    }
};

std::string lists(std::size_t n) { return std::string(n, '[') + std::string(n, ']'); }

}  // namespace

BOOST_AUTO_TEST_SUITE(tracecat_cases)

BOOST_AUTO_TEST_CASE(a_create_says_null_and_is_updated_some_milliseconds_before_it_was_created) {
    desk d;
    const reply r = d.post("/cases", minimal);
    BOOST_TEST(r.status == 201u);
    BOOST_TEST(r.text == "null");
    const std::int64_t lead = d.newest().created_at.micros - d.newest().updated_at.micros;
    BOOST_TEST(lead >= 4000);
    BOOST_TEST(lead <= 16000);
    BOOST_TEST(d.history(d.path()) == "case_created");
}

BOOST_AUTO_TEST_CASE(numbers_have_no_gaps_from_failures_and_none_comes_twice) {
    desk d;
    for (int i = 0; i < 3; ++i) d.post("/cases", minimal);
    BOOST_TEST(d.post("/cases", R"({"summary":"s"})").status == 422u);
    BOOST_TEST(d.post("/cases", R"({"summary":"s","description":"d","status":"new","priority":"low",
        "severity":"low","assignee_id":"5b1e1f0a-9d1c-4c55-8f6e-0a7c3d2e1b90"})")
                   .status == 500u);
    d.post("/cases", minimal);
    BOOST_TEST(d.newest().number == 4);
    BOOST_TEST(d.remove(d.path()).status == 204u);
    d.post("/cases", minimal);
    BOOST_TEST(d.newest().number == 5);
    d.base = "/workspaces/" + d.data.workspaces.back().id.to_string();
    d.post("/cases", minimal);
    BOOST_TEST(d.data.workspaces.back().last_number == 1);
}

BOOST_AUTO_TEST_CASE(only_columns_of_the_case_move_updated_at) {
    desk d;
    d.home->fields.push_back({"note", {}, field_type::text, true, {}, {}, "", false, false});
    d.home->tags.push_back({d.data.new_id(), "Red", "red", {}});
    d.post("/cases", minimal);
    const std::string lead = d.id_of("lead").to_string();
    for (const std::string& body :
         {std::string(R"({"status":"closed"})"), std::string(R"({"priority":"high"})"),
          std::string(R"({"severity":"high"})"), std::string(R"({"summary":"other"})"),
          std::string(R"({"description":"other"})"), R"({"assignee_id":")" + lead + "\"}",
          std::string(R"({"payload":{"a":1}})"), std::string(R"({"payload":null})")})
        BOOST_TEST(d.moves(body), body);
    for (const std::string& body :
         {std::string("{}"), std::string(R"({"status":"closed"})"), std::string(R"({"status":null})"),
          std::string(R"({"fields":{"note":"x"}})"), std::string(R"({"fields":{}})"),
          std::string(R"({"payload":null})"), R"({"assignee_id":")" + lead + "\"}",
          std::string(R"({"tags":["red"],"case_title":"x"})")})
        BOOST_TEST(!d.moves(body), body);
    const instant before = d.newest().updated_at;
    BOOST_TEST(d.post(d.path() + "/tags", R"({"tag_id":"red"})").status == 201u);
    BOOST_TEST(d.post(d.path() + "/comments", R"({"content":"x"})").status == 201u);
    BOOST_TEST((d.newest().updated_at == before));
}

BOOST_AUTO_TEST_CASE(closing_and_reopening_have_events_of_their_own) {
    desk d;
    d.post("/cases", minimal);
    for (const std::string status :
         {"in_progress", "resolved", "closed", "resolved", "closed", "closed", "new"})
        d.patch(d.path(), R"({"status":")" + status + "\"}");
    BOOST_TEST(
        d.history(d.path()) ==
        "case_reopened case_closed case_reopened case_closed status_changed status_changed case_created");
    d.patch(d.path(), R"({"description":"quiet"})");
    BOOST_TEST(d.newest_event(d.path()).at("type").as_string() == "case_reopened");
}

BOOST_AUTO_TEST_CASE(people_leave_a_view_once_in_five_minutes_and_keys_never) {
    desk d;
    d.post("/cases", minimal);
    for (int i = 0; i < 3; ++i) BOOST_TEST(d.get(d.path(), "key").status == 200u);
    BOOST_TEST(d.history(d.path()) == "case_created");
    for (int i = 0; i < 3; ++i) d.get(d.path(), "viewer");
    d.get(d.path(), "lead");
    BOOST_TEST(d.history(d.path()) == "case_viewed case_viewed case_created");
    for (event& e : d.newest().events) e.at.micros -= 301'000'000;
    d.get(d.path(), "viewer");
    BOOST_TEST(d.history(d.path()) == "case_viewed case_viewed case_viewed case_created");
    d.get("/cases");
    d.get("/cases/search");
    BOOST_TEST(d.newest().events.size() == 4u);
}

BOOST_AUTO_TEST_CASE(a_payload_comes_back_as_jsonb_writes_it) {
    desk d;
    BOOST_TEST(d.payload_of(R"({"bb":1,"a":{"z":1,"y":2},"c":3,"a":null,"aaa":[1.50,1e2]})") ==
               R"({"a":null,"c":3,"bb":1,"aaa":[1.5,100.0]})");
    BOOST_TEST(d.payload_of(R"({"n":[1000.0,-0.0,-0,1e15,1e16,12345678901234567e3]})") ==
               R"({"n":[1000.0,0.0,0,1000000000000000.0,10000000000000000,12345678901234567000]})");
    BOOST_TEST(
        d.payload_of(R"({"n":[0.0001,0.00001,0.000001,1e-7,18446744073709551615,-9223372036854775808]})") ==
        R"({"n":[0.0001,0.00001,1e-6,1e-7,18446744073709551615,-9223372036854775808]})");
    BOOST_TEST(d.payload_of("{}") == "{}");
}

BOOST_AUTO_TEST_CASE(numbers_are_written_as_python_and_orjson_write_them) {
    for (const auto& [text, shown] : {std::pair{"7.0", "7.0"},
                                      {"1e16", "1e+16"},
                                      {"123456789012345680.0", "1.2345678901234568e+17"},
                                      {"0.0001", "0.0001"},
                                      {"0.00001", "1e-05"},
                                      {"-2.5E-10", "-2.5e-10"},
                                      {"12", "12"},
                                      {"-0", "0"},
                                      {"-0.0", "-0.0"},
                                      {"1E400", "inf"}})
        BOOST_TEST(python_number(text) == shown);
    BOOST_TEST(orjson_double(1e17) == "1e17");
    BOOST_TEST(orjson_double(1.5e300) == "1.5e300");
    BOOST_TEST(orjson_double(0.00002) == "0.00002");
    BOOST_TEST(orjson_double(-123.25) == "-123.25");
}

BOOST_AUTO_TEST_CASE(a_number_beyond_64_bits_poisons_the_case_until_it_is_replaced) {
    for (const std::string number : {"18446744073709551616", "-9223372036854775809", "1e22", "-1e19"}) {
        desk d;
        d.post("/cases", minimal);
        BOOST_TEST(d.patch(d.path(), R"({"payload":{"n":)" + number + "}}").status == 204u);
        BOOST_TEST(d.get(d.path()).status == 500u);
        BOOST_TEST(d.get("/cases?include_payload=true").status == 500u);
        BOOST_TEST(d.get("/cases/search?include_payload=true").status == 500u);
        BOOST_TEST(d.get("/cases").status == 200u);
        BOOST_TEST(d.patch(d.path(), R"({"payload":{"n":1}})").status == 204u);
        BOOST_TEST(d.get(d.path()).status == 200u);
    }
}

BOOST_AUTO_TEST_CASE(a_deep_payload_poisons_too_and_a_list_is_three_levels_less_patient) {
    desk d;
    d.post("/cases", minimal);
    const auto write = [&](std::size_t n) {
        return d.patch(d.path(), R"({"payload":{"a":)" + lists(n) + "}}").status;
    };
    BOOST_TEST(write(253) == 204u);
    BOOST_TEST(d.status_of(d.path()) == 200u);
    BOOST_TEST(d.status_of("/cases?include_payload=true") == 500u);
    BOOST_TEST(write(254) == 204u);
    BOOST_TEST(d.status_of(d.path()) == 500u);
    BOOST_TEST(write(251) == 204u);
    BOOST_TEST(d.status_of("/cases?include_payload=true") == 200u);
}

BOOST_AUTO_TEST_CASE(what_the_database_cannot_hold_is_a_500_of_two_kinds) {
    desk d;
    d.post("/cases", minimal);
    for (const std::string bad :
         {R"("summary":"a\u0000b")", R"("description":"\ud800")", R"("payload":{"a":NaN})",
          R"("payload":{"a":1e400})", R"("payload":{"\u0000":1})"}) {
        const reply patched = d.patch(d.path(), "{" + bad + "}");
        BOOST_TEST(patched.status == 500u);
        BOOST_TEST(patched.detail() == "Database operation failed");
        const std::string body = std::string(minimal);
        const reply made = d.post("/cases", body.substr(0, body.size() - 1) + "," + bad + "}");
        BOOST_TEST(made.status == 500u);
        BOOST_TEST(made.at("message") == "An unexpected error occurred. Please try again later.");
    }
    BOOST_TEST(d.home->cases.size() == 1u);
    BOOST_TEST(d.patch(d.path(), R"({"summary":null})").detail() == "Database operation failed");
    BOOST_TEST(d.patch(d.path(), R"({"assignee_id":"5b1e1f0a-9d1c-4c55-8f6e-0a7c3d2e1b90"})").status == 500u);
    BOOST_TEST(d.history(d.path()) == "case_created");
}

BOOST_AUTO_TEST_CASE(a_failed_change_changes_nothing) {
    desk d;
    d.post("/cases", minimal);
    const std::string before = d.get(d.path(), "key").text;
    BOOST_TEST(d.patch(d.path(), R"({"status":"closed","summary":"x","fields":{"nope":1}})").status == 400u);
    BOOST_TEST(d.patch(d.path(), R"({"status":"closed","summary":null})").status == 500u);
    BOOST_TEST(d.get(d.path(), "key").text == before);
}

BOOST_AUTO_TEST_CASE(closure_needs_what_is_required_but_only_with_addons) {
    desk d;
    d.home->fields.push_back({"cause", {}, field_type::text, true, {}, {}, "", false, true});
    d.home->fields.push_back({"score", {}, field_type::integer, true, {}, {}, "", false, true});
    d.post("/cases", minimal);
    const reply r = d.patch(d.path(), R"({"status":"resolved","fields":{"score":0,"cause":"  "}})");
    BOOST_TEST(r.status == 422u);
    BOOST_TEST(
        r.detail() ==
        R"({"code":"closure_requirements_not_met","missing_fields":["cause"],"missing_dropdowns":[]})");
    BOOST_TEST(d.ask("PATCH", d.path(), R"({"status":"closed"})", "admin", false).status == 204u);
    BOOST_TEST(d.patch(d.path(), R"({"status":"resolved"})").status == 422u);
    BOOST_TEST(d.patch(d.path(), R"({"status":"resolved","fields":{"score":0,"cause":"x"}})").status == 204u);
    BOOST_TEST(d.patch(d.path(), R"({"fields":{"cause":null}})").status == 204u);
    const std::string batch =
        R"({"case_ids":[")" + d.newest().id.to_string() + R"("],"update":{"status":"closed"}})";
    const reply b = d.post("/cases/batch-update", batch);
    BOOST_TEST(b.status == 200u);
    BOOST_TEST(reply::value_text(b.json.at("results").at(0).at("error")).starts_with("{\"code\":\"closure"));
}

BOOST_AUTO_TEST_CASE(dropdowns_need_addons_even_if_there_are_none) {
    desk d;
    d.post("/cases", minimal);
    const reply r = d.ask("PATCH", d.path(), R"({"dropdown_values":[]})", "admin", false);
    BOOST_TEST(r.status == 403u);
    BOOST_TEST(r.at("type") == "EntitlementRequired");
    BOOST_TEST(d.ask("PATCH", d.path(), R"({"dropdown_values":null})", "admin", false).status == 204u);
    BOOST_TEST(d.patch(d.path(), R"({"dropdown_values":[]})").status == 204u);
    BOOST_TEST(d.ask("PATCH", "/cases/5b1e1f0a-9d1c-4c55-8f6e-0a7c3d2e1b90", R"({"dropdown_values":[]})",
                     "admin", false)
                   .status == 404u);
}

BOOST_AUTO_TEST_CASE(batches_treat_each_case_for_itself_and_none_twice) {
    desk d;
    d.post("/cases", minimal);
    const std::string one = d.newest().id.to_string();
    d.post("/cases", minimal);
    const std::string two = d.newest().id.to_string();
    const std::string unknown = "5b1e1f0a-9d1c-4c55-8f6e-0a7c3d2e1b90";
    const reply r =
        d.post("/cases/batch-update", R"({"case_ids":[")" + one + R"(",")" + unknown + R"(",")" + two +
                                          R"(",")" + one + R"("],"update":{"status":"closed"}})");
    BOOST_TEST(r.text == R"({"results":[{"case_id":")" + one +
                             R"(","success":true,"error":null},{"case_id":")" + unknown +
                             R"(","success":false,"error":"Case not found"},{"case_id":")" + two +
                             R"(","success":true,"error":null}],"succeeded":2,"failed":1})");
    BOOST_TEST(d.post("/cases/batch-delete", R"({"case_ids":[")" + one + R"(",")" + one + R"("]})")
                   .at("succeeded") == "1");
    BOOST_TEST(d.home->cases.size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
