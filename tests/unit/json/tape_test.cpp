#include "json/tape.hpp"
#include "json/writer.hpp"

#include <boost/test/unit_test.hpp>

#include <bit>
#include <cmath>
#include <cstdio>
#include <random>

namespace json = casebridge::json;

namespace {

std::string identity(std::string_view text) {
    json::tape t;
    const auto parsed = t.parse(text, {});
    BOOST_REQUIRE_MESSAGE(parsed.has_value(),
                          text << ": " << (parsed.has_error() ? parsed.error().detail : ""));
    std::string out;
    json::append_value(out, t.root());
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tape)

BOOST_AUTO_TEST_CASE(compact_documents_pass_through_byte_for_byte) {
    for (const char* text : {R"({"a":[1,2,{"b":null}],"c":"x\ny","d":true,"e":false})", "[]", "{}", R"("")",
                             "0", R"({"":{"":[[],{}]}})", R"(["\u0001","\"\\","\t"])"}) {
        BOOST_TEST(identity(text) == text);
    }
}

BOOST_AUTO_TEST_CASE(numbers_keep_their_text) {
    for (const char* n : {"1.0", "-0", "-0.0", "1E400", "18446744073709551616", "12345678901234567890",
                          "0.1000000000000000055511151231257827", "1e22", "1E+05", "3.14", "9007199254740993",
                          "-9223372036854775809", "1.7976931348623157e308", "5e-324"}) {
        BOOST_TEST(identity(n) == n);
        const std::string inside = std::string(R"({"n":[)") + n + "]}";
        BOOST_TEST(identity(inside) == inside);
    }
}

BOOST_AUTO_TEST_CASE(a_million_random_doubles_pass_digit_for_digit) {
    std::mt19937_64 random(20260101);
    std::string text = "[";
    char number[40];
    for (int i = 0; i < 1'000'000; ++i) {
        double d = std::bit_cast<double>(random());
        if (!std::isfinite(d)) d = static_cast<double>(random());
        const int n = std::snprintf(number, sizeof number, "%.*g", 1 + static_cast<int>(random() % 17), d);
        if (text.size() > 1) text += ',';
        text.append(number, static_cast<std::size_t>(n));
    }
    text += "]";
    BOOST_TEST((identity(text) == text));
}

BOOST_AUTO_TEST_CASE(escaped_strings_are_unescaped_and_written_back) {
    json::tape t;
    const std::string text = R"({"k\u0065y":"a\"b\\c\/d\u00e9\ud83d\udd75\n"})";
    BOOST_REQUIRE(t.parse(text, {}).has_value());
    BOOST_TEST(t.root().member("key").text() == "a\"b\\c/d\xc3\xa9\xf0\x9f\x95\xb5\n");
    std::string out;
    json::append_value(out, t.root());
    BOOST_TEST(out == "{\"key\":\"a\\\"b\\\\c/d\xc3\xa9\xf0\x9f\x95\xb5\\n\"}");
}

BOOST_AUTO_TEST_CASE(long_escaped_strings_survive_the_parsers_part_buffer) {
    std::string inside;
    for (int i = 0; i < 9000; ++i) inside += i % 7 == 0 ? "\\n" : "x";
    const std::string text = "[\"" + inside + "\",\"" + std::string(5000, 'y') + "\"]";
    BOOST_TEST((identity(text) == text));
}

BOOST_AUTO_TEST_CASE(of_duplicate_keys_the_last_one_wins) {
    json::tape t;
    const std::string text = R"({"a":1,"b":2,"a":3})";
    BOOST_REQUIRE(t.parse(text, {}).has_value());
    BOOST_TEST(t.root().member("a").text() == "3");
}

BOOST_AUTO_TEST_CASE(tables_refuse_duplicate_keys_with_their_place) {
    json::tape t;
    const std::string text = "{\n  \"a\": 1,\n  \"a\": 2\n}";
    const auto parsed = t.parse(text, {.comments = true, .refuse_duplicate_keys = true});
    BOOST_REQUIRE(parsed.has_error());
    BOOST_TEST(parsed.error().detail == "line 3, column 3: duplicate key \"a\"");
}

BOOST_AUTO_TEST_CASE(depth_is_a_policy) {
    json::tape t;
    const std::string deep = std::string(100, '[') + std::string(100, ']');
    BOOST_TEST(t.parse(deep, {.max_depth = 99}).has_error());
    BOOST_TEST(t.parse(deep, {.max_depth = 100}).has_value());
}

BOOST_AUTO_TEST_CASE(broken_documents_are_refused) {
    for (const char* text : {"", " ", "{", "[1,]", "{\"a\":1,}", "nul", "1 2", "\"\xff\"", "\"\\ud800\"",
                             "01", "NaN", "\xef\xbb\xbf{}", "{'a':1}", "[1 2]", "\"a\nb\""}) {
        json::tape t;
        BOOST_TEST(t.parse(text, {}).has_error(), text);
    }
}

BOOST_AUTO_TEST_CASE(places_and_raw_text_of_nodes) {
    json::tape t;
    const std::string text =
        "{ // c \"x\"\n \"a\" : [1, {\"b\": \"q]\\\"\"} , null],\n /* ] */ \"z\": true }";
    BOOST_REQUIRE(t.parse(text, {.comments = true}).has_value());
    const auto a = t.root().member("a");
    BOOST_TEST(a.raw() == "[1, {\"b\": \"q]\\\"\"} , null]");
    BOOST_TEST(a.element(1).member("b").raw() == "\"q]\\\"\"");
    BOOST_TEST(a.element(2).raw() == "null");
    BOOST_TEST(t.root().member("z").raw() == "true");
    BOOST_TEST(t.root().raw() == text);
    const auto p = json::locate(text, t.root().member("z").offset());
    BOOST_TEST(p.line == 3U);
    BOOST_TEST(p.column == 15U);
}

BOOST_AUTO_TEST_CASE(a_tape_is_reusable_after_failure) {
    json::tape t;
    BOOST_TEST(t.parse("[1,", {}).has_error());
    BOOST_TEST(t.root().exists() == false);
    BOOST_REQUIRE(t.parse("[1,2]", {}).has_value());
    BOOST_TEST(t.root().size() == 2U);
    BOOST_TEST(t.root().element(1).text() == "2");
    BOOST_TEST(t.root().element(2).exists() == false);
}

BOOST_AUTO_TEST_CASE(tapes_that_are_open_together_do_not_share_what_the_thread_lends) {
    {
        json::tape earlier;   // what it needed is lent on
        BOOST_REQUIRE(earlier.parse(R"({"a":"\u0041\n","b":[1,2,3]})", {}).has_value());
    }
    const std::string first = R"({"a":"first \"quoted\" text","b":[1]})",
                      second = R"({"a":"second \"text\"","c":2})";
    json::tape one, two;
    BOOST_REQUIRE(one.parse(first, {}).has_value());
    BOOST_REQUIRE(two.parse(second, {}).has_value());
    BOOST_TEST(one.root().member("a").text() == "first \"quoted\" text");
    BOOST_TEST(one.root().member("b").size() == 1U);
    BOOST_TEST(two.root().member("a").text() == "second \"text\"");
    BOOST_TEST(two.root().member("c").text() == "2");
}

BOOST_AUTO_TEST_CASE(what_a_tape_holds_moves_with_it) {
    const std::string text = R"(["a\tb", 2])";
    json::tape from;
    BOOST_REQUIRE(from.parse(text, {}).has_value());
    json::tape to(std::move(from));
    BOOST_TEST(from.empty());            // NOLINT(bugprone-use-after-move): that is what is tested
    BOOST_TEST(!from.root().exists());
    BOOST_TEST(to.root().element(0).text() == "a\tb");
    BOOST_REQUIRE(from.parse("[3]", {}).has_value());
    BOOST_TEST(from.root().element(0).text() == "3");
    from = std::move(to);
    BOOST_TEST(from.root().element(1).text() == "2");
}

BOOST_AUTO_TEST_CASE(a_policy_holds_also_where_another_was_used_before) {
    const std::string deep = "[[[[1]]]]";
    for (int round = 0; round < 3; ++round) {
        json::tape wide, narrow;
        BOOST_TEST(wide.parse(deep, {.max_depth = 10}).has_value());
        BOOST_TEST(narrow.parse(deep, {.max_depth = 2}).has_error());
        BOOST_TEST(narrow.parse("[1] // no", {}).has_error());
        BOOST_TEST(narrow.parse("[1] // yes", {.comments = true}).has_value());
    }
}

BOOST_AUTO_TEST_SUITE_END()
