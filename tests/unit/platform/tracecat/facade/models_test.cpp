#include "support.hpp"

#include "http/target.hpp"

#include "platform/tracecat/facade/case_query.hpp"
#include "platform/tracecat/wire/validate.hpp"

#include <boost/test/unit_test.hpp>

using namespace casebridge;
using namespace casebridge::platform;
using namespace casebridge::platform::tracecat;
using namespace casebridge::platform::tracecat::test;

namespace {

std::string faults(model m, std::string_view body) {
    json::tape t;
    problems out;
    if (!body.empty()) BOOST_REQUIRE(t.parse(body, json::policy{}).has_value());
    check_body(m, t.root(), out);
    return out.empty() ? std::string() : out.body();
}

std::string query_faults(query_model m, std::string_view query) {
    problems out;
    check_query(m, http::parse_form(query), out);
    return out.empty() ? std::string() : out.body();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(models)

BOOST_AUTO_TEST_CASE(integers_are_read_as_python_reads_them) {
    struct row {
        const char* text;
        std::optional<std::int64_t> value;
    };
    const row rows[] = {{"0", 0},
                        {"-1", -1},
                        {"201", 201},
                        {" 5", 5},
                        {"5 ", 5},
                        {"\t5\n", 5},
                        {"+5", 5},
                        {"05", 5},
                        {"1_0", 10},
                        {"0_1", 1},
                        {"1.0", 1},
                        {"1_0.00", 10},
                        {"-0", 0},
                        {"abc", {}},
                        {"", {}},
                        {"1.5", {}},
                        {"1e2", {}},
                        {"1__0", {}},
                        {"_1", {}},
                        {"1_", {}},
                        {"1.", {}},
                        {".0", {}},
                        {"+ 5", {}},
                        {"--5", {}},
                        {"+-5", {}},
                        {"0x5", {}},
                        {"1.0_0", {}},
                        {"1_.0", {}},
                        {"-_1", {}},
                        {"null", {}},
                        {"99999999999999999999", std::numeric_limits<std::int64_t>::max()}};
    for (const row& r : rows) BOOST_CHECK_MESSAGE(python_integer(r.text) == r.value, r.text);
}

BOOST_AUTO_TEST_CASE(booleans_have_twelve_spellings) {
    for (const char* yes : {"1", "on", "ON", "t", "tRuE", "y", "Yes"}) BOOST_CHECK(python_bool(yes) == true);
    for (const char* no : {"0", "off", "F", "false", "n", "No"}) BOOST_CHECK(python_bool(no) == false);
    for (const char* other : {"", "2", "true ", "enabled"}) BOOST_CHECK(!python_bool(other));
}

BOOST_AUTO_TEST_CASE(bounds_of_a_limit_are_reported_with_their_value) {
    BOOST_TEST(query_faults(case_list_query, "limit=1&limit=200").empty());
    BOOST_TEST(
        query_faults(case_list_query, "limit=201") ==
        R"({"detail":[{"type":"less_than_equal","loc":["query","limit"],"msg":"Input should be less than or equal to 200","input":"201","ctx":{"le":200}}]})");
    BOOST_TEST(query_faults(case_list_query, "limit=" + std::string(5000, '9')).find("int_parsing_size") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(faults_are_listed_in_declaration_order) {
    const std::string all = query_faults(case_search_query, "sort=x&status=a&status=new&status=b&limit=0");
    const auto limit = all.find("\"limit\""), first = all.find("\"status\",0"),
               second = all.find("\"status\",2"), sort = all.find("\"sort\"");
    BOOST_CHECK(limit < first && first < second && second < sort && sort != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_missing_member_echoes_the_whole_body_and_the_last_of_equal_keys) {
    BOOST_TEST(
        faults(tag_add, R"({"x":1,"y":2,"x":1e3})") ==
        R"({"detail":[{"type":"missing","loc":["body","tag_id"],"msg":"Field required","input":{"y":2,"x":1000.0}}]})");
}

BOOST_AUTO_TEST_CASE(a_number_beyond_a_double_is_echoed_as_null) {
    for (const std::string& number :
         {std::string("1e400"), std::string("-1e400"), std::string(400, '1') + ".0"})
        BOOST_TEST(faults(tag_add, "{\"x\":" + number + "}").find(R"("input":{"x":null}})") !=
                   std::string::npos);
}

BOOST_AUTO_TEST_CASE(bodies_of_other_kinds_are_refused_as_a_whole) {
    BOOST_TEST(faults(case_update, "") ==
               R"({"detail":[{"type":"missing","loc":["body"],"msg":"Field required","input":null}]})");
    BOOST_TEST(faults(case_update, "null") == faults(case_update, ""));
    for (const char* body : {"[]", "5", "\"x\"", "true"})
        BOOST_TEST(faults(case_update, body).find("model_attributes_type") != std::string::npos);
    BOOST_TEST(faults(case_update, "{}").empty());
}

BOOST_AUTO_TEST_CASE(null_is_for_nullable_members_only) {
    BOOST_TEST(
        faults(case_update, R"({"status":null,"summary":null,"payload":null,"assignee_id":null})").empty());
    BOOST_TEST(faults(case_create,
                      R"({"summary":"s","description":"d","status":"new","priority":"low","severity":null})")
                   .find(R"("loc":["body","severity"],"msg":"Input should be 'unknown')") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(tag_identifiers_have_a_union_for_a_model) {
    BOOST_TEST(faults(tag_add, R"({"tag_id":"vip"})").empty());
    BOOST_TEST(faults(tag_add, R"({"tag_id":5})").find(R"(["body","tag_id","uuid"])") != std::string::npos);
    BOOST_TEST(faults(tag_add, "{\"tag_id\":\"" + std::string(101, 'x') + "\"}")
                   .find(R"("msg":"Value should have at most 100 items after validation, not 101")") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(dropdown_choices_need_exactly_one_definition) {
    const auto check = [](const char* item) {
        return faults(case_update, std::string("{\"dropdown_values\":[") + item + "]}");
    };
    BOOST_TEST(check(R"({"definition_ref":"x","option_ref":null})").empty());
    BOOST_TEST(check("{}").find("Value error, Provide exactly one of definition_id or definition_ref") !=
               std::string::npos);
    BOOST_TEST(
        check(R"({"definition_ref":"x","option_ref":"a","option_id":"2a29045b-0541-4a7c-9c46-b030568afe64"})")
            .find("Value error, Provide only one of option_id or option_ref") != std::string::npos);
    BOOST_TEST(check(R"({"definition_id":"x"})").find(R"(["body","dropdown_values",0,"definition_id"])") !=
               std::string::npos);
    BOOST_TEST(check("5").find("model_attributes_type") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(short_ids_are_numbers_of_32_bits) {
    const auto number = [](const char* text) {
        query::filter f;
        const complaint c = read_filter({{"short_id", text}}, true, f);
        return c ? c.detail : f.is_everything() ? std::string("none") : f.parts.front().test.values.front();
    };
    for (const char* three : {"3", "0003", "CASE-3", "case-0003", " CASE-0003 "})
        BOOST_TEST(number(three) == "CASE-0003");
    BOOST_TEST(number("") == "none");
    BOOST_TEST(number("2147483647") == "CASE-2147483647");
    BOOST_TEST(number("2147483648") == "Failed to retrieve cases");
    for (const char* bad : {"CASE-", "CASE--3", "x", "-3", "3.0", "12345678901"})
        BOOST_TEST(number(bad) == "Short ID must match CASE-<number> or <number>");
}

BOOST_AUTO_TEST_CASE(a_batch_is_checked_whole) {
    const std::string id = "\"2a29045b-0541-4a7c-9c46-b030568afe64\"";
    const auto of = [&](const std::string& ids, const std::string& update) {
        return faults(cases_update, "{\"case_ids\":" + ids + ",\"update\":" + update + "}");
    };
    BOOST_TEST(of("[" + id + "]", "{}").empty());
    std::string thousand = id;
    for (int i = 1; i < 1000; ++i) thousand += "," + id;
    BOOST_TEST(of("[" + thousand + "]", "{}").empty());
    // Too long is all that is said of a list, and the wrong ids in it are not.
    const std::string long_list = of("[7," + thousand + "]", "{}");
    BOOST_TEST(long_list.starts_with(
        R"({"detail":[{"type":"too_long","loc":["body","case_ids"],"msg":"List should have at most 1000 items after )"
        R"(validation, not 1001","input":[7,)"));
    BOOST_TEST(
        long_list.ends_with(R"(],"ctx":{"field_type":"List","max_length":1000,"actual_length":1001}}]})"));
    BOOST_TEST(
        of("[]", "{}") ==
        R"({"detail":[{"type":"too_short","loc":["body","case_ids"],"msg":"List should have at least 1 item )"
        R"(after validation, not 0","input":[],"ctx":{"field_type":"List","min_length":1,"actual_length":0}}]})");
    const std::string both = of("[" + id + ",null]", R"({"status":"NEW"})");
    BOOST_TEST(both.find(R"({"type":"uuid_type","loc":["body","case_ids",1],)") != std::string::npos);
    BOOST_TEST(both.find(R"({"type":"enum","loc":["body","update","status"],)") > both.find("uuid_type"));
    BOOST_TEST(of("{}", "[]").find(R"("type":"list_type","loc":["body","case_ids"])") != std::string::npos);
    BOOST_TEST(of("[" + id + "]", "[]").find(R"("type":"model_attributes_type","loc":["body","update"])") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(names_of_tags_have_one_to_fifty_characters) {
    const auto named = [](const std::string& name) {
        return faults(tag_create, "{\"name\":\"" + name + "\"}");
    };
    std::string fifty;
    for (int i = 0; i < 50; ++i) fifty += "ü";
    BOOST_TEST(named(fifty).empty());
    BOOST_TEST(named("x" + fifty).find(R"("msg":"String should have at most 50 characters")") !=
               std::string::npos);
    BOOST_TEST(named("").find(R"("msg":"String should have at least 1 character")") != std::string::npos);
    BOOST_TEST(faults(tag_update, R"({"name":null,"color":null})").empty());
    BOOST_TEST(faults(tag_create, R"({"name":null})").find("string_type") != std::string::npos);
    BOOST_TEST(faults(tag_create, R"({"name":"x","color":5})").find(R"(["body","color"])") !=
               std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
