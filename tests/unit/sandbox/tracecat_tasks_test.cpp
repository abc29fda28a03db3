#include "tracecat_bench.hpp"

#include <boost/test/unit_test.hpp>

using namespace casebridge::sandbox::tracecat;

namespace {

struct work : bench {
    std::string of = new_case();
    std::string at = of + "/tasks";

    std::string add(const std::string& body) {
        const reply r = post(at, body);
        BOOST_TEST_REQUIRE(r.status == 201u);
        return at + "/" + r.at("id");
    }
    incident& found() { return *home->cases.begin()->second; }
    std::string titles() {
        std::string out;
        const reply all = get(at);
        for (const auto& t : all.list()) out += reply::value_text(t.at("title")) + " ";
        return out;
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(tracecat_tasks)

BOOST_AUTO_TEST_CASE(tasks_stand_by_priority_and_then_by_age) {
    work w;
    for (const std::string p : {"low", "other", "unknown", "critical", "low", "high", "medium"})
        w.add(R"({"title":")" + p + std::to_string(w.found().tasks.size()) + R"(","priority":")" + p + "\"}");
    BOOST_TEST(w.titles() == "other1 critical3 high5 medium6 low0 low4 unknown2 ");
}

BOOST_AUTO_TEST_CASE(null_is_ignored_but_clears_the_workflow) {
    work w;
    const auto one =
        w.add(R"({"title":"t","description":"d","assignee_id":")" + w.id_of("lead").to_string() + "\"}");
    const reply r = w.patch(one, R"({"title":null,"description":null,"priority":null,"status":null,
                                     "assignee_id":null,"workflow_id":null,"default_trigger_values":null})");
    BOOST_TEST(r.status == 200u);
    BOOST_TEST(r.at("title") == "t");
    BOOST_TEST(r.at("description") == "d");
    BOOST_TEST(!r.json.at("assignee").is_null());
    BOOST_TEST(r.at("updated_at") == r.at("created_at"));
}

BOOST_AUTO_TEST_CASE(every_write_moves_the_case) {
    work w;
    auto before = w.found().updated_at;
    const auto moved = [&] {
        const bool yes = w.found().updated_at > before;
        before = w.found().updated_at;
        return yes;
    };
    const auto one = w.add(R"({"title":"t"})");
    BOOST_TEST(moved());
    w.patch(one, R"({"status":"completed"})");
    BOOST_TEST(moved());
    BOOST_TEST(w.found().tasks_completed() == 1u);
    w.remove(one);
    BOOST_TEST(moved());
    w.get(w.at);
    BOOST_TEST(!moved());
}

BOOST_AUTO_TEST_CASE(an_order_by_tasks_knows_new_and_deleted_ones) {
    work w;
    const auto one = w.add(R"({"title":"t"})");
    w.add(R"({"title":"u"})");
    const auto rank = [&] { return w.home->by[static_cast<std::size_t>(order::tasks)].begin()->first.rank; };
    BOOST_TEST(rank() == 2);
    w.remove(one);
    BOOST_TEST(rank() == 1);
}

BOOST_AUTO_TEST_CASE(events_tell_what_changed_under_the_old_title) {
    work w;
    const auto one = w.add(R"({"title":"old"})");
    const auto lead = w.id_of("lead").to_string();
    w.patch(one, R"({"title":"new","status":"blocked","priority":"high","assignee_id":")" + lead + "\"}");
    BOOST_TEST(w.history(w.of) ==
               "task_priority_changed task_assignee_changed task_status_changed task_created");
    const auto newest = w.newest_event(w.of);
    BOOST_TEST(newest.at("title").as_string() == "old");
    BOOST_TEST(newest.at("old").as_string() == "unknown");
    BOOST_TEST(newest.at("new").as_string() == "high");
    const reply all = w.get(w.of + "/events");
    BOOST_TEST(!all.json.at("events").as_array()[1].as_object().contains("old"));   // nobody before
    BOOST_TEST(all.json.at("users").as_array().size() == 2u);                         // admin and lead
    w.remove(one);
    BOOST_TEST(w.newest_event(w.of).at("title").as_string() == "new");
    w.patch(w.add(R"({"title":"same"})"), R"({"status":"todo","priority":"unknown"})");
    BOOST_TEST(w.newest_event(w.of).at("type").as_string() == "task_created");
}

BOOST_AUTO_TEST_CASE(most_failures_read_alike) {
    work w;
    const auto one = w.add(R"({"title":"t"})");
    const std::string id = one.substr(one.rfind('/'));
    const std::string nobody = R"({"title":"t","assignee_id":"5b1e1f0a-9d1c-4c55-8f6e-0a7c3d2e1b90"})";
    BOOST_TEST(w.post(w.at, nobody).detail() == "Failed to create task");
    BOOST_TEST(w.post(w.at, R"({"title":"t","workflow_id":"wf_1"})").detail() == "Failed to create task");
    BOOST_TEST(w.post(w.at, R"({"title":"t","default_trigger_values":{}})").detail() ==
               "Failed to create task");
    BOOST_TEST(w.patch(one, nobody).detail() == "Failed to update task");
    const auto other = w.new_case() + "/tasks";
    BOOST_TEST(w.patch(other + id, "{}").detail() == "Failed to update task");
    BOOST_TEST(w.remove(other + id).detail() == "Failed to delete task");
    BOOST_TEST(w.remove(other + id).status == 500u);
    BOOST_TEST(w.remove(w.at + "/5b1e1f0a-9d1c-4c55-8f6e-0a7c3d2e1b90").detail() == "Task not found");
    BOOST_TEST(w.get("/cases/5b1e1f0a-9d1c-4c55-8f6e-0a7c3d2e1b90/tasks").text == "[]");
    BOOST_TEST(w.titles() == "t ");
}

BOOST_AUTO_TEST_CASE(without_the_add_on_each_method_fails_in_its_own_way) {
    work w;
    const auto one = w.add(R"({"title":"t"})");
    const auto status = [&](const std::string& method, const std::string& path, const std::string& body) {
        return w.ask(method, path, body, "admin", false).status;
    };
    BOOST_TEST(status("GET", w.at, {}) == 403u);
    BOOST_TEST(status("POST", w.at, R"({"title":"t"})") == 400u);
    BOOST_TEST(status("PATCH", one, "{}") == 400u);
    BOOST_TEST(status("DELETE", one, {}) == 500u);
}

BOOST_AUTO_TEST_SUITE_END()
