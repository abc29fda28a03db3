// Values of custom fields, both ways: what each type takes, shows and refuses (Tracecat fact sheet §3.8).
#include "support.hpp"

#include "mapping/field_codec.hpp"

using namespace mapping_test;
using mapping::codec;

namespace {

const std::vector<std::string> options{"EMEA", "AMER"};

// The texts of an accepted value, joined by '|'; "type:value" of a refused one, '*' before unknown options.
std::string write(codec c, const std::string& value, bool spread = false) {
    const parsed v(value);
    const auto done =
        mapping::encode(c, v.root(), spread,
                        c == codec::option || c == codec::options ? options : std::vector<std::string>{});
    if (done.has_error())
        return (done.error().unknown_options ? "*" : "") + done.error().type + ":" + done.error().value;
    std::string out;
    for (const auto& t : *done) out += (&t == &done->front() ? "" : "|") + t;
    return out;
}

std::string read(codec c, std::string_view text) {
    std::string out;
    return mapping::append_decoded(out, c, text) ? out : (out.empty() ? "refused" : "refused, but appended");
}

struct row {
    codec c;
    const char* from;
    const char* to;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(field_codec)

BOOST_AUTO_TEST_CASE(each_type_takes_what_tracecat_takes) {
    for (const row& r : {row{codec::text, R"("a")", "a"},
                         {codec::text, "true", "True"},
                         {codec::text, "1.50", "1.50"},
                         {codec::text, R"("")", ""},
                         {codec::text, "{}", "dict:{}"},
                         {codec::text, "[1]", "list:[1]"},
                         {codec::integer, "7", "7"},
                         {codec::integer, R"(" 42 ")", "42"},
                         {codec::integer, "2.0", "2"},
                         {codec::integer, "1e3", "1000"},
                         {codec::integer, "-0", "0"},
                         {codec::integer, "9223372036854775807", "9223372036854775807"},
                         {codec::integer, R"("abc")", "str:'abc'"},
                         {codec::integer, "1.5", "float:1.5"},
                         {codec::integer, "true", "bool:True"},
                         {codec::integer, "1e400", "float:1e400"},
                         {codec::integer, "1e-400", "float:1e-400"},
                         {codec::integer, "9223372036854775808", "int:9223372036854775808"},
                         {codec::integer, "9007199254740993.0", "float:9007199254740993.0"},
                         {codec::integer, R"("")", "str:''"},
                         {codec::decimal, "1.10", "1.10"},
                         {codec::decimal, R"("12345678901234567890.5")", "12345678901234567890.5"},
                         {codec::decimal, "1e400", "1e400"},
                         {codec::decimal, R"("NaN")", "str:'NaN'"},
                         {codec::decimal, R"("1,5")", "str:'1,5'"},
                         {codec::decimal, "false", "bool:False"},
                         {codec::decimal, R"("1.")", "str:'1.'"},
                         {codec::boolean, "true", "true"},
                         {codec::boolean, "false", "false"},
                         {codec::boolean, "0", "false"},
                         {codec::boolean, "1", "true"},
                         {codec::boolean, R"("true")", "str:'true'"},
                         {codec::boolean, "2", "int:2"},
                         {codec::date, R"("2026-02-03")", "2026-02-03"},
                         {codec::date, R"("2026-02-03T23:59:59Z")", "2026-02-03"},
                         {codec::date, "0", "1970-01-01"},
                         {codec::date, R"("3 Feb")", "str:'3 Feb'"},
                         {codec::instant, R"("2026-02-03T01:02:03Z")", "2026-02-03T01:02:03Z"},
                         {codec::instant, R"("2026-02-03T01:02:03.5+01:00")", "2026-02-03T00:02:03.500000Z"},
                         {codec::instant, R"("2026-02-03 01:02:03")", "2026-02-03T01:02:03Z"},
                         {codec::instant, "1767225600", "2026-01-01T00:00:00Z"},
                         {codec::instant, "1767225600000", "2026-01-01T00:00:00Z"},
                         {codec::instant, "1.5", "1970-01-01T00:00:01.500000Z"},
                         {codec::instant, "-62135596800000", "0001-01-01T00:00:00Z"},
                         {codec::instant, "253402300800000", "int:253402300800000"},
                         {codec::instant, "9223372036854775807", "int:9223372036854775807"},
                         {codec::instant, R"("soon")", "str:'soon'"},
                         {codec::instant, R"("a\"b'c\\\t\u0001")", R"(str:'a"b\'c\\\t\x01')"},
                         {codec::instant, "true", "bool:True"},
                         {codec::json, R"({ "a": [1.0, -0.0] })", R"({"a":[1.0,-0.0]})"},
                         {codec::json, R"("x")", R"("x")"},
                         {codec::json, "false", "false"},
                         {codec::option, R"("EMEA")", "EMEA"},
                         {codec::option, R"("APAC")", "*str:'APAC'"},
                         {codec::option, "5", "*int:'5'"},
                         {codec::option, "[]", "list:[]"},
                         {codec::options, R"(["AMER","EMEA","AMER"])", R"(["AMER","EMEA","AMER"])"},
                         {codec::options, "[]", "[]"},
                         {codec::options, R"("EMEA")", "str:'EMEA'"},
                         {codec::options, R"(["x","EMEA","y"])", "*list:x, y"},
                         {codec::options, R"(["EMEA",""])", "*list:"},
                         {codec::options, R"(["EMEA",1])", "list:['EMEA', 1]"},
                         {codec::text, R"({"a":[null,true,1.50],"it's":"x"})",
                          R"(dict:{'a': [None, True, 1.50], "it's": 'x'})"}}) {
        BOOST_TEST(write(r.c, r.from) == r.to, r.from);
    }
    BOOST_TEST(write(codec::options, R"(["AMER","EMEA"])", true) == "AMER|EMEA");
}

BOOST_AUTO_TEST_CASE(each_type_shows_its_text_or_refuses_it_and_then_appends_nothing) {
    for (const row& r : {row{codec::text, "a\"b", R"("a\"b")"},
                         {codec::option, "APAC", R"("APAC")"},
                         {codec::integer, " 12 ", "12"},
                         {codec::integer, "12.0", "12"},
                         {codec::integer, "twelve", "refused"},
                         {codec::integer, "", "refused"},
                         {codec::integer, "1e400", "refused"},
                         {codec::decimal, "1.10", R"("1.10")"},
                         {codec::decimal, "1.10 EUR", "refused"},
                         {codec::boolean, "True", "true"},
                         {codec::boolean, "no", "false"},
                         {codec::boolean, "maybe", "refused"},
                         {codec::date, "2026-02-03T10:00:00Z", R"("2026-02-03")"},
                         {codec::date, "03.02.2026", "refused"},
                         {codec::instant, "2026-02-03", R"("2026-02-03T00:00:00Z")"},
                         {codec::instant, "2026-02-03T10:00:00.25Z", R"("2026-02-03T10:00:00.250000Z")"},
                         {codec::instant, "", "refused"},
                         {codec::json, R"({"a":1.0})", R"({"a":1.0})"},
                         {codec::json, "{", "refused"},
                         {codec::options, R"(["a","b"])", R"(["a","b"])"},
                         {codec::options, R"({"a":1})", "refused"},
                         {codec::options, "a", "refused"}}) {
        BOOST_TEST(read(r.c, r.from) == r.to, r.from);
    }
}

BOOST_AUTO_TEST_CASE(what_was_written_is_what_is_shown) {
    const std::string deep = std::string(500, '[') + std::string(500, ']');
    for (const auto& [c, value] :
         std::vector<std::pair<codec, std::string>>{{codec::text, R"("line\nline")"},
                                                    {codec::integer, "-5"},
                                                    {codec::boolean, "true"},
                                                    {codec::date, R"("2026-02-03")"},
                                                    {codec::instant, R"("2026-02-03T00:02:03.500000Z")"},
                                                    {codec::json, R"({"a":[1e400,"\u0001"],"a":2})"},
                                                    {codec::json, deep},
                                                    {codec::option, R"("AMER")"},
                                                    {codec::options, R"(["AMER","EMEA"])"},
                                                    {codec::options, "[]"}}) {
        BOOST_TEST((read(c, write(c, value)) == value), value.substr(0, 40));
    }
}

BOOST_AUTO_TEST_CASE(codecs_have_names_and_others_are_refused) {
    codec c = codec::text;
    BOOST_TEST(mapping::codec_from_string("options", c));
    BOOST_TEST((c == codec::options));
    BOOST_TEST(!mapping::codec_from_string("TEXT", c));
}

BOOST_AUTO_TEST_SUITE_END()
