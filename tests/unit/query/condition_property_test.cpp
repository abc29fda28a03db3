// Every keyword with every operator, and random conditions, against the plain evaluation of naive.hpp; printing
// and reading again; and garbage.
#include "naive.hpp"
#include "words.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <memory>

using namespace casebridge;
using namespace casebridge::query_test;

namespace {

struct parsed {
    naive::document plain;
    std::string text;
    json::tape tape;
};

std::vector<std::unique_ptr<parsed>> documents(std::uint64_t seed, std::size_t count) {
    naive::generator g(seed);
    std::vector<std::unique_ptr<parsed>> out;
    for (std::size_t i = 0; i < count; ++i) {
        auto p = std::make_unique<parsed>();
        p->plain = g.make_document();
        p->text = naive::to_json(p->plain);
        BOOST_REQUIRE(!p->tape.parse(p->text, {}).has_error());
        out.push_back(std::move(p));
    }
    return out;
}

// What both find; false, and a message, if they differ.
bool same(const query::condition& c, const naive::tree& t, const std::string& text, const parsed& d) {
    const bool expected = naive::evaluate(t, d.plain) == true;
    const bool got = matches(c, query::document_subject(d.tape.root()));
    if (expected != got) BOOST_ERROR(text << " on " << d.text << ": expected " << expected);
    return expected == got;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(condition_properties)

BOOST_AUTO_TEST_CASE(every_keyword_with_every_operator_finds_what_a_naive_evaluation_finds) {
    const auto all = documents(1, 300);
    naive::generator g(2);
    std::size_t tests = 0, found = 0;
    for (const auto& by : naive::words()) {
        for (const auto how : naive::operators_of(by.of)) {
            for (int i = 0; i < 30; ++i) {
                const naive::tree t = g.make_test(by, how);
                const std::string text = g.text_of(t);
                const auto c = must_read(text);
                for (const auto& d : all) {
                    if (!same(c, t, text, *d)) return;
                    ++tests;
                    if (naive::evaluate(t, d->plain) == true) ++found;
                }
            }
        }
    }
    BOOST_TEST(tests == 90U * 30 * 300);
    // A test of nothing at all would agree, too.
    BOOST_TEST(found > tests / 5);
    BOOST_TEST(found < tests * 4 / 5);
}

BOOST_AUTO_TEST_CASE(random_conditions_find_what_a_naive_evaluation_finds_and_survive_printing) {
    const auto all = documents(3, 20);
    naive::generator g(4);
    for (int i = 0; i < 10'000; ++i) {
        const naive::tree t = g.make_tree(3);
        const std::string text = g.text_of(t);
        const auto c = must_read(text);
        const std::string printed = query::to_text(c);
        const auto again = must_read(printed);
        if (query::to_text(again) != printed) BOOST_FAIL(text << "\nprinted " << printed);
        for (const auto& d : all) {
            if (!same(c, t, text, *d) || !same(again, t, printed, *d)) return;
        }
    }
}

BOOST_AUTO_TEST_CASE(garbage_is_refused_with_a_place) {
    naive::generator g(5);
    const std::vector<std::string> scraps{
        "id",         "name", "hasTag",   "(",    ")",    ",",         "=",
        "!=",         "<",    ">=",       "IN",   "NOT",  "and",       "OR",
        "is",         "null", "\"",       "'",    "\\",   "1",         "-",
        "2.5",        "x",    " ",        "\t",   "[",    "]",         "LIKE",
        "%",          "true", "\xc3\xa4", "\xff", "\x80", "dateAdded", "\"NOW() - \"",
        "2024-01-01", "NULL", "CONTAINS", ";",    "--"};
    std::size_t refused = 0;
    for (int i = 0; i < 10'000; ++i) {
        std::string text;
        for (std::size_t n = g.below(12); n > 0; --n) text += g.one_of(scraps) + (g.once_in(2) ? " " : "");
        if (g.once_in(4))
            for (std::size_t n = g.below(40); n > 0; --n) text += static_cast<char>(g.below(256));
        const auto c = read(text);
        if (!c.has_error()) {
            BOOST_TEST(query::to_text(must_read(query::to_text(c.value()))) == query::to_text(c.value()));
            continue;
        }
        ++refused;
        const std::string& why = c.error().detail;
        std::size_t end = 0;
        const bool placed = c.error().code == errc::invalid_query && why.starts_with("position ") &&
                            std::stoul(why.substr(9), &end) >= 1 &&
                            std::stoul(why.substr(9)) <= text.size() + 1 &&
                            why.substr(9 + end).starts_with(": ");
        if (!placed) BOOST_ERROR(text << ": " << why);
    }
    BOOST_TEST(refused > 9'000U);
}

BOOST_AUTO_TEST_CASE(good_conditions_with_one_byte_changed_never_crash) {
    naive::generator g(6);
    std::size_t refused = 0;
    for (int i = 0; i < 10'000; ++i) {
        std::string text = g.text_of(g.make_tree(2));
        text[g.below(text.size())] = static_cast<char>(g.below(256));
        const auto c = read(text);
        if (c.has_error()) {
            ++refused;
            if (!c.error().detail.starts_with("position ")) BOOST_ERROR(text << ": " << c.error().detail);
        }
    }
    BOOST_TEST(refused > 3'000U);
    BOOST_TEST(refused < 9'900U);
}

BOOST_AUTO_TEST_SUITE_END()
