#include "core/slug.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>

using casebridge::slug;

BOOST_AUTO_TEST_SUITE(slugs)

// Each pair is what python-slugify 8.0.4 answers.
BOOST_AUTO_TEST_CASE(names_become_what_python_slugify_makes_of_them) {
    const std::pair<const char*, const char*> known[] = {
        {"Phishing Campaign", "phishing-campaign"},
        {"Bob's", "bob-s"},
        {"Bob\xe2\x80\x99s", "bobs"},
        {"1,000", "1000"},
        {"1,2,3", "123"},
        {"x,1", "x-1"},
        {"a_b", "a-b"},
        {"C++", "c"},
        {"..", ""},
        {"", ""},
        {"\xc3\xa4\xc3\xb6\xc3\x9f", "aoss"},
        {"a\xc3\x97"
         "b \xc3\xb7",
         "axb"},
        {"\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82", "privet"},
        {"\xce\xb1\xce\xb2\xce\xb3", "abg"},
        {"a\xf0\x9f\x98\x80"
         "b",
         "ab"},
        {"\xe2\x84\x96"
         "5",
         "no5"},
        {"5 \xe2\x82\xac", "5-eur"},
        {"\xc2\xbd x", "1-2-x"},
        {"\xef\xac\x81x", "fix"},
        {"a\xe2\x80\xa6"
         "b",
         "a-b"},
        {"na\xc3\xafve", "naive"},
        {"nai\xcc\x88ve", "naive"},
        {"R&amp;D", "r-d"},
        {"&#65;b &#x43;", "ab-c"},
        {"A & B", "a-b"},
        {"&nope; &", "nope"},
    };
    for (const auto& [name, expected] : known) BOOST_TEST(slug(name) == expected);
}

BOOST_AUTO_TEST_CASE(another_separator_stands_in_the_same_places) {
    BOOST_TEST(slug("Business Unit (owner)", '_') == "business_unit_owner");
    BOOST_TEST(slug("a-b_c", '_') == "a_b_c");
}

BOOST_AUTO_TEST_CASE(broken_text_is_no_trouble) {
    for (const std::string text : {"\xff", "\xc3", "\xe2\x82", "a\xf0\x9f", "&#", "&#;", "&#x;", "&;"})
        BOOST_TEST(slug(text).size() <= text.size());
}

BOOST_AUTO_TEST_SUITE_END()
