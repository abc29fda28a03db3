#include "tracecat_bench.hpp"

#include "sandbox/tracecat/parts.hpp"

#include <boost/test/unit_test.hpp>

using namespace casebridge::sandbox::tracecat;

namespace {

struct choice : bench {
    std::string of = new_case();
    std::string definition = made(R"({"name":"Resolution","ref":"resolution","options":[
        {"label":"Fixed","ref":"fixed","position":2},{"label":"Accepted","ref":"accepted"}]})");
    std::string fixed = option("fixed"), accepted = option("accepted");

    std::string made(const std::string& body) {
        const reply r = post("/case-dropdowns", body);
        BOOST_TEST_REQUIRE(r.status == 201u);
        return r.at("id");
    }
    std::string option(std::string_view ref) {
        const reply r = get("/case-dropdowns/" + definition);
        for (const auto& o : r.json.at("options").as_array())
            if (o.at("ref").as_string() == ref) return reply::value_text(o.at("id"));
        return {};
    }
    std::string labels() {
        std::string out;
        const reply r = get("/case-dropdowns/" + definition);
        for (const auto& o : r.json.at("options").as_array()) out += reply::value_text(o.at("label")) + " ";
        return out;
    }
    reply put(const std::string& option_id) {
        return ask("PUT", of + "/dropdowns/" + definition, R"({"option_id":)" + option_id + "}");
    }
    static std::string quoted(const std::string& text) { return '"' + text + '"'; }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(tracecat_dropdowns)

BOOST_AUTO_TEST_CASE(a_value_keeps_its_row_when_it_is_cleared) {
    choice d;
    const reply set = d.put(d.quoted(d.fixed));
    BOOST_TEST(set.at("option_label") == "Fixed");
    const reply cleared = d.put("null");
    BOOST_TEST(cleared.at("id") == set.at("id"));
    BOOST_TEST(cleared.json.at("option_ref").is_null());
    BOOST_TEST(d.get(d.of + "/dropdowns").list().size() == 1u);
}

BOOST_AUTO_TEST_CASE(every_setting_is_an_event_even_of_the_same_option) {
    choice d;
    d.put(d.quoted(d.fixed));
    d.put(d.quoted(d.fixed));
    BOOST_TEST(d.history(d.of) == "dropdown_value_changed dropdown_value_changed");
    const auto second = d.newest_event(d.of);
    BOOST_TEST(second.at("old_option_label").as_string() == "Fixed");
    BOOST_TEST(second.at("new_option_label").as_string() == "Fixed");
    d.put("null");
    BOOST_TEST(!d.newest_event(d.of).contains("new_option_id"));
}

BOOST_AUTO_TEST_CASE(an_option_of_another_definition_is_told_apart_from_none) {
    choice d;
    const std::string other = d.made(R"({"name":"Unit","ref":"unit","options":[{"label":"A","ref":"a"}]})");
    const reply r = d.get("/case-dropdowns/" + other);
    const auto foreign = reply::value_text(r.json.at("options").as_array()[0].at("id"));
    BOOST_TEST(d.put(d.quoted(foreign)).status == 404u);
    BOOST_TEST(d.put("\"5b1e1f0a-9d1c-4c55-8f6e-0a7c3d2e1b90\"").status == 500u);
    BOOST_TEST(d.history(d.of).empty());
}

BOOST_AUTO_TEST_CASE(a_deleted_option_leaves_an_empty_value_and_a_deleted_definition_none) {
    choice d;
    d.put(d.quoted(d.fixed));
    BOOST_TEST(d.remove("/case-dropdowns/" + d.definition + "/options/" + d.fixed).status == 204u);
    const reply values = d.get(d.of + "/dropdowns");
    BOOST_TEST(values.list().size() == 1u);
    BOOST_TEST(values.list()[0].at("option_id").is_null());
    BOOST_TEST(d.remove("/case-dropdowns/" + d.definition).status == 204u);
    BOOST_TEST(d.get(d.of + "/dropdowns").text == "[]");
}

BOOST_AUTO_TEST_CASE(options_stand_by_position_which_a_reordering_sets) {
    choice d;
    BOOST_TEST(d.labels() == "Accepted Fixed ");
    const std::string order =
        "[\"" + d.fixed + "\",\"5b1e1f0a-9d1c-4c55-8f6e-0a7c3d2e1b90\",\"" + d.accepted + "\"]";
    BOOST_TEST(d.ask("PUT", "/case-dropdowns/" + d.definition + "/options/reorder", order).status == 204u);
    BOOST_TEST(d.labels() == "Fixed Accepted ");
    BOOST_TEST(d.ask("PUT", "/case-dropdowns/" + d.definition + "/options/reorder", "[1]").status == 422u);
}

BOOST_AUTO_TEST_CASE(a_new_name_makes_a_new_ref) {
    choice d;
    const auto at = "/case-dropdowns/" + d.definition;
    BOOST_TEST(d.patch(at, R"({"name":"Gr\u00f6\u00dfe [neu]"})").at("ref") == "grosse_neu");
    BOOST_TEST(d.patch(at, R"({"name":"Other","ref":"kept"})").at("ref") == "kept");
    d.made(R"({"name":"Taken","ref":"taken"})");
    BOOST_TEST(d.patch(at, R"({"name":"Taken"})").status == 409u);
    BOOST_TEST(d.patch(at, R"({"icon_name":"flag"})").at("icon_name") == "flag");
    BOOST_TEST(d.patch(at, R"({"icon_name":null})").json.at("icon_name").is_null());
    BOOST_TEST(d.post("/case-dropdowns", R"({"name":"x","ref":"taken"})").status == 500u);
}

BOOST_AUTO_TEST_CASE(choices_of_a_case_are_read_by_id_and_by_ref) {
    choice d;
    casebridge::json::tape t;
    std::vector<dropdown_setting> out;
    const auto read = [&](const std::string& text) {
        out.clear();
        BOOST_TEST_REQUIRE(!t.parse(text, {}).has_error());
        const refusable why = read_dropdowns(*d.home, t.root(), out);
        return why ? why->text : std::string();
    };
    BOOST_TEST(read(R"([{"definition_ref":"resolution","option_ref":"fixed"}])").empty());
    BOOST_TEST(out.at(0).option->to_string() == d.fixed);
    BOOST_TEST(read(R"([{"definition_id":")" + d.definition + "\"}]").empty());
    BOOST_TEST(!out.at(0).option.has_value());
    BOOST_TEST(read(R"([{"definition_ref":"nope"}])") == "Dropdown definition with ref 'nope' not found");
    BOOST_TEST(read(R"([{"definition_ref":"resolution"},{"definition_ref":"resolution"}])") ==
               "Duplicate dropdown definition " + d.definition + " in request");
    BOOST_TEST(!read(R"([{"definition_ref":"resolution","option_ref":"nope"}])").empty());
}

BOOST_AUTO_TEST_CASE(nothing_of_it_is_there_without_the_add_on) {
    choice d;
    for (const std::string& path :
         {std::string("/case-dropdowns"), "/case-dropdowns/" + d.definition, d.of + "/dropdowns"}) {
        const reply r = d.ask("GET", path, {}, "admin", false);
        BOOST_TEST(r.status == 403u);
        BOOST_TEST(r.at("type") == "EntitlementRequired");
    }
}

BOOST_AUTO_TEST_SUITE_END()
