// Pages and cursors of both generations (fact sheet §2).
#include "core/crypto.hpp"
#include "tracecat_bench.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace casebridge;
using namespace casebridge::sandbox::tracecat;

namespace {

struct shelf : bench {
    service old_release;

    explicit shelf(std::size_t n = 0) : old_release(data, old()) {
        for (std::size_t i = 0; i < n; ++i) add(i);
    }
    static behaviour old() {
        behaviour b;
        b.version = release::beta_51;
        return b;
    }
    incident& add(std::size_t i) {
        incident c;
        c.summary = "case " + std::to_string(i);
        c.priority = i % 6;
        c.status = i % 7;
        return data.add_case(*home, std::move(c));
    }
    reply page(const std::string& query) { return get("/cases?" + query); }
    reply old_page(const std::string& query) {
        http::request req;
        req.method = "GET";
        req.target = base + "/cases?" + query;
        req.fields = {{"Cookie", "fastapiusersauth=session-of-admin"}};
        http::response res;
        old_release.handle(req, res);
        return {res.status, res.body, boost::json::parse(res.body)};
    }
};

std::string summaries(const reply& r) {
    std::string out;
    for (const auto& i : r.json.at("items").as_array()) {
        const std::string text(i.at("summary").as_string());
        out.append(out.empty() ? "" : " ").append(text.substr(5));
    }
    return out;
}

std::string cursor_of(const reply& r, const char* which = "next_cursor") {
    const auto& v = r.json.at(which);
    return v.is_null() ? std::string() : std::string(v.as_string());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tracecat_paging)

BOOST_AUTO_TEST_CASE(every_order_pages_through_all_cases_once_and_back) {
    shelf s(53);
    for (const std::string by : {"created_at", "updated_at", "priority", "severity", "status", "tasks"}) {
        for (const std::string sort : {"asc", "desc"}) {
            const std::string query = "limit=10&order_by=" + by + "&sort=" + sort;
            std::vector<std::string> seen, pages;
            std::string at;
            for (;;) {
                const reply r = s.page(query + (at.empty() ? "" : "&cursor=" + at));
                BOOST_TEST_REQUIRE(r.status == 200u);
                BOOST_TEST(r.json.at("has_more").as_bool() == !cursor_of(r).empty());
                BOOST_TEST(r.json.at("has_previous").as_bool() == !at.empty());
                BOOST_TEST(r.json.at("total_estimate").as_int64() == 53);
                pages.push_back(summaries(r));
                for (const auto& i : r.json.at("items").as_array()) seen.emplace_back(i.at("id").as_string());
                if (cursor_of(r).empty()) {
                    at = cursor_of(r, "prev_cursor");
                    break;
                }
                at = cursor_of(r);
            }
            BOOST_TEST(seen.size() == 53u);
            BOOST_TEST(std::set<std::string>(seen.begin(), seen.end()).size() == 53u);
            for (std::size_t back = pages.size() - 1; back-- > 0;) {
                const reply r = s.page(query + "&cursor=" + at);
                BOOST_TEST(summaries(r) == pages[back], by + " " + sort);
                BOOST_TEST(r.json.at("has_previous").as_bool() == (back > 0));
                at = cursor_of(r, "prev_cursor");
            }
            BOOST_TEST(at.empty());
        }
    }
}

BOOST_AUTO_TEST_CASE(enums_sort_by_declaration_so_that_other_is_highest) {
    shelf s(6);
    BOOST_TEST(summaries(s.page("order_by=priority&sort=desc")) == "5 4 3 2 1 0");
    BOOST_TEST(s.page("order_by=priority&limit=1").json.at("items").at(0).at("priority").as_string() ==
               "other");
}

BOOST_AUTO_TEST_CASE(a_cursor_is_bound_to_query_and_workspace_but_not_to_the_limit) {
    shelf s(5);
    const std::string next = cursor_of(s.page("limit=2"));
    BOOST_TEST(summaries(s.page("limit=200&cursor=" + next)) == "2 1 0");
    BOOST_TEST(summaries(s.page("limit=1&include_payload=true&cursor=" + next)) == "2");
    BOOST_TEST(s.get("/cases/search?limit=2&cursor=" + next).status == 200u);
    for (const std::string other : {"sort=asc", "order_by=updated_at"}) {
        const reply r = s.page(other + "&cursor=" + next);
        BOOST_TEST(r.status == 400u);
        BOOST_TEST(r.detail() == "Pagination cursor does not match the current query");
    }
    BOOST_TEST(s.get("/cases/search?status=new&cursor=" + next).status == 400u);
    s.base = "/workspaces/" + s.data.workspaces.back().id.to_string();
    BOOST_TEST(s.page("cursor=" + next).detail() == "Pagination cursor does not match the current query");
}

BOOST_AUTO_TEST_CASE(cursors_that_are_not_ours_are_refused) {
    shelf s(5);
    const std::string next = cursor_of(s.page("limit=2"));
    for (const std::string& bad : {std::string(), std::string("garbage"), next + "A", next.substr(2),
                                   next.substr(0, next.find('.')), std::string("%C3%A9")}) {
        BOOST_TEST(s.page("cursor=" + bad).status == 400u);
        BOOST_TEST(s.page("cursor=" + bad).detail() == "Invalid pagination cursor");
    }
}

BOOST_AUTO_TEST_CASE(the_order_of_alternatives_does_not_matter_to_a_cursor) {
    shelf s(14);
    const reply first = s.get("/cases/search?status=new&status=closed&limit=1");
    BOOST_TEST(s.get("/cases/search?status=closed&status=new&cursor=" + cursor_of(first)).status == 200u);
    BOOST_TEST(s.get("/cases/search?status=new&cursor=" + cursor_of(first)).status == 400u);
}

BOOST_AUTO_TEST_CASE(pages_survive_deletes_and_new_cases) {
    shelf s(6);
    const reply first = s.page("limit=2");                 // 5 4
    s.data.remove_case(*s.home, s.home->by_number.at(5)->id);   // the boundary, case 4
    s.add(99);
    BOOST_TEST(summaries(s.page("limit=2&cursor=" + cursor_of(first))) == "3 2");
}

BOOST_AUTO_TEST_CASE(a_page_that_was_emptied_offers_one_way_back) {
    shelf s(3);
    const reply first = s.page("limit=2");                 // 2 1
    s.data.remove_case(*s.home, s.home->by_number.at(1)->id);
    const reply empty = s.page("limit=2&cursor=" + cursor_of(first));
    BOOST_TEST(summaries(empty) == "");
    BOOST_TEST(!empty.json.at("has_more").as_bool());
    BOOST_TEST(empty.json.at("has_previous").as_bool());
    BOOST_TEST(summaries(s.page("limit=2&cursor=" + cursor_of(empty, "prev_cursor"))) == "2 1");
}

BOOST_AUTO_TEST_CASE(a_case_that_is_touched_while_paging_by_update_is_missed) {
    shelf s(4);
    const reply first = s.page("limit=2&order_by=updated_at");
    s.data.change(*s.home, *s.home->by_number.at(1), [](incident&) {}, true);
    const reply second = s.page("limit=2&order_by=updated_at&cursor=" + cursor_of(first));
    BOOST_TEST(second.json.at("items").as_array().size() == 1u);
}

BOOST_AUTO_TEST_CASE(old_cursors_are_open_and_one_of_another_order_starts_again) {
    shelf s(5);
    const reply first = s.old_page("limit=2");
    BOOST_TEST(summaries(first) == "4 3");
    const std::string next = cursor_of(first);
    const auto payload = boost::json::parse(*base64url_decode(next)).as_object();
    BOOST_TEST(payload.at("sort_column").as_string() == "created_at");
    BOOST_TEST(payload.at("id").as_string() == s.home->by_number.at(4)->id.to_string());
    BOOST_TEST(payload.contains("sort_value"));
    BOOST_TEST(summaries(s.old_page("limit=2&cursor=" + next)) == "2 1");
    BOOST_TEST(summaries(s.old_page("limit=2&order_by=status&sort=asc&cursor=" + next)) == "0 1");
    const reply bad = s.old_page("cursor=garbage!");
    BOOST_TEST(bad.status == 400u);
    BOOST_TEST(bad.detail().starts_with("Invalid cursor format: "));
}

BOOST_AUTO_TEST_CASE(going_back_in_the_old_way_gives_the_first_page_of_what_is_before) {
    shelf s(9);
    const reply first = s.old_page("limit=2");
    const reply second = s.old_page("limit=2&cursor=" + cursor_of(first));
    const reply third = s.old_page("limit=2&cursor=" + cursor_of(second));
    BOOST_TEST(summaries(third) == "4 3");
    BOOST_TEST(third.json.at("has_previous").as_bool());
    BOOST_TEST(summaries(s.old_page("limit=2&reverse=true&cursor=" + cursor_of(third, "prev_cursor"))) ==
               "8 7");
    BOOST_TEST(summaries(s.page("limit=2&reverse=true")) == "8 7");      // ignored today
}

BOOST_AUTO_TEST_SUITE_END()
