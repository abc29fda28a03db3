// What hangs on a case: notes, tasks, artifacts, events (ThreatConnect fact sheet §4.2 to §4.6). First the
// child, then one PUT of its case with the child's state and what it does to the case's history.
// ThreatConnect has no transactions: what is half done is taken back, and where that fails too the failure
// says what exists.
#include "mapping/child_states.hpp"
#include "platform/doubt.hpp"
#include "platform/threatconnect/client/backend.hpp"
#include "platform/threatconnect/client/requests.hpp"
#include "platform/threatconnect/client/wire.hpp"

#include <algorithm>
#include <iterator>

namespace casebridge::platform::threatconnect {
namespace {

using mapping::write_plan;

constexpr std::string_view names_of_children[] = {"note", "task", "artifact", "workflow event"};
constexpr std::string_view members_of_children[] = {"notes", "tasks", "artifacts", "workflowEvents"};

std::string name_of(child what, std::int64_t number) {
    return std::string(names_of_children[static_cast<std::size_t>(what)]) + " " + std::to_string(number);
}

// What goes with a child onto its case: nothing but bag entries and their files.
write_plan part_of_case(const child_write& w, std::int64_t number) {
    write_plan out;
    const write_plan& plan = *w.plan;
    out.carry = plan.carry;
    if (plan.carry == write_plan::carry_action::write)
        out.carry_text = mapping::name_child(plan.carry_text, number);
    out.spills = plan.spills;
    out.old_carry = plan.old_carry;
    out.old_spills = plan.old_spills;
    out.spare = w.spare;
    out.old_carry.insert(out.old_carry.end(), w.left_states.begin(), w.left_states.end());
    out.old_spills.insert(out.old_spills.end(), w.left_files.begin(), w.left_files.end());
    if (!w.left_states.empty() && out.carry == write_plan::carry_action::keep)
        out.carry = write_plan::carry_action::remove;
    out.history = w.history ? w.history(number) : plan.history;
    return out;
}

}  // namespace

task<result<upstream::answer>> backend::send_child(call_context& ctx, const child_write& w) {
    std::string path(path_of(w.what));
    if (w.number) path += "/" + std::to_string(*w.number);
    target_builder t(options_.base_path, path, ctx.where->organization);
    std::string members = w.plan->members;
    if (!w.number) {
        members += members.empty() ? "" : ",";
        members += "\"caseId\":" + std::to_string(w.case_number);
    }
    const std::string_view method = w.number ? "PUT" : "POST";
    if (w.content) co_return co_await send_with_content(ctx, method, std::move(t.text), members, *w.content);
    const std::string body = "{" + members + "}";
    co_return co_await send(ctx, method, std::move(t.text), body);
}

task<result<platform::backend::child_written>> backend::write_child(call_context& ctx, const child_write& w) {
    child_written out;
    out.number = w.number.value_or(0);
    if (!w.number || !w.plan->members.empty() || w.content) {
        CB_CO_TRY(auto answer, co_await send_child(ctx, w));
        CB_CO_TRY(out.now, open_envelope(std::move(answer)));
        if (!w.number && !out.now->data.member("id").to_int64(out.number))
            co_return fail(errc::upstream_malformed, "what was created has no id");
    }
    CB_CO_CHECK(co_await keep_with_case(ctx, w, out));
    co_return out;
}

// The child is there; now what is kept on its case.
task<result<void>> backend::keep_with_case(call_context& ctx, const child_write& w, child_written& out) {
    write_plan part = part_of_case(w, out.number);
    if (w.finish_state && out.now && part.carry == write_plan::carry_action::write)
        part.carry_text = w.finish_state(std::move(part.carry_text), out.now->data);
    if (part.empty() && part.history.empty()) co_return result<void>{};
    auto done = co_await update_case(ctx, w.case_number, part);
    if (done.has_error() && in_doubt(done.error())) {
        child_kinds files;
        files.artifacts = !part.spills.empty();
        const auto now = co_await read_case(ctx, w.case_number, files);
        const bool there = part.carry == write_plan::carry_action::write && now.has_value() &&
                           keeps_carry((*now)->data, part);
        if (there) done = written{w.case_number, true, true};
    }
    if (done.has_value()) {
        out.carry_kept = done->carry_kept;
        out.history_kept = done->history_kept;
        out.raced = done->raced;
        if (out.carry_kept) out.state = part.carry_text;
        co_return result<void>{};
    }
    const failure& why = done.error();
    if (why.code == errc::upstream_rejected && w.keep_without_state) {  // the type takes no more values
        out.carry_kept = part.carry != write_plan::carry_action::write;
        out.history_kept = part.history.empty();
        co_return result<void>{};
    }
    if (!w.number) co_return co_await take_back(ctx, w, out.number, why);
    co_return fail(errc::upstream_error, name_of(w.what, out.number) +
                                             " is changed, but what the bridge keeps with it is not (" +
                                             to_string(why.code) + "); send the change again");
}

// Always a failure: why, where nothing is left behind.
task<result<void>> backend::take_back(call_context& ctx, const child_write& w, std::int64_t number,
                                      failure why) {
    auto gone = co_await remove_object(ctx, path_of(w.what), number);
    if (gone.has_value() || gone.error().code == errc::not_found) co_return why;
    co_return fail(errc::upstream_error,
                   name_of(w.what, number) + " was made, but what the bridge keeps with it was not (" +
                       to_string(why.code) + "), nor could it be taken back (" +
                       to_string(gone.error().code) + "); it exists without its author and its details");
}

task<result<void>> backend::remove_object(call_context& ctx, std::string_view path, std::int64_t number) {
    target_builder t(options_.base_path, std::string(path) + "/" + std::to_string(number),
                     ctx.where->organization);
    CB_CO_TRY(auto answer, co_await send(ctx, "DELETE", std::move(t.text), {}));
    co_return check_envelope(std::move(answer));
}

task<result<void>> backend::put_attribute(call_context& ctx, std::int64_t id, std::string_view value) {
    target_builder t(options_.base_path, "/v3/caseAttributes/" + std::to_string(id), ctx.where->organization);
    const std::string body = attribute_value_body(value);
    CB_CO_TRY(auto answer, co_await send(ctx, "PUT", std::move(t.text), body));
    co_return check_envelope(std::move(answer));
}

// An entry that held the child's state becomes one of the history: one request instead of two. Whatever fails
// after the child is gone leaves entries behind that name nothing, and that readers ignore.
task<result<void>> backend::remove_child(call_context& ctx, const child_removal& r) {
    auto gone = co_await remove_object(ctx, path_of(r.what), r.number);
    if (gone.has_error() && !in_doubt(gone.error())) co_return gone.error();
    if (gone.has_error()) {
        const auto holder = co_await holder_of(ctx, r.what, r.number);
        if (holder.has_error() || holder->has_value()) co_return gone.error();
    }
    const auto turned = static_cast<std::ptrdiff_t>(std::min(r.states.size(), r.history.size()));
    write_plan rest;
    for (std::ptrdiff_t i = 0; i < turned; ++i) {
        const std::string& entry = r.history[static_cast<std::size_t>(i)];
        const auto done = co_await put_attribute(ctx, r.states[static_cast<std::size_t>(i)], entry);
        if (done.has_error()) rest.history.push_back(entry);
    }
    rest.old_carry.assign(r.states.begin() + turned, r.states.end());
    rest.history.insert(rest.history.end(), r.history.begin() + turned, r.history.end());
    rest.old_spills = r.files;
    if (!rest.old_carry.empty() || !rest.old_spills.empty()) rest.carry = write_plan::carry_action::remove;
    if (rest.empty() && rest.history.empty()) co_return result<void>{};
    co_await update_case(ctx, r.case_number, rest);
    co_return result<void>{};
}

task<result<std::optional<std::int64_t>>> backend::holder_of(call_context& ctx, child what,
                                                             std::int64_t number) {
    target_builder t(options_.base_path, std::string(path_of(what)) + "/" + std::to_string(number),
                     ctx.where->organization);
    t.add("fields", "caseId");
    CB_CO_TRY(auto answer, co_await send(ctx, "GET", std::move(t.text), {}));
    auto found = open_envelope(std::move(answer));
    if (found.has_error() && found.error().code == errc::not_found) co_return std::optional<std::int64_t>{};
    CB_CO_TRY(const auto one, std::move(found));
    std::int64_t holder = 0;
    one->data.member("caseId").to_int64(holder);
    co_return std::optional<std::int64_t>{holder};
}

json::value backend::children_of(json::value stored_case, child what) const {
    return stored_case.member(members_of_children[static_cast<std::size_t>(what)]).member("data");
}

std::optional<child> backend::children_named(std::string_view member) const {
    const auto* const found =
        std::find(std::begin(members_of_children), std::end(members_of_children), member);
    if (found == std::end(members_of_children)) return std::nullopt;
    return static_cast<child>(found - std::begin(members_of_children));
}

}  // namespace casebridge::platform::threatconnect
