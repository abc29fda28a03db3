#include "tracecat_bench.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace casebridge::sandbox::tracecat;

namespace {

std::string told(std::string_view type, boost::json::object data) {
    event e;
    e.type = type;
    e.data = std::move(data);
    e.at.micros = 1'767'225'600'000'500;
    std::string out;
    append_event(out, e);
    return out;
}

constexpr std::string_view tail = R"(,"created_at":"2026-01-01T00:00:00.000500Z"})";

}  // namespace

BOOST_AUTO_TEST_SUITE(tracecat_events)

BOOST_AUTO_TEST_CASE(nulls_are_left_out_of_events_and_of_changes_but_not_of_values) {
    BOOST_TEST(told("assignee_changed", {{"old", nullptr}, {"new", "u"}}) ==
               R"({"type":"assignee_changed","new":"u")" + std::string(tail));
    BOOST_TEST(told("case_viewed", {}) == R"({"type":"case_viewed")" + std::string(tail));
    const auto changes = boost::json::parse(
        R"([{"field":"a","old":null,"new":{"b":null}},{"field":"c","old":[null],"new":null}])");
    BOOST_TEST(
        told("fields_changed", {{"changes", changes}}) ==
        R"({"type":"fields_changed","changes":[{"field":"a","new":{"b":null}},{"field":"c","old":[null]}])" +
            std::string(tail));
}

BOOST_AUTO_TEST_CASE(members_of_a_comment_stand_before_the_type_and_the_mode_after_it) {
    BOOST_TEST(
        told("comment_reply_deleted",
             {{"comment_id", "c"}, {"parent_id", "p"}, {"thread_root_id", "p"}, {"delete_mode", "hard"}}) ==
        R"({"comment_id":"c","parent_id":"p","thread_root_id":"p","type":"comment_reply_deleted",)"
        R"("delete_mode":"hard")" +
            std::string(tail));
}

BOOST_AUTO_TEST_CASE(every_type_is_declared_once) {
    const std::set<std::string_view> types(event_types().begin(), event_types().end());
    BOOST_TEST(types.size() == 30u);
    BOOST_TEST(event_types().size() == 30u);
}

BOOST_AUTO_TEST_CASE(the_feed_names_everybody_once_and_without_nulls) {
    bench b;
    const auto path = b.new_case();
    incident& c = *b.home->cases.begin()->second;
    const auto lead = b.id_of("lead"), editor = b.id_of("editor"), admin = b.id_of("admin");
    b.data.record(c, "case_created", {}, admin);
    b.data.record(c, "assignee_changed", {{"new", lead.to_string()}}, admin);
    b.data.record(c, "task_assignee_changed", {{"old", lead.to_string()}, {"new", editor.to_string()}},
                  std::nullopt);
    const reply feed = b.get(path + "/events");
    BOOST_TEST(b.history(path) == "task_assignee_changed assignee_changed case_created");
    BOOST_TEST(feed.json.at("users").as_array().size() == 3u);
    BOOST_TEST(!feed.json.at("events").as_array()[0].as_object().contains("user_id"));
    for (const auto& u : feed.json.at("users").as_array()) BOOST_TEST(!u.as_object().contains("last_name"));
    BOOST_TEST(b.get("/cases/5b1e1f0a-9d1c-4c55-8f6e-0a7c3d2e1b90/events").status == 404u);
}

BOOST_AUTO_TEST_CASE(a_view_is_told_of_people_only_and_once_in_five_minutes) {
    bench b;
    const auto path = b.new_case();
    b.get(path, "key");
    BOOST_TEST(b.history(path).empty());
    b.get(path, "viewer");
    b.get(path, "viewer");
    b.get(path, "editor");
    BOOST_TEST(b.history(path) == "case_viewed case_viewed");
    incident& c = *b.home->cases.begin()->second;
    for (event& e : c.events) e.at.micros -= 301'000'000;
    b.get(path, "viewer");
    BOOST_TEST(c.events.size() == 3u);
}

BOOST_AUTO_TEST_CASE(closing_and_reopening_stand_for_the_change_of_status) {
    bench b;
    const auto path = b.new_case();
    for (const std::string s : {"in_progress", "closed", "resolved", "closed", "new", "new"})
        b.patch(path, R"({"status":")" + s + "\"}");
    BOOST_TEST(b.history(path) == "case_reopened case_closed case_reopened case_closed status_changed");
}

BOOST_AUTO_TEST_CASE(descriptions_and_equal_values_leave_no_trace) {
    bench b;
    const auto path = b.new_case();
    b.patch(path, R"({"description":"other","payload":{"a":1}})");
    b.patch(path, R"({"payload":{"a":1},"summary":"A case","assignee_id":null})");
    BOOST_TEST(b.history(path) == "payload_changed");
}

BOOST_AUTO_TEST_SUITE_END()
