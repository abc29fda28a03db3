// The lists of what hangs on a case, in the case's state: what is put comes back, what makes no sense is nothing.
#include "support.hpp"

#include "mapping/kept_children.hpp"

using namespace mapping_test;

BOOST_AUTO_TEST_SUITE(kept_lists)

BOOST_AUTO_TEST_CASE(elements_come_back_as_they_were_put) {
    mapping::kept_children_writer w({});
    w.put(17, "0b0f3c1e", {}, R"({"author":"me"})", {});
    w.put(18, {}, R"({"content":"x"})", R"({"taskId":"5"})", "00ff");
    w.put(19, {}, R"({"content":"y"})", {}, {});
    const std::string text = w.render();
    BOOST_TEST(
        text ==
        R"([{"n":"17","u":"0b0f3c1e","s":{"author":"me"}},)"
        R"({"n":"18","d":{"content":"x"},"s":{"taskId":"5"},"k":"00ff"},{"n":"19","d":{"content":"y"}}])");
    const parsed list(text);
    const auto all = mapping::kept_children(list.root());
    BOOST_REQUIRE(all.size() == 3U);
    BOOST_TEST(all[0].own == 17);
    BOOST_TEST(all[0].stored_id == "0b0f3c1e");
    BOOST_TEST(!all[0].document);
    BOOST_TEST(all[0].entries.member("author").text() == "me");
    BOOST_TEST(all[1].document.member("content").text() == "x");
    BOOST_TEST(all[1].key == "00ff");
    BOOST_TEST(!all[2].entries);
    BOOST_TEST(mapping::kept_children_writer(list.root()).render() == text);
}

BOOST_AUTO_TEST_CASE(a_number_is_given_out_once) {
    const parsed list(R"([{"n":"17","d":{"a":1}},{"n":"18"}])");
    mapping::kept_children_writer w(list.root());
    BOOST_TEST(!w.changed());
    BOOST_TEST(w.has(17));
    BOOST_TEST(w.has(18));
    w.put(17, {}, R"({"a":1})", {}, {});
    BOOST_TEST(!w.changed());
    w.remove(17);
    BOOST_TEST(w.changed());
    BOOST_TEST(w.render() == R"([{"n":"17"},{"n":"18"}])");
    BOOST_TEST(mapping::kept_children(parsed(w.render()).root()).empty());
    for (int i = 0; i < 1000; ++i) {
        const auto n = w.new_number();
        BOOST_TEST_REQUIRE((n > 0 && n <= (std::int64_t{1} << 31) - 1 && n != 17 && n != 18));
    }
    BOOST_TEST(mapping::kept_children_writer({}).render().empty());
}

BOOST_AUTO_TEST_CASE(lists_that_somebody_else_wrote_are_ignored_where_they_make_no_sense) {
    const parsed list(
        R"([7,null,"x",[],{},{"n":17,"d":{}},{"n":"0","d":{}},{"n":"-1","d":{}},{"n":"2147483648","d":{}},
        {"n":"99999999999999999999","d":{}},{"n":"1x","d":{}},{"n":"5","d":[]},{"n":"6","u":7},{"n":"7","u":"","d":null},
        {"n":"8","d":{"a":1}},{"n":"8","d":{"b":1}},{"n":"9","u":"id","s":[1],"k":{}}])");
    const auto all = mapping::kept_children(list.root());
    BOOST_REQUIRE(all.size() == 2U);
    BOOST_TEST(all[0].own == 8);
    BOOST_TEST(all[0].document.member("a").exists());
    BOOST_TEST(all[1].own == 9);
    BOOST_TEST(!all[1].entries);
    BOOST_TEST(all[1].key.empty());
    for (const char* none : {"null", "{}", "7", "\"x\"", R"({"data":[{"n":"1","d":{}}]})"})
        BOOST_TEST(mapping::kept_children(parsed(none).root()).empty(), none);
    // What stays is what could be read, and numbers that are taken.
    mapping::kept_children_writer w(list.root());
    for (const std::int64_t taken : {5, 6, 7, 8, 9}) BOOST_TEST(w.has(taken));
}

// What a list costs grows with it, not with its square.
BOOST_AUTO_TEST_CASE(of_equal_numbers_the_child_that_is_shown_stays) {
    for (const char* before : {R"({"n":"8"})", R"({"n":"8","entries":{}})", R"({"n":"8","d":[],"u":""})"}) {
        const parsed list("[" + std::string(before) +
                          R"(,{"n":"8","d":{"a":1}},{"n":"8","d":{"b":2}},{"n":"8"}])");
        const auto shown = mapping::kept_children(list.root());
        BOOST_REQUIRE(shown.size() == 1U);
        BOOST_TEST(shown[0].document.raw() == R"({"a":1})");
        BOOST_TEST(mapping::kept_children_writer(list.root()).render() == R"([{"n":"8","d":{"a":1}}])");
    }
}

BOOST_AUTO_TEST_CASE(a_very_long_list_is_read_and_written_all_the_same) {
    std::string text = "[";
    for (int i = 1; i <= 200000; ++i)
        text += (i > 1 ? "," : "") + (R"({"n":")" + std::to_string(i) + R"(","d":{}})");
    const parsed list(text + "]");
    BOOST_TEST(mapping::kept_children(list.root()).size() == 200000U);
    mapping::kept_children_writer w(list.root());
    w.put(200001, "id", {}, {}, {});
    w.remove(7);
    BOOST_TEST(w.has(200001));
    BOOST_TEST(w.changed());
    const std::string now = w.render();
    const parsed next(now);
    BOOST_TEST(mapping::kept_children(next.root()).size() == 200000U);
}

BOOST_AUTO_TEST_CASE(a_documents_changes_are_laid_over_it) {
    const parsed d(R"({"content":"a","created_at":"t","n":1.50})");
    BOOST_TEST(mapping::with_members(d.root(), R"("content":"b","user":null)") ==
               R"({"created_at":"t","n":1.50,"content":"b","user":null})");
    BOOST_TEST(mapping::with_members(d.root(), "") == R"({"content":"a","created_at":"t","n":1.50})");
    BOOST_TEST(mapping::with_members({}, R"("a":1)") == R"({"a":1})");
    BOOST_TEST(mapping::with_members(d.root(), R"("a":)") == "");
}

BOOST_AUTO_TEST_SUITE_END()
