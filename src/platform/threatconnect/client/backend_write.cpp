// Writes. Custom attributes that are there change one by one; then one PUT appends the new state together with the
// native change, its answer is the read-back, and only then are older states and their files removed; a reader in
// between takes the highest revision.
#include "mapping/child_states.hpp"
#include "observe/log.hpp"
#include "platform/doubt.hpp"
#include "platform/threatconnect/client/backend.hpp"
#include "platform/threatconnect/client/requests.hpp"
#include "platform/threatconnect/client/wire.hpp"
#include "query/tql.hpp"

#include <algorithm>

namespace casebridge::platform::threatconnect {
namespace {

using plan_type = mapping::write_plan;

constexpr std::string_view nothing_to_write = "{}";
constexpr std::string_view attributes_path = "/v3/caseAttributes";

bool writes_carry(const plan_type& plan) { return plan.carry == plan_type::carry_action::write; }

bool has_body(const plan_type& plan) {
    const auto adds = [](const mapping::bag_change& c) { return c.texts.size() > c.ids.size(); };
    return !plan.members.empty() || writes_carry(plan) || !plan.history.empty() ||
           std::any_of(plan.bag.begin(), plan.bag.end(), adds);
}

bool refuses(const result<reply_ptr>& answer) {
    return answer.has_error() && answer.error().code == errc::upstream_rejected;
}

// What a failure says where a part of the change is done.
failure half_done(failure why, bool began) {
    if (!began) return why;
    constexpr std::string_view so_far = "custom fields of the case are changed, and the rest is not";
    if (in_doubt(why))
        return fail(errc::upstream_error,
                    std::string(so_far) + " (" + to_string(why.code) + "); send it again");
    why.detail = std::string(so_far) + ": " + why.detail;
    return why;
}

bool holds(const std::vector<std::int64_t>& ids, std::int64_t id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
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

// The bag entry that holds the plan's state; 0: none.
std::int64_t backend::place_of_state(json::value stored_case, const mapping::write_plan& plan) const {
    std::int64_t id = 0;
    for (const auto& [none, a] : stored_case.member("attributes").member("data").elements()) {
        const bool own = writes_carry(plan) && a.member("type").text() == options_.carry_attribute &&
                         a.member("value").text() == plan.carry_text;
        if (own && a.member("id").to_int64(id)) return id;
    }
    return 0;
}

// A state of the same object that was not there when the plan was made.
bool backend::has_rival(json::value stored_case, const mapping::write_plan& plan) const {
    if (plan.carry == plan_type::carry_action::keep) return false;
    for (const auto& [none, a] : stored_case.member("attributes").member("data").elements()) {
        std::int64_t id = 0;
        const std::string_view value = a.member("value").text();
        if (a.member("type").text() == options_.carry_attribute && a.member("id").to_int64(id) &&
            !holds(plan.old_carry, id) && value != plan.carry_text &&
            mapping::are_rivals(plan.carry_text, value))
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
    if (body != nothing_to_write) {
        const auto native = co_await put_case(ctx, number, body);
        if (native.has_error()) co_return done;  // it was not about the state: the first answer says what
    }
    CB_CO_CHECK(co_await put_attribute(ctx, places.front(), plan.carry_text));
    child_kinds files;
    files.artifacts = !plan.spills.empty();
    co_return co_await read_case(ctx, number, files);
}

task<result<platform::backend::written>> backend::update_case(call_context& ctx, std::int64_t number,
                                                              const mapping::write_plan& plan) {
    written out{number, true};
    bool in_place = false, began = false;
    for (const auto& change : plan.bag) CB_CO_CHECK(co_await replace_bag_entries(ctx, number, change, began));
    if (has_body(plan)) {
        auto put = co_await put_with_carry(ctx, number, plan, out.history_kept);
        if (put.has_error()) co_return half_done(put.error(), began);
        const reply_ptr done = std::move(put).value();
        const std::int64_t own = place_of_state(done->data, plan);
        in_place = own != 0 && holds(plan.old_carry, own);
        out.carry_kept = in_place || keeps_carry(done->data, plan);
        out.raced = !in_place && has_rival(done->data, plan);
        if (out.raced) {
            CB_CO_CHECK(co_await take_back_state(ctx, number, own, plan));
            co_return out;
        }
    }
    if (out.carry_kept) co_await tidy(ctx, number, plan, in_place);
    co_return out;
}

// Entries that are there get the new values one by one; what is left over goes. One that somebody removed in between
// is made anew, or is gone as it should be. They come before everything else: a site's own rules may refuse a value, and
// then nothing is done. began: something is.
task<result<void>> backend::replace_bag_entries(call_context& ctx, std::int64_t number,
                                                const mapping::bag_change& change, bool& began) {
    mapping::write_plan anew;
    anew.bag.push_back({change.name, {}, {}});
    std::vector<std::string>& missing = anew.bag.front().texts;
    for (std::size_t i = 0; i < change.ids.size(); ++i) {
        const bool keep = i < change.texts.size();
        result<void> done;
        if (keep)
            done = co_await put_attribute(ctx, change.ids[i], change.texts[i]);
        else
            done = co_await remove_object(ctx, attributes_path, change.ids[i]);
        began = began || done.has_value();
        if (done.has_value()) continue;
        if (done.error().code != errc::not_found) co_return half_done(done.error(), began);
        if (keep) missing.push_back(change.texts[i]);
    }
    if (missing.empty()) co_return result<void>{};
    const std::string body = case_body(anew, options_.carry_attribute, options_.file_type, {});
    const auto made = co_await put_case(ctx, number, body);
    if (made.has_error()) co_return half_done(made.error(), began);
    began = true;
    co_return result<void>{};
}

// Readers would take this state for the whole truth, and the other's for an older one.
task<result<void>> backend::take_back_state(call_context& ctx, std::int64_t number, std::int64_t id,
                                            const mapping::write_plan& plan) {
    if (id != 0) {
        const auto gone = co_await remove_object(ctx, attributes_path, id);
        if (gone.has_error() && gone.error().code != errc::not_found) co_return gone.error();
    }
    for (const auto& file : plan.spills) co_await remove_file(ctx, number, file.file);
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

task<result<platform::backend::tags_written>> backend::change_tag(call_context& ctx, const tag_change& c) {
    std::string body = tag_body(c.name, c.add, options_.carry_attribute, c.history);
    auto done = co_await put_case(ctx, c.case_number, body);
    tags_written out;
    if (refuses(done) && !c.history.empty()) {
        out.history_kept = false;
        body = tag_body(c.name, c.add, options_.carry_attribute, {});
        done = co_await put_case(ctx, c.case_number, body);
    }
    CB_CO_TRY(out.now, std::move(done));
    co_return out;
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
