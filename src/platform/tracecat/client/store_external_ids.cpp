// Which case has an external id: nothing searches for it on the server, so the index keeps all of them. The first
// question walks the list once; later ones read what changed since.
#include "json/writer.hpp"
#include "platform/tracecat/client/store.hpp"

namespace casebridge::platform::tracecat::client {
namespace {

constexpr std::int64_t second = 1'000'000;
// A change shows when its transaction ends but is dated from its beginning, and a Date is in whole seconds. Once a
// minute the overlap is long, for transactions that had to wait.
constexpr std::int64_t short_overlap = 7 * second;
constexpr std::int64_t long_overlap = 120 * second;
constexpr std::chrono::seconds deep_refresh_every{60};

}  // namespace

task<result<std::optional<std::int64_t>>> store::find_external_id(call_context& ctx,
                                                                  std::string_view external_id) {
    using answer = std::optional<std::int64_t>;
    const std::string wanted(external_id);
    auto& in = workspace_of(ctx);
    if (const auto known = in.index.number_of(wanted); known) co_return answer(*known);
    const auto arrived = http::clock::now();
    CB_CO_TRY(const auto where, co_await locate(ctx));
    auto pass = co_await memory_->one_at_a_time.enter("refresh " + ctx.where->id.to_string(), ctx.deadline);
    if (!pass)
        co_return fail(errc::upstream_timeout, "deadline passed while waiting for the index of external ids");
    const auto last = in.refreshed.get(arrived);
    if (!last || *last < arrived) CB_CO_CHECK(co_await refresh(ctx, where, in));
    co_return in.index.number_of(wanted);
}

task<result<void>> store::refresh(call_context& ctx, const place_of_routes& where, workspace_memory& in) {
    const auto began = http::clock::now();
    const std::int64_t server_began = memory_->server_micros();
    const auto since = in.index.complete_since();
    const bool deep = !in.refreshed_deeply.get(began);
    store_listing what;
    if (since) {
        what.by_update = true;
        what.filter = time_filter("updated_after", *since - (deep ? long_overlap : short_overlap));
    }
    CB_CO_CHECK(co_await walk(ctx, where, in, std::move(what)));
    in.index.note_complete(server_began);
    in.refreshed.set(began, http::time_point::max());
    if (deep) in.refreshed_deeply.set(true, began + deep_refresh_every);
    co_return result<void>{};
}

// A case that only passes by: its external id, and the state as the last copy seen.
void store::note_passing(workspace_memory& in, const raw_case& c) {
    const auto names = names_of(c.item);
    if (!names || !c.readable) return;
    const json::value state = state_of(c.item, options_.state_key);
    const auto known = in.index.find(names->id);
    if (!state.exists() && known && !known->state.empty())
        return;  // it vanished: whoever reads the case says so
    note_external_id(in, names->number, state);
    if (!state.exists()) return;
    known_case seen{names->id, names->number, std::string(names->updated), {}, {}, {}};
    json::append_value(seen.state, state);
    in.index.put(std::move(seen));
}

task<result<void>> store::walk(call_context& ctx, const place_of_routes& where, workspace_memory& in,
                               store_listing what) {
    what.limit = most_per_page();
    std::size_t seen = 0;
    for (;;) {
        CB_CO_TRY(const auto page, co_await read_page(ctx, where, what));
        for (const auto& c : page.cases) note_passing(in, c);
        seen += page.cases.size();
        if (page.next.empty()) co_return result<void>{};
        if (seen >= options_.index.walked_cases)
            co_return fail(errc::filter_too_broad, "finding an external id would mean reading more than " +
                                                       std::to_string(seen) + " cases");
        what.cursor = page.next;
    }
}

}  // namespace casebridge::platform::tracecat::client
