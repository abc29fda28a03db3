// Reading cases: pages with their payloads, completed by what lists leave out where the index does not know it.
#include "http/side_by_side.hpp"
#include "json/writer.hpp"
#include "observe/log.hpp"
#include "observe/metrics.hpp"
#include "platform/tracecat/client/case_form.hpp"
#include "platform/tracecat/client/open_answer.hpp"
#include "platform/tracecat/client/store.hpp"

#include <algorithm>

namespace casebridge::platform::tracecat::client {
namespace {

constexpr std::size_t longest_page = 200;  // fact sheet §2.1

failure no_case() { return fail(errc::not_found, "no such case"); }

json::value base_of(json::value item, const reply_ptr& single) { return single ? single->data : item; }

}  // namespace

// Several completions of one page at a time.
class store::completions final : public http::steps {
public:
    completions(store& s, call_context& ctx, const place_of_routes& where, completion needs,
                std::vector<raw_case>& cases)
        : store_(s), ctx_(ctx), where_(where), needs_(needs), cases_(cases) {}
    task<void> run_step(std::size_t index) override {
        return store_.complete_one(ctx_, where_, needs_, cases_[index]);
    }

private:
    store& store_;
    call_context& ctx_;
    const place_of_routes& where_;
    completion needs_;
    std::vector<raw_case>& cases_;
};

// false: an error of which the server says nothing, or more than we take.
task<result<bool>> store::read_part(call_context& ctx, const std::string& target, raw_page& out,
                                    bool with_payload) {
    auto sent = co_await send(ctx, "GET", target);
    if (with_payload && sent.has_error() && sent.error().code == errc::upstream_too_large) co_return false;
    CB_CO_TRY(auto answer, std::move(sent));
    if (with_payload && is_generic_error(answer)) co_return false;
    CB_CO_TRY(auto page, open_answer(std::move(answer)));
    const json::value items = page->data.member("items");
    if (!items.is_array()) co_return fail(errc::upstream_malformed, "a page of cases was expected");
    for (const auto& [none, item] : items.elements()) {
        raw_case& c = out.cases.emplace_back();
        c.item = item;
        c.readable = with_payload;
    }
    const json::value next = page->data.member("next_cursor");
    out.next = page->data.member("has_more").is_true() ? std::string(next.text()) : std::string();
    std::int64_t total = 0;
    if (!out.total && page->data.member("total_estimate").to_int64(total) && total >= 0)
        out.total = static_cast<std::uint64_t>(total);
    out.replies.push_back(std::move(page));
    co_return true;
}

// A payload that Tracecat cannot write down fails the whole page that it is on (§3.12), and so do payloads that are
// too large together. Then the page is read in smaller parts, down to the one case, which is read without; the rest
// keeps its payloads.
task<result<store::raw_page>> store::read_page(call_context& ctx, const place_of_routes& where,
                                               store_listing what) {
    CB_CO_TRY(const auto fields, co_await field_ids(ctx));
    raw_page out;
    std::size_t left = std::clamp<std::size_t>(what.limit, 1, longest_page);
    what.limit = left;
    while (left > 0) {
        const std::string with = listing_target(where, what, fields, true);
        CB_CO_TRY(bool read, co_await read_part(ctx, with, out, true));
        if (!read && what.limit > 1) {
            what.limit = (what.limit + 1) / 2;
            continue;
        }
        if (!read) {
            const std::string without = listing_target(where, what, fields, false);
            CB_CO_TRY(read, co_await read_part(ctx, without, out, false));
        }
        left -= what.limit;
        if (out.next.empty()) break;
        what.cursor = out.next;
        what.limit = std::min(left, what.limit * 2);
    }
    co_return out;
}

task<result<void>> store::add_description(call_context& ctx, const place_of_routes& where, raw_case& c) {
    const auto names = names_of(c.item);
    if (!names) co_return fail(errc::upstream_malformed, "a case without id or number");
    target t(where, case_path(names->id));
    CB_CO_TRY(auto answer, co_await send(ctx, "GET", std::move(t.text)));
    if (is_generic_error(answer)) {
        c.readable = false;  // its payload was replaced since the page was read
        co_return result<void>{};
    }
    CB_CO_TRY(c.single, open_answer(std::move(answer)));
    co_return result<void>{};
}

task<result<void>> store::add_history(call_context& ctx, const place_of_routes& where, raw_case& c) {
    const json::value base = base_of(c.item, c.single);
    const auto names = names_of(base);
    if (!names) co_return fail(errc::upstream_malformed, "a case without id or number");
    target t(where, case_path(names->id, "/events"));
    CB_CO_TRY(const auto events, co_await get(ctx, std::move(t.text)));
    c.history = read_history(events->data, base.member("status").text(), base.member("created_at").text());
    co_return result<void>{};
}

// What neither the case nor the index says is asked for.
task<void> store::complete_one(call_context& ctx, const place_of_routes& where, completion needs,
                               raw_case& c) {
    const bool described = c.single || c.description || c.item.member("description").exists();
    if (needs.description && !described && c.readable) c.outcome = co_await add_description(ctx, where, c);
    const bool told = !c.history.empty() || c.item.member("created_by").exists();
    if (needs.history && !told && c.outcome.has_value()) c.outcome = co_await add_history(ctx, where, c);
    if (c.outcome.has_error() && c.outcome.error().code == errc::not_found) {
        c.gone = true;
        c.outcome = {};
    }
}

task<result<void>> store::complete_all(call_context& ctx, const place_of_routes& where, completion needs,
                                       std::vector<raw_case>& cases) {
    if (!needs.description && !needs.history) co_return result<void>{};
    case_index& index = workspace_of(ctx).index;
    for (auto& c : cases) {
        const auto names = names_of(base_of(c.item, c.single));
        const auto known = names ? index.find(names->id, names->updated) : nullptr;
        if (!known) continue;
        // Only what was asked for: a document does not depend on what others have asked before.
        if (needs.description && !c.single && !c.description) c.description = known->description;
        if (needs.history) c.history = known->history;
    }
    completions steps(*this, ctx, where, needs, cases);
    co_await http::run_side_by_side(steps, cases.size(), options_.reads_at_a_time);
    for (auto& c : cases) CB_CO_CHECK(std::move(c.outcome));
    co_return result<void>{};
}

void store::note_external_id(workspace_memory& in, std::int64_t number, json::value state) {
    in.index.note_external_id(number, text_at(state, options_.external_id_path));
}

// What stands in for a state that has vanished; empty where nothing has. Said once for each change of the case.
std::string_view store::lost_state(const case_names& names, const known_case& had) {
    if (had.state.empty() || had.updated == names.updated) return had.state;
    observe::count_loss("state_vanished");
    observe::log(observe::level::warn, "a case has lost the state kept on it; the last copy seen stands in",
                 {{"case", names.number}});
    return had.state;
}

result<stored_case_ptr> store::absorb(workspace_memory& in, const raw_case& c, std::string_view tags) {
    case_parts parts;
    parts.base = base_of(c.item, c.single);
    parts.history = c.history;
    parts.tags = tags;
    parts.state_key = options_.state_key;
    parts.readable = c.readable;
    parts.restored = c.restored && !c.single;
    if (c.description) parts.description = *c.description;
    const auto names = names_of(parts.base);
    if (!names) return fail(errc::upstream_malformed, "a case without id or number");

    const json::value own = parts.base.member("description");
    const bool described = own.is_string() || c.description;
    const auto had = in.index.find(names->id);
    const bool current = had && had->updated == names->updated;
    const json::value state = state_of(parts.base, options_.state_key);
    if (!c.readable && !current)
        observe::log(observe::level::warn, "a case has a payload that cannot be read; shown without",
                     {{"case", names->number}});
    if (c.readable && !state.exists() && had) parts.lost_state = lost_state(*names, *had);
    if (c.readable && parts.lost_state.empty()) note_external_id(in, names->number, state);
    auto out = make_case(parts);
    const bool told = current && (had->description || !described) &&
                      (!had->history.empty() || c.history.empty()) &&
                      (!had->state.empty() || !state.exists());
    if (told) return out;

    known_case known{names->id, names->number, std::string(names->updated), c.description, c.history, {}};
    if (own.is_string()) known.description = own.text();
    if (state.exists()) json::append_value(known.state, state);
    in.index.put(std::move(known));
    return out;
}

task<result<store_page>> store::list_cases(call_context& ctx, const store_listing& what) {
    CB_CO_TRY(const auto where, co_await locate(ctx));
    auto& in = workspace_of(ctx);
    auto page = co_await read_page(ctx, where, what);
    if (page.has_error()) {
        if (page.error().code == errc::upstream_rejected)
            in.forget_fields();  // one of them may be the reason
        co_return page.error();
    }
    CB_CO_CHECK(co_await complete_all(ctx, where, what.needs, page->cases));
    store_page out;
    out.cases.reserve(page->cases.size());
    for (const auto& c : page->cases) {
        if (c.gone) continue;
        CB_CO_TRY(auto stored, absorb(in, c));
        out.cases.push_back(std::move(stored));
    }
    out.next = std::move(page->next);
    out.total = page->total;
    co_return out;
}

task<result<void>> store::complete(call_context& ctx, std::vector<stored_case_ptr>& cases, completion needs) {
    CB_CO_TRY(const auto where, co_await locate(ctx));
    std::vector<raw_case> lacking;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const json::value had = cases[i]->document();
        const bool description =
            needs.description && cases[i]->readable && !had.member("description").exists();
        const bool history = needs.history && !had.member("created_by").exists();
        if (!description && !history) continue;
        raw_case& c = lacking.emplace_back();
        c.item = had;
        c.readable = cases[i]->readable;
        c.restored = cases[i]->restored;
        places.push_back(i);
    }
    CB_CO_CHECK(co_await complete_all(ctx, where, needs, lacking));
    auto& in = workspace_of(ctx);
    for (std::size_t i = 0; i < lacking.size(); ++i) {
        if (lacking[i].gone) continue;
        CB_CO_TRY(auto stored, absorb(in, lacking[i]));
        cases[places[i]] = std::move(stored);
    }
    co_return result<void>{};
}

// By short_id, which leaves no case_viewed event, and then whatever the index lacks.
task<result<stored_case_ptr>> store::read_numbered(call_context& ctx, const place_of_routes& where,
                                                   std::int64_t number, completion needs) {
    auto& in = workspace_of(ctx);
    store_listing one;
    one.filter = number_filter(number);
    one.limit = 1;
    CB_CO_TRY(auto page, co_await read_page(ctx, where, std::move(one)));
    CB_CO_CHECK(co_await complete_all(ctx, where, needs, page.cases));
    if (page.cases.empty() || page.cases.front().gone) {
        in.index.erase(number);
        co_return no_case();
    }
    co_return absorb(in, page.cases.front());
}

task<result<stored_case_ptr>> store::read_single(call_context& ctx, const place_of_routes& where,
                                                 const uuid& id, completion needs) {
    auto& in = workspace_of(ctx);
    target t(where, case_path(id));
    auto answer = co_await send(ctx, "GET", std::move(t.text));
    const bool too_large = answer.has_error() && answer.error().code == errc::upstream_too_large;
    if (too_large || (answer.has_value() && is_generic_error(*answer))) {
        // Its payload cannot be written, or not be taken; a list without payloads can show the rest.
        const auto known = in.index.find(id);
        if (known) co_return co_await read_numbered(ctx, where, known->number, needs);
    }
    if (answer.has_error()) co_return answer.error();
    auto read = open_answer(std::move(*answer));
    if (read.has_error()) {
        if (read.error().code == errc::not_found) in.index.erase(id);
        co_return read.error();
    }
    std::vector<raw_case> one(1);
    one.front().single = std::move(*read);
    CB_CO_CHECK(co_await complete_all(ctx, where, needs, one));
    if (one.front().gone) co_return no_case();
    co_return absorb(in, one.front());
}

task<result<stored_case_ptr>> store::read_case(call_context& ctx, std::int64_t number, completion needs) {
    if (number <= 0 || number > highest_number) co_return no_case();
    CB_CO_TRY(const auto where, co_await locate(ctx));
    auto& index = workspace_of(ctx).index;
    const auto id = index.id_of(number);
    if (!id) co_return co_await read_numbered(ctx, where, number, needs);
    // A search leaves no case_viewed event, but where the description is not known the case is read anyway.
    const auto known = index.find(*id);
    const bool lacks = needs.description && !(known && known->description);
    if (lacks || reads_by_key(ctx)) co_return co_await read_single(ctx, where, *id, needs);
    co_return co_await read_numbered(ctx, where, number, needs);
}

task<result<stored_case_ptr>> store::read_case(call_context& ctx, const uuid& id, completion needs) {
    CB_CO_TRY(const auto where, co_await locate(ctx));
    const auto known = workspace_of(ctx).index.find(id);
    const bool lacks = !known || (needs.description && !known->description);
    if (lacks || reads_by_key(ctx)) co_return co_await read_single(ctx, where, id, needs);
    CB_CO_TRY(auto found, co_await read_numbered(ctx, where, known->number, needs));
    // Numbers were given out anew once (§8 no. 21): the id decides.
    if (found->id != id) co_return co_await read_single(ctx, where, id, needs);
    co_return found;
}

}  // namespace casebridge::platform::tracecat::client
