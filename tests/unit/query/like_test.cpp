#include "query/like.hpp"

#include <boost/test/unit_test.hpp>

using casebridge::query::like_pattern;

BOOST_AUTO_TEST_SUITE(like)

BOOST_AUTO_TEST_CASE(terms_are_read_as_postgresql_reads_them) {
    struct row {
        const char* term;
        const char* text;
        bool found;
    };
    for (const row& r : {row{"ransom", "Ransomware note", true},
                         {"note Ransom", "Ransom note", false},
                         {" ransom ", "ransom", false},
                         {"100%", "at 100 percent", true},
                         {"agent_x", "agent-x", true},
                         {"agent\\_x", "agent-x", false},
                         {"agent\\_x", "agent_x", true},
                         {"a\\b", "a\\b", false},
                         {"b\\", "ab\\", false},
                         {"b\\", "ab%", true},
                         {"GR\xc3\x96SSE", "gr\xc3\xb6sse", true},
                         {"\xc3\xa4", "\xc3\x84", true},
                         {"x%y", "x and y", true},
                         {"", "", true},
                         {"__", "\xf0\x9f\x95\xb5", false},
                         {"_", "\xf0\x9f\x95\xb5", true}}) {
        BOOST_TEST(like_pattern(r.term).found_in(r.text) == r.found, r.term << " in " << r.text);
    }
}

BOOST_AUTO_TEST_SUITE_END()
