#include "platform/tracecat/facade/file_links.hpp"

#include <boost/test/unit_test.hpp>

#include <array>

using namespace casebridge;
using namespace casebridge::platform::tracecat;

namespace {

file_claim claim_of(const std::string& name) {
    file_claim c;
    c.workspace = *uuid::parse("11111111-1111-4111-8111-111111111111");
    c.of = *uuid::parse("22222222-2222-4222-8222-222222222222");
    c.attachment = *uuid::parse("33333333-3333-4333-8333-333333333333");
    c.user = "ana@example.test";
    c.name = name;
    c.content_type = "image/png";
    c.shown = true;
    c.expires = 1700000000;
    return c;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(file_links_of_the_facade)

BOOST_AUTO_TEST_CASE(a_link_says_again_what_was_sealed_in_it) {
    const file_links links(derive_key("secret", "files"));
    const std::string token = links.seal(claim_of("\xe2\x82\xac \"q\".png"));
    BOOST_TEST(token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.") ==
               std::string::npos);
    const auto c = links.open(token);
    BOOST_TEST_REQUIRE(c.has_value());
    BOOST_TEST(c->workspace.to_string() == "11111111-1111-4111-8111-111111111111");
    BOOST_TEST(c->of.to_string() == "22222222-2222-4222-8222-222222222222");
    BOOST_TEST(c->attachment.to_string() == "33333333-3333-4333-8333-333333333333");
    BOOST_TEST(c->user == "ana@example.test");
    BOOST_TEST(c->key.empty());
    BOOST_TEST(c->name == "\xe2\x82\xac \"q\".png");
    BOOST_TEST(c->content_type == "image/png");
    BOOST_TEST(c->shown);
    BOOST_TEST(c->expires == 1700000000);
}

BOOST_AUTO_TEST_CASE(any_other_character_breaks_the_seal) {
    const file_links links(derive_key("secret", "files"));
    const std::string token = links.seal(claim_of("a.png"));
    for (std::size_t i = 0; i < token.size(); ++i) {
        std::string bad = token;
        bad[i] = bad[i] == 'A' ? 'B' : 'A';
        BOOST_TEST(!links.open(bad), bad);
        BOOST_TEST(!links.open(token.substr(0, i)));
    }
    BOOST_TEST(!links.open(token + "A"));
    BOOST_TEST(!links.open(token + "." + token));
}

BOOST_AUTO_TEST_CASE(the_previous_secret_still_opens_and_another_never_does) {
    const digest old_key = derive_key("old", "files"), new_key = derive_key("new", "files");
    const std::string token = file_links(old_key).seal(claim_of("a.png"));
    BOOST_TEST(file_links(new_key, old_key).open(token).has_value());
    BOOST_TEST(!file_links(new_key).open(token).has_value());
    BOOST_TEST(!file_links(derive_key("old", "cursors")).open(token).has_value());
}

BOOST_AUTO_TEST_CASE(names_are_written_for_old_clients_and_for_new_ones) {
    using row = std::array<std::string, 2>;
    const row rows[] = {
        {"report 1.pdf", "attachment; filename=\"report 1.pdf\""},
        {"a\"b\\c%.txt", "attachment; filename=\"a_b_c_.txt\"; filename*=UTF-8''a%22b%5Cc%25.txt"},
        {"gr\xc3\xb6\xc3\x9f.txt", "attachment; filename=\"gr__.txt\"; filename*=UTF-8''gr%C3%B6%C3%9F.txt"},
        {"x\r\nSet-Cookie: a.txt",
         "attachment; filename=\"x__Set-Cookie: a.txt\"; filename*=UTF-8''x%0D%0ASet-Cookie%3A%20a.txt"},
    };
    for (const auto& [name, written] : rows) BOOST_TEST(disposition("attachment", name) == written);
}

BOOST_AUTO_TEST_SUITE_END()
