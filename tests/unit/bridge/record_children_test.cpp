// What hangs on a case: which children there are, by which numbers, and what conditions on them ask for.
#include "bridge/records/record_edit.hpp"
#include "bridge/records/record_subjects.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <memory>
#include <set>

using namespace casebridge;
using namespace casebridge::bridge;
using platform::record_kind;

namespace {

const mapping::bundle& tables() {
    static const auto loaded = [] {
        std::vector<json::diagnostic> findings;
        auto b = mapping::bundle::load(std::string(CASEBRIDGE_SOURCE_DIR) + "/mappings", {}, findings);
        BOOST_REQUIRE(b != nullptr);
        return b;
    }();
    return *loaded;
}

platform::stored_case_ptr stored(std::string_view entries, std::string_view more = {}) {
    auto c = std::make_shared<platform::stored_case>();
    c->number = 7;
    c->body = R"({"id":"11111111-1111-4111-8111-111111111111","short_id":"CASE-0007",)";
    c->body += R"("created_at":"2026-01-01T00:00:00Z",)";
    c->body.append(more).append(R"("payload":{"_bridge":{"v":"1","r":"1","t":"x","s":)").append(entries) +=
        "}}}";
    BOOST_REQUIRE(c->tape.parse(c->body, {}).has_value());
    return c;
}

std::shared_ptr<family> family_of(std::string_view entries, std::string_view more = {}) {
    return std::make_shared<family>(stored(entries, more), *tables().object("case").reverse, "realm", 7);
}

std::shared_ptr<const platform::reply> reply_of(std::string_view text) {
    auto r = std::make_shared<platform::reply>();
    r->body = text;
    BOOST_REQUIRE(r->tape.parse(r->body, {}).has_value());
    r->data = r->tape.root();
    return r;
}

std::string comment(std::string_view id, std::string_view at, std::string_view more = {}) {
    return R"({"id":")" + std::string(id) + R"(","content":"c","created_at":")" + std::string(at) + "\"" +
           std::string(more) + "}";
}

const child_kind& kind(record_kind what) { return *find_child_kind(what); }

using t = query::value_type;
constexpr query::keyword case_words[] = {
    {"id", t::integer, "id"},
    {"severity", t::text, "severity"},
    {"hasNote", t::nested, "notes.data", "notes"},
    {"hasTask", t::nested, "tasks.data", "tasks"},
    {"hasCase", t::nested, "associatedCases.data", "cases"},
    {"hasTag", t::nested, "tags.data", "tags"},
};
constexpr query::keyword child_words[] = {
    {"id", t::integer, "id"},
    {"taskId", t::integer, "taskId"},
    {"data", t::text, "text"},
    {"noteId", t::integer, "notes.data.id"},
    {"caseSeverity", t::text, "parentCase.severity"},
    {"hasCase", t::nested, "parentCase", "cases"},
    {"hasTask", t::nested, "task", "tasks"},
    {"hasArtifact", t::nested, "artifact", "artifacts"},
    {"hasNote", t::nested, "notes.data", "notes"},
};
const query::vocabulary of_cases{"cases", case_words}, of_children{"notes", child_words};

const query::vocabulary* find(std::string_view object) {
    return object == "cases" ? &of_cases : &of_children;
}

query::condition read(std::string_view text, const query::vocabulary& of) {
    return query::read_condition(text, of, find, instant{0}).value();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(record_children)

BOOST_AUTO_TEST_CASE(a_case_without_anything_has_one_event_that_the_system_made) {
    const auto f = family_of("{}");
    BOOST_TEST(f->of(record_kind::note).empty());
    BOOST_REQUIRE(f->of(record_kind::event).size() == 1U);
    const auto* created = f->of(record_kind::event).front();
    BOOST_TEST(created->is_system);
    BOOST_TEST(created->own == system_event_number("realm"));
    BOOST_TEST(f->number_of(*created) == 7 * children_per_case + created->own);
}

BOOST_AUTO_TEST_CASE(
    children_of_the_state_are_there_without_asking_and_those_of_the_store_when_it_was_asked) {
    const auto f =
        family_of(R"({"notes":[{"n":"5","d":{"content":"kept","created_at":"2026-01-02T00:00:00Z"},"s":{}},
        {"n":"6","u":"aaaaaaaa-0000-4000-8000-000000000001","s":{"author":"me"}},{"n":"9"}]})");
    BOOST_TEST(f->of(record_kind::note).size() == 1U);
    BOOST_TEST(!f->took(kind(record_kind::note)));
    f->take(kind(record_kind::note),
            reply_of("[" + comment("aaaaaaaa-0000-4000-8000-000000000002", "2026-01-03T00:00:00Z") + "," +
                     comment("aaaaaaaa-0000-4000-8000-000000000001", "2026-01-01T00:00:00Z") + "," +
                     comment("aaaaaaaa-0000-4000-8000-000000000003", "2026-01-04T00:00:00Z",
                             R"(,"is_deleted":true)") +
                     "]"));
    const auto notes = f->of(record_kind::note);
    BOOST_REQUIRE(notes.size() == 3U);
    BOOST_TEST(notes[0]->own == 6);  // in the order of their making
    BOOST_TEST(notes[1]->own == 5);
    BOOST_TEST(notes[2]->own == hashed_number("realm", "note", "aaaaaaaa-0000-4000-8000-000000000002"));
    BOOST_TEST(notes[0]->entries.member("author").text() == "me");
}

BOOST_AUTO_TEST_CASE(a_number_that_an_element_has_or_had_is_given_to_no_other) {
    const std::string id = "aaaaaaaa-0000-4000-8000-000000000002";
    const auto taken = std::to_string(hashed_number("realm", "note", id));
    const auto f = family_of(R"({"notes":[{"n":")" + taken + R"("}]})");
    f->take(kind(record_kind::note), reply_of("[" + comment(id, "2026-01-03T00:00:00Z") + "]"));
    BOOST_REQUIRE(f->of(record_kind::note).size() == 1U);
    BOOST_TEST(f->of(record_kind::note).front()->own == hashed_number("realm", "note", id, 1));
}

BOOST_AUTO_TEST_CASE(artifacts_may_share_a_file_and_let_go_of_it_one_by_one) {
    const auto f = family_of(R"({"artifacts":[
        {"n":"1","u":"file","d":{"file_name":"a","created_at":"2026-01-01T00:00:00Z"},"s":{"type":"Log File"}},
        {"n":"2","u":"file","d":{"file_name":"b","created_at":"2026-01-02T00:00:00Z"},"s":{}},
        {"n":"3","u":"file","s":{"removed":"1"}},{"n":"4","u":"gone","s":{"removed":"1"}}]})");
    BOOST_TEST(f->of(record_kind::artifact).empty());
    f->take(kind(record_kind::artifact),
            reply_of(R"([{"id":"file","file_name":"x","sha256":"h"},{"id":"gone"}])"));
    const auto list = f->of(record_kind::artifact);
    BOOST_REQUIRE(list.size() == 2U);
    BOOST_TEST(list[1]->document.member("file_name").text() == "b");
    BOOST_TEST(list[1]->native.member("sha256").text() == "h");
    BOOST_TEST(!f->let_go_of(kind(record_kind::artifact), "file"));
    BOOST_TEST(f->let_go_of(kind(record_kind::artifact), "gone"));
    BOOST_TEST(!f->let_go_of(kind(record_kind::artifact), "unknown"));
}

BOOST_AUTO_TEST_CASE(what_hangs_on_what_is_told_by_own_numbers) {
    const auto f = family_of(R"({"tasks":[{"n":"1","d":{"title":"t"},"s":{}}],
        "notes":[{"n":"2","d":{"content":"of the task"},"s":{"taskId":"1"}},{"n":"3","d":{"content":"own"}}],
        "artifacts":[{"n":"4","d":{"file_name":"f"},"s":{"taskId":"1"}}]})");
    const auto* task = f->find(record_kind::task, 1);
    BOOST_REQUIRE(task != nullptr);
    BOOST_TEST(f->children(task, record_kind::note).size() == 1U);
    BOOST_TEST(f->children(task, record_kind::artifact).size() == 1U);
    BOOST_REQUIRE(f->children(nullptr, record_kind::note).size() == 1U);
    BOOST_TEST(f->children(nullptr, record_kind::note).front()->own == 3);
    BOOST_TEST(f->children(nullptr, record_kind::artifact).size() == 1U);  // an artifact of a task is both
}

BOOST_AUTO_TEST_CASE(hostile_states_show_nothing_and_break_nothing) {
    for (
        const char* state :
        {R"({"notes":5,"tasks":"x","artifacts":{"n":"1"},"workflowEvents":[null,[],7]})",
         R"({"notes":[{"n":1,"d":{}},{"n":"-1","d":{}},{"n":"99999999999","d":{}},{"n":"x","d":{}},{"n":"7","d":[]}]})",
         R"({"notes":[{"n":"7","s":{"taskId":"x"}}]})", R"([1,2])", R"("text")"}) {
        const auto f = family_of(state);
        BOOST_TEST(f->of(record_kind::note).empty());
        BOOST_TEST(f->of(record_kind::event).size() == 1U);
    }
    const auto f = family_of(
        R"({"notes":[{"n":"5","d":{"content":5},"s":{"taskId":"5","artifactId":"-3","workflowEventId":{}}},
        {"n":"5","d":{"content":"again"}}]})");
    BOOST_REQUIRE(f->of(record_kind::note).size() == 1U);
    BOOST_TEST(f->of(record_kind::note).front()->relation("artifactId") == 0);
    BOOST_TEST(f->of(record_kind::note).front()->relation("workflowEventId") == 0);
    f->take(kind(record_kind::note),
            reply_of(R"([5,null,{"id":7},{"content":"no id"},{"id":"x","created_at":[]}])"));
    BOOST_TEST(f->of(record_kind::note).size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_case_that_says_it_has_no_tasks_is_not_asked_for_them) {
    BOOST_TEST(family_of("{}", R"("num_tasks_total":0,)")->has_none(kind(record_kind::task)));
    BOOST_TEST(!family_of("{}", R"("num_tasks_total":2,)")->has_none(kind(record_kind::task)));
    BOOST_TEST(!family_of("{}")->has_none(kind(record_kind::task)));
    BOOST_TEST(!family_of("{}", R"("num_tasks_total":0,)")->has_none(kind(record_kind::note)));
}

BOOST_AUTO_TEST_CASE(only_lists_that_are_asked_for_are_needed) {
    const auto lists = [](record_kind of, wish w) {
        const native_lists l = lists_for(of, w);
        return std::string(l.comments ? "c" : "") + (l.tasks ? "t" : "") + (l.attachments ? "a" : "");
    };
    BOOST_TEST(lists(record_kind::case_, {}) == "");
    BOOST_TEST(lists(record_kind::case_, {"tags", "workflowEvents"}) == "");
    BOOST_TEST(lists(record_kind::case_, {"notes"}) == "c");
    BOOST_TEST(lists(record_kind::case_, {"tasks.notes"}) == "t");  // notes of tasks lie in the state
    BOOST_TEST(lists(record_kind::case_, {"tasks.artifacts"}) == "ta");
    BOOST_TEST(lists(record_kind::note, {"parentCase.tasks"}) == "t");
    BOOST_TEST(lists(record_kind::artifact, {"notes", "fileData"}) == "");
}

BOOST_AUTO_TEST_CASE(conditions_tell_which_lists_they_need_and_which_case_they_are_about) {
    const auto needs = [](const char* text) {
        const native_lists l = lists_for(record_kind::case_, read(text, of_cases));
        return std::string(l.comments ? "c" : "") + (l.tasks ? "t" : "") + (l.attachments ? "a" : "");
    };
    BOOST_TEST(needs("severity = \"Low\" and hasTag()") == "");
    BOOST_TEST(needs("hasNote(data = \"x\")") == "c");
    BOOST_TEST(needs("not hasTask(hasNote())") == "t");
    const auto part = [](const char* text) { return query::to_text(case_part(read(text, of_children))); };
    BOOST_TEST(part("hasCase(severity = \"Low\") and data = \"x\"") ==
               query::to_text(read("severity = \"Low\"", of_cases)));
    BOOST_TEST(case_part(read("hasCase(severity = \"Low\") or data = \"x\"", of_children)).is_everything());
    BOOST_TEST(case_part(read("not hasCase(severity = \"Low\")", of_children)).is_everything());
}

BOOST_AUTO_TEST_CASE(a_condition_without_its_sub_queries_finds_no_less) {
    const auto weaker = [](const char* text) { return without_children(read(text, of_cases)); };
    const auto same = [](const query::condition& a, const char* b) {
        return query::to_text(a) == query::to_text(read(b, of_cases));
    };
    BOOST_TEST(same(weaker("severity = \"Low\" and hasNote()"), "severity = \"Low\""));
    BOOST_TEST(weaker("severity = \"Low\" or hasNote()").is_everything());
    BOOST_TEST(weaker("not (severity = \"Low\" and hasTask())").is_everything());
    BOOST_TEST(weaker("hasCase(id = 3)").is_everything());
    BOOST_TEST(same(weaker("not severity = \"Low\" and hasTag()"), "not severity = \"Low\" and hasTag()"));
}

BOOST_AUTO_TEST_CASE(of_associated_cases_those_are_read_that_a_sub_query_can_be_about) {
    const opened_text three(R"({"id":3})");
    const auto matters = [&](const char* text) {
        const auto c = read(text, of_cases);
        sub_queries found;
        note_other_cases(record_kind::case_, c, found);
        return !found.empty() && may_match(found, three.root());
    };
    BOOST_TEST(matters("hasCase(id = 3)"));
    BOOST_TEST(!matters("hasCase(id = 4)"));
    BOOST_TEST(matters("hasCase(id = 4) or hasCase(not id = 4)"));
    BOOST_TEST(matters("hasCase()"));
    BOOST_TEST(matters("hasCase(severity = \"Low\")"));
    BOOST_TEST(matters("hasCase(id = 4 and hasNote())"));  // what hangs on it is not known by its number
    BOOST_TEST(matters("hasNote(hasCase(hasCase(id = 3)))"));
    BOOST_TEST(!matters("hasNote(hasCase(id = 3))"));  // the note's own case
    BOOST_TEST(!matters("hasTask(hasNote()) and severity = \"Low\""));
}

BOOST_AUTO_TEST_CASE(conditions_on_children_pin_their_case_by_their_numbers) {
    const auto number = std::to_string(7 * children_per_case + 12);
    const auto pins = [&](const std::string& text) {
        return pins_of(read(text, of_children), "xid", pins_about::children);
    };
    for (const std::string& text :
         {"id = " + number, "taskId = " + number, "noteId = " + number, "hasTask(id = " + number + ")",
          "hasArtifact(taskId in (" + number + "))", std::string("hasCase(id = 7)")}) {
        BOOST_TEST_CONTEXT(text) {
            BOOST_REQUIRE(pins(text).has_value());
            BOOST_TEST(pins(text)->numbers.front() == 7);
        }
    }
    BOOST_TEST(!pins("data = \"x\"").has_value());
    BOOST_TEST(!pins("not taskId = " + number).has_value());
    const auto of_case = pins_of(read("hasTask(id = " + number + ")", of_cases), "xid", pins_about::cases);
    BOOST_REQUIRE(of_case.has_value());
    BOOST_TEST(of_case->numbers.front() == 7);
}

BOOST_AUTO_TEST_CASE(wishes_lead_downwards_by_dots) {
    const wish w{"artifacts", "artifacts.notes", "artifactsX", "tasks.artifacts.fileData"};
    BOOST_TEST(asks_for(w, "artifacts"));
    BOOST_TEST(asks_for(w, "tasks"));
    BOOST_TEST(!asks_for(w, "artifact"));
    BOOST_TEST((below(w, "artifacts") == wish{"notes"}));
    BOOST_TEST((below(below(w, "tasks"), "artifacts") == wish{"fileData"}));
}

BOOST_AUTO_TEST_CASE(a_wish_mentions_a_member_wherever_it_stands) {
    const wish w{"artifact.parentCase.notes", "tasksX"};
    for (const char* member : {"artifact", "parentCase", "notes"}) BOOST_TEST(mentions(w, member), member);
    for (const char* member : {"parent", "Case", "tasks", ""}) BOOST_TEST(!mentions(w, member), member);
    BOOST_TEST(!mentions({}, "notes"));
}

BOOST_AUTO_TEST_CASE(what_a_key_made_is_found_by_its_key_alone_and_the_store_tells_of_its_own_bytes) {
    const auto f = family_of(R"({"notes":[{"n":"5","d":{},"k":"0123456789abcdef00112233"}],
        "artifacts":[{"n":"1","u":"file","d":{"sha256":"state"}}]})");
    BOOST_TEST(f->own_of_key(kind(record_kind::note), "0123456789abcdef") == 5);
    BOOST_TEST(f->own_of_key(kind(record_kind::note), "0123456789abcdee") == 0);
    BOOST_TEST(f->own_of_key(kind(record_kind::note), "") == 0);
    f->take(kind(record_kind::artifact), reply_of(R"([{"id":"file","sha256":"store"}])"));
    BOOST_TEST(f->of(record_kind::artifact).front()->told().member("sha256").text() == "store");
    BOOST_TEST(f->of(record_kind::note).front()->told().exists());
}

BOOST_AUTO_TEST_CASE(members_are_laid_over_documents) {
    BOOST_TEST(merged("", R"("a":1)") == R"({"a":1})");
    BOOST_TEST(merged(R"({"a":1,"b":2})", R"("b":3)") == R"({"a":1,"b":3})");
    std::string text = "{}";
    add_member(text, "x", "\"y\"");
    add_number(text, "n", 5);
    BOOST_TEST(text == R"({"x":"y","n":5})");
}

BOOST_AUTO_TEST_SUITE_END()
