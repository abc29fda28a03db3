#include "bridge/children/file_memory.hpp"
#include "bridge/children/file_shelf.hpp"

#include <boost/test/unit_test.hpp>

using namespace casebridge::bridge;

BOOST_AUTO_TEST_SUITE(files_of_cases)

BOOST_AUTO_TEST_CASE(what_was_found_out_holds_for_the_same_document_only) {
    file_memory m;
    m.learn("Org", 7, "{\"hash\":1}", {5, "aa"});
    BOOST_TEST_REQUIRE(m.find("Org", 7, "{\"hash\":1}") != nullptr);
    BOOST_TEST(m.find("Org", 7, "{\"hash\":1}")->size == 5u);
    BOOST_TEST(m.find("Org", 7, "{\"hash\":2}") == nullptr);  // replaced meanwhile
    BOOST_TEST(m.find("Other", 7, "{\"hash\":1}") == nullptr);
    BOOST_TEST(m.find("Org", 8, "{\"hash\":1}") == nullptr);
    m.learn("Org", 7, "{\"hash\":2}", {6, "bb"});
    BOOST_TEST(m.find("Org", 7, "{\"hash\":2}")->sha256 == "bb");
}

BOOST_AUTO_TEST_CASE(the_oldest_go_first) {
    file_memory m(3);
    for (std::int64_t i = 1; i <= 5; ++i) m.learn("Org", i, "d", {static_cast<std::size_t>(i), ""});
    for (std::int64_t i = 1; i <= 5; ++i) BOOST_TEST((m.find("Org", i, "d") != nullptr) == (i > 2));
}

BOOST_AUTO_TEST_CASE(a_state_remembers_for_which_bytes_it_was_written) {
    const std::string state = R"({"v":1,"of":["artifact",3],"r":1,"t":"00","s":{"size":5}})";
    const std::string marked = with_mark(state, "hash 1");
    BOOST_TEST(marked.starts_with(R"({"v":1,"of":["artifact",3],"r":1,"t":"00","s":{"mark":")"));
    BOOST_TEST(marked.ends_with(R"(","size":5}})"));
    BOOST_TEST(with_mark(R"({"s":{}})", "hash 1").ends_with("\"}}"));
    BOOST_TEST(with_mark(state, "") == state);  // the backend says nothing
    BOOST_TEST(with_mark("no state", "hash 1") == "no state");
}

BOOST_AUTO_TEST_SUITE_END()
