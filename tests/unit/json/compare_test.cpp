// Equality of documents, and objects with more members than anybody needs.
#include "json/compare.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace json = casebridge::json;

namespace {

struct read_text {
    std::string text;
    json::tape tape;
    explicit read_text(std::string of) : text(std::move(of)) {
        BOOST_REQUIRE(tape.parse(text, json::policy{.max_depth = 10'100}).has_value());
    }
    json::value root() const { return tape.root(); }
};

bool same(std::string a, std::string b) {
    const read_text x(std::move(a)), y(std::move(b));
    return json::same_json(x.root(), y.root()) && json::same_json(y.root(), x.root());
}

// So many that to look each up by walking through all would take minutes.
constexpr int very_many = 200'000;

std::string wide_object(int from, int step) {
    std::string out = "{";
    for (int i = 0, k = from; i < very_many; ++i, k += step) {
        out += i == 0 ? "\"k" : ",\"k";
        out += std::to_string(k) + "\":[" + std::to_string(k) + "]";
    }
    return out + "}";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(compare)

BOOST_AUTO_TEST_CASE(members_in_any_order_and_numbers_by_value_are_the_same) {
    BOOST_TEST(same(R"({"b":1,"a":[1,{"x":null,"y":"z"}]})", R"({"a":[1,{"y":"z","x":null}],"b":1})"));
    BOOST_TEST(same("1e18", "1000000000000000000"));
    BOOST_TEST(same("-0.0", "0.0"));
    BOOST_TEST(same("1e999", "1e999"));
    BOOST_TEST(!same("9007199254740993", "9007199254740992"));
    BOOST_TEST(!same("1", "\"1\""));
    BOOST_TEST(!same("[1,2]", "[2,1]"));
    BOOST_TEST(!same("[1]", "[1,1]"));
    BOOST_TEST(!same(R"({"a":1})", R"({"a":1,"b":1})"));
    BOOST_TEST(!same(R"({"a":1})", R"({"b":1})"));
    BOOST_TEST(!same("true", "false"));
    BOOST_TEST(same(R"("\u0061")", R"("a")"));
}

BOOST_AUTO_TEST_CASE(nothing_is_the_same_as_nothing_alone) {
    const read_text null("null");
    BOOST_TEST(json::same_json({}, {}));
    BOOST_TEST(!json::same_json({}, null.root()));
    BOOST_TEST(!json::same_json(null.root(), {}));
}

BOOST_AUTO_TEST_CASE(of_equal_names_the_last_one_counts) {
    BOOST_TEST(same(R"({"a":1,"b":2,"a":3})", R"({"a":3,"b":2})"));
    BOOST_TEST(!same(R"({"a":1,"a":3})", R"({"a":1})"));
    const read_text doc(R"({"a":1,"b":2,"a":3,"":4})");
    const json::member_index index(doc.root());
    BOOST_TEST(index.by_name().size() == 3U);
    BOOST_TEST(index.find("a").text() == "3");
    BOOST_TEST(index.find("b").text() == "2");
    BOOST_TEST(index.find("").text() == "4");
    BOOST_TEST(!index.find("c").exists());
    std::string counting;
    for (const auto& m : doc.root().members()) counting += index.counts(m) ? 'y' : 'n';
    BOOST_TEST(counting == "nyyy");
}

BOOST_AUTO_TEST_CASE(what_is_no_object_has_no_members) {
    const read_text list("[1]");
    BOOST_TEST(json::member_index({}).by_name().empty());
    BOOST_TEST(json::member_index(list.root()).by_name().empty());
}

BOOST_AUTO_TEST_CASE(objects_of_very_many_members_are_compared_at_once) {
    BOOST_TEST(same(wide_object(0, 1), wide_object(very_many - 1, -1)));
    BOOST_TEST(!same(wide_object(0, 1), wide_object(1, 1)));
}

BOOST_AUTO_TEST_CASE(deep_documents_are_compared) {
    const std::string open(10'000, '['), close(10'000, ']');
    BOOST_TEST(same(open + close, open + close));
    BOOST_TEST(!same(open + close, open + "1" + close));
    std::string one = "1", other = "2";
    for (std::string* text : {&one, &other})
        for (int i = 0; i < 10'000; ++i) *text = "{\"a\":" + *text + "}";
    BOOST_TEST(same(one, one));
    BOOST_TEST(!same(one, other));
}

BOOST_AUTO_TEST_SUITE_END()
