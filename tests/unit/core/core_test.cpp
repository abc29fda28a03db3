#include "core/crypto.hpp"
#include "core/error.hpp"
#include "core/password.hpp"
#include "core/timestamp.hpp"
#include "core/uuid.hpp"

#include <boost/test/unit_test.hpp>

using namespace casebridge;

BOOST_AUTO_TEST_SUITE(core)

BOOST_AUTO_TEST_CASE(every_error_code_has_a_name_that_reads_back) {
    for (int n = 0; n < 1000; ++n) {
        const std::string name = to_string(static_cast<errc>(n));
        if (name == "unknown_error") continue;
        BOOST_TEST((errc_from_string(name) == static_cast<errc>(n)));
    }
    BOOST_TEST(!errc_from_string("no such code"));
}

BOOST_AUTO_TEST_CASE(uuids_are_read_in_all_their_spellings) {
    const std::string canonical = "a3b92b3a-81a3-4481-83a5-de4bf26872a3";
    for (const char* text : {"a3b92b3a-81a3-4481-83a5-de4bf26872a3", "A3B92B3A-81A3-4481-83A5-DE4BF26872A3",
                             "a3b92b3a81a3448183a5de4bf26872a3", "{a3b92b3a-81a3-4481-83a5-de4bf26872a3}",
                             "urn:uuid:a3b92b3a-81a3-4481-83a5-de4bf26872a3"}) {
        const auto id = uuid::parse(text);
        BOOST_REQUIRE(id.has_value());
        BOOST_TEST(id->to_string() == canonical);
    }
    for (const char* text : {"", "not-a-uuid", "a3b92b3a-81a3-4481-83a5-de4bf26872a",
                             "a3b92b3a81a3-4481-83a5-de4bf26872a3x", "{a3b92b3a81a3448183a5de4bf26872a3}"}) {
        BOOST_TEST(!uuid::parse(text), text);
    }
}

BOOST_AUTO_TEST_CASE(sha256_and_hmac_match_published_vectors) {
    BOOST_TEST(hex_encode(as_text(sha256("abc"))) ==
               "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    // RFC 4231, test case 2
    BOOST_TEST(hex_encode(as_text(hmac_sha256("Jefe", "what do ya want for nothing?"))) ==
               "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

BOOST_AUTO_TEST_CASE(derived_keys_differ_by_purpose) {
    BOOST_TEST((derive_key("secret", "cursor") != derive_key("secret", "session")));
    BOOST_TEST((derive_key("secret", "cursor") == derive_key("secret", "cursor")));
}

BOOST_AUTO_TEST_CASE(base64_round_trips_and_is_strict) {
    std::string data;
    for (int i = 0; i < 300; ++i) {
        BOOST_TEST((base64_decode(base64_encode(data)) == data));
        BOOST_TEST((base64url_decode(base64url_encode(data)) == data));
        data += static_cast<char>(i * 7);
    }
    BOOST_TEST(base64_encode("foob") == "Zm9vYg==");
    for (const char* bad : {"Zm9vYg=", "Zm9vYg", "Zm9v*g==", "Zm9vYh==", "="})
        BOOST_TEST(!base64_decode(bad), bad);
    for (const char* bad : {"Zm9vYg==", "A", "Zm9vYh"}) BOOST_TEST(!base64url_decode(bad), bad);
}

BOOST_AUTO_TEST_CASE(passwords_verify_and_nothing_else_does) {
    const auto hash = hash_password("demo-password");
    BOOST_REQUIRE(hash.has_value());
    BOOST_TEST(verify_password("demo-password", *hash));
    BOOST_TEST(!verify_password("demo-passwore", *hash));
    BOOST_TEST(!verify_password("", *hash));
    for (const char* bad : {"", "scrypt", "scrypt$15$8$1$x", "scrypt$99$8$1$AAAA$AAAA", "plain"}) {
        BOOST_TEST(!verify_password("demo-password", bad), bad);
    }
}

BOOST_AUTO_TEST_CASE(timestamps_of_both_platforms_are_read) {
    const auto micros = [](std::string_view t) { return parse_iso8601(t).value().micros; };
    const std::int64_t base = micros("2023-03-09T14:41:27Z");
    BOOST_TEST(base == 1678372887000000);
    BOOST_TEST(micros("2023-03-09T14:41:27.622Z") == base + 622000);
    BOOST_TEST(micros("2023-03-09T14:41:27.27Z") == base + 270000);
    BOOST_TEST(micros("2023-03-09T14:41:27") == base);
    BOOST_TEST(micros("2023-03-09 14:41:27") == base);
    BOOST_TEST(micros("2023-03-09T16:41:27+02:00") == base);
    BOOST_TEST(micros("2023-03-09T16:41:27+0200") == base);
    BOOST_TEST(micros("2023-03-09T14:41:27.123456789Z") == base + 123456);
    BOOST_TEST(micros("2023-03-09") == base - (14 * 3600 + 41 * 60 + 27) * 1000000LL);
    for (const char* bad : {"", "soon", "2023-13-09", "2023-02-30", "2023-03-09T", "2023-03-09T25:00:00Z",
                            "2023-03-09T14:41:27.Z", "2023-03-09T14:41:27Zx", "2023-03-09T14:41:27+2:00"}) {
        BOOST_TEST(!parse_iso8601(bad), bad);
    }
}

BOOST_AUTO_TEST_CASE(timestamps_are_written_as_each_platform_writes_them) {
    const auto tracecat = [](std::string_view t) {
        std::string out;
        append_micros(out, parse_iso8601(t).value());
        return out;
    };
    BOOST_TEST(tracecat("2026-01-01T00:00:00.000Z") == "2026-01-01T00:00:00Z");
    BOOST_TEST(tracecat("2026-01-01T00:00:00.001Z") == "2026-01-01T00:00:00.001000Z");
    BOOST_TEST(tracecat("1969-12-31T23:59:59.5Z") == "1969-12-31T23:59:59.500000Z");
    std::string out;
    append_seconds(out, parse_iso8601("2023-03-09T14:41:27.622Z").value());
    BOOST_TEST(out == "2023-03-09T14:41:27Z");
}

BOOST_AUTO_TEST_SUITE_END()
