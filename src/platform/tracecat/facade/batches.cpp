// POST /cases/batch-update and /cases/batch-delete (Tracecat fact sheet §1.9): 200 with one result per case,
// whatever became of each.
#include "platform/tracecat/facade/context.hpp"
#include "platform/tracecat/facade/errors.hpp"
#include "platform/tracecat/facade/facade.hpp"
#include "platform/tracecat/facade/fields.hpp"
#include "platform/tracecat/wire/uuid_text.hpp"

#include "json/writer.hpp"

#include <algorithm>
#include <set>

namespace casebridge::platform::tracecat {
namespace {

// Each once, in the order of their first appearance.
std::vector<uuid> distinct(json::value case_ids) {
    std::vector<uuid> out;
    std::set<uuid> seen;
    for (const auto& [none, v] : case_ids.elements()) {
        const uuid id = uuid_value(v.text());
        if (seen.insert(id).second) out.push_back(id);
    }
    return out;
}

bool succeeded(const result<void>& r) { return r.has_value(); }

}  // namespace

std::string facade::batch_error(const failure& why) const {
    switch (why.code) {
        case errc::not_found: return "Case not found";
        case errc::unresolved_reference: return std::string(database_failed);
        case errc::unknown_field: return unknown_column(why.detail);
        case errc::invalid_value: return is_missing_for_closure(why) ? closure_text(why) : why.detail;
        default: return errors_(why).detail;
    }
}

// What the change would fail with in every case that exists; empty if nothing is wrong with it.
std::string facade::batch_obstacle(const context& c) const {
    const json::value change = c.document().member("update");
    const bool storable = !c.body.has(blemish::kind::nul, "update") &&
                          !c.body.has(blemish::kind::surrogate, "update") &&
                          !c.body.has(blemish::kind::not_finite, "update");
    // summary and description cannot be null, and Tracecat leaves it to the database to say so.
    const bool nulls = change.member("summary").is_null() || change.member("description").is_null();
    if (!storable || nulls) return std::string(database_failed);
    const json::value choices = change.member("dropdown_values");
    return choices.size() > 0 ? unknown_choice(choices) : std::string();
}

task<void> facade::run_batch(context& c) {
    const bool removes = c.what() == action::delete_cases;
    operation op = start(c, removes ? verb::remove : verb::update, object::case_);
    op.ids = distinct(c.document().member("case_ids"));
    op.document = removes ? json::value{} : c.document().member("update");
    const json::value dropdowns = op.document.member("dropdown_values");
    const bool refused = !options_.case_addons && dropdowns.exists() && !dropdowns.is_null();
    const std::string obstacle = removes ? std::string() : batch_obstacle(c);
    // A change that fails everywhere only asks which cases there are.
    if (refused || !obstacle.empty()) op.document = {};
    outcome out;
    const bool done = co_await run(c, op, out);
    if (!done) co_return;
    if (refused && std::any_of(out.each.begin(), out.each.end(), succeeded)) {
        missing_entitlement(c, "case_addons");
        co_return;
    }
    std::string body;
    json::writer w(body);
    std::int64_t good = 0;
    w.begin_object().key("results").begin_array();
    for (std::size_t i = 0; i < op.ids.size(); ++i) {
        const result<void>& one = out.each.at(i);
        const std::string error = one.has_error() ? batch_error(one.error()) : obstacle;
        good += error.empty() ? 1 : 0;
        w.begin_object().member("case_id", op.ids[i].to_string()).member("success", error.empty());
        w.key("error");
        if (error.empty())
            w.null();
        else
            w.string(error);
        w.end_object();
    }
    w.end_array().member("succeeded", good);
    w.member("failed", static_cast<std::int64_t>(op.ids.size()) - good).end_object();
    answer_json(c.res, 200, std::move(body));
}

}  // namespace casebridge::platform::tracecat
