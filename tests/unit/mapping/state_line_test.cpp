#include "support.hpp"

#include "mapping/state_line.hpp"
#include "mapping/write_plan.hpp"

#include <map>

using namespace casebridge;
using namespace casebridge::mapping;
using namespace mapping_test;

namespace {

constexpr std::string_view marker = "[casebridge] ";

std::string state(int revision, std::string_view color) {
    return R"({"v":1,"r":)" + std::to_string(revision) + R"(,"t":"00000000","s":{"color":")" +
           std::string(color) + "\"}}";
}
std::string line(int revision, std::string_view color) {
    return std::string(marker) + state(revision, color);
}

std::string color_in(const std::string& text) {
    carry_state found;
    offer_state_lines(text, marker, found);
    return std::string(found.entry("color").text());
}

// A tag with that description, as the table shows it.
std::string shown(const std::string& stored, const references& refs = world()) {
    const auto& programs = shipped().object("tag");
    json::tape t;
    BOOST_REQUIRE(t.parse(stored, {}).has_value());
    stored_reader in(programs.compiled->slots, programs.compiled->bag);
    in.read(t.root(), nullptr);
    ledger notes;
    std::string out;
    programs.view("read").run(in, refs, {}, out, notes);
    return out;
}

std::string tag(const std::string& description) {
    std::string out;
    json::writer(out)
        .begin_object()
        .member("id", std::int64_t{7})
        .member("name", "VIP")
        .member("description", description)
        .end_object();
    return out;
}

write_plan written(const std::string& document, const std::string& stored) {
    const auto& programs = shipped().object("tag");
    json::tape d, t;
    BOOST_REQUIRE(d.parse(document, {}).has_value());
    stored_reader current(programs.compiled->slots, programs.compiled->bag);
    if (!stored.empty()) {
        BOOST_REQUIRE(t.parse(stored, {}).has_value());
        current.read(t.root(), nullptr);
    }
    write_plan plan;
    const field_set none;
    BOOST_REQUIRE(
        programs.write->run(d.root(), stored.empty() ? nullptr : &current, none, world(), instant{}, plan)
            .has_value());
    return plan;
}

std::string description_after(const write_plan& plan) {
    json::tape t;
    const std::string text = "{" + plan.members + "}";
    BOOST_REQUIRE(t.parse(text, {}).has_value());
    return std::string(t.root().member("description").text());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(state_lines)

BOOST_AUTO_TEST_CASE(the_state_is_found_wherever_its_line_stands) {
    for (const std::string& text :
         {line(1, "red"), "mine\n" + line(1, "red"), line(1, "red") + "\nafter",
          "a\r\n" + line(1, "red") + "\r\nb", line(3, "red") + "\n" + line(2, "old"),
          line(2, "old") + "\n" + line(3, "red"), std::string(marker) + "{\n" + line(1, "red")})
        BOOST_TEST(color_in(text) == "red");
    for (const std::string& text : {std::string(), std::string("x"), std::string(marker),
                                    "x " + line(1, "red"), line(1, "red") + " x", state(1, "red")})
        BOOST_TEST(color_in(text) == "");
}

BOOST_AUTO_TEST_CASE(what_people_wrote_comes_back_byte_for_byte) {
    for (const std::string own :
         {"", "x", "x\n", "\n", "\n\n", " x\r\n y ", "[casebridge] ", "[casebridge] {}\nx", "ü💥\n"}) {
        const std::string with = with_state_line(own, marker, state(1, "red"));
        BOOST_TEST(color_in(with) == "red");
        BOOST_TEST(without_state_lines(with, marker) == own);
        BOOST_TEST(without_state_lines(own, marker) == own);
    }
    BOOST_TEST(without_state_lines("a\n" + line(1, "x") + "\nb\n" + line(2, "y"), marker) == "a\nb");
    BOOST_TEST(without_state_lines(line(1, "x") + "\n", marker) == "");
}

BOOST_AUTO_TEST_CASE(the_room_is_what_the_text_leaves) {
    BOOST_TEST(room_for_state("", marker, 100) == 87U);
    BOOST_TEST(room_for_state("0123456789", marker, 100) == 76U);
    BOOST_TEST(room_for_state("💥", marker, 100) == 84U);  // two UTF-16 units
    BOOST_TEST(room_for_state(std::string(99, 'x'), marker, 100) == 0U);
}

BOOST_AUTO_TEST_CASE(a_colour_is_written_and_read) {
    const write_plan made = written(R"({"name":"VIP","color":"#F00"})", "");
    BOOST_TEST(made.members.starts_with(R"("name":"VIP","description":")"));
    BOOST_CHECK(made.carry == write_plan::carry_action::keep && !made.carry_text.empty());
    const std::string stored = tag(description_after(made));
    BOOST_TEST(shown(stored) == R"({"id":"tag-7","name":"VIP","ref":"vip","color":"#F00"})");
    BOOST_TEST(written(R"({"color":"#F00","name":"VIP"})", stored).idle());
    BOOST_TEST(written("{}", stored).idle());
    const write_plan renamed = written(R"({"name":"Other"})", stored);
    BOOST_TEST(renamed.members == R"("name":"Other")");
    BOOST_TEST(description_after(written(R"({"color":null})", stored)) == "");
    BOOST_TEST(written(R"({"color":null})", tag("mine")).idle());
    BOOST_TEST(shown(tag("mine")) == R"({"id":"tag-7","name":"VIP","ref":"vip","color":null})");
}

BOOST_AUTO_TEST_CASE(a_name_that_the_other_side_would_trim_or_refuse_comes_back) {
    for (const std::string name : {"   ", " VIP", "VIP\t", "( )"}) {
        std::string document;
        json::writer(document).begin_object().member("name", name).end_object();
        const write_plan made = written(document, "");
        const std::string text = "{" + made.members + ",\"id\":7}";
        json::tape t;
        const std::string seen = shown(text);
        BOOST_REQUIRE(t.parse(seen, {}).has_value());
        BOOST_TEST(t.root().member("name").text() == name);
        BOOST_TEST(t.root().member("ref").text() == (name.find("VIP") == std::string::npos ? "" : "vip"));
        BOOST_TEST(written(document, text).idle());
    }
}

BOOST_AUTO_TEST_CASE(what_has_no_room_is_a_declared_loss_and_the_text_stays) {
    const std::string full(3990, 'x');
    const write_plan lost = written(R"({"color":"red"})", tag(full));
    BOOST_TEST(lost.empty());
    BOOST_TEST(!lost.idle());
    BOOST_TEST(lost.notes.losses() == "color=loss_too_large");
    const std::string long_color(4100, 'c');
    BOOST_TEST(written(R"({"name":"x","color":")" + long_color + "\"}", "").notes.losses() ==
               "color=loss_too_large");
    // A state that is there and grows too large goes: what it says would be wrong.
    const std::string half(3900, 'x');
    const std::string stored = tag(with_state_line(half, marker, state(1, "red")));
    const write_plan grown = written(R"({"color":")" + std::string(200, 'c') + "\"}", stored);
    BOOST_TEST(grown.notes.losses() == "color=loss_too_large");
    BOOST_TEST(description_after(grown) == half);
}

BOOST_AUTO_TEST_CASE(a_tag_of_a_case_without_its_description_gets_its_state_from_elsewhere) {
    struct remembering : world {
        std::string_view state_text(std::string_view kind, std::int64_t number) const override {
            return kind == "tag" && number == 7 ? std::string_view(text) : std::string_view();
        }
        std::string text = "mine\n" + line(1, "teal");
    };
    const auto& programs = shipped().object("case");
    json::tape t;
    const std::string stored =
        R"({"id":1,"tags":{"data":[{"id":7,"name":"VIP"},{"id":8,"name":"x"},{"id":7,"name":"own","description":""}]}})";
    BOOST_REQUIRE(t.parse(stored, {}).has_value());
    stored_reader in(programs.compiled->slots, programs.compiled->bag);
    in.read(t.root(), nullptr);
    ledger notes;
    std::string out;
    programs.view("item").run(in, remembering(), {}, out, notes);
    BOOST_TEST(out.find(R"("tags":[{"id":"tag-7","name":"VIP","ref":"vip","color":"teal"},)"
                        R"({"id":"tag-8","name":"x","ref":"x","color":null},)"
                        R"({"id":"tag-7","name":"own","ref":"own","color":null}])") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
