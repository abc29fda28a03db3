// Tags: a case gets them one by one, and only those that are defined (fact sheet §3.3, §3.4).
#include "core/slug.hpp"
#include "json/writer.hpp"
#include "observe/log.hpp"
#include "platform/tracecat/client/open_answer.hpp"
#include "platform/tracecat/client/storable.hpp"
#include "platform/tracecat/client/store.hpp"

#include <algorithm>
#include <span>

namespace casebridge::platform::tracecat::client {
namespace {

constexpr std::size_t longest_name = 50;   // §3.4, characters
constexpr std::string_view definitions_path = "/case-tags";

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

const tag_definition* find_named(const std::vector<tag_definition>& all, std::string_view name) {
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const tag_definition& d) { return d.name == name; });
    return found == all.end() ? nullptr : &*found;
}

std::string one_member(std::string_view name, std::string_view text) {
    std::string out;
    json::writer(out).begin_object().member(name, text).end_object();
    return out;
}

}  // namespace

task<result<std::vector<tag_definition>>> store::definitions(call_context& ctx, const place_of_routes& where,
                                                             bool anew) {
    auto& known = workspace_of(ctx).tags;
    if (!anew) {
        if (auto had = known.get(http::clock::now()); had) co_return std::move(*had);
    }
    const std::uint64_t turn = known.turn();
    target t(where, definitions_path);
    CB_CO_TRY(const auto answer, co_await get(ctx, std::move(t.text)));
    std::vector<tag_definition> out;
    for (const auto& [none, tag] : answer->data.elements()) {
        if (const auto id = uuid::parse(tag.member("id").text()); id)
            out.push_back({*id, std::string(tag.member("name").text())});
    }
    known.set_in_turn(turn, out, http::clock::now() + options_.fields_ttl);
    co_return out;
}

bool store::takes_tag(std::string_view name, std::string_view beside) const {
    const std::string ref = slug(name);
    return !ref.empty() && characters(name) <= longest_name && ref != slug(beside);
}

// The definition of exactly that name, made if there is none. Another name with the same ref stands in its way:
// upstream_rejected.
task<result<uuid>> store::define_tag(call_context& ctx, const place_of_routes& where, std::string name,
                                     bool anew) {
    if (name.empty() || characters(name) > longest_name)
        co_return fail(errc::upstream_rejected, "a tag's name has 1 to 50 characters");
    CB_CO_TRY(const auto known, co_await definitions(ctx, where, anew));
    if (const tag_definition* d = find_named(known, name); d != nullptr) co_return d->id;
    const std::string body = one_member("name", name);
    CB_CO_CHECK(check_storable(body));
    target t(where, definitions_path);
    CB_CO_TRY(auto answer, co_await send(ctx, "POST", std::move(t.text), body));
    const bool taken = answer.status == 400;
    auto made = open_answer(std::move(answer));
    if (made.has_error() && !taken) co_return made.error();
    if (made.has_error()) {
        // Perhaps somebody else made it meanwhile.
        CB_CO_TRY(const auto now, co_await definitions(ctx, where, true));
        if (const tag_definition* d = find_named(now, name); d != nullptr) co_return d->id;
        co_return made.error();
    }
    const auto id = uuid::parse((*made)->data.member("id").text());
    if (!id) co_return fail(errc::upstream_malformed, "a new tag without an id");
    auto more = known;
    more.push_back({*id, std::move(name)});
    workspace_of(ctx).tags.set(std::move(more), http::clock::now() + options_.fields_ttl);
    co_return *id;
}

// The tag as it is then on the case.
task<result<std::string>> store::add_tag(call_context& ctx, const place_of_routes& where, const uuid& id,
                                         std::string name) {
    for (const bool anew : {false, true}) {
        CB_CO_TRY(const auto tag, co_await define_tag(ctx, where, name, anew));
        target t(where, case_path(id, "/tags"));
        const std::string body = one_member("tag_id", tag.to_string());
        CB_CO_TRY(auto answer, co_await send(ctx, "POST", std::move(t.text), body));
        if (answer.status == 404 && !anew) continue;  // the definition that was remembered is gone
        CB_CO_TRY(const auto added, open_answer(std::move(answer)));
        if (added->data.member("id").text() != tag.to_string())
            co_return fail(errc::upstream_malformed, "a tag was added and is not shown");
        std::string out;
        json::append_value(out, added->data);
        co_return out;
    }
    co_return fail(errc::not_found, "no such tag");
}

// Never fails: the case is written already, so what could not be done is said beside it.
task<store::tag_outcome> store::change_tags(call_context& ctx, const place_of_routes& where, const uuid& id,
                                            const store_change& change) {
    tag_outcome out;
    for (const uuid& tag : change.tags_removed) {
        target t(where, case_path(id, "/tags/" + tag.to_string()));
        auto answer = co_await send(ctx, "DELETE", std::move(t.text));
        // A tag that is not on the case is a 500, one that does not exist a 404 (§3.3): the read-back decides.
        if (answer.has_error() || answer->status >= 300) out.not_removed.push_back(tag);
    }
    for (const std::string& name : change.tags_added) {
        auto added = co_await add_tag(ctx, where, id, name);
        if (added.has_error()) {
            observe::log(observe::level::warn, "a tag could not be put on a case",
                         {{"reason", std::string_view(to_string(added.error().code))}});
            out.refused.push_back(name);
            continue;
        }
        if (!out.objects.empty()) out.objects += ',';
        out.objects += *added;
    }
    co_return out;
}

task<result<reply_ptr>> store::create_tag(call_context& ctx, std::string_view members) {
    const std::string body = "{" + std::string(members) + "}";
    CB_CO_CHECK(check_storable(body));
    CB_CO_TRY(const auto where, co_await locate(ctx));
    target t(where, definitions_path);
    CB_CO_TRY(auto answer, co_await send(ctx, "POST", std::move(t.text), body));
    workspace_of(ctx).tags.forget();
    co_return open_answer(std::move(answer));
}

task<result<reply_ptr>> store::update_tag(call_context& ctx, const uuid& id, std::string_view members) {
    const std::string body = "{" + std::string(members) + "}";
    CB_CO_CHECK(check_storable(body));
    CB_CO_TRY(const auto where, co_await locate(ctx));
    target t(where, std::string(definitions_path) + "/" + id.to_string());
    CB_CO_TRY(auto answer, co_await send(ctx, "PATCH", std::move(t.text), body));
    workspace_of(ctx).tags.forget();
    co_return open_answer(std::move(answer));
}

task<result<void>> store::remove_tag(call_context& ctx, const uuid& id) {
    CB_CO_TRY(const auto where, co_await locate(ctx));
    target t(where, std::string(definitions_path) + "/" + id.to_string());
    CB_CO_TRY(const auto answer, co_await send(ctx, "DELETE", std::move(t.text)));
    workspace_of(ctx).tags.forget();
    co_return check_write(answer);
}

}  // namespace casebridge::platform::tracecat::client
