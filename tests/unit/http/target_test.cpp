#include "http/target.hpp"
#include "http/message.hpp"

#include <boost/test/unit_test.hpp>

using namespace casebridge::http;

namespace {

const std::string bad = "\xEF\xBF\xBD";  // U+FFFD

std::string joined(std::string_view raw) {
    std::string out;
    for (const auto& p : parse_form(raw)) out += "[" + p.name + "=" + p.value + "]";
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(target)

BOOST_AUTO_TEST_CASE(decodes_a_segment) {
    BOOST_TEST(decode_segment("a%20b+c") == "a b+c");
    BOOST_TEST(decode_segment("%2F%2f") == "//");
    BOOST_TEST(decode_segment("%C3%A9") == "\xC3\xA9");
    BOOST_TEST(decode_segment("") == "");
}

BOOST_AUTO_TEST_CASE(keeps_bad_escapes) {
    BOOST_TEST(decode_segment("%") == "%");
    BOOST_TEST(decode_segment("%4") == "%4");
    BOOST_TEST(decode_segment("%zz%41") == "%zzA");
    BOOST_TEST(decode_segment("%%41") == "%A");
}

BOOST_AUTO_TEST_CASE(splits_a_form) {
    BOOST_TEST(joined("a=1&b=2&a=3") == "[a=1][b=2][a=3]");
    BOOST_TEST(joined("q=a=b==") == "[q=a=b==]");
    BOOST_TEST(joined("a+b=c+d%2B") == "[a b=c d+]");
    BOOST_TEST(joined("a;b=1") == "[a;b=1]");
    BOOST_TEST(joined("a%26b=%3D") == "[a&b==]");
}

BOOST_AUTO_TEST_CASE(keeps_names_without_value_and_skips_empty_pairs) {
    BOOST_TEST(joined("flag") == "[flag=]");
    BOOST_TEST(joined("a=&&b") == "[a=][b=]");
    BOOST_TEST(joined("&") == "");
    BOOST_TEST(joined("") == "");
    BOOST_TEST(joined("=x") == "[=x]");
}

// The expected texts are what Python's bytes.decode("utf-8", "replace") makes of the same bytes.
BOOST_AUTO_TEST_CASE(replaces_invalid_utf_8_by_maximal_parts) {
    BOOST_TEST(joined("a=%FF") == "[a=" + bad + "]");
    BOOST_TEST(joined("a=x%C3y") == "[a=x" + bad + "y]");
    BOOST_TEST(joined("a=%E2%82") == "[a=" + bad + "]");
    BOOST_TEST(joined("a=%F0%9F%98x") == "[a=" + bad + "x]");
    BOOST_TEST(joined("a=%C0%80") == "[a=" + bad + bad + "]");
    BOOST_TEST(joined("a=%ED%A0%80") == "[a=" + bad + bad + bad + "]");
    BOOST_TEST(joined("a=%F4%90%80%80") == "[a=" + bad + bad + bad + bad + "]");
    BOOST_TEST(joined("a=%F0%9F%98%80") == "[a=\xF0\x9F\x98\x80]");
    BOOST_TEST(joined("a=%FFok%FE") == "[a=" + bad + "ok" + bad + "]");
}

BOOST_AUTO_TEST_CASE(encodes_everything_but_unreserved) {
    BOOST_TEST(encode("aZ09-._~") == "aZ09-._~");
    BOOST_TEST(encode("a b/c?d=e&f+g%") == "a%20b%2Fc%3Fd%3De%26f%2Bg%25");
    BOOST_TEST(encode("\xC3\xA9\n") == "%C3%A9%0A");
}

BOOST_AUTO_TEST_CASE(encoding_and_decoding_are_inverse) {
    std::string all;
    for (int c = 1; c < 128; ++c) all.push_back(static_cast<char>(c));
    BOOST_TEST(decode_segment(encode(all)) == all);
    BOOST_TEST(parse_form("x=" + encode(all)).at(0).value == all);
}

BOOST_AUTO_TEST_CASE(splits_a_target) {
    request r;
    r.target = "/a/b?x=1?y";
    BOOST_TEST(r.path() == "/a/b");
    BOOST_TEST(r.query() == "x=1?y");
    BOOST_TEST(r.has_query());
    r.target = "/a?";
    BOOST_TEST(r.query() == "");
    BOOST_TEST(r.has_query());
    r.target = "/a";
    BOOST_TEST(r.path() == "/a");
    BOOST_TEST(!r.has_query());
}

BOOST_AUTO_TEST_SUITE_END()
