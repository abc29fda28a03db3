// Texts that clients see, held against what CPython 3.13 and pydantic 2.12.5 say; the pairs were made by
// running those.
#include "support.hpp"

#include "http/target.hpp"

#include "platform/tracecat/wire/datetime_text.hpp"
#include "platform/tracecat/wire/python_json.hpp"
#include "platform/tracecat/wire/unicode.hpp"
#include "platform/tracecat/wire/uuid_text.hpp"

#include <boost/test/unit_test.hpp>

using namespace casebridge;
using namespace casebridge::platform;
using namespace casebridge::platform::tracecat;
using namespace casebridge::platform::tracecat::test;

namespace {

struct table {
    explicit table(const char* name)
        : text(read_file(std::string(CASEBRIDGE_SOURCE_DIR) + "/tests/unit/platform/tracecat/facade/" +
                         name)) {
        BOOST_REQUIRE(t.parse(text, json::policy{}).has_value());
        BOOST_REQUIRE(t.root().size() > 40U);
    }
    std::string text;
    json::tape t;
};

std::string utf16(std::string_view ascii, bool big) {
    std::string out;
    for (const char c : ascii) {
        if (big) out += '\0';
        out += c;
        if (!big) out += '\0';
    }
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(texts)

BOOST_AUTO_TEST_CASE(malformed_json_is_described_as_python_does) {
    const table expected("python_json_messages.json");
    for (const auto row : expected.t.root().elements()) {
        const std::string_view input = row.val.element(0).text();
        python_json got;
        read_python_json(input, got);
        if (row.val.element(1).is_null()) {
            BOOST_CHECK_MESSAGE(got.outcome == python_json::verdict::good,
                                "refused: " << input << " " << got.message);
            json::tape t;
            BOOST_CHECK_MESSAGE(t.parse(got.text, json::policy{}).has_value(), "not strict: " << got.text);
            continue;
        }
        std::int64_t at = 0;
        row.val.element(2).to_int64(at);
        BOOST_CHECK_MESSAGE(got.outcome == python_json::verdict::malformed &&
                                row.val.element(1).text() == got.message &&
                                static_cast<std::size_t>(at) == got.position,
                            input << ": " << got.message << " at " << got.position << ", not "
                                  << row.val.element(1).text() << " at " << at);
    }
}

BOOST_AUTO_TEST_CASE(malformed_uuids_are_described_as_the_uuid_crate_does) {
    const table expected("uuid_messages.json");
    for (const auto row : expected.t.root().elements()) {
        const auto got = uuid_complaint(row.val.element(0).text());
        const json::value want = row.val.element(1);
        BOOST_CHECK_MESSAGE(want.is_null() ? !got : got && *got == want.text(),
                            row.val.element(0).text()
                                << ": " << got.value_or("accepted") << ", not " << want.text());
    }
}

BOOST_AUTO_TEST_CASE(times_are_read_and_refused_as_pydantic_does) {
    const table expected("datetime_messages.json");
    for (const auto row : expected.t.root().elements()) {
        const datetime_reading got = read_datetime(row.val.element(0).text());
        const bool refused = row.val.size() > 2;
        BOOST_CHECK_MESSAGE(refused == (got.error != nullptr), row.val.element(0).text());
        if (!refused || !got.error) continue;
        BOOST_TEST(std::string_view(got.error) == row.val.element(3).text());
        BOOST_TEST(got.as_date == (row.val.element(1).text() == "datetime_from_date_parsing"));
    }
}

BOOST_AUTO_TEST_CASE(times_have_the_value_that_they_say) {
    const auto micros = [](const char* text) { return read_datetime(text).value.micros; };
    BOOST_TEST(micros("1970-01-01T00:00:01Z") == 1'000'000);
    BOOST_TEST(micros("1970-01-02") == 86'400'000'000);
    BOOST_TEST(micros("1970-01-01 01:00:00+01:00") == 0);
    BOOST_TEST(micros("1970-01-01T00:00:00.000001Z") == 1);
    BOOST_TEST(micros("1970-01-01T00:00:00.0000019Z") == 1);
    BOOST_TEST(micros("1767225600") == 1'767'225'600'000'000);
    BOOST_TEST(micros("1767225600000") == 1'767'225'600'000'000);
}

BOOST_AUTO_TEST_CASE(every_encoding_of_a_json_text_is_read) {
    const std::string_view plain = R"({"a":1})";
    using namespace std::string_literals;
    std::string utf32;
    for (const char c : plain) utf32 += "\0\0\0"s + c;
    for (const std::string& body :
         {std::string(plain), "\xEF\xBB\xBF" + std::string(plain), utf16(plain, true), utf16(plain, false),
          "\xFF\xFE"s + utf16(plain, false), "\xFE\xFF"s + utf16(plain, true), utf32,
          "\0\0\xFE\xFF"s + utf32}) {
        python_json got;
        read_python_json(body, got);
        BOOST_CHECK(got.outcome == python_json::verdict::good);
        BOOST_TEST(got.text == plain);
    }
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_text_are_unreadable) {
    using namespace std::string_literals;
    for (const std::string& body :
         {"{\"a\":\"\xFF\"}"s, "\xFF\xFE{"s, "\"\xC0\x80\""s, "\"\xF5\x80\x80\x80\""s, "\"\xE2\x82\""s}) {
        python_json got;
        read_python_json(body, got);
        BOOST_CHECK(got.outcome == python_json::verdict::unreadable);
    }
}

BOOST_AUTO_TEST_CASE(pythons_leniencies_are_replaced_and_reported_by_member) {
    python_json got;
    read_python_json(R"({"a":[NaN,-Infinity],"b":"x\ud800y","c":"\u0000","d":"\ud83d\udd75"})", got);
    BOOST_TEST(got.text == R"({"a":[1e999,-1e999],"b":"x\ufffdy","c":"\u0000","d":"\ud83d\udd75"})");
    BOOST_CHECK(got.has(blemish::kind::not_finite, "a"));
    BOOST_CHECK(got.has(blemish::kind::surrogate, "b"));
    BOOST_CHECK(got.has(blemish::kind::nul, "c"));
    BOOST_TEST(got.blemishes.size() == 3U);
    BOOST_TEST(got.depth == 2U);
}

// Searching all that was found before for each of them would take minutes.
BOOST_AUTO_TEST_CASE(very_many_members_with_leniencies_are_read_at_once) {
    constexpr int very_many = 200'000;
    std::string body = "{";
    for (int i = 0; i < very_many; ++i) {
        body += i == 0 ? "\"k" : ",\"k";
        body += std::to_string(i) + R"(":["\ud800",NaN,"\ud800",NaN])";
    }
    python_json got;
    read_python_json(body + "}", got);
    BOOST_CHECK(got.outcome == python_json::verdict::good);
    BOOST_TEST(got.blemishes.size() == 2U * very_many);
    BOOST_CHECK(got.has(blemish::kind::surrogate, "k199999"));
    BOOST_CHECK(got.has(blemish::kind::not_finite, "k0"));
}

BOOST_AUTO_TEST_CASE(nesting_is_bounded_where_python_gives_up) {
    for (const std::size_t n : {9990UL, 100000UL}) {
        const std::string body = std::string(n, '[') + std::string(n, ']');
        python_json got;
        read_python_json(body, got);
        BOOST_CHECK(got.outcome ==
                    (n < python_depth_limit ? python_json::verdict::good : python_json::verdict::unreadable));
    }
}

BOOST_AUTO_TEST_CASE(characters_are_counted_not_bytes) {
    BOOST_TEST(count_characters("a\xC3\xA9\xF0\x9F\x95\xB5") == 3U);
    BOOST_TEST(replace_invalid_utf8("a\xFF\xC3") == "a\xEF\xBF\xBD\xEF\xBF\xBD");
}

BOOST_AUTO_TEST_SUITE_END()
