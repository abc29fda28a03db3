// Files that people write: comments, places, pointers, spelling, and what a schema says.
#include "json/jsonc.hpp"
#include "json/schema.hpp"
#include "json/writer.hpp"

#include <boost/test/unit_test.hpp>

namespace json = casebridge::json;

namespace {

json::document_ptr read(const std::string& text) {
    std::vector<json::diagnostic> findings;
    auto doc = json::read_jsonc("f.jsonc", text, findings);
    BOOST_REQUIRE_MESSAGE(doc != nullptr, text);
    return doc;
}

std::string refusal(const std::string& text) {
    std::vector<json::diagnostic> findings;
    BOOST_TEST(json::read_jsonc("f.jsonc", text, findings) == nullptr);
    return findings.empty() ? "" : findings[0].to_string();
}

std::vector<std::string> check(const std::string& text) {
    static const auto schema = read(R"({
        "type": "object", "required": ["name"], "additionalProperties": false,
        "properties": {
            "name": {"type": "string", "minLength": 2, "pattern": "^[a-z]*$"},
            "size": {"type": ["integer", "null"], "minimum": 1},
            "colour": {"enum": ["red", "green"]},
            "list": {"type": "array", "items": {"type": "object", "additionalProperties": false,
                     "properties": {"inner": {"type": "boolean"}}}},
            "map": {"type": "object", "additionalProperties": {"type": "string"}}
        }})");
    std::vector<std::string> out;
    for (const auto& d : json::validate(*read(text), *schema)) out.push_back(d.to_string());
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(jsonc)

BOOST_AUTO_TEST_CASE(comments_and_trailing_commas_are_read) {
    const auto doc = read("// head\n{ /* a */ \"a\": [1, 2,], // end\n \"b\": \"// no comment\",\n}");
    BOOST_TEST(doc->root().member("a").size() == 2U);
    BOOST_TEST(doc->root().member("b").text() == "// no comment");
}

BOOST_AUTO_TEST_CASE(a_pointer_leads_to_its_value_and_a_finding_to_its_place) {
    const auto doc = read("{\n  \"a/b\": { \"c~d\": [ 10,\n    20 ] } }");
    BOOST_TEST(doc->at_pointer("/a~1b/c~0d/1").text() == "20");
    BOOST_TEST(!doc->at_pointer("/a~1b/c~0d/2").exists());
    BOOST_TEST(!doc->at_pointer("/a~1b/c~0d/x").exists());
    BOOST_TEST(doc->about(doc->at_pointer("/a~1b/c~0d/1"), "odd", "even").to_string() ==
               "f.jsonc:3:5: odd (even)");
    BOOST_TEST(doc->about({}, "nowhere").to_string() == "f.jsonc:1:1: nowhere");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_is_refused_with_its_place) {
    BOOST_TEST(refusal("{\n \"a\": 1,\n \"a\": 2 }") ==
               "f.jsonc:3:2: duplicate key \"a\" (keep one of the two)");
    BOOST_TEST(refusal("{ \"a\": nul }").starts_with("f.jsonc:1:"));
    BOOST_TEST(refusal("").starts_with("f.jsonc:1:1: "));
    std::vector<json::diagnostic> findings;
    BOOST_TEST(json::load_jsonc("/nonexistent/x.jsonc", findings) == nullptr);
    BOOST_REQUIRE(findings.size() == 1U);
    BOOST_TEST(findings[0].to_string() ==
               "/nonexistent/x.jsonc:1:1: cannot be read: No such file or directory (check the path and its "
               "rights)");
}

BOOST_AUTO_TEST_CASE(the_nearest_word_is_suggested_and_a_far_one_is_not) {
    const std::vector<std::string> words{"status", "severity", "summary"};
    BOOST_TEST(json::nearest("sumary", words) == "summary");
    BOOST_TEST(json::nearest("statsu", words) == "status");
    BOOST_TEST(json::nearest("colour", words).empty());
    BOOST_TEST(json::nearest("x", {}).empty());
}

BOOST_AUTO_TEST_CASE(a_schema_s_findings_say_what_is_wanted) {
    const std::vector<std::pair<std::string, std::vector<std::string>>> rows{
        {R"({"name":"ab","size":null,"colour":"red","list":[{"inner":true}],"map":{"any":"x"}})", {}},
        {R"({})", {"f.jsonc:1:1: the key \"name\" is missing (add it)"}},
        {R"({"name":"ab","sise":1})", {"f.jsonc:1:14: unknown key \"sise\" (did you mean \"size\"?)"}},
        {R"({"name":"ab","something":1})",
         {"f.jsonc:1:14: unknown key \"something\" (remove it; keys here are name, size, colour, list, "
          "map)"}},
        {R"({"name":"AB"})",
         {"f.jsonc:1:9: \"AB\" is not of the form that is wanted here (it must match ^[a-z]*$)"}},
        {R"({"name":"ab","size":"1"})",
         {"f.jsonc:1:21: this is of type string (it must be of type integer, null)"}},
        {R"({"name":"ab","colour":"gren"})",
         {"f.jsonc:1:23: \"gren\" is not allowed here (did you mean \"green\"?)"}},
        {R"({"name":"ab","colour":7})", {"f.jsonc:1:23: 7 is not allowed here (use one of: red, green)"}},
        {R"({"name":"ab","list":[{},{"iner":true}]})",
         {"f.jsonc:1:26: unknown key \"iner\" (did you mean \"inner\"?)"}},
        {R"({"name":"ab","map":{"any":5}})",
         {"f.jsonc:1:27: this is of type number (it must be of type string)"}},
    };
    for (const auto& [text, wanted] : rows) {
        BOOST_TEST_CONTEXT(text) { BOOST_TEST(check(text) == wanted, boost::test_tools::per_element()); }
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(writer)

BOOST_AUTO_TEST_CASE(commas_and_escapes_are_the_writers) {
    std::string out;
    json::writer w(out);
    w.begin_object()
        .member("a", "x\"\\\n\x01")
        .key("b")
        .begin_array()
        .integer(-5)
        .boolean(false)
        .null()
        .end_array();
    w.key("c").begin_object().end_object().key("d").raw("[1.0]").end_object();
    BOOST_TEST(out == "{\"a\":\"x\\\"\\\\\\n\\u0001\",\"b\":[-5,false,null],\"c\":{},\"d\":[1.0]}");
}

BOOST_AUTO_TEST_SUITE_END()
