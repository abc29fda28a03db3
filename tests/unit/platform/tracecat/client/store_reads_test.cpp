#include "fake_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <thread>

namespace {

using namespace casebridge;
using namespace casebridge::test;
using platform::completion;

constexpr completion nothing{};
constexpr completion description{true, false};
constexpr completion all{true, true};

bj::value state_with(const std::string& xid) { return {{"_bridge", {{"s", {{"xid", xid}}}}}, {"own", 1}}; }

platform::store_listing listing(completion needs, std::size_t limit = 200) {
    platform::store_listing what;
    what.needs = needs;
    what.limit = limit;
    return what;
}

std::string_view described(const platform::stored_case_ptr& c) {
    return c->document().member("description").text();
}

struct hundred {
    fake_server server;
    client_under_test bridge;
    explicit hundred(tracecat::login_credential credential = client_under_test::login())
        : bridge(server, std::move(credential)) {
        for (int i = 1; i <= 100; ++i) server.add("case " + std::to_string(i));
        bridge.list(listing(nothing, 1));   // login, probe, fields: once in the life of a process
        server.log.clear();
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(store_reads)

BOOST_AUTO_TEST_CASE(a_list_of_100_with_descriptions_costs_101_requests_and_then_one) {
    hundred h;
    auto page = h.bridge.list(listing(description));
    BOOST_TEST(page.cases.size() == 100U);
    BOOST_TEST(*page.total == 100U);
    BOOST_TEST(page.next.empty());
    BOOST_TEST(h.bridge.requests == 101U);
    BOOST_TEST(h.server.most_at_a_time == 4U);
    page = h.bridge.list(listing(description));
    BOOST_TEST(h.bridge.requests == 1U);
    for (std::size_t i = 0; i < 100; ++i)
        BOOST_TEST(described(page.cases[i]) == "description of " + std::to_string(i + 1));
}

BOOST_AUTO_TEST_CASE(every_native_edit_in_between_is_seen_at_once) {
    hundred h;
    h.bridge.list(listing(description));
    fake_case& c = h.server.cases[41];
    c.description = "edited";
    h.server.touch(c);
    h.server.cases[42].members["summary"] = "renamed";
    h.server.touch(h.server.cases[42]);
    h.server.cases[43].fields["risk_score"] = "12.50";          // these two do not move updated_at
    h.server.cases[44].tags.push_back({{"id", c.id}, {"name", "t"}});
    const auto page = h.bridge.list(listing(description));
    BOOST_TEST(h.bridge.requests == 3U);
    BOOST_TEST(described(page.cases[41]) == "edited");
    BOOST_TEST(page.cases[42]->document().member("summary").text() == "renamed");
    BOOST_TEST(page.cases[43]->document().member("field_values").member("risk_score").text() == "12.50");
    BOOST_TEST(page.cases[44]->document().member("tags").size() == 1U);
}

BOOST_AUTO_TEST_CASE(history_costs_another_request_per_case_once) {
    hundred h;
    h.server.cases[4].members["status"] = "closed";
    h.bridge.list(listing(all));
    BOOST_TEST(h.bridge.requests == 201U);
    const auto page = h.bridge.list(listing(all));
    BOOST_TEST(h.bridge.requests == 1U);
    BOOST_TEST(page.cases[4]->document().member("closed_at").is_string());
    BOOST_TEST(page.cases[5]->document().member("closed_at").is_null());
    // Who does not ask for it does not get it, whoever asked before.
    const auto unasked = h.bridge.list(listing(description));
    BOOST_TEST(!unasked.cases[4]->document().member("closed_at").exists());
    BOOST_TEST(h.bridge.list(listing(all)).cases[4]->document().member("closed_at").is_string());
    BOOST_TEST(h.bridge.requests == 1U);
}

BOOST_AUTO_TEST_CASE(cases_are_completed_in_place) {
    hundred h;
    auto page = h.bridge.list(listing(nothing, 10));
    BOOST_TEST(h.bridge.requests == 1U);
    BOOST_TEST(!page.cases[3]->document().member("description").exists());
    h.server.cases.erase(h.server.cases.begin() + 3);
    auto ctx = h.bridge.context();
    boost::asio::io_context context(1);
    std::exception_ptr failed;
    bool done = false;
    const auto keep = [&](std::exception_ptr e, const result<void>& r) {
        failed = e;
        done = r.has_value();
    };
    boost::asio::co_spawn(context.get_executor(), h.bridge.store.complete(ctx, page.cases, all), keep);
    context.run();
    BOOST_TEST(!failed);
    BOOST_TEST(done);
    BOOST_TEST(described(page.cases[4]) == "description of 5");
    BOOST_TEST(page.cases[4]->document().member("created_by").is_null());
    BOOST_TEST(!page.cases[3]->document().member("description").exists());   // gone meanwhile
    BOOST_TEST(ctx.requests == 19U);
}

BOOST_AUTO_TEST_CASE(one_poisoned_payload_does_not_take_the_list_down) {
    hundred h;
    for (auto& c : h.server.cases) c.payload = state_with("x" + std::to_string(c.number));
    h.server.cases[57].poisoned = true;
    const auto page = h.bridge.list(listing(nothing));
    BOOST_TEST(page.cases.size() == 100U);
    for (const auto& c : page.cases) {
        BOOST_TEST(c->readable == (c->number != 58));
        BOOST_TEST(c->document().member("payload").is_object() == (c->number != 58));
    }
    BOOST_TEST(h.bridge.requests < 30U);
    // Nor does it when descriptions are wanted, or when it is asked for alone.
    BOOST_TEST(h.bridge.list(listing(description)).cases.size() == 100U);
    const auto alone = h.bridge.read(58);
    BOOST_REQUIRE(alone.has_value());
    BOOST_TEST(!(*alone)->readable);
    BOOST_TEST((*alone)->document().member("summary").text() == "case 58");
}

BOOST_AUTO_TEST_CASE(pages_are_followed_by_their_cursor) {
    hundred h;
    std::string cursor;
    std::size_t seen = 0, pages = 0;
    do {
        platform::store_listing what = listing(nothing, 30);
        what.cursor = cursor;
        const auto page = h.bridge.list(std::move(what));
        for (const auto& c : page.cases) BOOST_TEST(c->number == static_cast<std::int64_t>(++seen));
        cursor = page.next;
        ++pages;
    } while (!cursor.empty());
    BOOST_TEST(seen == 100U);
    BOOST_TEST(pages == 4U);
}

BOOST_AUTO_TEST_CASE(a_case_by_number_costs_two_requests_and_then_one_under_a_login) {
    hundred h;
    BOOST_TEST(described(*h.bridge.read(7)) == "description of 7");
    BOOST_TEST(h.bridge.requests == 2U);
    BOOST_TEST(described(*h.bridge.read(7)) == "description of 7");
    BOOST_TEST(h.bridge.requests == 1U);
    BOOST_TEST(h.server.count("GET /cases/*") == 1U);   // the second one left no case_viewed event
    const auto missing = h.bridge.read(101);
    BOOST_TEST((missing.error().code == errc::not_found));
    BOOST_TEST((h.bridge.read(std::int64_t{1} << 40).error().code == errc::not_found));
    BOOST_TEST(h.bridge.requests == 0U);
}

BOOST_AUTO_TEST_CASE(a_key_reads_a_known_case_directly) {
    hundred h(client_under_test::key());
    BOOST_TEST(described(*h.bridge.read(7)) == "description of 7");
    BOOST_TEST(h.bridge.requests == 2U);
    BOOST_TEST(described(*h.bridge.read(7)) == "description of 7");
    BOOST_TEST(h.bridge.requests == 1U);
    BOOST_TEST(h.server.log.back() == "GET /cases/*");
    BOOST_TEST((*h.bridge.read(*uuid::parse(h.server.cases[9].id)))->number == 10);
    BOOST_TEST((h.bridge.read(*uuid::parse("0b0f3c1e-7a52-4a61-9a0e-2f3b5c6d7e8f")).error().code ==
                errc::not_found));
}

BOOST_AUTO_TEST_CASE(a_state_that_vanished_is_shown_from_the_last_copy_seen) {
    hundred h;
    h.server.cases[0].payload = state_with("alert-1");
    h.server.touch(h.server.cases[0]);
    h.bridge.list(listing(nothing, 1));
    h.server.cases[0].payload = {{"own", 2}};
    h.server.touch(h.server.cases[0]);
    const auto page = h.bridge.list(listing(nothing, 1));
    BOOST_TEST(page.cases[0]->restored);
    BOOST_TEST(
        page.cases[0]->document().member("payload").member("_bridge").member("s").member("xid").text() ==
        "alert-1");
    BOOST_TEST(page.cases[0]->document().member("payload").member("own").text() == "2");
    BOOST_TEST(*h.bridge.find("alert-1").value() == 1);
    // The next write puts it back, whatever it is about.
    const auto done = h.bridge.update(*page.cases[0], {R"("summary":"x")", {}, {}, false, {}});
    BOOST_REQUIRE(done.has_value());
    BOOST_TEST(done->kept);
    BOOST_TEST(!done->now->restored);
    BOOST_TEST(h.server.cases[0].payload.at("_bridge").at("s").at("xid").as_string() == "alert-1");
}

BOOST_AUTO_TEST_CASE(an_external_id_is_found_without_scanning_twice) {
    hundred h;
    for (auto& c : h.server.cases)
        if (c.number % 2 == 0) c.payload = state_with("x" + std::to_string(c.number));
    BOOST_TEST(*h.bridge.find("x42").value() == 42);
    BOOST_TEST(h.bridge.requests == 1U);   // 100 cases are one page
    BOOST_TEST(*h.bridge.find("x44").value() == 44);
    BOOST_TEST(h.bridge.requests == 0U);
    BOOST_TEST(!h.bridge.find("nope").value().has_value());
    BOOST_TEST(h.bridge.requests == 1U);
    // Another process creates one, and changes the id of another.
    h.server.clock += 60'000'000;
    h.server.add("new", state_with("fresh"));
    h.server.cases[1].payload = state_with("changed");
    h.server.touch(h.server.cases[1]);
    BOOST_TEST(*h.bridge.find("fresh").value() == 101);
    BOOST_TEST(h.bridge.requests == 1U);
    BOOST_TEST(*h.bridge.find("changed").value() == 2);
    BOOST_TEST(!h.bridge.find("x2").value().has_value());
    // A deleted one is forgotten when it is not found.
    h.server.cases.erase(h.server.cases.begin() + 41);
    BOOST_TEST(*h.bridge.find("x42").value() == 42);
    BOOST_TEST((h.bridge.read(42).error().code == errc::not_found));
    BOOST_TEST(!h.bridge.find("x42").value().has_value());
}

BOOST_AUTO_TEST_CASE(a_read_by_external_id_costs_at_most_two_requests) {
    for (const auto& credential : {client_under_test::login(), client_under_test::key()}) {
        hundred h(credential);
        h.server.cases[41].payload = state_with("x42");
        const std::int64_t number = *h.bridge.find("x42").value();
        unsigned cost = h.bridge.requests;
        BOOST_TEST(described(*h.bridge.read(number)) == "description of 42");
        BOOST_TEST(cost + h.bridge.requests == 2U);
        // Changed natively: seen, at the same price.
        h.server.cases[41].description = "edited";
        h.server.touch(h.server.cases[41]);
        cost = h.bridge.find("x42").value().has_value() ? h.bridge.requests : 99;
        BOOST_TEST(described(*h.bridge.read(number)) == "edited");
        BOOST_TEST(cost + h.bridge.requests <= 2U);
        BOOST_TEST((*h.bridge.read(number, all))->document().member("created_by").exists());
        BOOST_TEST(h.bridge.requests == 2U);
    }
}

BOOST_AUTO_TEST_CASE(a_second_thread_does_not_ask_again_for_what_was_just_asked) {
    fake_server server;
    client_under_test one(server), other(server, client_under_test::login(), one.memory);
    const auto count = [&server](client_under_test& who) {
        for (const auto what :
             {platform::case_store::catalogue::fields, platform::case_store::catalogue::members}) {
            const auto list = who.catalogue(what);
            BOOST_REQUIRE(list.has_value());
            BOOST_TEST((*list)->data.size() > 0U);
        }
        return server.count("GET /members") + server.count("GET /case-fields");
    };
    BOOST_TEST(count(one) == 2U);
    BOOST_TEST(count(other) == 2U);
    other.list(listing(nothing));
    BOOST_TEST(server.count("GET /case-fields") == 1U);
}

BOOST_AUTO_TEST_CASE(the_first_search_for_an_external_id_is_bounded) {
    fake_server server;
    client_under_test bridge(server, client_under_test::login(), nullptr, {.walked_cases = 400});
    for (int i = 1; i <= 450; ++i) server.add("case");
    BOOST_TEST((bridge.find("x").error().code == errc::filter_too_broad));
    BOOST_TEST(server.count("GET /cases/search") == 3U);   // the probe and two pages
}

BOOST_AUTO_TEST_CASE(questions_at_the_same_time_share_one_refresh) {
    hundred h;
    h.server.cases[41].payload = state_with("x42");
    boost::asio::io_context context(1);
    std::vector<platform::call_context> contexts(10, h.bridge.context());
    std::size_t right = 0;
    for (auto& ctx : contexts)
        boost::asio::co_spawn(
            context.get_executor(), h.bridge.store.find_external_id(ctx, "x42"),
            [&right](const std::exception_ptr& e, const result<std::optional<std::int64_t>>& r) {
                if (!e && r.has_value() && *r && **r == 42) ++right;
            });
    context.run();
    BOOST_TEST(right == 10U);
    // The first one had begun when the others came: they share the next.
    BOOST_TEST(h.server.count("GET /cases/search") == 2U);
}

BOOST_AUTO_TEST_CASE(threads_share_one_memory) {
    auto memory = std::make_shared<tracecat::store_memory>(tracecat::index_limits{.cases = 60});
    std::atomic<std::size_t> right{0};
    const auto work = [&memory, &right](unsigned seed) {
        fake_server server;   // each thread its own, with the same cases
        for (int i = 1; i <= 100; ++i) server.add("case", state_with("x" + std::to_string(i)));
        client_under_test bridge(server, client_under_test::key(), memory);
        for (unsigned i = 0; i < 40; ++i) {
            const std::int64_t number = (seed * 37 + i * 11) % 100 + 1;
            const auto found = bridge.find("x" + std::to_string(number));
            if (!found.has_value() || *found != number) continue;
            const auto read = bridge.read(number, all);
            if (read.has_value() && described(*read) == "description of " + std::to_string(number)) ++right;
            if (i % 10 == 0) right += bridge.list(listing(description)).cases.size() == 100 ? 0 : 1000;
        }
    };
    std::vector<std::jthread> threads;
    for (unsigned t = 0; t < 4; ++t) threads.emplace_back(work, t);
    threads.clear();
    BOOST_TEST(right == 160U);
    BOOST_TEST(memory->of(*uuid::parse(workspace_id)).index.size() <= 60U);
}

BOOST_AUTO_TEST_SUITE_END()
