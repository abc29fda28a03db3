// Everything but cases and what lies in them: small lists, whole at hand.
#include "bridge/records/record_session.hpp"
#include "json/writer.hpp"
#include "observe/log.hpp"

#include <algorithm>

namespace casebridge::bridge {

using platform::record_answer;
using platform::record_kind;
using platform::record_verb;

namespace {

// With the owner's number, which only queries ask for.
std::vector<std::string> tag_documents(const numbered_list& list, const directory_sources& from) {
    std::vector<std::string> out;
    for (const auto& one : list.all()) {
        std::string& text = out.emplace_back(one.document);
        text.pop_back();
        text += R"(,"ownerId":)" + std::to_string(from.owner_number()) + "}";
    }
    return out;
}

// The fixed row completed with the workspace's own name and number.
std::vector<std::string> owners_of(const directory_sources& from) {
    std::vector<std::string> out;
    for (const auto& row : from.tables->fixed("owner")) {
        json::tape t;
        if (t.parse(row, {}).has_error()) continue;
        json::writer w(out.emplace_back());
        w.begin_object().member("id", from.owner_number()).member("name", from.where->organization);
        for (const auto& [key, val] : t.root().members()) w.member(key.text(), val);
        w.end_object();
    }
    return out;
}

constexpr std::string_view description_member = "description";

bool asks_for_cases(const platform::record_request& r) {
    std::vector<std::string_view> paths;
    query::append_paths(r.wanted, paths);
    const auto is_cases = [](std::string_view p) { return p == "cases" || p.starts_with("cases."); };
    return r.members.contains("cases") || std::any_of(paths.begin(), paths.end(), is_cases);
}

}  // namespace

void add_owner(std::string& document, const directory_sources& from) {
    document.pop_back();
    document +=
        R"(,"owner":)" + from.owner_json() + R"(,"ownerId":)" + std::to_string(from.owner_number()) + "}";
}

// The fixed ones, and one for each custom field of the store.
std::vector<std::string> attribute_types(const directory_sources& from,
                                         const std::vector<mapping::reverse_references::field_link>& fields) {
    std::vector<std::string> out = from.tables->fixed("attribute_type");
    for (const auto& f : fields) {
        const std::int64_t pinned = from.pinned("attribute_type", f.type);
        json::writer w(out.emplace_back());
        w.begin_object().member("id", pinned > 0 ? pinned : f.own).member("name", f.type);
        w.member("associatedType", "Case").member("system", false).end_object();
    }
    for (auto& text : out) add_owner(text, from);
    return out;
}

// Each tag with the cases that have it, as far as the request's own filter lets them through.
task<result<std::vector<std::string>>> records::tags_with_cases(session& s, const numbered_list& tags) {
    CB_CO_TRY(auto cases, co_await pinned_cases(s, s.r.wanted, pins_about::others));
    if (!cases) {
        const query::condition all;
        CB_CO_TRY(cases, co_await all_cases(s, all));
    }
    std::map<std::int64_t, std::string> of;
    for (auto& c : *cases) {
        if (!c.tape) {
            CB_CO_TRY(c, show_found(s, c.origin));
        }
        for (const auto& [none, tag] : c.document().member("tags").member("data").elements()) {
            std::int64_t number = 0;
            if (!tag.member("id").to_int64(number)) continue;
            std::string& list = of[number];
            if (!list.empty()) list += ',';
            list += *c.text;
        }
    }
    std::vector<std::string> out = tag_documents(tags, s.state.sources());
    std::size_t i = 0;
    for (const auto& one : tags.all()) {
        std::string& text = out[i++];
        text.pop_back();
        text += R"(,"cases":{"data":[)" + of[one.number] + "]}}";
    }
    co_return out;
}

task<result<std::vector<std::string>>> records::objects_of(session& s) {
    const directory_sources& from = s.state.sources();
    switch (s.r.what) {
        case record_kind::tag:
            if (asks_for_cases(s.r)) co_return co_await tags_with_cases(s, *s.tags);
            co_return tag_documents(*s.tags, from);
        case record_kind::user: co_return show_users(from, *s.state.groups(), *s.users);
        case record_kind::group: co_return show_groups(from, *s.state.groups(), *s.users);
        case record_kind::owner: co_return owners_of(from);
        case record_kind::owner_role: co_return tables_.fixed("owner_role");
        case record_kind::system_role: co_return tables_.fixed("system_role");
        case record_kind::artifact_type: co_return tables_.fixed("artifact_type");
        case record_kind::attribute_type: co_return attribute_types(from, *s.fields);
        case record_kind::template_: co_return co_await templates_of(s);
        default: co_return fail(errc::not_supported, "objects of this kind");
    }
}

task<result<record_answer>> records::list_objects(session& s) {
    CB_CO_TRY(auto documents, co_await objects_of(s));
    if (s.r.action == record_verb::list) co_return select_documents(s.r, std::move(documents));
    co_return pick_document(s.r, documents);
}

// The store has no place for a tag's description: it lies among the texts of the workspace. Where it cannot be kept,
// the tag is written all the same, and the loss is told.
task<void> records::describe_tag(session& s, std::string stored_id, json::value description) {
    const std::string name = describes_tag(stored_id);
    std::optional<std::string> text;
    if (!description.text().empty()) json::append_value(text.emplace(), description);
    const auto kept = co_await store_.write_text(s.ctx, name, text);
    if (kept.has_value()) co_return;
    observe::log(observe::level::warn, "the description of a tag could not be kept",
                 {{"reason", std::string_view(to_string(kept.error().code))}});
    if (text) s.notes.note(mapping::finding_code::loss_no_carry, description_member);
}

// The id that the store knows it by then.
task<result<std::string>> records::write_tag_name(session& s, const numbered* known, std::string_view name) {
    std::string stored_id = known == nullptr ? std::string() : known->stored_id;
    const uuid id = uuid::parse(stored_id).value_or(uuid{});
    if (s.r.action == record_verb::remove) {
        CB_CO_CHECK(co_await store_.remove_tag(s.ctx, id));
        co_return stored_id;
    }
    const std::string wanted(s.r.document.member(name).text());
    if (s.r.action == record_verb::create && s.tags->by_name(wanted) != nullptr)
        co_return fail(errc::conflict, wanted, "/" + std::string(name));
    if (wanted.empty()) co_return stored_id;
    std::string members;
    json::append_string(members, tables_.object("tag").reverse->find(name)->stored.front());
    members += ':';
    json::append_string(members, wanted);
    if (s.r.action == record_verb::create) {
        CB_CO_TRY(const auto made, co_await store_.create_tag(s.ctx, members));
        stored_id = made->data.member("id").text();
    } else {
        CB_CO_TRY(const auto changed, co_await store_.update_tag(s.ctx, id, members));
        stored_id = changed->data.member("id").text();
    }
    co_return stored_id;
}

// Tag definitions. What else a client writes of them there is no place for: a declared loss.
task<result<record_answer>> records::write_tag(session& s) {
    const std::string name = tables_.object("tag").source->find("name")->right;
    const numbered* known = s.r.number ? s.tags->by_number(*s.r.number) : nullptr;
    if (s.r.action != record_verb::create && known == nullptr)
        co_return fail(errc::not_found, "no tag with this id");
    if (options_.shadow)
        co_return fail(errc::read_only, "this bridge plans writes and does not carry them out");
    for (const auto& [key, val] : s.r.document.members()) {
        const bool kept = key.text() == name || key.text() == "owner" || key.text() == description_member;
        if (!kept && !val.is_null() && !val.text().empty())
            s.notes.note(mapping::finding_code::loss_no_carry, key.text());
    }
    if (options_.strict && s.notes.lost_something()) co_return fail(errc::loss_refused, s.notes.losses());
    const bool removes = s.r.action == record_verb::remove;
    const bool described = known != nullptr && known->document.find("\"description\"") != std::string::npos;
    const json::value description = removes ? json::value{} : s.r.document.member(description_member);
    gate_.note_tag_change();
    CB_CO_TRY(s.stored_id, co_await write_tag_name(s, known, name));
    if (description.exists() || (removes && described)) co_await describe_tag(s, s.stored_id, description);
    gate_.note_tag_change();
    s.state.forget_tags();
    answer out;
    out.removed = 1;
    if (removes) co_return out;
    CB_CO_TRY(s.tags, co_await s.state.load_tags(s.ctx));
    s.refs->know_tags(s.tags.get());
    const numbered* now = s.tags->by_stored(s.stored_id);
    if (now == nullptr) co_return fail(errc::internal, "a written tag is not there");
    s.number = now->number;
    out.documents.push_back(now->document);
    co_return out;
}

}  // namespace casebridge::bridge
