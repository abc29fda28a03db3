// Fault specifications, and what they do to an exchange (faults.hpp, control.hpp).
#include "sandbox/control.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

namespace sb = casebridge::sandbox;

namespace {

struct fixture {
    int handled = 0;
    int resets = 0;
    sb::control under_test{{[this](const casebridge::http::request&, casebridge::http::response& res) {
                                ++handled;
                                res.body = "{}";
                            },
                            [this] { ++resets; }},
                           std::chrono::milliseconds(5)};

    sb::exchange send(std::string method, std::string target, std::string body = {}) {
        sb::exchange e;
        e.request.method = std::move(method);
        e.request.target = std::move(target);
        e.request.body = std::move(body);
        e.request.fields.push_back({"Authorization", "TC-Token very-secret"});
        under_test.answer(e);
        return e;
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(sandbox_faults)

BOOST_AUTO_TEST_CASE(a_specification_has_a_name_arguments_a_scope_and_a_count) {
    const auto f = sb::parse_fault("status:429:7@GET /api/v3/cases*2");
    BOOST_TEST(f.has_value());
    BOOST_TEST((f->kind == sb::fault_kind::status));
    BOOST_TEST(f->number == 429u);
    BOOST_TEST(f->retry_after == 7u);
    BOOST_TEST(f->method == "GET");
    BOOST_TEST(f->prefix == "/api/v3/cases");
    BOOST_TEST(f->remaining == 2);
    for (const auto* bad : {"", "nonsense", "status", "status:9", "status:abc", "hang:1", "slow", "hang*0",
                            "hang*x", "slow:1:2"})
        BOOST_TEST(!sb::parse_fault(bad).has_value(), bad);
    for (const auto* good : {"hang", "reset", "reset-head", "reset-body", "truncate", "html", "wrong-shape",
                             "slow:5", "refuse", "refuse:100"})
        BOOST_TEST(sb::parse_fault(good).has_value(), good);
}

BOOST_FIXTURE_TEST_CASE(a_fault_applies_in_its_scope_as_often_as_it_says, fixture) {
    BOOST_TEST(under_test.add_fault("status:503:2@PUT /api/v3/cases*1"));
    BOOST_TEST(send("GET", "/api/v3/cases").response.status == 200u);
    BOOST_TEST(send("PUT", "/api/v3/tags/1").response.status == 200u);
    const auto e = send("PUT", "/api/v3/cases/1");
    BOOST_TEST(e.response.status == 503u);
    BOOST_TEST(e.response.fields.at(0).second == "2");
    BOOST_TEST(send("PUT", "/api/v3/cases/1").response.status == 200u);
    BOOST_TEST(handled == 3);
}

BOOST_FIXTURE_TEST_CASE(a_reset_before_the_work_differs_from_one_after_it, fixture) {
    under_test.add_fault("reset*1");
    BOOST_TEST((send("POST", "/x").spoiled == sb::mishap::reset));
    BOOST_TEST(handled == 0);
    under_test.add_fault("reset-head*1");
    BOOST_TEST((send("POST", "/x").spoiled == sb::mishap::reset_in_head));
    BOOST_TEST(handled == 1);
}

BOOST_FIXTURE_TEST_CASE(faults_are_set_and_removed_at_run_time, fixture) {
    BOOST_TEST(send("POST", "/__sandbox/fault", R"({"spec":"slow:20"})").response.status == 200u);
    BOOST_TEST(send("GET", "/x").delay.count() == 25);
    BOOST_TEST(send("POST", "/__sandbox/fault", R"({"spec":""})").response.status == 200u);
    BOOST_TEST(send("GET", "/x").delay.count() == 5);
    BOOST_TEST(send("POST", "/__sandbox/fault", R"({"spec":"bogus"})").response.status == 400u);
    BOOST_TEST(send("POST", "/__sandbox/fault", "x").response.status == 400u);
    BOOST_TEST(send("POST", "/__sandbox/reset").response.status == 200u);
    BOOST_TEST(resets == 1);
}

BOOST_FIXTURE_TEST_CASE(the_log_counts_all_and_keeps_two_hundred_without_secrets, fixture) {
    for (int i = 0; i < 250; ++i) send("GET", "/n/" + std::to_string(i));
    const auto log = send("GET", "/__sandbox/requests").response.body;
    const auto v = boost::json::parse(log).as_object();
    BOOST_TEST(v.at("count").as_int64() == 250);
    BOOST_TEST(v.at("requests").as_array().size() == 200u);
    BOOST_TEST(v.at("requests").as_array().back().as_object().at("target").as_string() == "/n/249");
    BOOST_TEST(log.find("very-secret") == std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(refuse_is_handed_to_the_listening_socket, fixture) {
    std::chrono::milliseconds asked{0};
    under_test.refuse = [&](std::chrono::milliseconds t) { asked = t; };
    BOOST_TEST(under_test.add_fault("refuse:150"));
    BOOST_TEST(asked.count() == 150);
}

BOOST_AUTO_TEST_SUITE_END()
