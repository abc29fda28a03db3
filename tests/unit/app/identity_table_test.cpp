// Who is who: what is certain, what is only likely, and who has nobody.
#include "app/identity_table.hpp"

#include <boost/test/unit_test.hpp>

using namespace casebridge::app;

namespace {

side_user person(std::string login, std::string name = {}) {
    std::string id = "id of " + login;
    return {std::move(id), std::move(login), std::move(name)};
}

// "ana@x -> ana (suggested: …)", a row each.
std::string told(const std::vector<identity_row>& rows) {
    std::string out;
    for (const auto& r : rows)
        out += r.tracecat.login + " -> " + r.threatconnect.login + " (" + to_string(r.match) + ")\n";
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(identity_table)

BOOST_AUTO_TEST_CASE(configuration_comes_first_then_equal_names_then_guesses) {
    const auto rows = match_users(
        {person("Ana@x.example"), person("ben@x.example"), person("cat@x.example"),
         person("dora@x.example", "Dora D")},
        {person("BEN@X.EXAMPLE"), person("smith"), person("cat"), person("90000", "dora d"), person("alone")},
        {{"ana@x.example", "Smith"}});
    BOOST_TEST(told(rows) ==
               "Ana@x.example -> smith (configured)\n"
               "ben@x.example -> BEN@X.EXAMPLE (same name)\n"
               "cat@x.example -> cat (suggested: part before the @)\n"
               "dora@x.example -> 90000 (suggested: same first and last name)\n"
               " -> alone (unmatched)\n");
}

BOOST_AUTO_TEST_CASE(nobody_is_guessed_who_could_be_two) {
    const auto rows = match_users({person("ana@x.example", "A N"), person("ana@y.example", "A N")},
                                  {person("ana", "A N"), person("other", "O O")}, {});
    BOOST_TEST(told(rows) ==
               "ana@x.example ->  (unmatched)\nana@y.example ->  (unmatched)\n"
               " -> ana (unmatched)\n -> other (unmatched)\n");
}

BOOST_AUTO_TEST_CASE(people_without_names_are_not_the_same_person) {
    const auto rows = match_users({person("ana@x.example")}, {person("ben")}, {});
    BOOST_TEST(told(rows) == "ana@x.example ->  (unmatched)\n -> ben (unmatched)\n");
}

BOOST_AUTO_TEST_CASE(a_configured_user_who_does_not_exist_is_said_and_never_guessed_around) {
    const auto rows = match_users({person("ana@x.example")}, {person("ana")}, {{"ana@x.example", "gone"}});
    BOOST_TEST(told(rows) == "ana@x.example -> gone (configured, but no such user)\n -> ana (unmatched)\n");
}

BOOST_AUTO_TEST_CASE(cells_are_quoted_where_they_must_be) {
    identity_row r;
    r.bridge = "b";
    r.workspace = "S, O \"C\"";
    r.tracecat = {"1", "a@x", "line\nbreak"};
    const std::string text = to_csv({r});
    BOOST_TEST(text.substr(text.find("\r\n") + 2) ==
               "b,\"S, O \"\"C\"\"\",a@x,1,\"line\nbreak\",,,,unmatched\r\n");
}

BOOST_AUTO_TEST_SUITE_END()
