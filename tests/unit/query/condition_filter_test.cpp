// What predicates say of a condition; that they never find less is condition_law_test.cpp's.
#include "tables.hpp"
#include "words.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

using namespace casebridge;
using namespace casebridge::query_test;

BOOST_AUTO_TEST_SUITE(condition_filter)

BOOST_AUTO_TEST_CASE(what_predicates_can_say_is_said_and_the_rest_is_left) {
    struct row {
        std::string_view condition, wanted;
        bool exact;
    };
    const std::vector<row> rows{
        {"id = 42", "short_id in 42", true},
        {"id in (43, 42)", "short_id in 42,43", true},
        {"id in ()", "any()", true},
        {"id > 42", "all()", false},
        {"id != 42", "all()", false},
        {"idAsString = '42'", "short_id in 42", true},
        {"idAsString = '042'", "any()", true},
        {"status = 'OPEN'", "status in Open", true},
        {"status != 'open'", "status in Closed", true},
        {"not status = 'open'", "status in Closed", true},
        {"status like '%'", "status in Open,Closed", true},
        {"status = 'Reopened'", "any()", true},
        {"status is null", "all()", false},
        {"severity > 'L'", "severity in Low,Medium", true},
        {"severity not in ('Low', 'High')", "severity in Medium,Critical", true},
        {"severity = 'low'", "any()", true},
        {"name = 'a%b_c\\\\'", "summary like a\\%b\\_c\\\\", false},
        {"name like 'a%b_c'", "summary like a%b\\_c", false},
        {"name contains ('a', 'b')", "any(summary like a; summary like b)", false},
        {"name contains ()", "any()", true},
        {"description startswith 'a'", "description like a", false},
        {"name != 'a'", "all()", false},
        {"name > 'a'", "all()", false},
        {"dateAdded >= \"2024-01-02 00:00:04\"", "created >= 1704153604000000", true},
        {"dateAdded > \"2024-01-02 00:00:04\"", "created >= 1704153605000000", true},
        {"dateAdded <= \"2024-01-02 00:00:04\"", "created <= 1704153604999999", true},
        {"dateAdded < \"2024-01-02 00:00:04\"", "created <= 1704153603999999", true},
        {"dateAdded < \"2024-01-02 00:00:04.5\"", "created <= 1704153604999999", true},
        {"dateAdded >= \"2024-01-02 00:00:04.5\"", "created >= 1704153605000000", true},
        {"lastUpdated = \"2024-01-02 00:00:04\"",
         "all(updated >= 1704153604000000; updated <= 1704153604999999)", true},
        {"dateAdded = \"2024-01-02 00:00:04.5\"", "any()", true},
        {"dateAdded != \"2024-01-02 00:00:04\"", "all()", false},
        {"dateAdded = \"2024-01-02\"", "all(created >= 1704153600000000; created <= 1704239999999999)", true},
        {"caseCloseTime > \"2024-01-02\"", "all()", false},
        {"tag = 'x'", "tags.name in x", true},
        {"tag != 'x'", "all()", false},
        {"not tag = 'x'", "all()", false},
        {"tag in ()", "any()", true},
        {"hasTag(summary = 'X')", "tags.name~ in x", true},
        {"hasTag(id in (1, 2))", "tags.id in 1,2", true},
        {"hasTag(name = 'x' or id = 1)", "any(tags.name in x; tags.id in 1)", true},
        {"hasTag(name = 'x' and id = 1)", "all(tags.name in x; tags.id in 1)", false},
        {"hasTag(name like 'x%')", "all()", false},
        {"hasTag()", "all()", false},
        {"not hasTag(name = 'x')", "all()", false},
        {"assigneeName = 'bob'", "assignee.data.userName in bob", true},
        {"targetId in (1, 2)", "assignee.data.id in 1,2", true},
        {"assignedToUserOrGroup = 'NONE'", "assignee absent", true},
        {"assignedToUserOrGroup != 'none'", "not(assignee absent)", true},
        {"assignedToUserOrGroup = 'User'", "all()", false},
        {"assignedToUserOrGroup in ('User', 'None')", "all()", false},
        {"assigneeName is null", "all()", false},
        {"xid = 'x'", "all()", false},
        {"calScore = 1", "all()", false},
        {"id = 1 and xid = 'x'", "all(short_id in 1)", false},
        {"id = 1 or xid = 'x'", "all()", false},
        {"not (id > 1 or status = 'Open')", "all(status in Closed)", false},
        {"not (xid = 'x' and status = 'Open')", "all()", false},
        {"status = 'Open' or severity = 'Low'", "any(status in Open; severity in Low)", true},
    };
    for (const auto& [text, wanted, exact] : rows) {
        const auto got = query::to_filter(must_read(text), mirrored_cases());
        BOOST_TEST(text_of(got.wanted) == wanted, text << ": " << text_of(got.wanted));
        BOOST_TEST(got.exact == exact, text);
    }
}

BOOST_AUTO_TEST_SUITE_END()
