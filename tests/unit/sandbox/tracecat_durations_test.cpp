#include "tracecat_bench.hpp"

#include "sandbox/tracecat/interval.hpp"

#include <boost/test/unit_test.hpp>

using namespace casebridge::sandbox::tracecat;

namespace {

struct clockwork : bench {
    std::string of = new_case();

    incident& found() { return *home->cases.begin()->second; }
    void happen(std::string_view type, boost::json::object details, std::int64_t second) {
        data.record(found(), type, std::move(details), id_of("admin")).at.micros = second * 1'000'000;
    }
    reply define(const std::string& name, const std::string& start, const std::string& end) {
        const reply r = post("/case-durations", R"({"name":")" + name + R"(","start_anchor":)" + start +
                                                    R"(,"end_anchor":)" + end + "}");
        for (auto& d : home->duration_definitions) d.created_at = {};      // before all that happens here
        return r;
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(tracecat_durations)

BOOST_AUTO_TEST_CASE(intervals_are_written_and_read_as_iso_8601) {
    const std::pair<std::int64_t, std::string> known[] = {
        {0, "PT0S"},
        {-5'000'000, "-PT5S"},
        {2'193'645, "PT2.193645S"},
        {1'000, "PT0.001000S"},
        {90'061'000'000, "P1DT1H1M1S"},
        {86'400'000'000, "P1D"},
        {3'600'000'000, "PT1H"},
    };
    for (const auto& [micros, text] : known) {
        BOOST_TEST(interval_text(micros) == text);
        BOOST_TEST(read_interval(text).value_or(-1) == micros);
    }
    BOOST_TEST(*read_interval("P1W") == 7 * *read_interval("P1D"));
    for (const std::string bad : {"", "P", "PT", "1D", "P1X", "PTS", "P1", "soon"})
        BOOST_TEST(!read_interval(bad).has_value());
}

BOOST_AUTO_TEST_CASE(a_case_is_measured_between_its_events) {
    clockwork w;
    BOOST_TEST(
        w.define("close", R"({"event_type":"case_created"})", R"({"event_type":"case_closed"})").status ==
        201u);
    w.define("first work", R"({"event_type":"case_created"})",
             R"({"event_type":"status_changed","filters":{"new_values":["in_progress"]}})");
    w.define(
        "last work", R"({"event_type":"case_created"})",
        R"({"event_type":"status_changed","filters":{"new_values":["in_progress"]},"selection":"last"})");
    w.happen("case_created", {}, 100);
    w.happen("status_changed", {{"old", "new"}, {"new", "on_hold"}}, 105);
    w.happen("status_changed", {{"old", "on_hold"}, {"new", "in_progress"}}, 110);
    w.happen("status_changed", {{"old", "new"}, {"new", "in_progress"}}, 160);
    const reply open = w.get(w.of + "/durations");
    BOOST_TEST(open.list().size() == 3u);
    BOOST_TEST(open.list()[0].at("ended_at").is_null());
    BOOST_TEST(reply::value_text(open.list()[1].at("duration")) == "PT10S");
    BOOST_TEST(reply::value_text(open.list()[2].at("duration")) == "PT1M");
    w.happen("case_closed", {{"old", "new"}, {"new", "closed"}}, 3700);
    const reply closed = w.get(w.of + "/durations");
    BOOST_TEST(reply::value_text(closed.list()[0].at("duration")) == "PT1H");
    BOOST_TEST(closed.list()[0].at("id") == open.list()[0].at("id"));
}

BOOST_AUTO_TEST_CASE(a_case_to_which_nothing_happens_any_more_is_not_measured) {
    clockwork w;
    w.happen("case_created", {}, 100);
    w.happen("case_closed", {}, 130);
    w.define("close", R"({"event_type":"case_created"})", R"({"event_type":"case_closed"})");
    w.home->duration_definitions[0].created_at.micros = 200'000'000;
    BOOST_TEST(w.get(w.of + "/durations").text == "[]");
    w.happen("case_viewed", {}, 201);
    BOOST_TEST(w.get(w.of + "/durations").list().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_changed_time_does_not_change_the_length) {
    clockwork w;
    w.define("close", R"({"event_type":"case_created"})", R"({"event_type":"case_closed"})");
    w.happen("case_created", {}, 100);
    w.happen("case_closed", {}, 130);
    const reply all = w.get(w.of + "/durations");
    const auto one = w.of + "/durations/" + reply::value_text(all.list()[0].at("id"));
    const reply r = w.patch(one, R"({"ended_at":"2026-01-02T00:00:00Z"})");
    BOOST_TEST(r.at("duration") == "PT30S");
    BOOST_TEST(r.at("ended_at") == "2026-01-02T00:00:00Z");
    BOOST_TEST(w.remove(one).status == 204u);
    BOOST_TEST(w.get(w.of + "/durations").text == "[]");           // nothing new happened
}

BOOST_AUTO_TEST_CASE(anchors_must_have_the_filters_of_their_event_and_no_others) {
    clockwork w;
    const std::string created = R"({"event_type":"case_created"})";
    const auto said = [&](const std::string& anchor) {
        const reply r = w.define("x", created, anchor);
        return r.status == 201 ? std::string()
                               : reply::value_text(r.json.at("detail").as_array()[0].at("msg"));
    };
    BOOST_TEST(said(R"({"event_type":"status_changed"})") ==
               "Value error, status_changed requires new_values filters");
    BOOST_TEST(said(R"({"event_type":"case_closed","filters":{"new_values":["new"]}})") ==
               "Value error, Unsupported filters for case_closed: new_values");
    BOOST_TEST(said(R"({"event_type":"tag_added","filters":{"tag_refs":[]}})") ==
               "Value error, tag_added requires tag_refs filters");
    BOOST_TEST(said(R"({"event_type":"case_closed","x":1})") == "Extra inputs are not permitted");
    BOOST_TEST(said(R"({"event_type":"tag_added","filters":{"tag_refs":["a"]}})").empty());
    BOOST_TEST(w.define("x", created, created).detail() == "A duration named 'x' already exists");
}

BOOST_AUTO_TEST_CASE(a_definition_that_goes_takes_its_durations_along) {
    clockwork w;
    const auto id =
        w.define("close", R"({"event_type":"case_created"})", R"({"event_type":"case_closed"})").at("id");
    w.happen("case_created", {}, 100);
    BOOST_TEST(w.get(w.of + "/durations").list().size() == 1u);
    BOOST_TEST(w.remove("/case-durations/" + id).status == 204u);
    BOOST_TEST(w.get(w.of + "/durations").text == "[]");
}

BOOST_AUTO_TEST_SUITE_END()
