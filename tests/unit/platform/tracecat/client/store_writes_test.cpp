#include "fake_server.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace casebridge;
using namespace casebridge::test;
using platform::store_change;

constexpr const char* members =
    R"("summary":"Phishing","description":"line\nline","status":"new","priority":"low","severity":"low")";

store_change creation(std::string state = R"({"s":{"xid":"alert-1"}})", std::vector<std::string> tags = {}) {
    return {members, std::move(tags), {}, true, std::move(state)};
}

store_change state_change(std::string state) { return {{}, {}, {}, true, std::move(state)}; }

platform::stored_case_ptr first(client_under_test& bridge) { return bridge.list({}).cases.front(); }

bj::value stored_state(const fake_server& server) { return server.cases.front().payload.at("_bridge"); }

}  // namespace

BOOST_AUTO_TEST_SUITE(store_writes)

BOOST_AUTO_TEST_CASE(a_new_case_is_found_by_its_token_in_two_requests) {
    fake_server server;
    for (int i = 0; i < 50; ++i) server.add("older");
    client_under_test bridge(server);
    bridge.list({});
    const auto made = bridge.create(creation());
    BOOST_REQUIRE(made.has_value());
    BOOST_TEST(bridge.requests == 2U);
    BOOST_TEST(made->kept);
    BOOST_TEST(made->now->number == 51);
    const auto doc = made->now->document();
    BOOST_TEST(doc.member("description").text() == "line\nline");
    BOOST_TEST(doc.member("payload").member("_bridge").member("s").member("xid").text() == "alert-1");
    BOOST_TEST(doc.member("payload").member("_bridge").member("c").text().size() == 32U);
    // Only what was made since the request began was looked at, by the server's clock.
    BOOST_TEST(server.targets.back().find("start_time=2025-12-31T23%3A59%3A5") != std::string::npos);
    BOOST_TEST(*bridge.find("alert-1").value() == 51);
    BOOST_TEST(bridge.requests == 0U);
}

BOOST_AUTO_TEST_CASE(others_that_create_at_the_same_time_do_not_confuse_it) {
    fake_server server;
    client_under_test bridge(server);
    bridge.list({});
    server.after = [&](const upstream::call& c) -> std::optional<result<upstream::answer>> {
        if (c.method == "POST")
            for (int i = 0; i < 30; ++i) server.add("of others", {{"_bridge", {{"c", "another token"}}}});
        return std::nullopt;
    };
    const auto made = bridge.create(creation());
    BOOST_REQUIRE(made.has_value());
    BOOST_TEST(made->now->number == 1);
    BOOST_TEST(made->now->document().member("summary").text() == "Phishing");
    BOOST_TEST(bridge.requests == 3U);
}

BOOST_AUTO_TEST_CASE(a_create_whose_answer_was_lost_is_found_and_not_repeated) {
    fake_server server;
    client_under_test bridge(server);
    bridge.list({});
    server.after = [&](const upstream::call& c) -> std::optional<result<upstream::answer>> {
        if (c.method == "POST")
            return result<upstream::answer>(fail(errc::upstream_reset, "connection broke"));
        return std::nullopt;
    };
    const auto made = bridge.create(creation());
    BOOST_REQUIRE(made.has_value());
    BOOST_TEST(server.cases.size() == 1U);
    BOOST_TEST(server.count("POST /cases") == 1U);
}

BOOST_AUTO_TEST_CASE(a_create_that_never_arrived_is_reported_as_it_failed) {
    fake_server server;
    client_under_test bridge(server);
    bridge.list({});
    server.before = [&](const upstream::call& c) -> std::optional<result<upstream::answer>> {
        if (c.method == "POST")
            return result<upstream::answer>(fail(errc::upstream_reset, "connection broke"));
        return std::nullopt;
    };
    const auto made = bridge.create(creation());
    BOOST_REQUIRE(made.has_error());
    BOOST_TEST((made.error().code == errc::upstream_reset));
    BOOST_TEST(server.cases.empty());
}

BOOST_AUTO_TEST_CASE(a_refused_create_says_what_the_server_said) {
    fake_server server;
    client_under_test bridge(server);
    bridge.list({});
    server.before = [&](const upstream::call& c) -> std::optional<result<upstream::answer>> {
        if (c.method == "POST")
            return result<upstream::answer>(answer_of(400, R"({"detail":"Invalid integer value: 'abc'"})"));
        return std::nullopt;
    };
    const auto made = bridge.create(creation());
    BOOST_TEST((made.error().code == errc::upstream_rejected));
    BOOST_TEST(made.error().detail == "Invalid integer value: 'abc'");
    BOOST_TEST(bridge.requests == 1U);
}

BOOST_AUTO_TEST_CASE(a_state_that_would_poison_the_case_never_leaves) {
    fake_server server;
    server.add("a");
    client_under_test bridge(server);
    const auto before = first(bridge);
    server.log.clear();
    const auto made = bridge.create(creation(R"({"s":1e22})"));
    BOOST_TEST((made.error().code == errc::invalid_value));
    BOOST_TEST(made.error().pointer == "/payload/_bridge/s");
    BOOST_TEST(
        (bridge.update(*before, state_change(R"({"s":123456789012345678901234567890})")).error().code ==
         errc::invalid_value));
    BOOST_TEST(server.log.empty());
}

BOOST_AUTO_TEST_CASE(tags_are_defined_and_put_on_a_new_case) {
    fake_server server;
    server.tags.push_back({{"id", "5d1c9f7e-3f1b-4f0e-8c55-0d9b6a7c8e11"},
                           {"name", "Known"},
                           {"ref", "known"},
                           {"color", nullptr}});
    client_under_test bridge(server);
    bridge.list({});
    const std::string fifty =
        "éééééééééééééééééééééééééééééééééééééééééééééééééé";   // 50 characters, 100 bytes
    const auto made = bridge.create(creation("{}", {"Known", "New One", "known", "", fifty, fifty + "x"}));
    BOOST_REQUIRE(made.has_value());
    const auto tags = made->now->document().member("tags");
    BOOST_REQUIRE(tags.size() == 3U);
    BOOST_TEST(tags.element(0).member("name").text() == "Known");
    BOOST_TEST(tags.element(1).member("ref").text() == "new-one");
    BOOST_TEST(tags.element(2).member("name").text() == fifty);
    // The same ref under another name is not the tag that was meant.
    const std::vector<std::string> refused{"known", "", fifty + "x"};
    BOOST_TEST(made->tags_refused == refused, boost::test_tools::per_element());
    BOOST_TEST(server.cases.front().tags.size() == 3U);
}

BOOST_AUTO_TEST_CASE(a_definition_that_is_gone_is_made_anew) {
    fake_server server;
    client_under_test bridge(server);
    bridge.list({});
    BOOST_REQUIRE(bridge.create(creation("{}", {"A"})).has_value());
    BOOST_REQUIRE(bridge.create(creation("{}", {"A"})).has_value());   // remembered now
    server.tags.clear();
    const auto made = bridge.create(creation("{}", {"A"}));
    BOOST_REQUIRE(made.has_value());
    BOOST_TEST(made->tags_refused.empty());
    BOOST_TEST(made->now->document().member("tags").size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_change_keeps_the_payload_of_others) {
    fake_server server;
    server.add("a", {{"alert", {{"score", 7}}}, {"_bridge", {{"v", 1}}}});
    server.tags.push_back({{"id", "5d1c9f7e-3f1b-4f0e-8c55-0d9b6a7c8e11"},
                           {"name", "Old"},
                           {"ref", "old"},
                           {"color", nullptr}});
    server.cases.front().tags.push_back(server.tags.front());
    client_under_test bridge(server);
    const auto before = first(bridge);
    store_change change{R"("status":"closed","description":"new text")",
                        {"New"},
                        {*uuid::parse("5d1c9f7e-3f1b-4f0e-8c55-0d9b6a7c8e11")},
                        true,
                        R"({"v":2,"w":[1.50]})"};
    const auto done = bridge.update(*before, change);
    BOOST_REQUIRE(done.has_value());
    BOOST_TEST(done->kept);
    const fake_case& c = server.cases.front();
    BOOST_TEST(c.payload.at("alert").at("score").as_int64() == 7);
    BOOST_TEST(bj::serialize(stored_state(server)) == R"({"v":2,"w":[1.5E0]})");
    BOOST_TEST(c.members.at("status").as_string() == "closed");
    BOOST_REQUIRE(c.tags.size() == 1U);
    BOOST_TEST(c.tags[0].at("name").as_string() == "New");
    BOOST_TEST(done->now->document().member("description").text() == "new text");
    BOOST_TEST(done->now->document().member("tags").element(0).member("name").text() == "New");
}

BOOST_AUTO_TEST_CASE(a_change_without_state_leaves_the_payload_alone) {
    fake_server server;
    server.add("a", {{"_bridge", {{"v", 1}}}});
    client_under_test bridge(server);
    const auto before = first(bridge);
    BOOST_REQUIRE(bridge.update(*before, {R"("summary":"b")", {}, {}, false, {}}).has_value());
    BOOST_TEST(bridge.requests == 2U);
    const auto patch = std::find_if(server.bodies.begin(), server.bodies.end(),
                                    [](const auto& b) { return b.find("summary") != std::string::npos; });
    BOOST_REQUIRE(patch != server.bodies.end());
    BOOST_TEST(*patch == R"({"summary":"b"})");
}

BOOST_AUTO_TEST_CASE(an_empty_state_takes_it_away_for_good) {
    fake_server server;
    server.add("a", {{"_bridge", {{"v", 1}}}, {"own", 1}});
    server.add("b", nullptr);
    client_under_test bridge(server);
    auto page = bridge.list({});
    const auto done = bridge.update(*page.cases[0], state_change({}));
    BOOST_REQUIRE(done.has_value());
    BOOST_TEST(done->kept);
    BOOST_TEST(bj::serialize(server.cases[0].payload) == R"({"own":1})");
    BOOST_TEST(!bridge.list({}).cases[0]->restored);
    BOOST_REQUIRE(bridge.update(*page.cases[1], state_change("{}")).has_value());
    BOOST_TEST(server.cases[1].payload.is_null());
}

BOOST_AUTO_TEST_CASE(another_state_that_was_written_meanwhile_is_a_conflict) {
    fake_server server;
    server.add("a", {{"_bridge", {{"v", 1}}}});
    client_under_test bridge(server);
    const auto before = first(bridge);
    server.after = [&](const upstream::call& c) -> std::optional<result<upstream::answer>> {
        if (c.method == "PATCH") {
            server.cases.front().payload = {{"_bridge", {{"v", 99}}}};
            server.touch(server.cases.front());
        }
        return std::nullopt;
    };
    const auto done = bridge.update(*before, state_change(R"({"v":2})"));
    BOOST_REQUIRE(done.has_error());
    BOOST_TEST((done.error().code == errc::conflict));
    BOOST_TEST(server.count("PATCH /cases/*") == 1U);
}

BOOST_AUTO_TEST_CASE(a_workflow_that_puts_its_own_payload_over_ours_is_written_over_once_more) {
    for (const bool drops : {true, false}) {
        fake_server server;
        server.add("a", {{"_bridge", {{"v", 1}}}});
        client_under_test bridge(server);
        const auto before = first(bridge);
        unsigned patches = 0;
        server.after = [&](const upstream::call& c) -> std::optional<result<upstream::answer>> {
            if (c.method == "PATCH" && ++patches == 1) {
                server.cases.front().payload =
                    drops ? bj::value{{"flow", 5}} : bj::value{{"flow", 5}, {"_bridge", {{"v", 1}}}};
                server.touch(server.cases.front());
            }
            return std::nullopt;
        };
        const auto done = bridge.update(*before, state_change(R"({"v":2})"));
        BOOST_REQUIRE(done.has_value());
        BOOST_TEST(done->kept);
        BOOST_TEST(server.cases.front().payload.at("flow").as_int64() == 5);
        BOOST_TEST(stored_state(server).at("v").as_int64() == 2);
        BOOST_TEST(patches == 2U);
    }
}

BOOST_AUTO_TEST_CASE(a_state_that_never_stays_is_reported_and_not_fought_for) {
    fake_server server;
    server.add("a", {{"_bridge", {{"v", 1}}}});
    client_under_test bridge(server);
    const auto before = first(bridge);
    server.after = [&](const upstream::call& c) -> std::optional<result<upstream::answer>> {
        if (c.method == "PATCH") server.cases.front().payload = {{"flow", 5}};
        return std::nullopt;
    };
    const auto done = bridge.update(*before, state_change(R"({"v":2})"));
    BOOST_REQUIRE(done.has_value());
    BOOST_TEST(!done->kept);
    BOOST_TEST(server.count("PATCH /cases/*") == 2U);
}

BOOST_AUTO_TEST_CASE(a_case_with_an_unreadable_payload_keeps_it) {
    fake_server server;
    server.add("a", {{"_bridge", {{"v", 1}}}});
    server.cases.front().poisoned = true;
    client_under_test bridge(server);
    const auto before = first(bridge);
    server.log.clear();
    BOOST_TEST((bridge.update(*before, state_change(R"({"v":2})")).error().code == errc::upstream_error));
    BOOST_TEST(server.log.empty());
    BOOST_TEST(bridge.update(*before, {R"("summary":"b")", {}, {}, false, {}}).has_value());
    BOOST_TEST(server.cases.front().members.at("summary").as_string() == "b");
}

BOOST_AUTO_TEST_CASE(a_deleted_case_is_gone_from_everything) {
    fake_server server;
    server.add("a", {{"_bridge", {{"s", {{"xid", "x"}}}}}});
    client_under_test bridge(server);
    const auto before = first(bridge);
    BOOST_TEST(*bridge.find("x").value() == 1);
    BOOST_TEST(bridge.remove(before->id).has_value());
    BOOST_TEST(!bridge.find("x").value().has_value());
    BOOST_TEST((bridge.remove(before->id).error().code == errc::not_found));
    BOOST_TEST(
        (bridge.update(*before, {R"("summary":"b")", {}, {}, false, {}}).error().code == errc::not_found));
}

BOOST_AUTO_TEST_CASE(two_changes_in_one_second_of_a_coarse_clock_are_both_seen) {
    fake_server server;
    server.whole_seconds = true;
    server.add("a case");
    client_under_test bridge(server);
    for (const std::string text : {"first words", "other words", "last words"}) {
        const auto before = bridge.read(1, {true, true});
        BOOST_REQUIRE(before.has_value());
        const store_change words{"\"description\":\"" + text + "\"", {}, {}, false, {}};
        const auto now = bridge.update(**before, words);
        BOOST_REQUIRE(now.has_value());
        BOOST_TEST(now->now->document().member("description").text() == text);
        BOOST_TEST((*bridge.read(1))->document().member("description").text() == text);
    }
    const auto open = bridge.read(1, {true, true});
    BOOST_TEST((*open)->document().member("closed_at").is_null());
    BOOST_REQUIRE(bridge.update(**open, {R"("status":"closed")", {}, {}, false, {}}).has_value());
    BOOST_TEST(bridge.read(1, {true, true}).value()->document().member("closed_at").is_string());
}

BOOST_AUTO_TEST_SUITE_END()
