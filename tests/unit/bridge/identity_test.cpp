// Ids without a table of pairs, the order of lists, and who is who.
#include "bridge/id_codec.hpp"
#include "bridge/people.hpp"
#include "bridge/place_order.hpp"
#include "bridge/workspace_state.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <random>
#include <set>

using namespace casebridge;
using namespace casebridge::bridge;

namespace {

const id_kind kinds[] = {id_kind::case_, id_kind::tag, id_kind::user, id_kind::group, id_kind::row};

id_codec codec(const char* realm = "https://tc.example/api|SOC") {
    return id_codec(derive_key(realm, "test ids"));
}

const mapping::bundle& tables() {
    static const auto b = [] {
        std::vector<json::diagnostic> findings;
        auto loaded = mapping::bundle::load(std::string(CASEBRIDGE_SOURCE_DIR) + "/mappings", {}, findings);
        BOOST_REQUIRE(loaded != nullptr);
        return loaded;
    }();
    return *b;
}

platform::reply_ptr page(const std::string& text) {
    auto r = std::make_unique<platform::reply>();
    r->body = text;
    BOOST_REQUIRE(r->tape.parse(r->body, {}).has_value());
    r->data = r->tape.root();
    return r;
}

// A backend that says what people look like, and has empty catalogues.
class people_only final : public platform::backend {
public:
    using reply = result<platform::reply_ptr>;
    task<reply> read_case(platform::call_context&, std::int64_t, platform::child_kinds) override {
        co_return fail(errc::internal);
    }
    std::size_t most_per_page() const noexcept override { return 1; }
    task<reply> list_cases(platform::call_context&, const platform::case_listing&) override {
        co_return fail(errc::internal);
    }
    task<result<std::vector<platform::reply_ptr>>> list_catalogue(platform::call_context&,
                                                                  platform::catalogue) override {
        ++lists;
        if (meanwhile) meanwhile();
        std::vector<platform::reply_ptr> pages;
        pages.push_back(page("[]"));
        co_return std::move(pages);
    }
    unsigned lists = 0;
    std::function<void()> meanwhile;  // happens while a list is on its way
    task<result<std::map<std::string, std::string>>> read_files(
        platform::call_context&, const std::vector<platform::file_reference>&) override {
        co_return fail(errc::internal);
    }
    task<result<written>> create_case(platform::call_context&, const mapping::write_plan&) override {
        co_return fail(errc::internal);
    }
    task<result<written>> update_case(platform::call_context&, std::int64_t,
                                      const mapping::write_plan&) override {
        co_return fail(errc::internal);
    }
    task<result<void>> remove_case(platform::call_context&, std::int64_t) override {
        co_return fail(errc::internal);
    }
    task<result<tags_written>> change_tag(platform::call_context&, const platform::tag_change&) override {
        co_return fail(errc::internal);
    }
    task<result<child_written>> write_child(platform::call_context&, const platform::child_write&) override {
        co_return fail(errc::internal);
    }
    task<result<void>> remove_child(platform::call_context&, const platform::child_removal&) override {
        co_return fail(errc::internal);
    }
    task<result<std::string>> read_content(platform::call_context&, std::int64_t) override {
        co_return fail(errc::internal);
    }
    task<result<std::optional<std::int64_t>>> holder_of(platform::call_context&, platform::child,
                                                        std::int64_t) override {
        co_return fail(errc::internal);
    }
    std::string_view mark_of_content(json::value) const override { return {}; }
    json::value children_of(json::value, platform::child) const override { return {}; }
    std::optional<platform::child> children_named(std::string_view) const override { return {}; }
    task<reply> write_field_definition(platform::call_context&, std::optional<std::int64_t>, std::string_view,
                                       std::string_view) override {
        co_return fail(errc::internal);
    }
    task<result<void>> remove_field_definition(platform::call_context&, std::int64_t) override {
        co_return fail(errc::internal);
    }
    task<reply> write_tag(platform::call_context&, std::optional<std::int64_t>,
                          const mapping::write_plan&) override {
        co_return fail(errc::internal);
    }
    task<result<void>> remove_tag(platform::call_context&, std::int64_t) override {
        co_return fail(errc::internal);
    }
    std::int64_t number_of(json::value) const override { return 0; }
    std::string_view external_id_of(json::value) const override { return {}; }
    case_facts facts_of(json::value, platform::case_listing::order, const platform::workspace&,
                        std::string_view) const override {
        return {0, 0, true, false};
    }
    std::optional<assignee> assignee_of(json::value) const override { return {}; }
    std::string assignee_document(bool group, std::int64_t n) const override {
        return (group ? "group " : "user ") + std::to_string(n);
    }
    std::string_view nobody() const override { return "nobody"; }
    std::string_view login_of(json::value user) const override { return user.member("userName").text(); }
    std::string user_document(const platform::account& a, std::optional<platform::role> here) const override {
        return R"({"id":0,"userName":")" + a.email + R"(","firstName":")" + a.first_name + "\"" +
               (here ? R"(,"accountRole":"editor"})" : "}");
    }
    const std::string& realm() const override { return realm_; }

private:
    std::string realm_ = "r";
};

template <class T>
T wait_for(task<T> t) {
    boost::asio::io_context io;
    std::optional<T> out;
    boost::asio::co_spawn(io, std::move(t),
                          [&](const std::exception_ptr&, T got) { out.emplace(std::move(got)); });
    io.run();
    BOOST_REQUIRE(out.has_value());
    return std::move(*out);
}

struct office {
    platform::directory accounts;
    platform::workspace where;
    id_codec ids = codec();
    people_only backend;

    office() {
        where.id = *uuid::parse("11111111-1111-4111-8111-111111111111");
        add("Kim@Example.com", "Kim", "");                // matched by e-mail, whatever its case
        add("roe@example.com", "Roe", "JRoe");            // matched by the configured name only
        add("solo@example.com", "Solo", "");              // unknown to the backend
        add("away@example.com", "Away", "away", false);   // no member of this workspace
    }
    void add(const char* email, const char* name, const char* upstream, bool member = true) {
        platform::account a;
        std::array<std::uint8_t, 16> raw{};
        raw[0] = static_cast<std::uint8_t>(accounts.accounts.size() + 1);
        a.id = uuid::from_bytes_v4(raw);
        a.email = email;
        a.first_name = name;
        a.upstream_user = upstream;
        if (member) a.workspaces[where.id] = platform::role::editor;
        accounts.accounts.push_back(a);
    }
    std::string account_id(std::size_t i) const { return accounts.accounts[i].id.to_string(); }
    people_sources sources() const { return {&tables(), &accounts, &where, &ids, &backend}; }
    people build() const {
        std::vector<platform::reply_ptr> users, groups;
        users.push_back(page(
            R"([{"id":7,"userName":"kim@example.COM"},{"id":8,"userName":"jroe"},{"id":9,"userName":"roe@example.com"}])"));
        users.push_back(
            page(R"([{"id":10,"userName":"stranger","firstName":"Sam"},{"userName":"no number"}])"));
        groups.push_back(page(R"([{"id":7,"name":"SOC Team"},{"id":8,"name":"jroe","userName":"jroe"}])"));
        return build_people(sources(), users, groups);
    }
};

std::string text_of(const std::string& document, std::string_view key) {
    json::tape t;
    BOOST_REQUIRE(t.parse(document, {}).has_value());
    return std::string(t.root().member(key).text());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ids)

BOOST_AUTO_TEST_CASE(an_id_comes_back_as_its_number_for_its_kind_only) {
    const auto c = codec();
    const std::int64_t highest = (std::int64_t{1} << 53) - 1;
    for (const auto kind : kinds) {
        for (const std::int64_t n :
             {std::int64_t{0}, std::int64_t{1}, std::int64_t{42}, std::int64_t{1} << 31, highest}) {
            const uuid id = c.encode(kind, n);
            for (const auto other : kinds) {
                const auto seen = c.decode(other, id);
                BOOST_TEST(seen.has_value() == (other == kind));
                if (seen) BOOST_TEST(*seen == n);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(an_id_looks_like_a_random_uuid_of_version_4) {
    const auto c = codec();
    for (std::int64_t n = 0; n < 2000; ++n) {
        const std::string text = c.encode(id_kind::case_, n).to_string();
        BOOST_TEST(text.size() == 36U);
        BOOST_TEST(text[14] == '4');
        BOOST_TEST((std::string("89ab").find(text[19]) != std::string::npos), text);
    }
}

BOOST_AUTO_TEST_CASE(a_hundred_thousand_ids_never_collide) {
    const auto c = codec();
    std::set<uuid> seen;
    for (std::int64_t n = 0; n < 20'000; ++n) {
        for (const auto kind : kinds) seen.insert(c.encode(kind, n));
    }
    BOOST_TEST(seen.size() == 100'000U);
}

BOOST_AUTO_TEST_CASE(foreign_and_damaged_ids_are_recognised) {
    const auto c = codec();
    std::mt19937_64 random(7);
    for (int i = 0; i < 100'000; ++i) {
        std::array<std::uint8_t, 16> raw{};
        for (auto& b : raw) b = static_cast<std::uint8_t>(random());
        BOOST_REQUIRE(!c.decode(id_kind::case_, uuid::from_bytes_v4(raw)));
    }
    const uuid good = c.encode(id_kind::case_, 42);
    for (std::size_t bit = 0; bit < 128; ++bit) {
        uuid bad = good;
        bad.bytes[bit / 8] = static_cast<std::uint8_t>(bad.bytes[bit / 8] ^ (1U << bit % 8));
        BOOST_TEST(!c.decode(id_kind::case_, bad), "bit " << bit);
    }
    BOOST_TEST(!c.decode(id_kind::case_, uuid{}));
}

BOOST_AUTO_TEST_CASE(replicas_agree_and_other_realms_do_not) {
    const uuid id = codec().encode(id_kind::case_, 42);
    BOOST_TEST((codec().encode(id_kind::case_, 42) == id));
    BOOST_TEST((codec("https://other.example|SOC").encode(id_kind::case_, 42) != id));
    BOOST_TEST(!codec("https://other.example|SOC").decode(id_kind::case_, id));
}

BOOST_AUTO_TEST_CASE(kinds_have_the_names_that_tables_use) {
    BOOST_TEST((id_kind_from_string("row_id") == id_kind::row));
    BOOST_TEST((id_kind_from_string("case") == id_kind::case_));
    BOOST_TEST(!id_kind_from_string("note").has_value());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(order_of_lists)

using platform::place;
using platform::sort_key;

BOOST_AUTO_TEST_CASE(times_rank_from_before_1970_on) {
    const auto& cases = *tables().object("case").compiled;
    const char* times[] = {"1969-12-31T23:59:59Z",        "1970-01-01T00:00:00Z",   "2026-01-01T00:00:00Z",
                           "2026-01-01T00:00:00.000001Z", "2026-01-01T00:00:00.5Z", "2026-01-01T00:00:01Z",
                           "9999-12-31T23:59:59Z"};
    std::int64_t last = std::numeric_limits<std::int64_t>::min();
    for (const char* t : times) {
        const std::int64_t rank = rank_of(sort_key::created, t, cases);
        BOOST_TEST(last < rank, t);
        BOOST_TEST(rank == parse_iso8601(t)->micros);
        last = rank;
    }
}

BOOST_AUTO_TEST_CASE(enums_compare_in_the_catalogues_order) {
    const auto& cases = *tables().object("case").compiled;
    for (const auto& [key, values] : std::vector<std::pair<sort_key, std::vector<std::string>>>{
             {sort_key::severity,
              {"unknown", "informational", "low", "medium", "high", "critical", "fatal", "other"}},
             {sort_key::priority, {"unknown", "low", "medium", "high", "critical", "other"}},
             {sort_key::status,
              {"unknown", "new", "in_progress", "on_hold", "resolved", "closed", "other"}}}) {
        std::int64_t last = -1;
        for (const auto& v : values) {
            BOOST_TEST(last < rank_of(key, v, cases), v);
            last = rank_of(key, v, cases);
        }
    }
    BOOST_TEST(sort_rule(sort_key::tasks) == "num_tasks_total");
    BOOST_TEST(rank_of(sort_key::tasks, "5", cases) == 5);
}

BOOST_AUTO_TEST_CASE(ids_break_ties_and_beyond_is_strict) {
    const place a{1, 5}, b{1, 9}, c{2, 1};
    BOOST_TEST(beyond(b, a, false));
    BOOST_TEST(!beyond(a, a, false));
    BOOST_TEST(!beyond(a, a, true));
    BOOST_TEST(beyond(a, c, true));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(who_is_who)

BOOST_AUTO_TEST_CASE(accounts_and_users_of_the_backend_are_one_list) {
    const office o;
    const people p = o.build();
    BOOST_TEST(p.all().size() == 8U);  // four accounts, users 9 and 10, two groups
    const person* kim = p.find(o.account_id(0));
    BOOST_REQUIRE(kim != nullptr);
    BOOST_TEST(kim->stored == "user 7");
    BOOST_TEST(p.find_stored("user", 7) == kim);
    BOOST_TEST(text_of(kim->document, "email") == "Kim@Example.com");
    BOOST_TEST(text_of(kim->document, "id") == kim->id);
    const person* roe = p.find(o.account_id(1));
    BOOST_TEST(roe->stored == "user 8");          // by the configured name, not by user 9's
    BOOST_TEST(p.find_stored("user", 9) != roe);
    BOOST_TEST(text_of(roe->member, "user_id") == o.account_id(1));
    BOOST_TEST(text_of(roe->member, "role_name") == "Workspace Editor");
}

BOOST_AUTO_TEST_CASE(an_account_that_the_backend_does_not_know_has_nothing_stored) {
    const office o;
    const people p = o.build();
    BOOST_TEST(p.find(o.account_id(2))->stored.empty());
    BOOST_TEST(!p.find(o.account_id(2))->member.empty());
}

BOOST_AUTO_TEST_CASE(an_account_of_another_workspace_is_known_but_no_member) {
    const office o;
    const people p = o.build();
    BOOST_TEST(p.find(o.account_id(3))->member.empty());
    BOOST_TEST(!p.find(o.account_id(3))->document.empty());
}

BOOST_AUTO_TEST_CASE(a_group_is_a_member_of_its_own_and_never_an_account) {
    const office o;
    const people p = o.build();
    const person* team = p.find_stored("group", 7);
    BOOST_REQUIRE(team != nullptr);
    BOOST_TEST(team->id == o.ids.encode(id_kind::group, 7).to_string());
    BOOST_TEST(team->stored == "group 7");
    BOOST_TEST(text_of(team->document, "last_name") == "SOC Team");
    BOOST_TEST(p.find_stored("group", 8) != p.find(o.account_id(1)));
    BOOST_TEST(p.find_stored("user", 7) != team);
}

BOOST_AUTO_TEST_CASE(strangers_are_described_under_an_id_that_is_found_again) {
    const office o;
    const people p = o.build();
    const person* sam = p.find_stored("user", 10);
    BOOST_REQUIRE(sam != nullptr);
    BOOST_TEST(p.find(sam->id) == sam);
    BOOST_TEST(text_of(sam->document, "first_name") == "Sam");
    BOOST_TEST(text_of(sam->member, "role_name") == "Workspace Viewer");
    BOOST_TEST(p.find_stored("user", 99) == nullptr);
    BOOST_TEST(p.find("nobody") == nullptr);
    json::tape t;
    const std::string gone = R"({"id":99,"userName":"gone"})";
    BOOST_REQUIRE(t.parse(gone, {}).has_value());
    const std::string document = describe_stranger(o.sources(), t.root(), false);
    BOOST_TEST(text_of(document, "id") == o.ids.encode(id_kind::user, 99).to_string());
    BOOST_TEST(text_of(document, "email") == "gone@threatconnect.example.com");
}

// Two requests of one thread: what the first still reads was changed by the second.
BOOST_AUTO_TEST_CASE(what_changes_while_it_is_read_is_not_remembered) {
    office o;
    workspace_state state(o.where, tables(), o.accounts, o.backend, digest{}, {});
    platform::call_context ctx;
    o.backend.meanwhile = [&] { state.expect_tag_changes(1); };
    BOOST_TEST(wait_for(state.load_tags(ctx)).has_value());
    o.backend.meanwhile = {};
    BOOST_TEST(!state.knows_tags());
    BOOST_TEST(wait_for(state.load_tags(ctx)).has_value());
    BOOST_TEST(o.backend.lists == 2U);
    BOOST_TEST(wait_for(state.load_tags(ctx)).has_value());  // now it is remembered
    BOOST_TEST(o.backend.lists == 2U);

    o.backend.meanwhile = [&] { state.expect_field_changes(1); };
    BOOST_TEST(wait_for(state.load_fields(ctx)).has_value());
    o.backend.meanwhile = {};
    BOOST_CHECK(state.known_fields() == nullptr);
    BOOST_TEST(wait_for(state.load_fields(ctx)).has_value());
    BOOST_CHECK(state.known_fields() != nullptr);
}

BOOST_AUTO_TEST_SUITE_END()
