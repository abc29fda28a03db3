// Tasks of a case, an add-on (Tracecat fact sheet §3.2). Broad exception handlers stand around the real
// routes, so that most failures read "Failed to … task", whatever went wrong.
#include "sandbox/tracecat/child_models.hpp"
#include "sandbox/tracecat/routes.hpp"

#include <algorithm>

namespace casebridge::sandbox::tracecat {
namespace {

using sv = std::string_view;

constexpr sv priorities[] = {"unknown", "low", "medium", "high", "critical", "other"};

std::size_t index_of(std::span<const sv> words, sv word) noexcept {
    return static_cast<std::size_t>(std::find(words.begin(), words.end(), word) - words.begin());
}

std::string document(store& data, const incident& where, const task& t) {
    std::string out;
    json::writer w(out);
    w.begin_object().member("id", t.id.to_string());
    write_time(w, "created_at", t.created_at);
    write_time(w, "updated_at", t.updated_at);
    w.member("case_id", where.id.to_string()).member("title", t.title);
    write_text(w, "description", t.description);
    w.member("priority", priorities[t.priority]).member("status", task_statuses[t.status]);
    write_user(w, "assignee", data, t.assignee);
    write_text(w, "workflow_id", t.workflow_id);
    w.key("default_trigger_values").raw(t.default_trigger_values.value_or("null")).end_object();
    return out;
}

struct place {
    incident* where = nullptr;
    task* what = nullptr;
};

task* find_in(incident& c, const uuid& id) noexcept {
    const auto at = std::find_if(c.tasks.begin(), c.tasks.end(), [&](const task& t) { return t.id == id; });
    return at == c.tasks.end() ? nullptr : &*at;
}

// Of the whole workspace: a task of another case is told apart from one that does not exist.
place find_task(const context& c) noexcept {
    const uuid id = c.id("task_id");
    if (incident* named = c.find_case())
        if (task* t = find_in(*named, id)) return {named, t};
    for (auto& [case_id, other] : c.where->cases)
        if (task* t = find_in(*other, id)) return {other.get(), t};
    return {};
}

boost::json::object naming(const task& t) {
    boost::json::object data;
    data["task_id"] = t.id.to_string();
    data["title"] = t.title;
    return data;
}

// What the body asks for that cannot be: no workflow exists here, and foreign keys must hold.
bool is_impossible(context& c, const task* before) {
    const json::value body = c.document();
    if (!c.how.addons || unstorable(c) || given(body.member("workflow_id"))) return true;
    const json::value assignee = body.member("assignee_id");
    if (given(assignee) && !c.data.find_user(wire::uuid_value(assignee.text()))) return true;
    const bool has_workflow = before && before->workflow_id && !body.member("workflow_id").is_null();
    return given(body.member("default_trigger_values")) && !has_workflow;
}

void list(context& c) {
    if (!require_addons(c)) return;
    const incident* where = c.find_case();
    std::vector<const task*> tasks;
    if (where)
        for (const task& t : where->tasks) tasks.push_back(&t);
    std::stable_sort(tasks.begin(), tasks.end(),
                     [](const task* a, const task* b) { return a->priority > b->priority; });
    std::string body;
    json::writer w(body);
    w.begin_array();
    for (const task* t : tasks) w.raw(document(c.data, *where, *t));
    w.end_array();
    wire::answer_json(c.res, 200, std::move(body));
}

void create(context& c) {
    incident* where = c.find_case();
    if (c.how.addons && !where) return wire::answer_detail(c.res, 404, "Case not found");
    if (is_impossible(c, nullptr)) return wire::answer_detail(c.res, 400, "Failed to create task");
    const json::value body = c.document();
    task t;
    t.id = c.data.new_id();
    t.created_at = t.updated_at = c.data.now();
    t.title = body.member("title").text();
    t.description = text_of(body.member("description"));
    if (const auto v = body.member("priority"); given(v)) t.priority = index_of(priorities, v.text());
    if (const auto v = body.member("status"); given(v)) t.status = index_of(task_statuses, v.text());
    if (const auto v = body.member("assignee_id"); given(v)) t.assignee = wire::uuid_value(v.text());
    c.data.change(*c.where, *where, [&](incident& i) { i.tasks.push_back(t); }, true);
    c.data.record(*where, "task_created", naming(t), c.who.user_id());
    wire::answer_json(c.res, 201, document(c.data, *where, t));
}

boost::json::value id_or_null(const std::optional<uuid>& id) {
    return id ? boost::json::value(id->to_string()) : boost::json::value(nullptr);
}

// Runs before the title changes, so that the events still tell the old one.
void change_words(context& c, incident& where, task& t) {
    const json::value body = c.document();
    const auto record = [&](sv type, boost::json::value before, boost::json::value after) {
        auto data = naming(t);
        data["old"] = std::move(before);
        data["new"] = std::move(after);
        c.data.record(where, type, std::move(data), c.who.user_id());
    };
    const auto word = [&](sv name, std::span<const sv> words, std::size_t& now, sv type) {
        const json::value v = body.member(name);
        const std::size_t wanted = given(v) ? index_of(words, v.text()) : now;
        if (wanted == now) return;
        record(type, boost::json::string(words[now]), boost::json::string(words[wanted]));
        now = wanted;
    };
    word("status", task_statuses, t.status, "task_status_changed");
    if (const json::value v = body.member("assignee_id"); given(v)) {
        const std::optional<uuid> wanted = wire::uuid_value(v.text());
        if (wanted != t.assignee) record("task_assignee_changed", id_or_null(t.assignee), id_or_null(wanted));
        t.assignee = wanted;
    }
    word("priority", priorities, t.priority, "task_priority_changed");
}

bool is_same(const task& a, const task& b) {
    return a.title == b.title && a.description == b.description && a.priority == b.priority &&
           a.status == b.status && a.assignee == b.assignee;
}

void edit(context& c) {
    const place found = find_task(c);
    if (c.how.addons && !found.what) return wire::answer_detail(c.res, 404, "Task not found");
    if (!found.where || found.where->id != c.id("case_id") || is_impossible(c, found.what))
        return wire::answer_detail(c.res, 400, "Failed to update task");
    task& t = *found.what;
    const task before = t;
    const json::value body = c.document();
    change_words(c, *found.where, t);
    if (const json::value v = body.member("title"); given(v)) t.title = v.text();
    if (const json::value v = body.member("description"); given(v)) t.description = v.text();
    if (!is_same(before, t)) t.updated_at = c.data.now();
    c.data.change(*c.where, *found.where, [](incident&) {}, true);
    wire::answer_json(c.res, 200, document(c.data, *found.where, t));
}

void remove(context& c) {
    const place found = find_task(c);
    if (c.how.addons && !found.what) return wire::answer_detail(c.res, 404, "Task not found");
    if (!c.how.addons || found.where->id != c.id("case_id"))
        return wire::answer_detail(c.res, 500, "Failed to delete task");
    auto data = naming(*found.what);
    const auto erase = [&](incident& i) { i.tasks.erase(i.tasks.begin() + (found.what - i.tasks.data())); };
    c.data.change(*c.where, *found.where, erase, true);
    c.data.record(*found.where, "task_deleted", std::move(data), c.who.user_id());
    wire::answer_nothing(c.res);
}

constexpr sv all = "/cases/{case_id}/tasks";
constexpr sv one = "/cases/{case_id}/tasks/{task_id}";
const route rows[] = {
    of_workspace("GET", all, "case:read", list),
    of_workspace("POST", all, "case:create", create, &task_create),
    of_workspace("PATCH", one, "case:update", edit, &task_update),
    of_workspace("DELETE", one, "case:delete", remove),
};

}  // namespace

route_list task_routes() { return rows; }

}  // namespace casebridge::sandbox::tracecat
