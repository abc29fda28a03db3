// Writes. One PUT appends the new state together with the native change, its answer is the read-back, and
// only then are older states and their files removed; a reader in between takes the highest revision.
#include "observe/log.hpp"
#include "platform/threatconnect/client/backend.hpp"
#include "platform/threatconnect/client/requests.hpp"
#include "platform/threatconnect/client/wire.hpp"
#include "query/tql.hpp"

#include <algorithm>

namespace casebridge::platform::threatconnect {
namespace {

using plan_type = mapping::write_plan;

constexpr std::string_view nothing_to_write = "{}";

bool writes_carry(const plan_type& plan) { return plan.carry == plan_type::carry_action::write; }

bool has_body(const plan_type& plan) {
    const auto adds = [](const mapping::bag_change& c) { return c.texts.size() > c.ids.size(); };
    return !plan.members.empty() || writes_carry(plan) || !plan.history.empty() ||
           std::any_of(plan.bag.begin(), plan.bag.end(), adds);
}

bool refuses(const result<reply_ptr>& answer) {
    return answer.has_error() && answer.error().code == errc::upstream_rejected;
}

bool has_file(json::value artifacts, std::string_view name) {
    for (const auto& [none, a] : artifacts.member("data").elements()) {
        if (a.member("summary").text() == name) return true;
    }
    return false;
}

}  // namespace

bool backend::keeps_carry(json::value stored_case, const mapping::write_plan& plan) const {
    if (!writes_carry(plan)) return true;
    for (const auto& file : plan.spills) {
        if (!has_file(stored_case.member("artifacts"), file.file)) return false;
    }
    for (const auto& [none, a] : stored_case.member("attributes").member("data").elements()) {
        if (a.member("type").text() == options_.carry_attribute &&
            a.member("value").text() == plan.carry_text)
            return true;
    }
    return false;
}

task<result<reply_ptr>> backend::post_case(call_context& ctx, std::string_view body, bool files) {
    target_builder t(options_.base_path, "/v3/cases", ctx.where->organization);
    t.add("fields", "attributes");
    if (files) t.add("fields", "artifacts");
    CB_CO_TRY(auto answer, co_await send(ctx, "POST", std::move(t.text), body));
    co_return open_envelope(std::move(answer));
}

task<result<platform::backend::written>> backend::create_case(call_context& ctx,
                                                              const mapping::write_plan& plan) {
    std::string body = case_body(plan, options_.carry_attribute, options_.file_type, {});
    written out;
    auto done = co_await post_case(ctx, body, !plan.spills.empty());
    if (refuses(done) && !plan.history.empty()) {  // there may be room for the state alone
        body = case_body(plan, options_.carry_attribute, options_.file_type, {true, false});
        auto without = co_await post_case(ctx, body, !plan.spills.empty());
        out.history_kept = false;
        if (!refuses(without)) done = std::move(without);
    }
    CB_CO_TRY(const auto made, std::move(done));
    if (!made->data.member("id").to_int64(out.number))
        co_return fail(errc::upstream_malformed, "a created case without an id");
    out.carry_kept = keeps_carry(made->data, plan);
    co_return out;
}

task<result<reply_ptr>> backend::put_case(call_context& ctx, std::int64_t number, std::string_view body) {
    target_builder t(options_.base_path, "/v3/cases/" + std::to_string(number), ctx.where->organization);
    t.add("fields", "attributes").add("fields", "artifacts").add("fields", "tags");
    CB_CO_TRY(auto answer, co_await send(ctx, "PUT", std::move(t.text), body));
    co_return open_envelope(std::move(answer));
}

// Where the attribute type allows one value per case, appending is refused: then the native change goes
// first and the state is replaced in its place.
// history_kept: false if only leaving the history out made it possible.
task<result<reply_ptr>> backend::put_with_carry(call_context& ctx, std::int64_t number,
                                                const mapping::write_plan& plan, bool& history_kept) {
    std::string body = case_body(plan, options_.carry_attribute, options_.file_type, {});
    auto done = co_await put_case(ctx, number, body);
    if (refuses(done) && !plan.history.empty()) {
        history_kept = false;
        body = case_body(plan, options_.carry_attribute, options_.file_type, {true, false});
        if (body == nothing_to_write) co_return co_await read_case(ctx, number);
        auto without = co_await put_case(ctx, number, body);
        if (!refuses(without)) co_return without;
    }
    const auto& places = plan.old_carry.empty() ? plan.spare : plan.old_carry;
    if (!refuses(done) || !writes_carry(plan) || places.empty()) co_return done;

    body = case_body(plan, options_.carry_attribute, options_.file_type, {false, false});
    auto native = co_await put_case(ctx, number, body);
    if (native.has_error()) co_return done;  // it was not about the state: the first answer says what
    CB_CO_CHECK(co_await put_attribute(ctx, places.front(), plan.carry_text));
    co_return co_await read_case(ctx, number);
}

task<result<platform::backend::written>> backend::update_case(call_context& ctx, std::int64_t number,
                                                              const mapping::write_plan& plan) {
    written out{number, true};
    bool in_place = false;
    if (has_body(plan)) {
        CB_CO_TRY(const auto done, co_await put_with_carry(ctx, number, plan, out.history_kept));
        for (const auto& [none, a] : done->data.member("attributes").member("data").elements()) {
            std::int64_t id = 0;
            in_place = in_place ||
                       (writes_carry(plan) && a.member("id").to_int64(id) &&
                        a.member("value").text() == plan.carry_text &&
                        std::find(plan.old_carry.begin(), plan.old_carry.end(), id) != plan.old_carry.end());
        }
        out.carry_kept = in_place || keeps_carry(done->data, plan);
    }
    for (const auto& change : plan.bag) CB_CO_CHECK(co_await replace_bag_entries(ctx, change));
    if (out.carry_kept) co_await tidy(ctx, number, plan, in_place);
    co_return out;
}

// Entries that are there get the new values one by one; what is left over goes.
task<result<void>> backend::replace_bag_entries(call_context& ctx, const mapping::bag_change& change) {
    for (std::size_t i = 0; i < change.ids.size(); ++i) {
        target_builder t(options_.base_path, "/v3/caseAttributes/" + std::to_string(change.ids[i]),
                         ctx.where->organization);
        const bool keep = i < change.texts.size();
        const std::string body = keep ? attribute_value_body(change.texts[i]) : std::string{};
        CB_CO_TRY(auto answer, co_await send(ctx, keep ? "PUT" : "DELETE", std::move(t.text), body));
        CB_CO_CHECK(check_envelope(std::move(answer)));
    }
    co_return result<void>{};
}

// What is left behind here is ignored by readers and goes with the next write.
task<void> backend::tidy(call_context& ctx, std::int64_t number, const mapping::write_plan& plan,
                         bool replaced_in_place) {
    if (plan.carry == plan_type::carry_action::keep) co_return;
    std::vector<std::int64_t> old = plan.old_carry;
    if (replaced_in_place && !old.empty()) old.erase(old.begin());
    if (!old.empty()) {
        const std::string body = remove_attributes_body(old);
        const auto done = co_await put_case(ctx, number, body);
        if (done.has_error()) {
            observe::log(observe::level::warn, "older carried states stay for now",
                         {{"case", number}, {"reason", std::string_view(to_string(done.error().code))}});
        }
    }
    for (const auto& name : plan.old_spills) co_await remove_file(ctx, number, name);
}

task<void> backend::remove_file(call_context& ctx, std::int64_t number, std::string_view name) {
    target_builder find(options_.base_path, "/v3/artifacts", ctx.where->organization);
    find.add("tql", "caseId = " + std::to_string(number) + " and summary = " + query::tql_string(name))
        .add("resultLimit", 2);
    auto answer = co_await send(ctx, "GET", std::move(find.text), {});
    if (answer.has_error()) co_return;
    auto found = open_envelope(std::move(*answer));
    std::int64_t id = 0;
    if (found.has_error() || !(*found)->data.element(0).member("id").to_int64(id)) co_return;
    target_builder t(options_.base_path, "/v3/artifacts/" + std::to_string(id), ctx.where->organization);
    co_await send(ctx, "DELETE", std::move(t.text), {});
}

task<result<void>> backend::remove_case(call_context& ctx, std::int64_t number) {
    co_return co_await remove_object(ctx, "/v3/cases", number);
}

task<result<reply_ptr>> backend::change_tag(call_context& ctx, std::int64_t number, std::string_view tag,
                                            bool add, const std::vector<std::string>& history) {
    std::string body = tag_body(tag, add, options_.carry_attribute, history);
    auto done = co_await put_case(ctx, number, body);
    if (!refuses(done) || history.empty()) co_return done;
    body = tag_body(tag, add, options_.carry_attribute, {});
    co_return co_await put_case(ctx, number, body);
}

task<result<reply_ptr>> backend::write_tag(call_context& ctx, std::optional<std::int64_t> number,
                                           const mapping::write_plan& plan) {
    const std::string path = "/v3/tags" + (number ? "/" + std::to_string(*number) : std::string());
    target_builder t(options_.base_path, path, ctx.where->organization);
    const std::string body = "{" + plan.members + "}";
    CB_CO_TRY(auto answer, co_await send(ctx, number ? "PUT" : "POST", std::move(t.text), body));
    co_return open_envelope(std::move(answer));
}

task<result<void>> backend::remove_tag(call_context& ctx, std::int64_t number) {
    co_return co_await remove_object(ctx, "/v3/tags", number);
}

}  // namespace casebridge::platform::threatconnect
