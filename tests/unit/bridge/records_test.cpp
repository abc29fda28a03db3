// The pure pieces of the exchange for numbered records: numbers, places of offsets, pinned cases, lists at hand.
#include "bridge/access_memory.hpp"
#include "bridge/records/record_session.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace casebridge;
using namespace casebridge::bridge;

namespace {

constexpr query::keyword words[] = {
    {"id", query::value_type::integer, "id"},
    {"xid", query::value_type::text, "xid"},
    {"name", query::value_type::text, "name"},
    {"caseId", query::value_type::integer, "caseId"},
    {"hasCase", query::value_type::nested, "cases.data", "cases"},
};
const query::vocabulary cases{"cases", words};

const query::vocabulary* find_vocabulary(std::string_view) { return &cases; }

query::condition read(std::string_view text) {
    return query::read_condition(text, cases, find_vocabulary, instant{0}).value();
}

std::vector<std::string> sample() {
    return {R"({"id":3,"name":"b"})", R"({"id":1,"name":"a"})", R"({"id":2,"name":"c"})", R"({"id":4})"};
}

platform::record_request request(std::string_view tql = {}) {
    platform::record_request r;
    if (!tql.empty()) r.wanted = read(tql);
    return r;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(records)

BOOST_AUTO_TEST_CASE(numbers_are_lasting_and_of_31_bits_and_differ_by_workspace_and_kind) {
    std::set<std::int64_t> seen;
    for (int i = 0; i < 2000; ++i) {
        const auto n = hashed_number("w", "tag", std::to_string(i));
        BOOST_TEST((n > 0 && n < std::int64_t{1} << 31));
        seen.insert(n);
    }
    BOOST_TEST(seen.size() > 1998U);
    BOOST_TEST(hashed_number("w", "tag", "x") == hashed_number("w", "tag", "x"));
    BOOST_TEST(hashed_number("w", "tag", "x") != hashed_number("v", "tag", "x"));
    BOOST_TEST(hashed_number("w", "tag", "x") != hashed_number("w", "user", "x"));
}

BOOST_AUTO_TEST_CASE(two_objects_never_share_a_number_and_the_first_keeps_it) {
    numbered_list list;
    list.add("w", "user", {0, "ana", "id-ana", {}}, 7);
    list.add("w", "user", {0, "ben", "id-ben", {}}, 7);  // pinned to one that is taken
    BOOST_TEST(list.by_number(7)->name == "ana");
    BOOST_TEST(list.all()[1].number != 7);
    BOOST_TEST(list.by_number(list.all()[1].number)->name == "ben");
    BOOST_TEST(list.by_stored("id-ben")->name == "ben");
    BOOST_TEST(list.by_name("nobody") == nullptr);
}

BOOST_AUTO_TEST_CASE(a_walk_by_offset_goes_on_from_the_last_place_before_it) {
    checkpoint_book book(std::chrono::seconds(60), 2);
    BOOST_TEST(book.find("a", 500).cursor.empty());
    book.add("a", {100, "c100"});
    book.add("a", {300, "c300"});
    book.add("a", {400, ""});  // the end of a list is no place
    BOOST_TEST(book.find("a", 99).found == 0U);
    BOOST_TEST(book.find("a", 100).cursor == "c100");
    BOOST_TEST(book.find("a", 299).cursor == "c100");
    BOOST_TEST(book.find("a", 10000).cursor == "c300");
    book.add("a", {300, "newer"});
    BOOST_TEST(book.find("a", 300).cursor == "newer");
}

BOOST_AUTO_TEST_CASE(the_list_that_was_not_used_for_longest_is_forgotten_first) {
    checkpoint_book book(std::chrono::seconds(60), 2);
    book.add("a", {1, "a"});
    book.add("b", {1, "b"});
    BOOST_TEST(book.find("a", 1).cursor == "a");
    book.add("c", {1, "c"});
    BOOST_TEST(book.find("b", 1).cursor.empty());
    BOOST_TEST(book.find("a", 1).cursor == "a");
    book.forget("a");
    BOOST_TEST(book.find("a", 1).cursor.empty());
}

BOOST_AUTO_TEST_CASE(a_condition_pins_cases_only_where_it_can_match_no_others) {
    const auto pins = [](const char* text, bool about_cases) {
        return pins_of(read(text), "xid", about_cases ? pins_about::cases : pins_about::others);
    };
    BOOST_TEST(pins("id = 7", true)->numbers.front() == 7);
    BOOST_TEST(pins("name = \"x\" and id in (7, 8)", true)->numbers.size() == 2U);
    BOOST_TEST(pins("xid = \"my-xid\" or id = 3", true)->size() == 2U);
    BOOST_TEST(!pins("id = 7 or name = \"x\"", true).has_value());
    BOOST_TEST(!pins("not id = 7", true).has_value());
    BOOST_TEST(!pins("id > 7", true).has_value());
    BOOST_TEST(!pins("id != 7", true).has_value());
    // On other objects "id" is their own, and their case is named otherwise.
    BOOST_TEST(!pins("id = 7", false).has_value());
    BOOST_TEST(pins("caseId = 7", false)->numbers.front() == 7);
    BOOST_TEST(pins("hasCase(id = 7)", false)->numbers.front() == 7);
    BOOST_TEST(pins("hasCase(xid = \"x\" and name = \"n\")", false)->external_ids.front() == "x");
    BOOST_TEST(!pins("hasCase(name = \"n\")", false).has_value());
    BOOST_TEST(!pins("hasCase()", false).has_value());
}

BOOST_AUTO_TEST_CASE(documents_at_hand_are_filtered_sorted_and_cut) {
    auto r = request("id > 1");
    r.order = query::read_sorting("name desc", cases).value();
    r.limit = 2;
    const auto first = select_documents(r, sample());
    BOOST_TEST(*first.total == 3U);
    BOOST_TEST(first.more);
    r.offset = 2;
    const auto second = select_documents(r, sample());
    BOOST_TEST(!second.more);
    BOOST_TEST(first.documents.size() + second.documents.size() == 3U);
    r.offset = 50;
    BOOST_TEST(select_documents(r, sample()).documents.empty());
    BOOST_TEST(*select_documents(request("name = \"nope\""), sample()).total == 0U);
}

BOOST_AUTO_TEST_CASE(one_document_is_found_by_its_number) {
    auto r = request();
    r.number = 2;
    BOOST_TEST(pick_document(r, sample())->documents.front() == R"({"id":2,"name":"c"})");
    r.number = 9;
    BOOST_TEST((pick_document(r, sample()).error().code == errc::not_found));
}

BOOST_AUTO_TEST_CASE(a_workspace_is_looked_through_again_after_a_while_and_a_restriction_is_not_forgotten) {
    access_memory memory;
    const uuid one = uuid::parse("11111111-1111-4111-8111-111111111111").value();
    const uuid other = uuid::parse("22222222-2222-4222-8222-222222222222").value();
    const http::time_point now = http::clock::now();
    BOOST_TEST(!memory.is_surveyed(one, now));
    memory.note_survey(one, now);
    BOOST_TEST(memory.is_surveyed(one, now));
    BOOST_TEST(!memory.is_surveyed(one, now + access_memory::survey_age));
    memory.note_restricted(one);
    memory.note_survey(one, now);
    BOOST_TEST(memory.is_restricted(one));
    BOOST_TEST(!memory.is_restricted(other));
    BOOST_TEST(!memory.is_surveyed(other, now));
}

BOOST_AUTO_TEST_SUITE_END()
