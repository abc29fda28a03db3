#include "fake_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace {

using namespace casebridge;
using namespace casebridge::test;

platform::store_listing ten() {
    platform::store_listing what;
    what.limit = 10;
    return what;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_login)

BOOST_AUTO_TEST_CASE(an_expired_session_is_renewed_once_and_the_client_notices_nothing) {
    fake_server server;
    server.add("a");
    client_under_test bridge(server);
    bridge.list(ten());
    BOOST_TEST(server.count("POST /auth/login") == 1U);
    server.sessions.clear();
    BOOST_TEST(bridge.list(ten()).cases.size() == 1U);
    BOOST_TEST(bridge.requests == 3U);
    BOOST_TEST(server.count("POST /auth/login") == 2U);
    // A write that was refused was not done, and is done once.
    server.sessions.clear();
    BOOST_REQUIRE(
        bridge
            .create({R"("summary":"s","description":"d","status":"new","priority":"low","severity":"low")",
                     {},
                     {},
                     true,
                     "{}"})
            .has_value());
    BOOST_TEST(server.count("POST /auth/login") == 3U);
    BOOST_TEST(server.cases.size() == 2U);
}

BOOST_AUTO_TEST_CASE(requests_of_two_threads_during_a_login_wait_for_the_one_login) {
    fake_server server;
    server.add("a");
    auto memory = std::make_shared<tracecat::store_memory>();
    client_under_test one(server, client_under_test::login(), memory),
        other(server, client_under_test::login(), memory);
    boost::asio::io_context context(1);
    std::vector<platform::call_context> contexts;
    for (int i = 0; i < 5; ++i) {
        contexts.push_back(one.context());
        contexts.push_back(other.context());
    }
    const auto what = ten();
    const auto ask_all = [&] {
        std::size_t good = 0;
        for (std::size_t i = 0; i < contexts.size(); ++i)
            boost::asio::co_spawn(
                context.get_executor(), (i % 2 == 0 ? one : other).store.list_cases(contexts[i], what),
                [&good](const std::exception_ptr& e, const result<platform::store_page>& r) {
                    if (!e && r.has_value() && r->cases.size() == 1) ++good;
                });
        context.restart();
        context.run();
        return good;
    };
    BOOST_TEST(ask_all() == 10U);
    BOOST_TEST(server.count("POST /auth/login") == 1U);
    server.sessions.clear();
    BOOST_TEST(ask_all() == 10U);
    BOOST_TEST(server.count("POST /auth/login") == 2U);
}

BOOST_AUTO_TEST_CASE(a_refused_login_is_not_hammered) {
    fake_server server;
    server.logins_work = false;
    client_under_test bridge(server);
    for (int i = 0; i < 5; ++i)
        BOOST_TEST((bridge.try_list(ten()).error().code == errc::upstream_unauthorized));
    BOOST_TEST(server.count("POST /auth/login") == 1U);
}

BOOST_AUTO_TEST_CASE(a_second_refusal_is_reported_and_not_answered_with_logins) {
    fake_server server;
    client_under_test bridge(server);
    server.foreign_workspace = workspace_id;
    for (int i = 0; i < 5; ++i)
        BOOST_TEST((bridge.try_list(ten()).error().code == errc::upstream_unauthorized));
    BOOST_TEST(server.count("POST /auth/login") <= 3U);
    server.foreign_workspace.clear();
    BOOST_TEST(bridge.try_list(ten()).has_value());
}

BOOST_AUTO_TEST_CASE(reads_go_by_the_key_and_writes_by_the_login) {
    fake_server server;
    server.add("a");
    client_under_test bridge(server, client_under_test::both());
    std::vector<std::string> ways;
    server.before = [&](const upstream::call& c) -> std::optional<result<upstream::answer>> {
        std::string way(c.method);
        for (const auto& [name, value] : c.fields)
            if (name == "Cookie" || name == "Authorization") way += " " + name;
        ways.push_back(std::move(way));
        return std::nullopt;
    };
    const auto page = bridge.list(ten());
    BOOST_REQUIRE(bridge.update(*page.cases[0], {R"("summary":"b")", {}, {}, false, {}}).has_value());
    for (const auto& way : ways)
        BOOST_TEST((way == "GET Authorization" || way == "PATCH Cookie" || way == "POST"), way);
    BOOST_TEST(std::count(ways.begin(), ways.end(), "PATCH Cookie") == 1);
}

BOOST_AUTO_TEST_CASE(a_dead_key_gives_way_to_the_login) {
    fake_server server;
    server.add("a");
    server.keys_work = false;
    client_under_test both(server, client_under_test::both());
    BOOST_TEST(both.list(ten()).cases.size() == 1U);
    both.list(ten());
    BOOST_TEST(both.requests == 1U);
    client_under_test alone(server, client_under_test::key());
    const auto refused = alone.try_list(ten());
    BOOST_TEST((refused.error().code == errc::upstream_unauthorized));
    BOOST_TEST(refused.error().detail == "the API key of credential main was refused");
}

BOOST_AUTO_TEST_CASE(the_release_is_asked_for_once) {
    fake_server server;
    auto memory = std::make_shared<tracecat::store_memory>();
    client_under_test one(server, client_under_test::login(), memory),
        other(server, client_under_test::login(), memory);
    one.list(ten());
    BOOST_TEST(one.requests == 4U);   // login, probe, fields, list
    other.list(ten());
    BOOST_TEST(other.requests == 1U);
    BOOST_TEST(server.targets[1].find("limit=0") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_server_without_the_canonical_mount_is_asked_on_the_legacy_one) {
    fake_server server;
    server.add("a");
    server.canonical = false;
    client_under_test bridge(server);
    BOOST_TEST(bridge.list(ten()).cases.size() == 1U);
    bridge.list(ten());
    BOOST_TEST(bridge.requests == 1U);
    BOOST_TEST(
        server.targets.back().starts_with(std::string("/api/cases/search?workspace_id=") + workspace_id));
    // It changes its ways: one failed answer, then all is well again.
    server.canonical = true;
    BOOST_TEST(bridge.try_list(ten()).has_value());
}

BOOST_AUTO_TEST_CASE(an_old_server_is_refused_with_a_sentence) {
    fake_server server;
    server.knows_payloads = false;
    client_under_test bridge(server);
    const auto refused = bridge.try_list(ten());
    BOOST_TEST((refused.error().code == errc::upstream_error));
    BOOST_TEST(refused.error().detail.find("1.0.0-beta.50") != std::string::npos);
    BOOST_TEST(refused.error().detail.find("1.0.0-beta.51") != std::string::npos);
    bridge.try_list(ten()).has_error();
    BOOST_TEST(bridge.requests == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
