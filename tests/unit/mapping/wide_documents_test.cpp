// Documents with more members than anybody needs, and with one name many times: they cost what their bytes cost. What
// looks each member up by walking through all of them takes minutes here, on a thread that serves others as well.
#include "stored_case.hpp"

#include "mapping/event_types.hpp"
#include "mapping/state_object.hpp"

using namespace mapping_test;

namespace {

constexpr int very_many = 200'000;

// {"k0":<value>,"k1":<value>,…} or the same name over and over.
std::string wide(std::string_view value, bool one_name = false) {
    std::string out = "{";
    for (int i = 0; i < very_many; ++i) {
        out += i == 0 ? "" : ",";
        out.append("\"")
            .append(one_name ? "asset_owner" : "k" + std::to_string(i))
            .append("\":")
            .append(value);
    }
    return out + "}";
}

std::size_t events_of(const std::string& before, const std::string& update) {
    const parsed b(before), u(update);
    const auto known = fields(shipped());
    const auto& cases = *shipped().object("case").source;
    return shipped().events().of_update(cases, known, b.root(), u.root(), {}).size();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(wide_documents)

BOOST_AUTO_TEST_CASE(a_payload_of_very_many_members_is_compared_at_once) {
    const std::string payload = R"({"payload":)" + wide("1") + "}";
    BOOST_TEST(events_of(payload, R"({"payload":)" + wide("1.0") + "}") == 0U);
    BOOST_TEST(events_of(payload, R"({"payload":)" + wide("2") + "}") == 1U);
}

BOOST_AUTO_TEST_CASE(of_one_field_sent_many_times_the_last_value_counts) {
    const mapping::field_set known = fields(shipped(), 65'000);
    stored_case c(shipped(), known);
    c.write(R"({"summary":"s","fields":{"asset_owner":"Ana","asset_owner":"Ben"}})", true);
    std::vector<std::string> owners;
    for (const auto& [id, a] : c.attributes()) {
        if (a.first == "Asset Owner") owners.push_back(a.second);
    }
    BOOST_TEST(owners == std::vector<std::string>{"Ben"}, boost::test_tools::per_element());
    const auto plan = c.plan(R"({"fields":)" + wide("\"Kim\"", true) + "}");
    BOOST_REQUIRE(plan.has_value());
    BOOST_TEST(plan->bag.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_field_sent_many_times_is_one_change) {
    const std::string before = R"({"fields":[{"id":"asset_owner","value":"Ana"}]})";
    BOOST_TEST(events_of(before, R"({"fields":)" + wide("\"Kim\"", true) + "}") == 1U);
    BOOST_TEST(events_of(before, R"({"fields":)" + wide("\"Ana\"", true) + "}") == 0U);
}

BOOST_AUTO_TEST_CASE(a_state_of_very_many_entries_is_written_again_at_once) {
    const parsed stored(R"({"v":"1","r":"3","s":)" + wide("\"x\"") + "}");
    mapping::state_object current;
    BOOST_REQUIRE(current.read(stored.root()));
    mapping::state_writer next(&current);
    BOOST_TEST(!next.changed());
    BOOST_TEST(next.get("k7") == R"("x")");
    BOOST_TEST(next.render_entries() == wide("\"x\""));
}

BOOST_AUTO_TEST_CASE(of_entries_with_one_name_the_last_is_kept) {
    const parsed stored(R"({"v":"1","r":"3","s":{"a":"old","b":"1","a":"new"}})");
    mapping::state_object current;
    BOOST_REQUIRE(current.read(stored.root()));
    BOOST_TEST(current.entry("a").text() == "new");
    BOOST_TEST(mapping::state_writer(&current).render_entries() == R"({"b":"1","a":"new"})");
}

BOOST_AUTO_TEST_SUITE_END()
