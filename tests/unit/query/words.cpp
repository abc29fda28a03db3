#include "words.hpp"

#include <boost/test/unit_test.hpp>

#include <array>

namespace casebridge::query_test {

using query::keyword;
using query::value_type;

namespace {

keyword with(keyword k, void (*change)(keyword&)) {
    change(k);
    return k;
}

const std::array<keyword, 25>& case_words() {
    static const std::array<keyword, 25> rows{{
        {"id", value_type::integer, "id"},
        {"idAsString", value_type::text, "id"},
        {"name", value_type::text, "name"},
        {"typeName", value_type::text, "name"},
        {"description", value_type::text, "description"},
        {"status", value_type::text, "status", {}, true},
        {"severity", value_type::text, "severity"},
        {"resolution", value_type::text, "resolution", {}, true},
        {"dateAdded", value_type::time, "dateAdded"},
        {"lastUpdated", value_type::time, "lastUpdated"},
        {"caseCloseTime", value_type::time, "caseCloseTime"},
        {"detectionOverdue", value_type::boolean, "detectionOverdue"},
        {"score", value_type::decimal, "score"},
        {"calScore", value_type::integer, ""},
        {"xid", value_type::text, "xid"},
        with({"tag", value_type::text, "tags.data.name"}, [](keyword& k) { k.many = true; }),
        {"hasTag", value_type::nested, "tags.data", "tags"},
        with({"hasAllTags", value_type::nested, "tags.data", "tags"}, [](keyword& k) { k.each = true; }),
        {"hasCase", value_type::nested, "associatedCases.data", "cases"},
        {"hasIndicator", value_type::nested, "", "indicators"},
        with({"assigneeName", value_type::text, "assignee.data.userName"},
             [](keyword& k) { k.or_path = "assignee.data.name"; }),
        with({"assignedToUserOrGroup", value_type::text, "assignee.type", {}, true},
             [](keyword& k) { k.none = "None"; }),
        {"targetId", value_type::integer, "assignee.data.id"},
        {"createdBy", value_type::text, "createdBy.userName"},
        {"cvss_score_v3_1", value_type::decimal, "cvss"},
    }};
    return rows;
}

const std::array<keyword, 4> tag_words{{
    {"id", value_type::integer, "id"},
    {"name", value_type::text, "name"},
    {"summary", value_type::text, "name", {}, true},
    {"description", value_type::text, "description"},
}};

}  // namespace

const query::vocabulary& cases() {
    static const query::vocabulary v{"cases", case_words()};
    return v;
}

const query::vocabulary* words_of(std::string_view object) {
    static const query::vocabulary tags{"tags", tag_words};
    return object == "cases" ? &cases() : object == "tags" ? &tags : nullptr;
}

result<query::condition> read(std::string_view text) {
    return query::read_condition(text, cases(), words_of, now);
}

query::condition must_read(std::string_view text) {
    auto c = read(text);
    BOOST_REQUIRE_MESSAGE(!c.has_error(), text << ": " << (c.has_error() ? c.error().detail : ""));
    return std::move(c).value();
}

std::string refusal(std::string_view text) {
    const auto c = read(text);
    if (!c.has_error()) return {};
    BOOST_TEST(to_string(c.error().code) == to_string(errc::invalid_query));
    return c.error().detail;
}

bool finds(std::string_view text, std::string_view document) {
    json::tape t;
    BOOST_REQUIRE(!t.parse(document, {}).has_error());
    return matches(must_read(text), query::document_subject(t.root()));
}

}  // namespace casebridge::query_test
