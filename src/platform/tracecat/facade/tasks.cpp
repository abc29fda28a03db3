// Tasks of a case, an add-on (Tracecat fact sheet §3.2). In Tracecat broad exception handlers stand around
// these routes: what cannot be done reads "Failed to … task", whatever it was. What the upstream refuses or
// fails at is told as everywhere else.
#include "platform/tracecat/facade/child_answers.hpp"
#include "platform/tracecat/facade/errors.hpp"
#include "platform/tracecat/facade/facade.hpp"
#include "platform/tracecat/wire/child_models.hpp"
#include "platform/tracecat/wire/uuid_text.hpp"

#include "json/writer.hpp"

namespace casebridge::platform::tracecat {
namespace {

// A null that a PATCH ignores is not handed on; these two are cleared by one.
constexpr std::string_view ignored_when_null[] = {"title", "description", "priority", "status",
                                                  "assignee_id"};
constexpr std::string_view cleared_by_null[] = {"workflow_id", "default_trigger_values"};

std::string task_document(json::value body, bool creates) {
    std::string out;
    json::writer w(out);
    w.begin_object();
    for (const std::string_view name : ignored_when_null) {
        if (given(body.member(name))) w.member(name, body.member(name));
    }
    if (creates && !body.member("priority").exists()) w.member("priority", "unknown");
    if (creates && !body.member("status").exists()) w.member("status", "todo");
    for (const std::string_view name : cleared_by_null) {
        if (!creates && body.member(name).is_null()) w.member(name, body.member(name));
    }
    w.end_object();
    return out;
}

// No workflow exists here, and a trigger without one has no meaning.
bool is_impossible(context& c, model of) {
    const json::value body = c.document();
    return is_unstorable(c, of) || given(body.member("workflow_id")) ||
           given(body.member("default_trigger_values"));
}

}  // namespace

task<void> facade::act_on_tasks(context& c) {
    switch (c.what()) {
        case action::create_task: co_await create_task(c); break;
        case action::update_task:
        case action::delete_task: co_await change_task(c); break;
        default: {
            operation op = start(c, verb::list, object::task);
            outcome out;
            const bool done = co_await run(c, op, out);
            if (done) answer_json(c.res, 200, array_of(out.items));
        }
    }
}

void facade::refuse_tasks(context& c) const {
    const fixed_answer& said = c.found.row->answer;
    if (said.status == 0)
        missing_entitlement(c, "case_addons");
    else
        answer_json(c.res, said.status, std::string(said.body));
}

task<void> facade::create_task(context& c) {
    if (is_impossible(c, task_create)) {
        const bool there = co_await has_case(c, object::task);
        if (there) refuse_tasks(c);
        co_return;
    }
    const std::string text = task_document(c.document(), true);
    json::tape document;
    if (document.parse(text, json::policy{}).has_error()) {
        generic_error(c);
        co_return;
    }
    operation op = start(c, verb::create, object::task);
    op.document = document.root();
    outcome out;
    const bool done = co_await run(c, op, out);
    if (!done) co_return;
    const uuid id = out.id;
    answer_document(c, 201, out);
    c.res.set("location", place_of_child(c, "tasks", id));
}

task<void> facade::change_task(context& c) {
    const bool removes = c.what() == action::delete_task;
    const bool impossible = !removes && is_impossible(c, task_update);
    const std::string text = removes || impossible ? "{}" : task_document(c.document(), false);
    json::tape document;
    if (document.parse(text, json::policy{}).has_error()) {
        generic_error(c);
        co_return;
    }
    operation op = start(c, removes ? verb::remove : verb::update, object::task);
    op.child = uuid_value(*c.found.find("task_id")).to_string();
    op.document = document.root();
    outcome out;
    const bool done = co_await run(c, op, out);
    if (!done) co_return;
    if (impossible)
        refuse_tasks(c);
    else if (removes)
        answer_nothing(c.res);
    else
        answer_document(c, 200, out);
}

}  // namespace casebridge::platform::tracecat
