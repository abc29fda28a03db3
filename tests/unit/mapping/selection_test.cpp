// Which objects a table is about, and custom fields that list objects of the stored case.
#include "stored_case.hpp"

#include "mapping/selection.hpp"

#include <boost/test/data/test_case.hpp>

#include <unistd.h>
#include <fstream>
#include <ostream>
#include <sstream>

using namespace mapping_test;
using casebridge::errc;

namespace {

// The value of a custom field of a case with these members, as a single read shows it.
std::string shown(const std::string& field, const std::string& members,
                  const mapping::bundle& b = shipped()) {
    const auto f = fields(b);
    stored_case c(b, f);
    const parsed all("{" + members + "}");
    for (const auto& [key, val] : all.root().members()) {
        std::string text;
        json::append_value(text, val);
        c.native(std::string(key.text())) = text;
    }
    const parsed v(c.view());
    const json::value list = v.root().member("fields");
    for (const auto& [none, one] : list.elements()) {
        if (one.member("id").text() != field) continue;
        std::string out;
        json::append_value(out, one.member("value"));
        return out;
    }
    return "no such field";
}

std::string artifacts(const std::string& list) {
    return shown("tc_artifacts", R"("artifacts":{"data":)" + list + "}");
}
std::string timeline(const std::string& list) {
    return shown("tc_timeline", R"("workflowEvents":{"data":)" + list + "}");
}

struct sample {
    const char* given;
    const char* shown;
};
std::ostream& operator<<(std::ostream& out, const sample& s) { return out << s.given; }

const sample of_artifacts[] = {
    {R"([])", "null"},
    {R"([{"id":11,"summary":"bad.example","type":"Host","intelType":"indicator-Host","source":"EDR","fieldName":"sender","dateAdded":"2025-02-03T10:21:00Z","derivedLink":true,"hashCode":"x"}])",
     R"([{"id":11,"type":"Host","summary":"bad.example","intelType":"indicator-Host","source":"EDR","fieldName":"sender","dateAdded":"2025-02-03T10:21:00Z"}])"},
    {R"([{"id":1,"summary":"a","type":"URL"},{"id":2,"summary":"b","type":"Log File"},{"id":3,"summary":"c","type":"ASN"}])",
     R"([{"id":1,"type":"URL","summary":"a"},{"id":3,"type":"ASN","summary":"c"}])"},
    {R"([{"id":2,"summary":"b","type":"Log File"},{"id":3,"summary":"c","type":"File"}])", "null"},
    {R"([{"id":2,"summary":"b","type":"File Hash"}])", R"([{"id":2,"type":"File Hash","summary":"b"}])"},
    // The bridge's own files, whatever type a site keeps them as.
    {R"([{"id":2,"summary":"casebridge-state-0011.json","type":"Event File"}])", "null"},
    {R"([{"id":2,"summary":"casebridge-state-0011.json","type":"Blob"}])", "null"},
    {R"([{"id":2,"summary":"casebridge-statement","type":"Ticket ID"}])",
     R"([{"id":2,"type":"Ticket ID","summary":"casebridge-statement"}])"},
    // What makes no sense is not shown.
    {R"([null,7,"x",[],{}])", "null"},
    {R"([{"id":{"a":1},"summary":["x"],"type":null}])", "null"},
    {R"([{"id":4,"summary":{"deep":[1,2]},"type":"Host"}])", R"([{"id":4,"type":"Host"}])"},
    {R"([{"id":4,"summary":"\"quoted\"\n\u0000","type":"Host"}])",
     R"([{"id":4,"type":"Host","summary":"\"quoted\"\n\u0000"}])"},
    {R"({"id":4})", "null"},
    {R"("all of them")", "null"},
    {R"(null)", "null"},
};

const sample of_the_timeline[] = {
    {R"([])", "null"},
    {R"([{"id":13,"eventDate":"2025-02-03T10:11:12Z","dateAdded":"2025-02-03T10:11:12Z","summary":"Case created","systemGenerated":true}])",
     "null"},
    {R"([{"id":14,"eventDate":"2025-02-03T09:00:00Z","dateAdded":"2025-02-03T10:12:00Z","summary":"Reported by phone","systemGenerated":false,"link":"https://tc/api/v3/cases/1"}])",
     R"([{"id":14,"eventDate":"2025-02-03T09:00:00Z","summary":"Reported by phone","dateAdded":"2025-02-03T10:12:00Z"}])"},
    {R"([{"id":14,"summary":"a"},{"id":15,"summary":"b","deleted":true,"deletedReason":"no"},{"id":16,"summary":"c","deleted":false}])",
     R"([{"id":14,"summary":"a"},{"id":16,"summary":"c"}])"},
    {R"([{"id":14,"summary":"a","user":{"id":3,"userName":"kim","firstName":"Kim"}}])",
     R"([{"id":14,"summary":"a","user":"kim"}])"},
    {R"([{"id":14,"summary":"a","user":"kim"}])", R"([{"id":14,"summary":"a"}])"},
};

// A bundle whose list of artifacts shows at most two.
std::unique_ptr<const mapping::bundle> brief() {
    namespace fs = std::filesystem;
    const fs::path folder = fs::temp_directory_path() / ("casebridge-brief-" + std::to_string(::getpid()));
    fs::remove_all(folder);
    fs::copy(fs::path(CASEBRIDGE_SOURCE_DIR) / "mappings", folder, fs::copy_options::recursive);
    std::stringstream text;
    text << std::ifstream(folder / "case.jsonc").rdbuf();
    std::string cases = text.str();
    const std::string own = R"("own": "summary",)";
    BOOST_REQUIRE(cases.find(own) != std::string::npos);
    cases.replace(cases.find(own), own.size(), own + R"( "most": 2,)");
    std::ofstream(folder / "case.jsonc") << cases;
    std::vector<json::diagnostic> findings;
    auto b = mapping::bundle::load(folder, {}, findings);
    fs::remove_all(folder);
    BOOST_REQUIRE(b != nullptr);
    return b;
}

bool meant(const char* table, const std::string& document) {
    const parsed d(document);
    return mapping::selects(shipped().object(table).source->which, d.root());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(selections)

BOOST_DATA_TEST_CASE(artifacts_that_are_no_files_are_listed, of_artifacts, s) {
    BOOST_TEST(artifacts(s.given) == s.shown);
}

BOOST_DATA_TEST_CASE(entries_of_the_timeline_that_people_made_are_listed, of_the_timeline, s) {
    BOOST_TEST(timeline(s.given) == s.shown);
}

BOOST_AUTO_TEST_CASE(a_case_that_was_read_without_them_lists_nothing) {
    BOOST_TEST(shown("tc_artifacts", R"("name":"n")") == "null");
    BOOST_TEST(shown("tc_artifacts", R"("artifacts":{})") == "null");
    BOOST_TEST(shown("tc_artifacts", R"("artifacts":[{"id":1,"type":"Host"}])") == "null");
}

BOOST_AUTO_TEST_CASE(beyond_the_bound_a_list_says_how_many_more_there_are) {
    const auto b = brief();
    const auto list = [&](int n) {
        std::string all;
        for (int i = 1; i <= n; ++i)
            all += (i > 1 ? "," : "") + (R"({"id":)" + std::to_string(i)) + R"(,"type":"Host"})";
        return shown("tc_artifacts", R"("artifacts":{"data":[{"id":9,"type":"Log File"},)" + all + "]}", *b);
    };
    const std::string two = R"([{"id":1,"type":"Host"},{"id":2,"type":"Host"})";
    BOOST_TEST(list(2) == two + "]");
    BOOST_TEST(list(3) == two + R"(,{"more":1}])");
    BOOST_TEST(list(7) == two + R"(,{"more":5}])");
}

BOOST_AUTO_TEST_CASE(a_thousand_are_shown_as_shipped) {
    std::string all;
    for (int i = 1; i <= 1003; ++i) all += (i > 1 ? "," : "") + (R"({"id":)" + std::to_string(i)) + "}";
    const std::string list = timeline("[" + all + "]");
    BOOST_TEST(list.ends_with(R"({"id":1000},{"more":3}])"));
}

BOOST_AUTO_TEST_CASE(list_items_show_them_where_they_are_asked_for) {
    const parsed doc(
        R"({"id":42,"status":"Open","severity":"Low","artifacts":{"data":[{"id":1,"type":"Host","summary":"h"}]}})");
    const auto f = fields(shipped());
    const auto& programs = shipped().object("case");
    mapping::stored_reader reader(programs.compiled->slots, programs.compiled->bag);
    reader.read(doc.root(), &f);
    const std::vector<std::string> ids{"tc_artifacts", "tc_timeline"};
    std::string out;
    mapping::ledger notes;
    programs.view("item").run(reader, world(), {.field_ids = &ids}, out, notes);
    BOOST_TEST(out.find(R"("field_values":{"tc_artifacts":[{"id":1,"type":"Host","summary":"h"}]})") !=
               std::string::npos);
    BOOST_TEST(notes.findings().empty());
}

BOOST_AUTO_TEST_CASE(the_definitions_say_that_they_are_json_and_nobody_writes_them) {
    const auto f = fields(shipped());
    stored_case c(shipped(), f);
    for (const std::string field : {"tc_artifacts", "tc_timeline"}) {
        BOOST_REQUIRE(f.find(field) != nullptr);
        BOOST_TEST(f.find(field)->type == "JSONB");
        for (const std::string value : {"null", "[]", R"([{"id":1}])"}) {
            const auto plan = c.plan("{\"fields\":{\"" + field + "\":" + value + "}}");
            BOOST_REQUIRE(plan.has_error());
            BOOST_TEST((plan.error().code == errc::read_only));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_site_without_native_fields_has_no_such_fields) {
    const auto b = load({std::string(CASEBRIDGE_SOURCE_DIR) + "/mappings/overlays/plain-fields.jsonc"});
    BOOST_TEST(fields(*b).find("tc_artifacts") == nullptr);
    BOOST_TEST(shown("tc_artifacts", R"("artifacts":{"data":[{"id":1,"type":"Host"}]})", *b) ==
               "no such field");
}

BOOST_AUTO_TEST_CASE(the_account_tells_what_of_a_list_is_shown_and_why_the_rest_is_not) {
    const parsed doc(
        R"({"artifacts":{"data":[{"id":1,"type":"Host","hashCode":"x"},{"id":2,"type":"Log File"}],)"
        R"("count":2},"workflowEvents":{}})");
    const auto& t = *shipped().object("case").source;
    std::string said;
    for (const auto& l : mapping::account_leaves(doc.root(), t, false, {}))
        said += l.pointer + " " + mapping::to_string(l.what) + " " + l.rule + (l.reason.empty() ? "" : " !") +
                "\n";
    BOOST_TEST(said ==
               "/artifacts/data/0/id mapped fields.tc_artifacts\n"
               "/artifacts/data/0/type mapped fields.tc_artifacts\n"
               "/artifacts/data/0/hashCode dropped artifacts !\n"
               "/artifacts/data/1/id dropped artifacts !\n"
               "/artifacts/data/1/type dropped artifacts !\n"
               "/artifacts/count dropped artifacts !\n"
               "/workflowEvents dropped workflow_events !\n");
}

BOOST_AUTO_TEST_CASE(without_native_fields_the_account_says_that_nothing_is_shown) {
    const auto b = load({std::string(CASEBRIDGE_SOURCE_DIR) + "/mappings/overlays/plain-fields.jsonc"});
    const parsed doc(R"({"artifacts":{"data":[{"id":1}]}})");
    const auto leaves = mapping::account_leaves(doc.root(), *b->object("case").source, false, {});
    BOOST_REQUIRE(leaves.size() == 1U);
    BOOST_TEST((leaves[0].what == mapping::fate::dropped));
    BOOST_TEST(leaves[0].pointer == "/artifacts/data/0/id");
}

BOOST_AUTO_TEST_CASE(attachments_are_artifacts_of_a_file_type) {
    for (const char* type : {"File", "Log File", "Our Own File"})
        BOOST_TEST(meant("attachment", std::string(R"({"type":")") + type + "\"}"), type);
    for (const char* type : {"Host", "File Hash", "Profile", "file", "", "LogFile"})
        BOOST_TEST(!meant("attachment", std::string(R"({"type":")") + type + "\"}"), type);
    for (const char* none : {R"({})", R"({"type":7})", R"({"type":["File"]})", R"([])", R"("File")"})
        BOOST_TEST(!meant("attachment", none), none);
}

BOOST_AUTO_TEST_CASE(comments_are_notes_of_the_case_itself) {
    for (const char* own :
         {R"({"id":1})", R"({"caseId":7,"taskId":null})", R"({"taskId":0,"artifactId":""})"})
        BOOST_TEST(meant("comment", own), own);
    for (const char* other :
         {R"({"caseId":7,"taskId":5})", R"({"artifactId":"11"})", R"({"workflowEventId":3})"})
        BOOST_TEST(!meant("comment", other), other);
    BOOST_TEST(meant("task", R"({"id":1})"));  // a table that says nothing is about all of them
}

BOOST_AUTO_TEST_CASE(only_the_bridges_own_files_are_left_out) {
    BOOST_TEST(mapping::is_own_file("casebridge-state-0011.json", "casebridge-state"));
    BOOST_TEST(mapping::is_own_file("casebridge-state-history-0011.json", "casebridge-state"));
    BOOST_TEST(!mapping::is_own_file("casebridge-state-0011.txt", "casebridge-state"));
    BOOST_TEST(!mapping::is_own_file("casebridge-state.json", "casebridge-state"));
    BOOST_TEST(!mapping::is_own_file("casebridge-state-0011.json", ""));
}

BOOST_AUTO_TEST_SUITE_END()
