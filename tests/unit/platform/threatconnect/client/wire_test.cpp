#include "platform/threatconnect/client/wire.hpp"

#include <boost/test/unit_test.hpp>

using namespace casebridge;
namespace tc = platform::threatconnect;

namespace {

upstream::answer answer(unsigned status, std::string body, std::string type = "application/json") {
    upstream::answer a;
    a.status = status;
    a.content_type = std::move(type);
    a.body = std::move(body);
    return a;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(threatconnect_wire)

BOOST_AUTO_TEST_CASE(a_list_tells_its_count_and_whether_more_follows) {
    const auto r = tc::open_envelope(answer(
        200,
        R"({"next":"https://x/api/v3/cases?resultStart=2","data":[{"id":1},{"id":2}],"count":5,"status":"Success"})"));
    BOOST_REQUIRE(r.has_value());
    BOOST_TEST((*r)->data.size() == 2U);
    BOOST_TEST((*r)->count.value() == 5U);
    BOOST_TEST((*r)->more);
}

BOOST_AUTO_TEST_CASE(a_last_page_has_no_next) {
    const auto r = tc::open_envelope(answer(200, R"({"data":[],"status":"Success"})"));
    BOOST_REQUIRE(r.has_value());
    BOOST_TEST(!(*r)->more);
    BOOST_TEST(!(*r)->count);
}

BOOST_AUTO_TEST_CASE(each_status_becomes_its_own_failure_with_the_servers_message) {
    struct row {
        unsigned status;
        errc code;
    };
    for (const row& x : {row{400, errc::upstream_rejected},
                         {401, errc::upstream_unauthorized},
                         {403, errc::upstream_forbidden},
                         {404, errc::not_found},
                         {405, errc::upstream_rejected},
                         {409, errc::conflict},
                         {418, errc::upstream_rejected},
                         {429, errc::upstream_rate_limited},
                         {500, errc::upstream_error},
                         {503, errc::upstream_unavailable},
                         {302, errc::upstream_malformed}}) {
        const auto r =
            tc::open_envelope(answer(x.status, R"({"errCode":"0x1001","message":"why","status":"Error"})"));
        BOOST_REQUIRE(r.has_error());
        BOOST_TEST((r.error().code == x.code), x.status);
        BOOST_TEST(r.error().detail == "why");
    }
}

BOOST_AUTO_TEST_CASE(an_error_inside_a_2xx_is_an_error) {
    const auto r = tc::open_envelope(answer(200, R"({"message":"no","status":"Error"})"));
    BOOST_REQUIRE(r.has_error());
    BOOST_TEST((r.error().code == errc::upstream_rejected));
}

BOOST_AUTO_TEST_CASE(what_is_not_the_expected_envelope_is_malformed) {
    for (const char* body : {"", "<html>login</html>", "[]", "{", R"({"status":"Success"})",
                             R"({"data":null,"status":"Success"})", R"({"data":"x","status":"Success"})"}) {
        const auto r = tc::open_envelope(answer(200, body));
        BOOST_REQUIRE_MESSAGE(r.has_error(), body);
        BOOST_TEST((r.error().code == errc::upstream_malformed || r.error().code == errc::upstream_rejected),
                   body);
    }
    const auto html = tc::open_envelope(answer(200, "{}", "text/html"));
    BOOST_REQUIRE(html.has_error());
    BOOST_TEST((html.error().code == errc::upstream_malformed));
}

BOOST_AUTO_TEST_CASE(messages_are_shortened_between_characters_and_printable) {
    std::string message;
    for (int i = 0; i < 400; ++i) message += "\xc3\xbc";
    const auto r =
        tc::open_envelope(answer(400, "{\"message\":\"\\u0007" + message + "\",\"status\":\"Error\"}"));
    BOOST_REQUIRE(r.has_error());
    BOOST_TEST(r.error().detail.size() <= 300U);
    BOOST_TEST(r.error().detail.front() == ' ');
    BOOST_TEST(r.error().detail.substr(r.error().detail.size() - 2) == "\xc3\xbc");
}

BOOST_AUTO_TEST_CASE(retry_after_is_taken_over_within_an_hour) {
    for (const auto& [text, seconds] : {std::pair{"7", 7}, {"99999", 3600}}) {
        auto a = answer(429, "{}");
        a.fields.emplace_back("Retry-After", text);
        const auto r = tc::open_envelope(std::move(a));
        BOOST_REQUIRE(r.has_error());
        BOOST_TEST(r.error().retry_after.value().count() == seconds);
    }
    auto a = answer(503, "{}");
    a.fields.emplace_back("Retry-After", "Wed, 21 Oct 2015 07:28:00 GMT");
    BOOST_TEST(!tc::open_envelope(std::move(a)).error().retry_after);
}

BOOST_AUTO_TEST_SUITE_END()
