// The small parts of the mapping engine, each on its own.
#include "stored_case.hpp"

#include "mapping/carry_writer.hpp"
#include "mapping/forms.hpp"

#include <fstream>

using namespace mapping_test;
using casebridge::errc;
using casebridge::fail;

namespace {

std::string restored(std::string_view native, const std::string& entry) {
    const parsed e(entry);
    std::string out;
    return mapping::append_restored(out, native, e.root()) ? out : "-";
}

mapping::bag_type type(std::string name, std::int64_t number, std::size_t max = 0) {
    const std::string id = mapping::to_identifier(name);
    return {name, number, max,
            R"({"id":")" + id + R"(","display_name":")" + name +
                R"(","type":"TEXT","description":"","options":null})"};
}

std::string ids_of(const mapping::field_set& f) {
    std::string out;
    for (const auto& d : f.all()) {
        if (d.from == mapping::field_def::source::attribute) out += (out.empty() ? "" : " ") + d.id;
    }
    return out;
}

mapping::write_plan finish(const mapping::carry_state* current, std::size_t max, bool spill,
                           const std::vector<std::pair<std::string, std::string>>& puts) {
    mapping::write_plan plan;
    mapping::carry_writer w(current);
    for (const auto& [rule, entry] : puts) w.put(rule, entry);
    w.finish({max, spill, "state", "cafe0000", {}, 0}, plan);
    return plan;
}

using action = mapping::write_plan::carry_action;

}  // namespace

BOOST_AUTO_TEST_SUITE(forms)

BOOST_AUTO_TEST_CASE(texts_become_identifiers_addresses_and_lists) {
    BOOST_TEST(mapping::to_identifier("Asset Owner") == "asset_owner");
    BOOST_TEST(mapping::to_identifier("24h Contact") == "f_24h_contact");
    BOOST_TEST(mapping::to_identifier("!!!") == "");
    BOOST_TEST(mapping::to_identifier(std::string(80, 'x')).size() == mapping::longest_identifier);
    BOOST_TEST(mapping::to_identifier(std::string(62, 'x') + " y") == std::string(62, 'x'));
    BOOST_TEST(mapping::to_email("kim@example.com", "d.example") == "kim@example.com");
    BOOST_TEST(mapping::to_email("Kim Roe", "d.example") == "kim-roe@d.example");
    BOOST_TEST(mapping::to_email("kim@host", "d.example") == "kim-host@d.example");
    BOOST_TEST(mapping::to_email("!!!", "d.example") == "user@d.example");
    const std::vector<std::string> list{"A", "B c", "D"};
    BOOST_TEST(mapping::split_semicolons(" A;B c ;; D;") == list, boost::test_tools::per_element());
    BOOST_TEST(mapping::split_semicolons("").empty());
    mapping::text_form f = mapping::text_form::plain;
    BOOST_TEST(mapping::text_form_from_string("email", f));
    BOOST_TEST((f == mapping::text_form::email));
    BOOST_TEST(!mapping::text_form_from_string("Email", f));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(text_limit)

BOOST_AUTO_TEST_CASE(lengths_are_counted_as_a_java_server_counts_them) {
    BOOST_TEST(mapping::utf16_length("") == 0U);
    BOOST_TEST(mapping::utf16_length("a\xc3\xbc\xe2\x82\xac") == 3U);
    BOOST_TEST(mapping::utf16_length("\xf0\x9f\x95\xb5") == 2U);
}

BOOST_AUTO_TEST_CASE(what_fits_is_stored_as_it_is_and_carries_nothing) {
    const auto f = mapping::fit_text("abc", 3, 1, "-", "+");
    BOOST_TEST(f.stored == "abc");
    BOOST_TEST(f.entry.empty());
    BOOST_TEST(mapping::fit_text(std::string(9000, 'x'), 0, 0, "", "+").entry.empty());
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_cut_between_characters_and_comes_back) {
    const std::string text =
        "ab\xf0\x9f\x95\xb5\xf0\x9f\x95\xb5"
        "cd";
    for (std::size_t max = 1; max < 8; ++max) {
        const auto f = mapping::fit_text(text, max, 0, "", "+");
        BOOST_TEST(mapping::utf16_length(f.stored) <= max);
        BOOST_TEST(f.stored.ends_with("+"));
        BOOST_TEST(restored(f.stored, f.entry) == text);
        BOOST_TEST(restored(f.stored + " more", f.entry) == text + " more");
        BOOST_TEST(restored("x" + f.stored, f.entry) == "-");
        BOOST_TEST(restored(f.stored.substr(0, f.stored.size() - 1), f.entry) == "-");
    }
}

BOOST_AUTO_TEST_CASE(a_blank_text_has_a_placeholder_where_blank_is_not_allowed) {
    for (const char* blank : {"", " ", "\t\n "}) {
        const auto f = mapping::fit_text(blank, 10, 1, "(none)", "+");
        BOOST_TEST(f.stored == "(none)");
        std::string escaped;
        json::append_escaped(escaped, blank);
        BOOST_TEST(restored(f.stored, f.entry) == escaped);
    }
    BOOST_TEST(mapping::fit_text("", 10, 0, "(none)", "+").stored.empty());
}

// The fingerprint is no secret: somebody else can write an entry that fits, and that cuts where no character ends.
BOOST_AUTO_TEST_CASE(an_entry_that_cuts_within_a_character_is_ignored) {
    const auto f = mapping::fit_text("\xc3\xa9x", 2, 0, "", "+");  // stored whole
    BOOST_TEST(f.stored == "\xc3\xa9x");
    const auto cut = mapping::fit_text("\xc3\xa9xyz", 3, 0, "", "+");
    BOOST_TEST(cut.stored == "\xc3\xa9x+");
    BOOST_TEST(restored(cut.stored, cut.entry) == "\xc3\xa9xyz");
    std::string hostile = cut.entry;
    const auto at = hostile.find("\"n\":3");
    BOOST_REQUIRE(at != std::string::npos);
    hostile.replace(at, 5, "\"n\":1");
    BOOST_TEST(restored(cut.stored, hostile) == "-");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(fields_of_a_workspace)

BOOST_AUTO_TEST_CASE(types_of_one_spelling_get_ids_of_their_own_and_the_oldest_the_plain_one) {
    const auto& t = *shipped().object("case").source;
    const std::string x(70, 'x');
    const auto f = mapping::build_fields(
        t, shipped().left(),
        {type("Asset-Owner", 12), type("asset owner", 3), type("Asset Owner 12", 4), type("ID", 5),
         type("!!!", 6), type(x + "a", 7), type(x + "b", 8), type(x + "c", 9)});
    const std::string cut(63, 'x');
    BOOST_TEST(ids_of(f) == "asset_owner asset_owner_12 id_5 attribute_6 " + cut + " " + cut.substr(2) +
                                "_8 " + cut.substr(2) + "_9 asset_owner_13");
    BOOST_TEST((f.find("id")->from == mapping::field_def::source::reserved));
    BOOST_TEST(f.find("asset_owner")->path == "asset owner");
}

BOOST_AUTO_TEST_CASE(an_overlay_types_an_attribute_and_the_server_says_how_long_it_may_be) {
    const auto b = load({std::string(CASEBRIDGE_SOURCE_DIR) + "/mappings/overlays/custom-fields.jsonc"});
    const auto f =
        mapping::build_fields(*b->object("case").source, b->left(),
                              {type("Loss Estimate", 5, 19), type("Region", 6, 40), type("Other", 7, 100)});
    BOOST_REQUIRE(f.find("loss_estimate") != nullptr);
    BOOST_TEST(f.find("loss_estimate")->type == "NUMERIC");
    BOOST_TEST(f.find("loss_estimate")->max == 19U);
    BOOST_TEST(f.find("regions")->spread);
    BOOST_TEST(f.find("region") == nullptr);
    BOOST_TEST(f.find("other")->type == "TEXT");
    BOOST_TEST(f.all()[static_cast<std::size_t>(f.index_of_attribute("Region"))].id == "regions");
    BOOST_TEST(f.index_of_attribute("region") == -1);
}

BOOST_AUTO_TEST_CASE(the_carried_state_is_no_field_and_its_type_gives_the_budget) {
    const auto& t = *shipped().object("case").source;
    BOOST_TEST(mapping::build_fields(t, shipped().left(), {type("Bridge State", 1, 777)}).carry_max() ==
               777U);
    BOOST_TEST(mapping::build_fields(t, shipped().left(), {type("Bridge State", 1, 0)}).carry_max() == 500U);
    const auto f = mapping::build_fields(t, shipped().left(), {type("Other", 1, 1)});
    BOOST_TEST(f.carry_max() == 0U);
    BOOST_TEST(f.find("bridge_state") == nullptr);
}

BOOST_AUTO_TEST_CASE(hidden_native_fields_leave_the_reserved_columns_and_the_servers_types) {
    const auto b = load({std::string(CASEBRIDGE_SOURCE_DIR) + "/mappings/overlays/plain-fields.jsonc"});
    const auto f = mapping::build_fields(*b->object("case").source, b->left(), {type("Other", 1, 1)});
    BOOST_TEST(f.all().size() == 5U);
    BOOST_TEST(f.find("tc_xid") == nullptr);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(carried_state)

BOOST_AUTO_TEST_CASE(an_entry_that_is_there_already_changes_nothing) {
    mapping::carry_state s;
    s.offer(R"({"v":1,"r":4,"t":"old","s":{"priority":"high"}})", 9);
    BOOST_TEST((finish(&s, 500, true, {{"priority", "\"high\""}}).carry == action::keep));
    BOOST_TEST((finish(&s, 500, true, {{"status", ""}}).carry == action::keep));
    const auto plan = finish(&s, 500, true, {{"priority", "\"low\""}});
    BOOST_TEST(plan.carry_text == R"({"v":1,"r":5,"t":"cafe0000","s":{"priority":"low"}})");
    BOOST_TEST(plan.old_carry == std::vector<std::int64_t>{9}, boost::test_tools::per_element());
    BOOST_TEST((finish(&s, 500, true, {{"priority", ""}}).carry == action::remove));
    BOOST_TEST((finish(nullptr, 500, true, {{"priority", ""}}).carry == action::keep));
}

BOOST_AUTO_TEST_CASE(the_largest_entries_go_into_files_and_come_back_from_them) {
    const std::string big = "\"" + std::string(300, 'b') + "\"", bigger = "\"" + std::string(400, 'c') + "\"";
    const auto plan = finish(nullptr, 500, true, {{"a", "\"s\""}, {"b", big}, {"c", bigger}});
    BOOST_REQUIRE(plan.spills.size() == 1U);
    BOOST_TEST(plan.spills[0].rule == "c");
    BOOST_TEST(plan.spills[0].text == bigger);
    BOOST_TEST(plan.spills[0].file.starts_with("state-"));
    BOOST_TEST(mapping::utf16_length(plan.carry_text) <= 500U);
    mapping::carry_state s;
    s.offer(plan.carry_text, 1);
    BOOST_TEST(s.spilled("c"));
    BOOST_TEST(!s.entry("c").exists());
    BOOST_TEST(!s.provide("c", "\"forged\""));
    BOOST_TEST(s.provide("c", bigger));
    BOOST_TEST(s.entry("c").text() == std::string(400, 'c'));
    BOOST_TEST((finish(&s, 500, true, {{"c", bigger}}).carry == action::keep));
    const auto gone = finish(&s, 500, true, {{"c", ""}});
    BOOST_TEST(gone.old_spills == std::vector<std::string>{plan.spills[0].file},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_has_no_place_is_a_declared_loss_and_is_not_said_to_be_carried) {
    const std::string big = "\"" + std::string(300, 'b') + "\"";
    const auto plan = finish(nullptr, 100, false, {{"a", "\"s\""}, {"b", big}});
    BOOST_TEST(plan.notes.losses() == "b=loss_too_large");
    BOOST_TEST(plan.carried == std::vector<std::string>{"a"}, boost::test_tools::per_element());
    const auto nowhere = finish(nullptr, 0, true, {{"a", "\"s\""}});
    BOOST_TEST(nowhere.notes.losses() == "a=loss_no_carry");
    BOOST_TEST((nowhere.carry == action::keep));
}

BOOST_AUTO_TEST_CASE(a_forged_state_cannot_outlive_the_next_write) {
    mapping::carry_state s;
    s.offer(R"({"v":1,"r":999999999999,"s":{"status":"x","status":"y"},"x":{"status":["f","h",1]}})", 1);
    BOOST_REQUIRE(s.present());
    const auto plan = finish(&s, 500, true, {{"status", "\"z\""}});
    mapping::carry_state next;
    next.offer(plan.carry_text, 2);
    BOOST_TEST(next.present());
    BOOST_TEST(next.entry("status").text() == "z");
    BOOST_TEST(!next.spilled("status"));
    BOOST_TEST(plan.carry_text == R"({"v":1,"r":1,"t":"cafe0000","s":{"status":"z"}})");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(error_answers)

BOOST_AUTO_TEST_CASE(every_failure_that_reaches_a_client_has_an_answer_on_both_platforms) {
    int rows = 0;
    for (int n = 0; n < 700; ++n) {
        const auto code = static_cast<errc>(n);
        if (casebridge::errc_from_string(casebridge::to_string(code)) != code) continue;
        ++rows;
        for (const char* platform : {"tracecat", "threatconnect"}) {
            const auto row = shipped().errors().answer(fail(code, "details"), platform);
            BOOST_TEST(row.status >= 400U);
            BOOST_TEST(!row.text.empty());
            BOOST_TEST(row.text.find("{detail}") == std::string::npos);
            BOOST_TEST(row.code.empty() == (std::string(platform) == "tracecat"));
        }
    }
    BOOST_TEST(rows > 30);
}

BOOST_AUTO_TEST_CASE(the_detail_is_filled_in_or_the_failures_name) {
    const auto& e = shipped().errors();
    BOOST_TEST(e.answer(fail(errc::invalid_value, "no such day"), "tracecat").text == "no such day");
    BOOST_TEST(e.answer(fail(errc::invalid_value), "tracecat").text == "invalid_value");
    BOOST_TEST(e.answer(fail(errc::invalid_value, "{detail}"), "tracecat").text == "{detail}");
    BOOST_TEST(e.answer(fail(errc::not_found, "x"), "nowhere").status == 500U);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(write_defects)

BOOST_AUTO_TEST_CASE(a_close_time_of_the_clients_own_is_written_once_and_keeps_the_status) {
    const auto& b = shipped();
    const auto f = fields(b);
    stored_case c(b, f);
    const auto plan = c.write(
        R"({"summary":"s","description":"d","status":"resolved","priority":"low","severity":"low","fields":{"tc_case_close_time":"2026-03-01T00:00:00Z"}})",
        true);
    BOOST_TEST(plan.members.find("caseCloseTime") == plan.members.rfind("caseCloseTime"));
    BOOST_TEST(c.native("caseCloseTime") == "\"2026-03-01T00:00:00Z\"");
    BOOST_TEST(c.member("status") == "\"resolved\"");
    c.write(R"({"fields":{"tc_case_close_time":"2026-04-01T00:00:00Z"}})", false);
    BOOST_TEST(c.member("status") == "\"resolved\"");
    c.native("caseCloseTime") = "\"2026-05-01T00:00:00Z\"";
    BOOST_TEST(c.member("status") == "\"closed\"");
    c.write(R"({"fields":{"tc_case_close_time":"2026-06-01T00:00:00Z"}})", false);
    BOOST_TEST(c.member("status") == "\"closed\"");
}

BOOST_AUTO_TEST_CASE(a_resolution_of_the_clients_own_is_not_overwritten) {
    const auto b =
        load({std::string(CASEBRIDGE_SOURCE_DIR) + "/mappings/overlays/status-with-resolution.jsonc"});
    const auto f = fields(*b);
    for (const std::string resolution : {"Escalated", "Not Specified", "In Progress / Investigating"}) {
        stored_case c(*b, f);
        const auto plan = c.write(
            R"({"summary":"s","description":"d","status":"on_hold","priority":"low","severity":"low","fields":{"tc_resolution":")" +
                resolution + "\"}}",
            true);
        BOOST_TEST(plan.members.find("resolution") == plan.members.rfind("resolution"));
        BOOST_TEST(c.native("resolution") == "\"" + resolution + "\"");
        BOOST_TEST(c.member("status") == "\"on_hold\"");
    }
}

BOOST_AUTO_TEST_CASE(an_enum_value_that_does_not_exist_is_refused) {
    const auto& b = shipped();
    const auto f = fields(b);
    const stored_case c(b, f);
    for (const char* name : {"status", "priority", "severity"}) {
        const auto plan = c.plan(std::string("{\"") + name + "\":\"urgent\"}", true);
        BOOST_REQUIRE(plan.has_error());
        BOOST_TEST((plan.error().code == errc::invalid_value));
        BOOST_TEST(plan.error().pointer == std::string("/") + name);
    }
}

BOOST_AUTO_TEST_CASE(writing_back_what_fields_show_is_an_empty_plan) {
    const auto& b = shipped();
    const auto f = fields(b);
    stored_case c(b, f);
    c.write(
        R"({"summary":"s","description":"d","status":"new","priority":"low","severity":"low","assignee_id":"ana"})",
        true);
    c.native("caseOpenTime") = "\"2026-01-01T00:00:00.500Z\"";
    c.native("assignee") = R"({"type":"User","data":{"id":1,"userName":"ana"}})";
    c.add_attribute("Asset Owner", "Kim");
    c.add_attribute("Asset Owner", "Roe");
    for (const char* same : {R"({"fields":{"tc_case_open_time":"2026-01-01T00:00:00.500000Z"}})",
                             R"({"fields":{"tc_resolution":"Not Specified"}})",
                             R"({"fields":{"asset_owner":"Kim\nRoe"}})", R"({"assignee_id":"ana"})"}) {
        const auto plan = c.plan(same);
        BOOST_REQUIRE(plan.has_value());
        BOOST_TEST(plan->empty(), same << " → " << plan->members);
    }
    BOOST_TEST(c.plan(R"({"fields":{"asset_owner":"Kim"}})")->bag.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
