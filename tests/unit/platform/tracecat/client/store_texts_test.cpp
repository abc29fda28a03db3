#include "fake_server.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace casebridge;
using namespace casebridge::test;
using catalogue = platform::case_store::catalogue;

std::string said(const client_under_test::texts& all) {
    std::string out;
    for (const auto& t : all) out += t.name + "=" + t.text + ";";
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_texts)

BOOST_AUTO_TEST_CASE(texts_of_a_workspace_are_written_changed_and_removed) {
    fake_server server;
    client_under_test bridge(server);
    BOOST_TEST(said(*bridge.list_texts()).empty());
    BOOST_REQUIRE(bridge.write_text("one", R"({"a": 1})").has_value());
    BOOST_REQUIRE(bridge.write_text("two", "\"b c\"").has_value());
    BOOST_TEST(said(*bridge.list_texts()) == "one={\"a\": 1};two=\"b c\";");
    BOOST_REQUIRE(bridge.write_text("one", "3").has_value());
    BOOST_TEST(said(*bridge.list_texts()) == "one=3;two=\"b c\";");
    BOOST_REQUIRE(bridge.write_text("two", std::nullopt).has_value());
    BOOST_REQUIRE(bridge.write_text("never there", std::nullopt).has_value());
    BOOST_TEST(said(*bridge.list_texts()) == "one=3;");
    BOOST_TEST(server.count("POST /case-fields") == 1U);
    BOOST_TEST(server.count("PATCH /case-fields/casebridge_texts") == 3U);
}

BOOST_AUTO_TEST_CASE(the_field_that_holds_them_is_hidden) {
    fake_server server;
    server.add("a case");
    client_under_test bridge(server);
    BOOST_REQUIRE(bridge.write_text("one", "1").has_value());
    BOOST_TEST(server.custom_fields.size() == 2U);
    const auto shown = bridge.catalogue(catalogue::fields);
    BOOST_REQUIRE(shown.has_value());
    BOOST_TEST((*shown)->data.size() == 2U);
    BOOST_TEST((*shown)->body.find("casebridge_texts") == std::string::npos);
    BOOST_TEST((*shown)->body.find("risk_score") != std::string::npos);
    bridge.list({});
    BOOST_TEST(server.targets.back().find("field_ids=risk_score") != std::string::npos);
    BOOST_TEST(server.targets.back().find("casebridge_texts") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_others_put_there_is_passed_over) {
    fake_server server;
    client_under_test bridge(server);
    BOOST_REQUIRE(bridge.write_text("one", "1").has_value());
    auto& options = server.definitions.at("casebridge_texts").at("options").as_array();
    options.emplace_back("nonsense");
    options.emplace_back(7);
    client_under_test other(server);
    BOOST_TEST(said(*other.list_texts()) == "one=1;");
}

BOOST_AUTO_TEST_CASE(another_process_loses_nothing_by_writing) {
    fake_server server;
    client_under_test one(server), other(server);
    BOOST_REQUIRE(one.write_text("one", "1").has_value());
    BOOST_TEST(said(*other.list_texts()) == "one=1;");
    BOOST_REQUIRE(one.write_text("two", "2").has_value());
    BOOST_REQUIRE(other.write_text("three", "3").has_value());  // what it knew was old
    BOOST_TEST(said(*other.list_texts()) == "one=1;two=2;three=3;");
}

BOOST_AUTO_TEST_CASE(there_is_an_end_to_what_is_kept) {
    fake_server server;
    client_under_test bridge(server);
    const auto much = bridge.write_text("much", std::string(1U << 20U, 'x'));
    BOOST_REQUIRE(much.has_error());
    BOOST_TEST((much.error().code == errc::not_supported));
    BOOST_TEST(server.count("POST /case-fields") == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
