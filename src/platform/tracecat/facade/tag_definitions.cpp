// POST, PATCH and DELETE below /case-tags (Tracecat fact sheet §3.4).
#include "platform/tracecat/facade/context.hpp"
#include "platform/tracecat/facade/errors.hpp"
#include "platform/tracecat/facade/facade.hpp"
#include "platform/tracecat/wire/uuid_text.hpp"

namespace casebridge::platform::tracecat {

task<void> facade::create_tag(context& c) {
    if (is_unstorable(c, tag_create)) {
        generic_error(c);
        co_return;
    }
    const operation op = start(c, verb::create, object::tag);
    outcome out;
    const bool done = co_await run(c, op, out);
    if (done) answer_document(c, 201, out);
}

task<void> facade::change_tag(context& c) {
    const bool removes = c.what() == action::delete_tag;
    operation op = start(c, removes ? verb::remove : verb::update, object::tag);
    op.child = uuid_value(*c.found.find("tag_id")).to_string();
    // A name cannot be null; the database says so, and Tracecat takes every such complaint for a duplicate.
    const bool nameless = !removes && c.document().member("name").is_null();
    const bool unstorable = !removes && is_unstorable(c, tag_update);
    outcome out;
    if (nameless || unstorable) {
        op.action = verb::read;  // an unknown tag is a 404 before all that
        const bool there = co_await run(c, op, out);
        if (!there) co_return;
        if (unstorable)
            generic_error(c);
        else
            answer_detail(c.res, 400, tag_exists);
        co_return;
    }
    const bool done = co_await run(c, op, out);
    if (!done) co_return;
    if (removes)
        answer_nothing(c.res);
    else
        answer_document(c, 200, out);
}

}  // namespace casebridge::platform::tracecat
