#include "platform/threatconnect/wire/auth.hpp"

#include "core/crypto.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <memory>
#include <ostream>

namespace tc = casebridge::platform::threatconnect;
namespace upstream = casebridge::upstream;

namespace {

constexpr std::string_view secret = "bridge-test-secret-0123456789ABCDEF";
constexpr std::int64_t when = 1700000000;

struct vector_row {
    const char* method;
    const char* target;
    const char* signature;
};

std::ostream& operator<<(std::ostream& out, const vector_row& row) {
    return out << row.method << ' ' << row.target;
}

// ThreatConnect fact sheet §2.2, computed there with two independent implementations.
const vector_row vectors[] = {
    {"GET", "/api/v3/cases", "XHL3TkIGsCG9TBRTvv4UPmq7//kwz/0xsQqagLW+Ijk="},
    {"GET", "/api/v3/cases/42?fields=tags&fields=notes", "pgstdXgG9NGWC/lyjJWc5O1HAAXnlhZ/77tH4C4qp+M="},
    {"GET", "/api/v3/cases?resultStart=0&resultLimit=100&tql=name%20EQ%20%22Malware%20alert%22&fields=_all_",
     "i31P+cVoMkXhMSKbn/X0eZCPGZjg0rZ1lJQ+v9FKuDs="},
    {"GET", "/api/v3/cases?resultStart=0&resultLimit=100&tql=name+EQ+%22Malware+alert%22&fields=_all_",
     "8zyID7Rv0YauD5znCMKuwsKMPQ7jeYVMOU8BNfReLFA="},
    {"POST", "/api/v3/cases?fields=tags&fields=attributes&fields=notes",
     "ULohYtbUUxuVnbrxWo4u5WBDE6owAe3W03bWi/oG5eY="},
    {"PUT", "/api/v3/cases/42", "837vaJ9q5Nm2VjGLy68RAEnl0J8yO3uVsGX71mHMgfI="},
    {"DELETE", "/api/v3/notes/7", "h8G/xubTPR3mWlLMiV/BBjJS675tDbIEiFZ6VBJ8uDk="},
    {"OPTIONS", "/api/v3/cases?show=readOnly", "0mW4CzuYOzyVe5pN+P+wdnw6q0P1SngJX0kfGgS/1G0="},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(threatconnect_auth)

BOOST_DATA_TEST_CASE(signature_is_that_of_the_published_vector, boost::unit_test::data::make(vectors), row) {
    BOOST_TEST(tc::hmac_signature(secret, row.target, row.method, when) == row.signature);
}

BOOST_DATA_TEST_CASE(published_vector_verifies, boost::unit_test::data::make(vectors), row) {
    BOOST_TEST(tc::verify_hmac(secret, row.signature, row.target, row.method, "1700000000", when));
}

BOOST_AUTO_TEST_CASE(digest_of_the_first_vector_is_right_before_encoding) {
    const auto mac = casebridge::hmac_sha256(secret, "/api/v3/cases:GET:1700000000");
    BOOST_TEST(casebridge::hex_encode(casebridge::as_text(mac)) ==
               "5c72f74e4206b021bd4c1453befe143e6abbfff930cffd31b10a9a80b5be2239");
}

BOOST_AUTO_TEST_CASE(key_is_used_as_utf8_bytes) {
    const std::string key = "cl\xc3\xa9-\xc3\xbc";
    BOOST_TEST(tc::hmac_signature(key, "/api/v3/cases", "GET", when) ==
               "11zELqPET6Tz6JrVI03B2PtzmslKBXhZLVcl1A0zWSk=");
}

BOOST_AUTO_TEST_CASE(signature_agrees_with_the_xsoar_integration) {
    BOOST_TEST(tc::hmac_signature("test", "test", "GET", 1587340800) ==
               "p5a/YiTRs7sNMp/PEDgZxky8lJDRLbza1pi8erjURrU=");
}

BOOST_AUTO_TEST_CASE(hmac_signer_adds_the_full_header_pair) {
    const tc::credential c{"main", "", "12345678901234567890", std::string(secret)};
    const auto sign = tc::make_signer(c, [] { return when; });
    upstream::headers out;
    sign("GET", "/api/v3/cases", out);
    BOOST_REQUIRE(out.size() == 2U);
    BOOST_TEST(out[0].first == "Authorization");
    BOOST_TEST(out[0].second == "TC 12345678901234567890:XHL3TkIGsCG9TBRTvv4UPmq7//kwz/0xsQqagLW+Ijk=");
    BOOST_TEST(out[1].first == "Timestamp");
    BOOST_TEST(out[1].second == "1700000000");
}

BOOST_AUTO_TEST_CASE(hmac_signer_asks_for_the_time_at_each_call) {
    auto now = std::make_shared<std::int64_t>(when);
    const auto sign = tc::make_signer({"main", "", "1", "s"}, [now] { return *now; });
    upstream::headers first, second;
    sign("GET", "/api/v3/cases", first);
    *now += 1;
    sign("GET", "/api/v3/cases", second);
    BOOST_TEST(second[1].second == "1700000001");
    BOOST_TEST(first[0].second != second[0].second);
}

BOOST_AUTO_TEST_CASE(token_signer_adds_the_token_alone) {
    const auto sign = tc::make_signer({"main", "APIV2:demo-token", "", ""}, [] { return when; });
    upstream::headers out;
    sign("GET", "/api/v3/cases", out);
    BOOST_REQUIRE(out.size() == 1U);
    BOOST_TEST(out[0].first == "Authorization");
    BOOST_TEST(out[0].second == "TC-Token APIV2:demo-token");
}

BOOST_AUTO_TEST_CASE(hmac_wins_over_a_token) {
    const auto sign = tc::make_signer({"main", "APIV2:demo-token", "1", "s"}, [] { return when; });
    upstream::headers out;
    sign("GET", "/api/v3/cases", out);
    BOOST_TEST(out.at(0).second.starts_with("TC 1:"));
}

BOOST_AUTO_TEST_CASE(empty_credential_adds_nothing) {
    const tc::credential none;
    BOOST_TEST(none.empty());
    upstream::headers out;
    tc::make_signer(none, [] { return when; })("GET", "/", out);
    BOOST_TEST(out.empty());
}

BOOST_AUTO_TEST_CASE(authorization_of_both_kinds_is_taken_apart) {
    const auto token = tc::parse_authorization("TC-Token APIV2:1:abc:99:xyz=");
    BOOST_REQUIRE(token.has_value());
    BOOST_TEST((token->kind == tc::authorization::scheme::token));
    BOOST_TEST(token->token == "APIV2:1:abc:99:xyz=");
    const auto hmac = tc::parse_authorization("TC 12345678901234567890:XHL3=");
    BOOST_REQUIRE(hmac.has_value());
    BOOST_TEST((hmac->kind == tc::authorization::scheme::hmac));
    BOOST_TEST(hmac->access_id == "12345678901234567890");
    BOOST_TEST(hmac->signature == "XHL3=");
}

BOOST_AUTO_TEST_CASE(authorization_of_another_shape_is_refused) {
    for (const char* value :
         {"", "TC", "TC ", "TC id", "TC :sig", "TC id:", "TC-Token", "TC-Token ", "Bearer x"}) {
        BOOST_TEST_CONTEXT(value) { BOOST_TEST(!tc::parse_authorization(value).has_value()); }
    }
}

BOOST_AUTO_TEST_CASE(verification_holds_within_five_minutes_either_way) {
    const std::string right = tc::hmac_signature(secret, "/api/v3/cases", "GET", when);
    const auto at = [&](std::int64_t now) {
        return tc::verify_hmac(secret, right, "/api/v3/cases", "GET", "1700000000", now);
    };
    BOOST_TEST(at(when + 300));
    BOOST_TEST(at(when - 300));
    BOOST_TEST(!at(when + 301));
    BOOST_TEST(!at(when - 301));
}

BOOST_AUTO_TEST_CASE(verification_fails_if_anything_signed_differs) {
    const std::string right = tc::hmac_signature(secret, "/api/v3/cases?a=%20", "GET", when);
    BOOST_TEST(!tc::verify_hmac(secret, right, "/api/v3/cases?a=+", "GET", "1700000000", when));
    BOOST_TEST(!tc::verify_hmac(secret, right, "/api/v3/cases?a=%20", "PUT", "1700000000", when));
    BOOST_TEST(!tc::verify_hmac(secret, right, "/api/v3/cases?a=%20", "GET", "1700000001", when));
    BOOST_TEST(!tc::verify_hmac("other", right, "/api/v3/cases?a=%20", "GET", "1700000000", when));
}

BOOST_AUTO_TEST_CASE(verification_refuses_a_timestamp_that_is_no_number) {
    for (const char* text : {"", "x", "1700000000.5", "-1700000000", " 1700000000", "99999999999999999999"}) {
        // Rightly signed, so that nothing but the time's form can be the reason.
        const auto mac = casebridge::hmac_sha256(secret, std::string("/api/v3/cases:GET:") + text);
        const std::string signature = casebridge::base64_encode(casebridge::as_text(mac));
        BOOST_TEST_CONTEXT(text) {
            BOOST_TEST(!tc::verify_hmac(secret, signature, "/api/v3/cases", "GET", text, when));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
