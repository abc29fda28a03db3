// What happened to a case, written down in entries of limited size, and read back.
#include "bridge/history/history_page.hpp"
#include "mapping/carry.hpp"
#include "mapping/text_limit.hpp"

#include <boost/test/unit_test.hpp>

#include <random>

using namespace casebridge;
using namespace casebridge::bridge;

namespace {

const history_stamp first{{1'767'225'600'000'001}, "00000001"}, second{{1'767'225'600'000'002}, "00000002"};
constexpr std::size_t room = 500;

// Everything that a log holds, the oldest first: "<type> <time> <user> <members>".
std::vector<std::string> read(const case_log& log) {
    std::vector<std::string> out;
    for (const auto& e : log.events()) {
        std::string members;
        for (const auto& [key, val] : e.what.members()) {
            if (key.text() == "type" || key.text() == "at" || key.text() == "by") continue;
            members += (members.empty() ? "" : ",") + std::string(key.text()) + ":" + std::string(val.raw());
        }
        out.push_back(e.type + " " + std::to_string(e.at % 1000) + " " + e.user + " " + members);
    }
    return out;
}

case_log log_of(const std::vector<std::string>& entries) {
    case_log log("state-history-");
    std::int64_t id = 0;
    for (const auto& e : entries) log.add_entry(e, ++id);
    return log;
}

std::vector<case_event> many(std::size_t n, std::size_t size) {
    std::vector<case_event> out;
    for (std::size_t i = 0; i < n; ++i)
        out.push_back({"tag_added", "\"tag_name\":\"" + std::to_string(i) + std::string(size, 'x') + "\""});
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(history)

BOOST_AUTO_TEST_CASE(events_of_one_write_come_back_in_their_order) {
    const auto text = render_history(
        {{"status_changed", R"("old":"new","new":"closed")"}, {"payload_changed", ""}}, "u1", first, room);
    BOOST_REQUIRE(text.entries.size() == 1U);
    BOOST_TEST(text.entries[0] ==
               R"({"v":1,"of":["history",0],"r":1767225600000001,"t":"00000001","s":{"u":"u1","e":[)"
               R"({"type":"status_changed","old":"new","new":"closed"},{"type":"payload_changed"}]}})");
    BOOST_TEST(!text.shortened);
    const std::vector<std::string> expected{R"(status_changed 1 u1 old:"new",new:"closed")",
                                            "payload_changed 1 u1 "};
    BOOST_TEST(read(log_of(text.entries)) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(nothing_happened_nothing_is_written) {
    BOOST_TEST(render_history({}, "u1", first, room).entries.empty());
}

BOOST_AUTO_TEST_CASE(what_somebody_else_did_before_keeps_its_time_and_its_person) {
    const auto text = render_history({{"case_updated", ""},
                                      {"case_viewed", "", instant{1'767'225'500'000'007}, "u2"},
                                      {"case_viewed", "", instant{1'767'225'500'000'008}, ""}},
                                     "u1", first, room);
    const std::vector<std::string> expected{"case_viewed 7 u2 ", "case_viewed 8  ", "case_updated 1 u1 "};
    BOOST_TEST(read(log_of(text.entries)) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_look_that_two_writers_wrote_down_is_told_once) {
    const std::vector<case_event> look{{"case_viewed", "", instant{1'767'225'500'000'007}, "u2"}};
    auto entries = render_history(look, "u1", first, room).entries;
    entries.push_back(render_history(look, "u3", second, room).entries[0]);
    std::vector<json::diagnostic> findings;
    const auto tables = mapping::bundle::load(std::string(CASEBRIDGE_SOURCE_DIR) + "/mappings", {}, findings);
    BOOST_REQUIRE(tables != nullptr);
    const people nobody;
    const case_log log = log_of(entries);
    history_page page(tables->events(), nobody);
    page.add_log(log);
    BOOST_TEST(
        page.document() ==
        R"({"events":[{"type":"case_viewed","created_at":"2025-12-31T23:58:20.000007Z"}],"users":[]})");
}

// Searching all of them for each would take minutes.
BOOST_AUTO_TEST_CASE(very_many_looks_are_told_at_once) {
    constexpr int very_many = 60'000;
    std::string entry = R"({"v":1,"of":["history",0],"r":1767225600000001,"t":"00000001","s":{"e":[)";
    for (int i = 0; i < very_many; ++i) {
        entry += i == 0 ? "" : ",";
        entry += R"({"type":"case_viewed","by":"u2","at":)" + std::to_string(1'767'225'500'000'000 + i) + "}";
    }
    std::vector<json::diagnostic> findings;
    const auto tables = mapping::bundle::load(std::string(CASEBRIDGE_SOURCE_DIR) + "/mappings", {}, findings);
    BOOST_REQUIRE(tables != nullptr);
    const people nobody;
    const std::vector<std::string> entries{entry + "]}}"};
    const case_log log = log_of(entries);
    history_page page(tables->events(), nobody);
    page.add_log(log);
    BOOST_TEST(page.has_view("u2", instant{1'767'225'500'000'000}));
    BOOST_TEST(page.has_view("u2", instant{1'767'225'500'000'000 + very_many - 1}));
    BOOST_TEST(!page.has_view("u1", instant{1'767'225'500'000'000}));
    BOOST_TEST(!page.has_view("u2", instant{1'767'225'500'000'000 + very_many}));
}

BOOST_AUTO_TEST_CASE(many_events_take_several_entries_and_none_is_too_long) {
    for (const std::size_t size : {1U, 40U, 100U, 200U, 300U}) {
        const auto events = many(30, size);
        const auto text = render_history(events, "11111111-1111-4111-8111-111111111111", first, room);
        BOOST_TEST(!text.shortened);
        for (const auto& e : text.entries) BOOST_TEST(mapping::utf16_length(e) <= room);
        const auto back = read(log_of(text.entries));
        BOOST_REQUIRE(back.size() == events.size());
        for (std::size_t i = 0; i < back.size(); ++i)
            BOOST_TEST(back[i].find("\"" + std::to_string(i) + "x") != std::string::npos, back[i]);
    }
}

BOOST_AUTO_TEST_CASE(any_events_in_any_room_come_back_whole_and_in_order) {
    std::mt19937 dice(20260101);
    const auto roll = [&](std::size_t n) {
        return std::uniform_int_distribution<std::size_t>(0, n - 1)(dice);
    };
    for (int round = 0; round < 300; ++round) {
        std::vector<case_event> events;
        for (std::size_t n = roll(25); n > 0; --n) {
            std::string text(roll(60), 'x');
            for (std::size_t more = roll(8); more > 0; --more) text += "\xF0\x9F\x92\xA5";
            events.push_back({"t" + std::to_string(events.size()), "\"m\":\"" + text + "\""});
        }
        const std::size_t max = 300 + roll(2000);
        const auto text = render_history(events, round % 2 == 0 ? "somebody" : "", first, max);
        BOOST_TEST(!text.shortened);
        for (const auto& e : text.entries) BOOST_TEST(mapping::utf16_length(e) <= max);
        const case_log log = log_of(text.entries);
        const auto back = log.events();
        BOOST_REQUIRE(back.size() == events.size());
        for (std::size_t i = 0; i < back.size(); ++i) {
            BOOST_TEST(back[i].type == events[i].type);
            BOOST_TEST("\"m\":" + std::string(back[i].what.member("m").raw()) == events[i].members);
        }
    }
}

BOOST_AUTO_TEST_CASE(an_event_that_does_not_fit_loses_the_ends_of_its_texts_and_not_itself) {
    std::string names;
    for (int i = 0; i < 300; ++i) names += "\xC3\xBC\xF0\x9F\x92\xA5";
    const auto text = render_history(
        {{"attachment_created", R"("attachment_id":"a","file_name":")" + names + R"(","size":7)"}}, "u1",
        first, room);
    BOOST_REQUIRE(text.entries.size() == 1U);
    BOOST_TEST(text.shortened);
    BOOST_TEST(mapping::utf16_length(text.entries[0]) <= room);
    const auto back = read(log_of(text.entries));
    BOOST_REQUIRE(back.size() == 1U);
    BOOST_TEST(back[0].find(R"(attachment_id:"a")") != std::string::npos);
    BOOST_TEST(back[0].find("\xE2\x80\xA6\",size:7") != std::string::npos, back[0]);
}

BOOST_AUTO_TEST_CASE(a_long_list_of_changes_is_several_entries_and_one_event_again) {
    std::string list;
    for (int i = 0; i < 40; ++i)
        list += (i ? "," : "") + std::string(R"({"field":"field_)") + std::to_string(i) +
                R"(","old":"before","new":"after"})";
    const auto text = render_history(
        {{"status_changed", R"("old":"a","new":"b")"}, {"fields_changed", "\"changes\":[" + list + "]"}},
        "u1", first, room);
    BOOST_TEST(text.entries.size() > 3U);
    BOOST_TEST(!text.shortened);
    for (const auto& e : text.entries) BOOST_TEST(mapping::utf16_length(e) <= room);
    std::vector<json::diagnostic> findings;
    const auto tables = mapping::bundle::load(std::string(CASEBRIDGE_SOURCE_DIR) + "/mappings", {}, findings);
    BOOST_REQUIRE(tables != nullptr);
    const people nobody;
    const case_log log = log_of(text.entries);
    history_page page(tables->events(), nobody);
    page.add_log(log);
    const std::string document = page.document();
    BOOST_TEST(
        document ==
        R"({"events":[{"type":"fields_changed","changes":[)" + list +
            R"(],"created_at":"2026-01-01T00:00:00.000001Z"},{"type":"status_changed","old":"a","new":"b",)"
            R"("created_at":"2026-01-01T00:00:00.000001Z"}],"users":[]})");
}

BOOST_AUTO_TEST_CASE(one_value_of_a_change_that_is_too_long_is_shortened_and_a_structure_left_out) {
    const std::string list = R"([{"field":"a","old":")" + std::string(2000, 'o') + R"(","new":{"deep":")" +
                             std::string(2000, 'n') + R"("}}])";
    const auto text = render_history({{"fields_changed", "\"changes\":" + list}}, "u1", first, room);
    BOOST_REQUIRE(text.entries.size() == 1U);
    BOOST_TEST(text.shortened);
    const auto back = read(log_of(text.entries));
    BOOST_TEST(back[0].find(R"("field":"a","old":"oooo)") != std::string::npos, back[0]);
    BOOST_TEST(back[0].find(R"("new":null)") != std::string::npos, back[0]);
}

BOOST_AUTO_TEST_CASE(writers_that_know_nothing_of_each_other_lose_nothing) {
    auto entries = render_history({{"tag_added", R"("tag_name":"a")"}}, "u1", first, room).entries;
    const auto other =
        render_history({{"tag_added", R"("tag_name":"b")"}}, "u2", {first.at, "0000000f"}, room).entries;
    entries.insert(entries.begin(), other.begin(), other.end());
    const std::vector<std::string> expected{R"(tag_added 1 u1 tag_name:"a")",
                                            R"(tag_added 1 u2 tag_name:"b")"};
    BOOST_TEST(read(log_of(entries)) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(folded_entries_that_are_still_there_are_told_once) {
    auto entries = render_history(many(10, 100), "u1", first, room).entries;
    const std::string file = log_of(entries).folded();
    const auto later = render_history({{"payload_changed", ""}}, "u2", second, room).entries;
    const std::string reference = history_reference(second, "state-history-1.json", file);
    for (const bool crashed : {true, false}) {
        std::vector<std::string> left = crashed ? entries : std::vector<std::string>{};
        left.insert(left.end(), later.begin(), later.end());
        left.push_back(reference);
        case_log log = log_of(left);
        BOOST_REQUIRE(log.files().size() == 1U);
        BOOST_TEST(log.add_file(log.files()[0], file));
        const auto back = read(log);
        BOOST_TEST(back.size() == 11U);
        BOOST_TEST(back.back() == "payload_changed 2 u2 ");
        BOOST_TEST(log.entry_ids().size() == left.size() - 1);
        // and folding once more keeps them all
        case_log again("state-history-");
        again.add_entry(history_reference(second, "state-history-2.json", log.folded()), 1);
        BOOST_TEST(again.add_file(again.files()[0], log.folded()));
        BOOST_TEST(read(again) == back, boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_CASE(a_file_that_is_not_the_one_that_was_named_is_ignored) {
    const std::string file = log_of(render_history(many(3, 1), "u1", first, room).entries).folded();
    case_log log = log_of({history_reference(first, "state-history-1.json", file)});
    BOOST_TEST(!log.add_file(log.files()[0], file + " "));
    BOOST_TEST(log.events().empty());
    BOOST_TEST(log_of({history_reference(first, "somebody's.json", file)}).files().empty());
}

BOOST_AUTO_TEST_CASE(hostile_entries_are_ignored) {
    const std::vector<std::string> bad{
        "",
        "{",
        "[]",
        "null",
        R"({"v":1,"of":["history",0]})",
        R"({"v":2,"of":["history",0],"r":1,"t":"a","s":{"e":[{"type":"x"}]}})",
        R"({"v":1,"of":["note",0],"r":1,"t":"a","s":{"e":[{"type":"x"}]}})",
        R"({"v":1,"of":["history",0],"r":-1,"t":"a","s":{"e":[{"type":"x"}]}})",
        R"({"v":1,"of":["history",0],"r":1e99,"t":"a","s":{"e":[{"type":"x"}]}})",
        R"({"v":1,"of":["history",0],"r":999999999999999999,"t":"a","s":{"e":[{"type":"x"}]}})",
        R"({"v":1,"of":["history",0],"r":1,"t":"aaaaaaaaaaaaaaaaaaaaaaaa","s":{"e":[{"type":"x"}]}})",
        R"({"v":1,"of":["history",0],"r":1,"t":"a","s":{"p":"x","e":[{"type":"x"}]}})",
        R"({"v":1,"of":["history",0],"r":1,"t":"a","s":{"e":{"type":"x"}}})",
        R"({"v":1,"of":["history",0],"r":1,"t":"a","s":5})",
        R"({"v":1,"of":["history",0],"r":1,"t":"a","s":{"f":[1,2,3]}})",
        R"({"v":1,"of":["history",0],"r":1,"t":"a","s":{"f":["state-history-x.json"]}})"};
    case_log log = log_of(bad);
    BOOST_TEST(log.events().empty());
    BOOST_TEST(log.files().empty());
    log.add_entry(
        R"({"v":1,"of":["history",0],"r":1,"t":"a","s":{"u":5,"e":[5,null,{"type":7},{"type":"t","at":-5,"by":"x"}]}})",
        1);
    std::vector<json::diagnostic> findings;
    const auto tables = mapping::bundle::load(std::string(CASEBRIDGE_SOURCE_DIR) + "/mappings", {}, findings);
    BOOST_REQUIRE(tables != nullptr);
    const people nobody;
    history_page page(tables->events(), nobody);
    page.add_log(log);
    BOOST_TEST(page.document() == R"({"events":[],"users":[]})");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(views)

BOOST_AUTO_TEST_CASE(one_view_for_each_person_and_case_in_five_minutes) {
    view_memory m;
    const auto at = [](std::int64_t seconds) { return instant{seconds * 1'000'000}; };
    m.note("o/1", "ana", at(1000));
    m.note("o/1", "ana", at(1299));
    m.note("o/1", "ben", at(1299));
    m.note("o/2", "ana", at(1299));
    m.note("o/1", "ana", at(1300));
    BOOST_TEST(m.unwritten("o/1").size() == 3U);
    BOOST_TEST(m.unwritten("o/2").size() == 1U);
    BOOST_TEST(m.unwritten("o/3").empty());
}

BOOST_AUTO_TEST_CASE(what_is_written_is_not_written_again_and_still_counts_for_the_pause) {
    view_memory m;
    m.note("o/1", "ana", instant{1});
    const auto taken = m.unwritten("o/1");
    m.note("o/1", "ben", instant{2});
    m.note_written("o/1", taken);
    m.note("o/1", "ana", instant{3});
    const auto left = m.unwritten("o/1");
    BOOST_REQUIRE(left.size() == 1U);
    BOOST_TEST(left[0].user == "ben");
}

BOOST_AUTO_TEST_CASE(memory_is_bounded) {
    view_memory m;
    for (std::size_t i = 0; i <= view_memory::most_cases; ++i)
        m.note("o/" + std::to_string(i), "ana", instant{1});
    BOOST_TEST(m.unwritten("o/0").empty());
    BOOST_TEST(m.unwritten("o/1").size() == 1U);
    for (std::size_t i = 0; i < 2 * view_memory::most_views; ++i)
        m.note("o/9", std::to_string(i), instant{2});
    BOOST_TEST(m.unwritten("o/9").size() == view_memory::most_views);
}

BOOST_AUTO_TEST_SUITE_END()
