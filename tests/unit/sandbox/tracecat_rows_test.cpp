#include "tracecat_bench.hpp"

#include <boost/test/unit_test.hpp>

using namespace casebridge::sandbox::tracecat;

namespace {

struct lookup : bench {
    std::string of = new_case();
    std::string table_id;

    lookup() {
        post(
            "/tables",
            R"({"name":"indicators","columns":[{"name":"value","type":"TEXT"},{"name":"score","type":"INTEGER"}]})");
        table_id = reply::value_text(get("/tables").list()[0].at("id"));
    }
    reply insert(const std::string& row) {
        return post(of + "/rows/insert", R"({"table_id":")" + table_id + R"(","row":{"data":)" + row + "}}");
    }
    static std::string values(const reply& page) {
        std::string out;
        for (const auto& item : page.json.at("items").as_array())
            out += reply::value_text(item.at("row_data").at("value")) + " ";
        return out;
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(tracecat_rows)

BOOST_AUTO_TEST_CASE(a_row_is_linked_once) {
    lookup l;
    const reply inserted = l.insert(R"({"value":"203.0.113.9"})");
    BOOST_TEST(inserted.status == 201u);
    BOOST_TEST(inserted.json.at("row_data").at("score").is_null());
    const auto body = R"({"table_id":")" + l.table_id + R"(","row_id":")" + inserted.at("row_id") + "\"}";
    BOOST_TEST(l.post(l.of + "/rows", body).text == inserted.text);
    BOOST_TEST(l.history(l.of) == "table_row_linked");
    const auto path = l.of + "/rows/" + l.table_id + "/" + inserted.at("row_id");
    BOOST_TEST(l.remove(path).status == 204u);
    BOOST_TEST(l.remove(path).detail() == "Linked row not found");
    BOOST_TEST(l.history(l.of) == "table_row_unlinked table_row_linked");
}

BOOST_AUTO_TEST_CASE(a_link_outlives_its_row) {
    lookup l;
    const auto row = l.insert(R"({"value":"a"})").at("row_id");
    l.remove("/tables/" + l.table_id + "/rows/" + row);
    const reply page = l.get(l.of + "/rows");
    const auto& item = page.json.at("items").as_array().at(0);
    BOOST_TEST(item.at("row_data").is_null());
    BOOST_TEST(!item.at("is_row_available").as_bool());
    BOOST_TEST(reply::value_text(item.at("table_name")) == "indicators");
}

BOOST_AUTO_TEST_CASE(rows_are_paged_newest_first_and_back) {
    lookup l;
    for (const std::string v : {"a", "b", "c", "d", "e"}) l.insert(R"({"value":")" + v + "\"}");
    const auto page = [&](const std::string& query) { return l.get(l.of + "/rows?limit=2" + query); };
    const reply first = page("");
    BOOST_TEST(lookup::values(first) == "e d ");
    BOOST_TEST(first.json.at("prev_cursor").is_null());
    BOOST_TEST(first.json.at("total_estimate").is_null());
    const reply second = page("&cursor=" + first.at("next_cursor"));
    BOOST_TEST(lookup::values(second) == "c b ");
    const reply third = page("&cursor=" + second.at("next_cursor"));
    BOOST_TEST(lookup::values(third) == "a ");
    BOOST_TEST(!third.json.at("has_more").as_bool());
    BOOST_TEST(lookup::values(page("&cursor=" + third.at("prev_cursor"))) == "c b ");
    const reply back = page("&cursor=" + second.at("prev_cursor"));
    BOOST_TEST(lookup::values(back) == "e d ");
    BOOST_TEST(!back.json.at("has_previous").as_bool());
    BOOST_TEST(l.get(l.new_case() + "/rows?cursor=" + first.at("next_cursor")).status == 400u);
}

BOOST_AUTO_TEST_CASE(what_does_not_exist_is_named) {
    lookup l;
    const std::string nil = "5b1e1f0a-9d1c-4c55-8f6e-0a7c3d2e1b90";
    BOOST_TEST(l.insert(R"({"nope":1})").detail() == "Column 'nope' does not exist in table 'indicators'");
    BOOST_TEST(
        l.post(l.of + "/rows", R"({"table_id":")" + l.table_id + R"(","row_id":")" + nil + "\"}").detail() ==
        "Row " + nil + " not found in table indicators");
    BOOST_TEST(l.post(l.of + "/rows", R"({"table_id":")" + nil + R"(","row_id":")" + nil + "\"}").detail() ==
               "Table not found");
}

BOOST_AUTO_TEST_SUITE_END()
