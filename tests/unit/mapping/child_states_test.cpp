// States of what hangs on a case, among the entries of the case's bag: each is its own child's, and none the case's.
#include "stored_case.hpp"
#include "stored_child.hpp"

using namespace mapping_test;

namespace {

std::string state(const std::string& of, int revision, const std::string& entries) {
    return R"({"v":1,)" + of + R"("r":)" + std::to_string(revision) + R"(,"t":"00000000","s":)" + entries +
           "}";
}
std::string note(int number, int revision, const std::string& entries) {
    return state(R"("of":["note",)" + std::to_string(number) + "],", revision, entries);
}

mapping::child_states read(const parsed& stored) {
    mapping::child_states out;
    out.read(*shipped().object("case").compiled, stored.root());
    return out;
}

std::string case_with(const std::vector<std::string>& states) {
    stored_child c("comment", "note");
    std::int64_t id = 100;
    for (const auto& s : states) c.entries[id++] = s;
    return c.case_document();
}

// Of a note.
std::vector<std::int64_t> entries_of(const mapping::child_states& states, std::int64_t number) {
    std::vector<std::int64_t> out;
    for (const auto& e : states.all())
        if (e.kind == "note" && e.number == number) out.push_back(e.id);
    return out;
}

// What the state of a note says under "user".
std::string user_in(const mapping::child_states& states, std::int64_t number) {
    const auto& programs = shipped().object("comment");
    const parsed document(R"({"id":1,"text":"x"})");
    mapping::stored_reader reader(programs.compiled->slots, programs.compiled->bag);
    reader.read(document.root(), nullptr);
    states.offer_to(reader, "note", number);
    return std::string(reader.carry().entry("user").text());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(child_state_entries)

BOOST_AUTO_TEST_CASE(each_child_has_its_own_and_the_highest_revision_counts) {
    const parsed stored(case_with({note(17, 1, R"({"user":"a"})"), note(18, 1, R"({"user":"b"})"),
                                   note(17, 3, R"({"user":"c"})"), note(17, 2, R"({"user":"d"})")}));
    const auto states = read(stored);
    BOOST_TEST(states.all().size() == 4U);
    BOOST_TEST(user_in(states, 17) == "c");
    BOOST_TEST(user_in(states, 18) == "b");
    BOOST_TEST(user_in(states, 19) == "");
    BOOST_TEST(entries_of(states, 17) == (std::vector<std::int64_t>{100, 102, 103}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_names_no_child_is_none_of_theirs) {
    const parsed stored(case_with(
        {state("", 1, R"({"priority":"high"})"), "no JSON", "[]", "7", "", state(R"("of":"note",)", 1, "{}"),
         state(R"("of":[],)", 1, "{}"), state(R"("of":[17,"note"],)", 1, "{}"),
         state(R"("of":["note","17"],)", 1, "{}"), state(R"("of":["note",1.5],)", 1, "{}"),
         state(R"("of":["note",99999999999999999999],)", 1, "{}")}));
    BOOST_TEST(read(stored).all().empty());
    for (const char* none :
         {"{}", R"({"attributes":null})", R"({"attributes":[]})", R"({"attributes":{"data":{}}})",
          R"({"attributes":{"data":[7,null,[],{"type":"Bridge State"},{"type":7,"value":"x"}]}})"})
        BOOST_TEST(read(parsed(none)).all().empty(), none);
}

BOOST_AUTO_TEST_CASE(a_states_text_may_be_unreadable_and_its_entry_is_still_the_childs) {
    const parsed stored(case_with(
        {note(17, 0, "{}"), R"({"of":["note",17],"v":9,"r":1,"s":{}})", note(17, 1, R"({"user":"a"})")}));
    const auto states = read(stored);
    BOOST_TEST(user_in(states, 17) == "a");
    BOOST_TEST(entries_of(states, 17).size() == 3U);  // they go with it
}

BOOST_AUTO_TEST_CASE(values_may_be_nested_as_deeply_as_python_reads_them) {
    const std::string deep = std::string(9000, '[') + std::string(9000, ']');
    const parsed stored(case_with({note(17, 1, R"({"user":"a","x":)" + deep + "}")}));
    BOOST_TEST(user_in(read(stored), 17) == "a");
}

BOOST_AUTO_TEST_CASE(rivals_are_readable_states_of_the_same_thing) {
    const std::string own = state("", 1, "{}"), history = state(R"("of":["history",0],)", 1, R"({"e":[]})");
    BOOST_TEST(mapping::are_rivals(own, state("", 2, R"({"priority":"high"})")));
    BOOST_TEST(mapping::are_rivals("", own));  // a write that takes the case's state away
    BOOST_TEST(mapping::are_rivals(note(17, 1, "{}"), note(17, 5, "{}")));
    for (const auto& [a, b] : {std::pair{own, note(17, 1, "{}")},
                               {note(17, 1, "{}"), own},
                               {note(17, 1, "{}"), note(18, 1, "{}")},
                               {own, history},
                               {history, history},
                               {own, std::string("no JSON")},
                               {own, std::string("{}")},
                               {own, std::string()},
                               {own, std::string(R"({"v":2,"r":1,"s":{}})")},
                               {own, state(R"("of":[],)", 1, "{}")},
                               {note(17, 1, "{}"), state(R"("of":["task",17],)", 1, "{}")}})
        BOOST_TEST(!mapping::are_rivals(a, b), a + " " + b);
}

BOOST_AUTO_TEST_CASE(a_state_names_files_and_only_those_of_the_bridge_are_meant) {
    const std::string text =
        R"({"v":1,"r":1,"s":{},"x":{"a":["casebridge-state-00.json","0",1],"b":["evidence.pcap","0",1],)"
        R"("c":["casebridge-statement.json","0",1],"d":7,"e":[]}})";
    BOOST_TEST(mapping::files_of_state(text, "casebridge-state") ==
                   std::vector<std::string>{"casebridge-state-00.json"},
               boost::test_tools::per_element());
    BOOST_TEST(mapping::files_of_state(text, "").empty());
    BOOST_TEST(mapping::files_of_state("no JSON", "casebridge-state").empty());
}

// A bridge that knows more wrote it; this one neither reads it nor clears it away.
BOOST_AUTO_TEST_CASE(a_state_of_a_later_version_is_nobodys) {
    mapping::carry_state s;
    s.offer(R"({"v":2,"r":9,"t":"","s":{"priority":"low"}})", 5);
    BOOST_TEST(!s.present());
    BOOST_TEST(!s.unreadable());
    BOOST_TEST(s.ids().empty());
    s.offer(R"({"v":0,"r":9,"t":"","s":{"priority":"low"}})", 6);
    BOOST_TEST(s.ids().size() == 1U);
}

// The case's own reader, over the same entries.
BOOST_AUTO_TEST_CASE(a_case_never_takes_a_childs_state_for_its_own) {
    const auto known = fields(shipped());
    stored_case c(shipped(), known);
    c.write(R"({"summary":"s","description":"d","status":"new","priority":"high","severity":"low"})", true);
    const auto before = c.view();
    for (const auto& other : {note(17, 99, R"({"priority":"low","status":["on_hold","new",""]})"),
                              state(R"("of":["history",0],)", 1'000'000, R"({"e":[],"priority":"low"})"),
                              state(R"("of":null,)", 999, R"({"priority":"low"})")})
        c.add_attribute("Bridge State", other);
    BOOST_TEST(c.view() == before);
    // Nor does the case's next write take them away.
    const auto p = c.write(R"({"priority":"critical"})", false);
    BOOST_TEST(p.old_carry.size() == 1U);
    BOOST_TEST(c.attributes().size() == 4U);
    BOOST_TEST(c.member("priority") == R"("critical")");
}

BOOST_AUTO_TEST_CASE(a_child_never_takes_the_cases_state_for_its_own) {
    stored_child c("comment", "note");
    c.native("text") = "x";
    c.entries[1] = state("", 99, R"({"user":"","deleted_at":"2026-01-01T00:00:00Z"})");
    BOOST_TEST(c.member("is_deleted") == "false");
    const auto p = c.write(R"({"content":"y","user_id":"ben"})");
    BOOST_TEST(p.old_carry.empty());
    BOOST_TEST(c.entries.contains(1));
}

BOOST_AUTO_TEST_CASE(a_states_number_is_filled_in_where_it_stands_and_nowhere_else) {
    const std::string made = note(0, 1, R"({"content":"\"of\":[\"note\",0]","user":"[0]"})");
    const std::string named = mapping::name_child(made, 4'611'686'018'427'387'904);
    BOOST_TEST(named == R"({"v":1,"of":["note",4611686018427387904],"r":1,"t":"00000000",)"
                        R"("s":{"content":"\"of\":[\"note\",0]","user":"[0]"}})");
    BOOST_TEST(mapping::name_child(named, 5) == named);
    for (const char* other : {"", "7", "no JSON", R"({"v":1,"r":1,"t":"x","s":{}})", R"({"of":["note",0]})"})
        BOOST_TEST(mapping::name_child(other, 5) == other);
}

BOOST_AUTO_TEST_CASE(a_second_write_counts_on_and_takes_the_first_away) {
    stored_child c("comment", "note");
    c.write(R"({"content":"x","user_id":"ben"})", true);
    const auto p = c.write(R"({"deleted_at":"2026-03-01T00:00:00Z"})");
    BOOST_TEST(p.carry_text.starts_with(R"({"v":1,"of":["note",17],"r":2,)"));
    BOOST_TEST(p.old_carry == std::vector<std::int64_t>{100}, boost::test_tools::per_element());
    BOOST_TEST(c.entries.size() == 1U);
    BOOST_TEST(c.member("is_deleted") == "true");
    BOOST_TEST(c.member("user") == R"({"user":"ben"})");
}

BOOST_AUTO_TEST_CASE(a_state_that_does_not_fit_loses_its_largest_entries_and_says_so) {
    stored_child c("comment", "note");
    const std::string text(600, 'x');
    const auto p = c.write(R"({"content":" )" + text + R"(","user_id":"ben","parent_id":"12"})", true, 500);
    BOOST_TEST(p.notes.losses() == "content=loss_too_large");
    BOOST_TEST(c.member("user") == R"({"user":"ben"})");
    BOOST_TEST(c.member("parent_id") == R"("comment-12")");
    BOOST_TEST(c.member("content") == "\"" + text + "\"");
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_lies_in_a_file_that_only_the_states_own_hash_opens) {
    stored_child t("task", "task");
    const std::string values = R"({"a":")" + std::string(600, 'v') + R"("})";
    const auto p =
        t.write(R"({"title":"x","priority":"high","default_trigger_values":)" + values + "}", true, 500);
    BOOST_REQUIRE(p.spills.size() == 1U);
    BOOST_TEST(p.spills[0].rule == "default_trigger_values");
    BOOST_TEST(!p.notes.lost_something());
    BOOST_TEST(p.carry_text.size() <= 500U);
    BOOST_TEST(t.member("default_trigger_values") == values);
    BOOST_TEST(t.member("priority") == R"("high")");
    const auto again = t.write(R"({"priority":"low"})", false, 500);
    BOOST_TEST(again.spills.empty());  // the file stays
    BOOST_TEST(again.old_spills.empty());
    BOOST_TEST(t.member("default_trigger_values") == values);
    t.files.begin()->second = R"({"a":"forged"})";
    BOOST_TEST(t.member("default_trigger_values") == "null");
    const auto cleared = t.write(R"({"default_trigger_values":null})", false, 500);
    BOOST_TEST(cleared.old_spills.size() == 1U);
    BOOST_TEST(t.files.empty());
}

BOOST_AUTO_TEST_SUITE_END()
