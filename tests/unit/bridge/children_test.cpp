// What writes of comments and tasks share.
#include "bridge/children/stored_child.hpp"
#include "bridge/place_order.hpp"

#include <boost/test/unit_test.hpp>

using namespace casebridge;
using namespace casebridge::bridge;

namespace {

const mapping::bundle& tables() {
    static const auto b = [] {
        std::vector<json::diagnostic> findings;
        auto loaded = mapping::bundle::load(std::string(CASEBRIDGE_SOURCE_DIR) + "/mappings", {}, findings);
        BOOST_REQUIRE(loaded != nullptr);
        return loaded;
    }();
    return *b;
}

platform::operation create_with(std::string_view key, const platform::account* who) {
    platform::operation op;
    op.action = platform::verb::create;
    op.who.user = who;
    op.idempotency_key = key;
    return op;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(children)

BOOST_AUTO_TEST_CASE(a_mark_is_of_one_key_of_one_account) {
    platform::account ana, bo;
    ana.id = *uuid::parse("11111111-1111-4111-8111-111111111111");
    bo.id = *uuid::parse("22222222-2222-4222-8222-222222222222");
    const platform::api_key key{"abcdefghijk1", false, {}, {}, platform::role::editor};
    platform::operation keyed = create_with("k", nullptr);
    keyed.who.key = &key;
    const std::string mark = idempotency_mark(create_with("k", &ana));
    BOOST_TEST(mark.size() == 24U);
    BOOST_TEST(mark == idempotency_mark(create_with("k", &ana)));
    BOOST_TEST(mark != idempotency_mark(create_with("k2", &ana)));
    BOOST_TEST(mark != idempotency_mark(create_with("k", &bo)));
    BOOST_TEST(mark != idempotency_mark(keyed));
    BOOST_TEST(idempotency_mark(create_with("", &ana)).empty());
    // of the same key another request has the same beginning, and that is all
    json::tape document;
    BOOST_REQUIRE(document.parse(R"({"content":"a"})", {}).has_value());
    platform::operation other = create_with("k", &ana);
    other.document = document.root();
    const std::string of_other = idempotency_mark(other);
    BOOST_TEST(of_other != mark);
    BOOST_TEST(key_of_mark(of_other) == key_of_mark(mark));
    BOOST_TEST(key_of_mark(mark) != key_of_mark(idempotency_mark(create_with("k", &bo))));
}

BOOST_AUTO_TEST_CASE(what_was_made_under_a_mark_is_found_by_its_state) {
    const auto& notes = tables().object("comment");
    const std::string stored =
        R"({"attributes":{"data":[{"id":5,"type":"Bridge State",)"
        R"("value":"{\"v\":1,\"of\":[\"note\",17],\"r\":1,\"t\":\"\",\"s\":{\"k\":\"0123456789abcdef11111111\"}}"}]}})";
    const std::string mark = "0123456789abcdef11111111";
    json::tape holder, one, other;
    BOOST_REQUIRE(holder.parse(stored, {}).has_value());
    BOOST_REQUIRE(one.parse(R"({"id":17,"text":"a"})", {}).has_value());
    BOOST_REQUIRE(other.parse(R"({"id":18,"text":"b"})", {}).has_value());
    mapping::child_states states;
    states.read(*tables().object("case").compiled, holder.root());
    BOOST_TEST(stored_child::kind_of(notes) == "note");
    std::vector<stored_child> all;
    all.emplace_back(notes, states, other.root(), 18);
    all.emplace_back(notes, states, one.root(), 17);
    const auto found = made_under(all, mark);
    BOOST_REQUIRE(found.has_value() && *found != nullptr);
    BOOST_TEST((*found)->number == 17);
    const auto none = made_under(all, "1123456789abcdef11111111");
    BOOST_CHECK(none.has_value() && *none == nullptr);
    const auto no_key = made_under(all, "");  // no mark is not the lack of one
    BOOST_CHECK(no_key.has_value() && *no_key == nullptr);
    const auto other_request = made_under(all, "0123456789abcdef22222222");
    BOOST_REQUIRE(other_request.has_error());
    BOOST_CHECK(other_request.error().code == errc::conflict);
    BOOST_TEST(other_request.error().pointer == "/idempotency_key");
}

BOOST_AUTO_TEST_CASE(an_order_by_tasks_is_native_only_where_none_are_counted) {
    using platform::sort_key;
    BOOST_CHECK(native_order(sort_key::tasks, false) == platform::case_listing::order::number);
    BOOST_CHECK(!native_order(sort_key::tasks, true));
    BOOST_CHECK(native_order(sort_key::created, true) == platform::case_listing::order::created);
    BOOST_CHECK(!native_order(sort_key::status, false));
    const auto& cases = *tables().object("case").compiled;
    BOOST_TEST(rank_of(sort_key::tasks, "12", cases) == 12);
    BOOST_TEST(rank_of(sort_key::tasks, "", cases) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
