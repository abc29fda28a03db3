// Searching as fact sheet §1.3 has it, on a store that is filled by hand.
#include "sandbox/tracecat/search.hpp"
#include "tracecat_bench.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>

using namespace casebridge;
using namespace casebridge::sandbox::tracecat;

namespace {

struct archive : bench {
    incident& add(std::string summary, std::string description = "d") {
        incident c;
        c.summary = std::move(summary);
        c.description = std::move(description);
        return data.add_case(*home, std::move(c));
    }
    tag& add_tag(const std::string& name, const std::string& ref) {
        home->tags.push_back({data.new_id(), name, ref, std::nullopt});
        return home->tags.back();
    }
    reply find(const std::string& query) { return get("/cases/search?limit=200&sort=asc&" + query); }
    // The summaries found, in the order of creation.
    std::string found(const std::string& query) {
        const reply r = find(query);
        BOOST_TEST_REQUIRE(r.status == 200u, r.text);
        std::string out;
        for (const auto& item : r.json.at("items").as_array())
            out.append(out.empty() ? "" : " ").append(std::string_view(item.at("summary").as_string()));
        BOOST_TEST(r.json.at("total_estimate").as_int64() ==
                   static_cast<std::int64_t>(r.json.at("items").as_array().size()));
        return out;
    }
};

// LIKE by its definition: every way to spend a %.
bool like(std::string_view pattern, std::string_view text) {
    if (pattern.empty()) return text.empty();
    if (pattern.front() == '%') {
        for (std::size_t i = 0; i <= text.size(); ++i)
            if (like(pattern.substr(1), text.substr(i))) return true;
        return false;
    }
    if (text.empty()) return false;
    if (pattern.front() == '\\' && pattern.size() > 1) {
        return pattern[1] == text.front() && like(pattern.substr(2), text.substr(1));
    }
    return (pattern.front() == '_' || pattern.front() == text.front()) &&
           like(pattern.substr(1), text.substr(1));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tracecat_search)

BOOST_AUTO_TEST_CASE(a_term_is_a_substring_of_summary_description_or_number_in_any_letter_case) {
    archive a;
    a.add("alpha", "Größerer Ausfall");
    a.add("BETA", "none");
    BOOST_TEST(a.found("search_term=LPH") == "alpha");
    BOOST_TEST(a.found("search_term=gr%C3%96%C3%9Ferer") == "alpha");
    BOOST_TEST(a.found("search_term=grosserer") == "");
    BOOST_TEST(a.found("search_term=eta") == "BETA");
    BOOST_TEST(a.found("search_term=case-0002") == "BETA");
    BOOST_TEST(a.found("search_term=SE-000") == "alpha BETA");
    BOOST_TEST(a.found("search_term=") == "alpha BETA");
    BOOST_TEST(a.found("search_term=%20alpha") == "");
}

BOOST_AUTO_TEST_CASE(a_term_does_not_reach_from_the_summary_into_the_description) {
    archive a;
    a.add("left", "right");
    BOOST_TEST(a.found("search_term=left%25right") == "");
    BOOST_TEST(a.found("search_term=left_right") == "");
    BOOST_TEST(a.found("search_term=l%25t") == "left");
}

BOOST_AUTO_TEST_CASE(wildcards_and_backslashes_are_not_escaped) {
    archive a;
    a.add("full", "100% done");
    a.add("plain", "100 done");
    a.add("slash", "a\\b");
    a.add("glued", "ends with ab");
    a.add("percent", "ends with b%");
    BOOST_TEST(a.found("search_term=100%25") == "full plain");
    BOOST_TEST(a.found("search_term=100%5C%25") == "full");
    BOOST_TEST(a.found("search_term=1_0") == "full plain");
    BOOST_TEST(a.found("search_term=a%5Cb") == "glued");          // \b is b
    BOOST_TEST(a.found("search_term=b%5C") == "percent");         // the closing % is escaped
    BOOST_TEST(a.found("search_term=a%5C%5Cb") == "slash");
    BOOST_TEST(a.found("search_term=_") == "full plain slash glued percent");
}

BOOST_AUTO_TEST_CASE(an_underscore_is_one_character_not_one_byte) {
    archive a;
    a.add("one", "x\u00E4y");
    BOOST_TEST(a.found("search_term=x_y") == "one");
    BOOST_TEST(a.found("search_term=x__y") == "");
}

BOOST_AUTO_TEST_CASE(random_patterns_match_as_like_does) {
    std::mt19937 random(5);
    constexpr std::string_view letters = "aab%_\\";
    const auto make = [&](std::size_t most, std::size_t alphabet) {
        std::string out;
        for (std::size_t i = random() % (most + 1); i > 0; --i) out += letters[random() % alphabet];
        return out;
    };
    for (int i = 0; i < 20'000; ++i) {
        const std::string term = make(6, letters.size()), text = make(8, letters.size());
        const std::string pattern = "%" + term + "%";
        BOOST_TEST_REQUIRE(like_pattern(term).matches(std::string_view(text)) == like(pattern, text),
                           pattern + " on " + text);
    }
}

BOOST_AUTO_TEST_CASE(numbers_above_9999_are_cut_in_a_term_but_not_in_short_id) {
    archive a;
    a.home->last_number = 12339;
    a.add("first");     // 12340
    a.home->last_number = 12344;
    a.add("second");    // 12345
    BOOST_TEST(a.found("search_term=CASE-12345") == "");
    BOOST_TEST(a.found("search_term=CASE-1234") == "first second");
    BOOST_TEST(a.found("short_id=12345") == "second");
    BOOST_TEST(a.found("short_id=case-12340") == "first");
}

BOOST_AUTO_TEST_CASE(short_ids_are_read_leniently_and_refused_exactly) {
    archive a;
    a.add("one");
    for (const std::string good : {"1", "0001", "CASE-1", "%20case-0001%20"})
        BOOST_TEST(a.found("short_id=" + good) == "one");
    BOOST_TEST(a.found("short_id=2147483647") == "");
    for (const std::string bad : {"CASE-", "CASE--1", "x", "-1", "1.0", "12345678901"}) {
        const reply r = a.find("short_id=" + bad);
        BOOST_TEST(r.status == 400u);
        BOOST_TEST(r.detail() == "Short ID must match CASE-<number> or <number>");
    }
    BOOST_TEST(a.find("short_id=2147483648").detail() == "Failed to retrieve cases");
    BOOST_TEST(a.find("short_id=2147483648").status == 500u);
}

BOOST_AUTO_TEST_CASE(tags_are_alternatives_and_vanish_when_none_exists) {
    archive a;
    tag& red = a.add_tag("Red Team", "red-team");
    const uuid blue = a.add_tag("Blue", "blue").id;
    const uuid red_id = a.home->tags.front().id;
    (void)red;
    a.add("r").tags = {red_id};
    a.add("b").tags = {blue};
    a.add("both").tags = {red_id, blue};
    a.add("none");
    BOOST_TEST(a.found("tags=red-team") == "r both");
    BOOST_TEST(a.found("tags=Red%20Team") == "r both");
    BOOST_TEST(a.found("tags=" + blue.to_string()) == "b both");
    BOOST_TEST(a.found("tags=red-team&tags=blue") == "r b both");
    BOOST_TEST(a.found("tags=nope") == "r b both none");
    BOOST_TEST(a.found("tags=nope&tags=blue") == "b both");
    BOOST_TEST(a.found("tags=") == "r b both none");
}

BOOST_AUTO_TEST_CASE(enums_are_alternatives_and_parameters_add_up) {
    archive a;
    a.add("nl").status = 1;
    BOOST_TEST(a.home->cases.size() == 1u);
    incident& closed = a.add("ch");
    a.data.change(*a.home, closed, [](incident& c) { c.status = 5, c.priority = 3; }, false);
    BOOST_TEST(a.found("status=new&status=closed") == "nl ch");
    BOOST_TEST(a.found("status=closed") == "ch");
    BOOST_TEST(a.found("status=closed&priority=low") == "");
    BOOST_TEST(a.found("status=closed&priority=low&priority=high") == "ch");
    BOOST_TEST(a.find("status=closed,new").status == 422u);
    BOOST_TEST(a.find("status=NEW").status == 422u);
}

BOOST_AUTO_TEST_CASE(assignees_are_ids_or_nobody) {
    archive a;
    a.add("free");
    a.add("lead").assignee = a.id_of("lead");
    a.add("editor").assignee = a.id_of("editor");
    const std::string lead = a.id_of("lead").to_string();
    BOOST_TEST(a.found("assignee_id=" + lead) == "lead");
    BOOST_TEST(a.found("assignee_id=unassigned") == "free");
    BOOST_TEST(a.found("assignee_id=__UNASSIGNED__&assignee_id=" + lead) == "free lead");
    BOOST_TEST(a.found("assignee_id=5b1e1f0a-9d1c-4c55-8f6e-0a7c3d2e1b90") == "");
    for (const std::string bad : {"UNASSIGNED", "lead", ""})
        BOOST_TEST(a.find("assignee_id=" + bad).detail() == "Invalid assignee_id: " + bad);
}

BOOST_AUTO_TEST_CASE(times_are_inclusive_on_both_ends) {
    archive a;
    std::vector<std::string> created, updated;
    for (const char* name : {"a", "b", "c"}) {
        incident& c = a.add(name);
        created.emplace_back();
        append_micros(created.back(), c.created_at);
        updated.emplace_back();
        append_micros(updated.back(), c.updated_at);
    }
    BOOST_TEST(a.found("start_time=" + created[1]) == "b c");
    BOOST_TEST(a.found("end_time=" + created[1]) == "a b");
    BOOST_TEST(a.found("start_time=" + created[1] + "&end_time=" + created[1]) == "b");
    BOOST_TEST(a.found("start_time=" + created[2] + "&end_time=" + created[1]) == "");
    BOOST_TEST(a.find("updated_after=" + updated[1] + "&updated_before=" + updated[1])
                   .json.at("total_estimate")
                   .as_int64() == 1);
    BOOST_TEST(a.find("start_time=yesterday").status == 422u);
}

BOOST_AUTO_TEST_CASE(dropdowns_are_alternatives_within_a_definition_and_add_up_across) {
    archive a;
    dropdown_definition tier{a.data.new_id(), "Tier", "tier", {}, false, false, 0, {}};
    tier.options = {{a.data.new_id(), "One", "one", {}, {}, 0}, {a.data.new_id(), "Two", "two", {}, {}, 1}};
    dropdown_definition site{a.data.new_id(), "Site", "site", {}, false, false, 0, {}};
    site.options = {{a.data.new_id(), "Here", "here", {}, {}, 0}};
    a.home->dropdowns = {tier, site};
    const auto choose = [&](incident& c, const dropdown_definition& d, std::size_t option) {
        c.dropdowns.push_back({a.data.new_id(), d.id, d.options[option].id});
    };
    choose(a.add("one"), tier, 0);
    incident& two = a.add("two");
    choose(two, tier, 1);
    choose(two, site, 0);
    a.add("none");
    BOOST_TEST(a.found("dropdown=tier:one&dropdown=tier:two") == "one two");
    BOOST_TEST(a.found("dropdown=tier:one&dropdown=tier:two&dropdown=site:here") == "two");
    BOOST_TEST(a.found("dropdown=tier:nope") == "");
    BOOST_TEST(a.found("dropdown=nope:x") == "");
    BOOST_TEST(a.find("dropdown=x").status == 400u);
}

BOOST_AUTO_TEST_CASE(the_aggregate_counts_what_the_search_finds) {
    archive a;
    for (std::size_t i = 0; i < 14; ++i) {
        incident& c = a.add(i % 2 == 0 ? "even" : "odd");
        a.data.change(*a.home, c, [&](incident& e) { e.status = i % 7; }, false);
    }
    const reply all = a.get("/cases/search/aggregate");
    BOOST_TEST(all.json.at("total").as_int64() == 14);
    for (const auto& [name, n] : all.json.at("status_groups").as_object())
        BOOST_TEST(n.as_int64() == 2, name);
    const reply some = a.get("/cases/search/aggregate?search_term=even&status=new&status=closed&short_id=x");
    BOOST_TEST(some.json.at("total").as_int64() == 2);
    BOOST_TEST(some.json.at("status_groups").at("other").as_int64() == 0);
}

BOOST_AUTO_TEST_CASE(the_plain_list_ignores_filters) {
    archive a;
    a.add("one");
    a.add("two");
    const reply r = a.get("/cases?status=closed&search_term=zzz&assignee_id=bad&short_id=x");
    BOOST_TEST(r.status == 200u);
    BOOST_TEST(r.json.at("total_estimate").as_int64() == 2);
}

BOOST_AUTO_TEST_SUITE_END()
