// Custom fields: definitions and values (fact sheet §3.8).
#include "sandbox/tracecat/field_types.hpp"
#include "sandbox/tracecat/python_text.hpp"
#include "tracecat_bench.hpp"

#include <boost/test/unit_test.hpp>

using namespace casebridge;
using namespace casebridge::sandbox::tracecat;

namespace {

struct form : bench {
    std::string of;

    form() {
        for (const std::string type :
             {"TEXT", "INTEGER", "NUMERIC", "DATE", "BOOLEAN", "TIMESTAMPTZ", "JSONB"})
            define(R"({"name":"f_)" + lower(type) + R"(","type":")" + type + "\"}");
        define(R"({"name":"f_select","type":"SELECT","options":["a"," b "]})");
        define(R"({"name":"f_multi","type":"MULTI_SELECT","options":["a","b"]})");
        of = new_case();
    }
    static std::string lower(std::string s) {
        for (char& c : s) c = static_cast<char>(c | 0x20);
        return s;
    }
    void define(const std::string& body) {
        BOOST_TEST_REQUIRE(post("/case-fields", body).status == 201u, body);
    }
    reply set(const std::string& name, const std::string& json) {
        return patch(of, R"({"fields":{"f_)" + name + "\":" + json + "}}");
    }
    boost::json::value value(const std::string& name) {
        const reply r = get(of, "key");
        for (const auto& f : r.json.at("fields").as_array())
            if (f.at("id").as_string() == name) return f.at("value");
        return "no such field";
    }
    std::string shown(const std::string& name) { return boost::json::serialize(value("f_" + name)); }
};

struct accepted {
    const char *field, *sent, *shown;
};
constexpr accepted accepted_values[] = {
    {"text", "\"x\"", "\"x\""},
    {"text", "5", "\"5\""},
    {"text", "true", "\"True\""},
    {"text", "1e16", "\"1e+16\""},
    {"text", "\"\"", "\"\""},
    {"integer", "7", "7"},
    {"integer", "\"007\"", "7"},
    {"integer", "7.0", "7"},
    {"integer", "-2147483648", "-2147483648"},
    {"numeric", "12.5", "\"12.5\""},
    {"numeric", "\"12.50\"", "\"12.50\""},
    {"numeric", "\"123456789012345678901234567890.123\"", "\"123456789012345678901234567890.123\""},
    {"numeric", "7", "\"7\""},
    {"numeric", "\"1e3\"", "\"1000\""},
    {"boolean", "true", "true"},
    {"boolean", "0", "false"},
    {"date", "\"2026-03-01\"", "\"2026-03-01\""},
    {"date", "\"2026-03-02T10:00:00Z\"", "\"2026-03-02\""},
    {"date", "1767225600", "\"2026-01-01\""},
    {"timestamptz", "\"2026-02-28T23:59:59+01:00\"", "\"2026-02-28T22:59:59Z\""},
    {"timestamptz", "\"2026-03-01T10:00:00\"", "\"2026-03-01T10:00:00Z\""},
    {"timestamptz", "1767225600", "\"2026-01-01T00:00:00Z\""},
    {"jsonb", "{\"bb\":1,\"a\":[null]}", "{\"a\":[null],\"bb\":1}"},
    {"jsonb", "\"text\"", "\"text\""},
    {"select", "\"b\"", "\"b\""},
    {"multi", "[\"a\",\"a\"]", "[\"a\",\"a\"]"},
    {"multi", "[]", "[]"},
};

struct refused {
    const char *field, *sent;
    unsigned status;
    const char* detail;      // empty: the generic 500
};
constexpr refused refused_values[] = {
    {"text", "[1]", 400, "Custom field 'f_text' expects TEXT but received list."},
    {"text", "{}", 400, "Custom field 'f_text' expects TEXT but received dict."},
    {"integer", "\"abc\"", 400, "Invalid integer value: 'abc'"},
    {"integer", "true", 400, "Invalid integer value: True"},
    {"integer", "7.5", 400, "Invalid integer value: 7.5"},
    {"integer", "9223372036854775808", 400, "Invalid integer value: 9223372036854775808"},
    {"integer", "2147483648", 500, "Database operation failed"},
    {"numeric", "\"abc\"", 400, "Invalid numeric value: 'abc'"},
    {"numeric", "\"NaN\"", 400, "Invalid numeric value: 'NaN'"},
    {"numeric", "[]", 400, "Invalid numeric value: []"},
    {"boolean", "\"true\"", 500, ""},
    {"boolean", "2", 500, ""},
    {"date", "\"soon\"", 500, ""},
    {"timestamptz", "\"soon\"", 500, ""},
    {"select", "\"A\"", 400, "Value 'A' is not in the available options"},
    {"select", "\" b \"", 400, "Value ' b ' is not in the available options"},
    {"multi", "\"a\"", 400, "MULTI_SELECT values must be provided as a list of strings"},
    {"multi", "[\"a\",\"x\",\"y\"]", 400, "Value(s) x, y are not in the available options"},
    {"nope", "1", 400, "Column 'f_nope' does not exist in table case_fields"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(tracecat_fields)

BOOST_AUTO_TEST_CASE(each_type_takes_what_it_takes_and_null_clears_it) {
    form f;
    for (const accepted& a : accepted_values) {
        BOOST_TEST_CONTEXT(a.field << " " << a.sent) {
            BOOST_TEST(f.set(a.field, a.sent).status == 204u);
            BOOST_TEST(f.shown(a.field) == a.shown);
            BOOST_TEST(f.set(a.field, "null").status == 204u);
            BOOST_TEST(f.shown(a.field) == "null");
        }
    }
}

BOOST_AUTO_TEST_CASE(each_type_refuses_in_its_own_way) {
    form f;
    for (const refused& r : refused_values) {
        BOOST_TEST_CONTEXT(r.field << " " << r.sent) {
            const reply got = f.set(r.field, r.sent);
            BOOST_TEST(got.status == r.status);
            if (*r.detail != '\0')
                BOOST_TEST(got.detail() == r.detail);
            else
                BOOST_TEST(got.at("message") == "An unexpected error occurred. Please try again later.");
        }
    }
    BOOST_TEST(f.history(f.of) == "");
}

BOOST_AUTO_TEST_CASE(events_tell_only_real_changes_but_dates_always) {
    form f;
    f.set("text", "\"x\"");
    f.set("text", "\"x\"");
    BOOST_TEST(f.history(f.of) == "fields_changed");
    f.set("numeric", "12.5");
    f.set("numeric", "\"12.50\"");
    BOOST_TEST(f.shown("numeric") == "\"12.50\"");
    BOOST_TEST(f.history(f.of) == "fields_changed fields_changed");
    f.set("date", "\"2026-03-01\"");
    f.set("date", "\"2026-03-01\"");
    BOOST_TEST(f.history(f.of) == "fields_changed fields_changed fields_changed fields_changed");
    f.set("boolean", "1");
    f.set("boolean", "true");
    BOOST_TEST(boost::json::serialize(f.newest_event(f.of).at("changes")) ==
               R"([{"field":"f_boolean","new":1}])");
    f.set("boolean", "null");
    BOOST_TEST(boost::json::serialize(f.newest_event(f.of).at("changes")) ==
               R"([{"field":"f_boolean","old":true}])");
}

BOOST_AUTO_TEST_CASE(reserved_columns_stand_first_and_are_not_guarded) {
    form f;
    const reply r = f.get("/case-fields");
    BOOST_TEST(reply::value_text(r.list().at(0).at("id")) == "id");
    BOOST_TEST(reply::value_text(r.list().at(3).at("default")) == "now()");
    BOOST_TEST(r.list().at(2).at("reserved").as_bool());
    BOOST_TEST(r.list().size() == 13u);
    BOOST_TEST(f.value("case_id").as_string() == f.of.substr(7));
    BOOST_TEST(f.value("id").as_string() != f.of.substr(7));
    BOOST_TEST(f.patch(f.of, R"({"fields":{"id":"5b1e1f0a-9d1c-4c55-8f6e-0a7c3d2e1b90"}})").status == 204u);
    BOOST_TEST(f.value("id").as_string() == "5b1e1f0a-9d1c-4c55-8f6e-0a7c3d2e1b90");
    BOOST_TEST(f.patch(f.of, R"({"fields":{"case_id":"5b1e1f0a-9d1c-4c55-8f6e-0a7c3d2e1b90"}})").status ==
               500u);
    BOOST_TEST(f.remove("/case-fields/case_id").detail() == "Field case_id is a reserved field");
    BOOST_TEST(f.get("/cases?field_ids=case_id").detail() == "Field case_id is a reserved field");
}

BOOST_AUTO_TEST_CASE(upper_case_names_lose_their_metadata) {
    form f;
    f.define(R"({"name":"UpperName","type":"SELECT","options":["a"],"display_name":"Upper"})");
    const reply r = f.get("/case-fields");
    const auto& d = r.list().back();
    BOOST_TEST(
        boost::json::serialize(d) ==
        R"({"id":"uppername","display_name":"uppername","type":"TEXT","description":"","nullable":true,)"
        R"("default":null,"reserved":false,"options":null,"kind":null,"required_on_closure":false})");
    BOOST_TEST(f.patch(f.of, R"({"fields":{"UpperName":"a"}})").status == 400u);
    BOOST_TEST(f.patch(f.of, R"({"fields":{"uppername":"z"}})").status == 204u);
}

BOOST_AUTO_TEST_CASE(defaults_fill_fresh_cases_and_those_that_exist) {
    form f;
    f.define(R"({"name":"hosts","type":"INTEGER","default":"3"})");
    BOOST_TEST(f.value("hosts").as_int64() == 3);
    BOOST_TEST(
        f.post("/cases", R"({"summary":"s","description":"d","status":"new","priority":"low","severity":"low",
                                    "fields":{"f_text":"x"}})")
            .status == 201u);
    f.of = "/cases/" + f.home->by_number.rbegin()->second->id.to_string();
    BOOST_TEST(f.value("hosts").as_int64() == 3);
    BOOST_TEST(f.shown("text") == "\"x\"");
    BOOST_TEST(f.post("/case-fields", R"({"name":"bad","type":"INTEGER","default":"abc"})").detail() ==
               "Invalid integer default value: 'abc'");
}

BOOST_AUTO_TEST_CASE(definitions_change_within_what_the_database_can_cast) {
    form f;
    f.set("text", "\"kept\"");
    BOOST_TEST(f.patch("/case-fields/f_text", R"({"name":"renamed"})").status == 204u);
    BOOST_TEST(f.value("renamed").as_string() == "kept");
    const reply listed = f.get("/case-fields");
    BOOST_TEST(reply::value_text(listed.list().at(4).at("display_name")) == "f_text");
    BOOST_TEST(f.patch("/case-fields/renamed", R"({"name":"f_date"})").status == 409u);
    BOOST_TEST(f.patch("/case-fields/renamed", R"({"type":"INTEGER"})").status == 500u);
    BOOST_TEST(f.patch("/case-fields/nope", R"({"display_name":"x"})").status == 204u);
    BOOST_TEST(f.patch("/case-fields/nope", R"({"name":"x"})").status == 500u);
    BOOST_TEST(f.patch("/case-fields/renamed", R"({"kind":null})").status == 422u);
    BOOST_TEST(f.remove("/case-fields/renamed").status == 204u);
    BOOST_TEST(f.remove("/case-fields/renamed").status == 500u);
    BOOST_TEST(f.get(f.of).text.find("renamed") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(lists_show_the_fields_that_are_asked_for) {
    form f;
    f.set("text", "\"x\"");
    const auto values = [&](const std::string& query) {
        return boost::json::serialize(f.get("/cases?" + query).json.at("items").at(0).at("field_values"));
    };
    BOOST_TEST(values("") == "null");
    BOOST_TEST(values("field_ids=f_text&field_ids=f_date&field_ids=nope") == R"({"f_text":"x"})");
    BOOST_TEST(values("field_ids=f_date") == "{}");
    BOOST_TEST(values("field_ids=nope") == "null");
}

BOOST_AUTO_TEST_CASE(display_names_are_younger_than_beta_51) {
    form f;
    behaviour b;
    b.version = release::beta_51;
    service old(f.data, b);
    const auto fields = [&](service& s) {
        http::request req;
        req.method = "GET";
        req.target = f.base + "/case-fields";
        req.fields = {{"Cookie", "fastapiusersauth=session-of-admin"}};
        http::response res;
        s.handle(req, res);
        return res.body;
    };
    BOOST_TEST(fields(old).find("display_name") == std::string::npos);
    BOOST_TEST(fields(f.with_addons).find("display_name") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(decimals_have_the_form_of_the_database) {
    for (const auto& [text, shown] : {std::pair{"12.50", "12.50"},
                                      {".5", "0.5"},
                                      {"5.", "5"},
                                      {"+007", "7"},
                                      {"-0", "0"},
                                      {"1e3", "1000"},
                                      {"1.25E1", "12.5"},
                                      {"1e-3", "0.001"},
                                      {"-1.5e-2", "-0.015"},
                                      {"", ""},
                                      {"abc", ""},
                                      {"1e", ""},
                                      {"e5", ""},
                                      {"1.2.3", ""},
                                      {"Infinity", ""}})
        BOOST_TEST(decimal_text(text) == shown, text);
}

BOOST_AUTO_TEST_SUITE_END()
