#include "observe/metrics.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <thread>
#include <vector>

using namespace casebridge;
using namespace std::chrono_literals;

namespace {

bool shows(std::string_view line) {
    const std::string text = observe::metrics_text();
    const bool found = text.find(std::string(line) + "\n") != std::string::npos;
    if (!found) BOOST_TEST_MESSAGE(text);
    return found;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(metrics)

BOOST_AUTO_TEST_CASE(a_served_request_lands_in_its_bucket_and_in_no_lower_one) {
    observe::record(observe::served_request{"b1", "GET", "case_read", 200, 30ms, 2});
    const std::string labels =
        R"({bridge="b1",http_request_method="GET",http_response_status_code="200",http_route="case_read",le=")";
    BOOST_TEST(shows("http_server_request_duration_seconds_bucket" + labels + "0.025\"} 0"));
    BOOST_TEST(shows("http_server_request_duration_seconds_bucket" + labels + "0.05\"} 1"));
    BOOST_TEST(
        shows(R"(casebridge_upstream_requests_per_request_sum{bridge="b1",http_route="case_read"} 2)"));
}

BOOST_AUTO_TEST_CASE(an_invented_method_does_not_make_a_series_of_its_own) {
    observe::record(observe::served_request{"b2", "BREW", "", 405, 1ms, 0});
    observe::record(observe::served_request{"b2", "STEEP", "", 405, 1ms, 0});
    BOOST_TEST(shows(R"(http_server_request_duration_seconds_count{bridge="b2",http_request_method="_OTHER",)"
                     R"(http_response_status_code="405",http_route="none"} 2)"));
    BOOST_TEST(observe::metrics_text().find("BREW") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(counts_of_all_threads_add_up) {
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([] {
            for (int i = 0; i < 250; ++i) observe::count_loss("text_cut");
            observe::add_active_requests("b3", 2);
            observe::add_active_requests("b3", -1);
        });
    for (auto& t : threads) t.join();
    BOOST_TEST(shows(R"(casebridge_mapping_loss_total{code="text_cut"} 1000)"));
    BOOST_TEST(shows(R"(http_server_active_requests{bridge="b3"} 4)"));
}

BOOST_AUTO_TEST_CASE(an_upstream_call_without_an_answer_is_told_by_its_error) {
    observe::record(observe::upstream_request{"tc", "POST", 0, "upstream_timeout", 2s});
    BOOST_TEST(shows(R"(http_client_request_duration_seconds_count{error_type="upstream_timeout",)"
                     R"(http_request_method="POST",http_response_status_code="",upstream="tc"} 1)"));
}

BOOST_AUTO_TEST_CASE(refusals_retries_connections_and_build_are_counted) {
    observe::count_refused("body_too_large");
    observe::count_upstream_retry("tc");
    observe::set_build_info("0.1.0", "default 1");
    BOOST_TEST(shows(R"(casebridge_refused_total{reason="body_too_large"} 1)"));
    BOOST_TEST(shows(R"(casebridge_upstream_retries_total{upstream="tc"} 1)"));
    BOOST_TEST(shows(R"(build_info{bundle="default 1",version="0.1.0"} 1)"));
}

BOOST_AUTO_TEST_CASE(build_info_shows_the_newest_tables_only) {
    observe::set_build_info("0.1.0", "default 1");
    observe::set_build_info("0.1.0", "default 2");
    BOOST_TEST(shows(R"(build_info{bundle="default 2",version="0.1.0"} 1)"));
    BOOST_TEST(observe::metrics_text().find("default 1") == std::string::npos);
    observe::set_build_info("0.1.0", "default 2");
    BOOST_TEST(shows(R"(build_info{bundle="default 2",version="0.1.0"} 1)"));
}

BOOST_AUTO_TEST_CASE(pool_changes_of_all_threads_add_up_by_state) {
    observe::add_pool("pooled", 3, 1, 2);
    std::thread([] { observe::add_pool("pooled", 1, 1, -1); }).join();
    BOOST_TEST(shows(R"(http_client_open_connections{http_connection_state="active",upstream="pooled"} 2)"));
    BOOST_TEST(shows(R"(http_client_open_connections{http_connection_state="idle",upstream="pooled"} 2)"));
    BOOST_TEST(shows(R"(casebridge_upstream_waiting_calls{upstream="pooled"} 1)"));
}

BOOST_AUTO_TEST_CASE(a_breaker_is_in_one_state_at_a_time) {
    for (const auto now : {observe::breaker_state::open, observe::breaker_state::half_open})
        observe::set_breaker_state("broken", now);
    BOOST_TEST(shows(R"(casebridge_upstream_breaker_state{state="closed",upstream="broken"} 0)"));
    BOOST_TEST(shows(R"(casebridge_upstream_breaker_state{state="half_open",upstream="broken"} 1)"));
    BOOST_TEST(shows(R"(casebridge_upstream_breaker_state{state="open",upstream="broken"} 0)"));
}

BOOST_AUTO_TEST_CASE(shedding_sharing_filters_and_reloads_are_counted) {
    observe::count_upstream_shed("tc", "breaker_open");
    observe::count_upstream_shared("tc");
    observe::count_filter("b4", "exact");
    observe::count_filter("b4", "residual");
    observe::count_reload("refused");
    BOOST_TEST(shows(R"(casebridge_upstream_shed_total{reason="breaker_open",upstream="tc"} 1)"));
    BOOST_TEST(shows(R"(casebridge_upstream_shared_total{upstream="tc"} 1)"));
    BOOST_TEST(shows(R"(casebridge_filter_evaluations_total{bridge="b4",evaluation="exact"} 1)"));
    BOOST_TEST(shows(R"(casebridge_filter_evaluations_total{bridge="b4",evaluation="residual"} 1)"));
    BOOST_TEST(shows(R"(casebridge_reloads_total{outcome="refused"} 1)"));
}

BOOST_AUTO_TEST_SUITE_END()
