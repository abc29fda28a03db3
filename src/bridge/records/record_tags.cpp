// Tags: their definitions, and which cases have them.
#include "bridge/records/record_session.hpp"
#include "bridge/records/record_subjects.hpp"
#include "json/writer.hpp"
#include "observe/log.hpp"

#include <algorithm>
#include <map>

namespace casebridge::bridge {

using platform::record_answer;
using platform::record_kind;
using platform::record_verb;
using query::condition;

namespace {

constexpr std::string_view description_member = "description";

bool is_of_cases(std::string_view path) noexcept { return path == "cases" || path.starts_with("cases."); }

bool describes_some(json::value document) {
    for (const auto& [none, e] : document.member("tags").member("data").elements()) {
        if (!e.member(description_member).text().empty()) return true;
    }
    return false;
}

// Of the cases only that some are there is asked, and of none that it is not: those that the condition names will do.
bool asks_for_some_cases(const condition& c) {
    if (c.what == condition::kind::negation) return false;
    if (c.what == condition::kind::has) return true;
    if (c.what == condition::kind::test)
        return !is_of_cases(c.by->path) || c.how == query::relation::equal || c.how == query::relation::in;
    return std::all_of(c.parts.begin(), c.parts.end(), asks_for_some_cases);
}

}  // namespace

bool asks_for_cases(const platform::record_request& r) {
    std::vector<std::string_view> paths;
    query::append_paths(r.wanted, paths);
    return asks_for(r.members, "cases") || std::any_of(paths.begin(), paths.end(), is_of_cases);
}

// A tag with the cases that have it as the related objects of sub-queries.
class records::tag_subject final : public query::document_subject {
public:
    tag_subject(json::value document, const records& all, session& here, const std::vector<family_ptr>& cases)
        : document_subject(document), all_(all), s_(here), cases_(cases) {}
    bool has_related(const query::keyword& by, const condition* sub) const override {
        if (by.object != "cases") return document_subject::has_related(by, sub);
        return std::any_of(cases_.begin(), cases_.end(),
                           [&](const family_ptr& f) { return all_.case_matches(s_, *f, sub); });
    }

private:
    const records& all_;
    session& s_;
    const std::vector<family_ptr>& cases_;
};

struct records::having {
    std::string tag;  // as the cases show it
    std::vector<family_ptr> cases;
    std::string ids;
};

// The cases that matter to a list of tags, with what is asked of them.
task<result<std::vector<family_ptr>>> records::cases_of_tags(session& s) {
    const condition& wanted = s.r.wanted;
    std::optional<std::vector<found_case>> found;
    if (!asks_for(s.r.members, "cases") && asks_for_some_cases(wanted)) {
        CB_CO_TRY(found, co_await pinned_cases(s, wanted, pins_about::others));
    }
    if (!found) {
        const condition all;
        CB_CO_TRY(found, co_await all_cases(s, all));
    }
    std::vector<family_ptr> families;
    for (const auto& f : *found) families.push_back(make_family(s, f.origin));
    CB_CO_CHECK(co_await load_children(s, families, lists_for(s.r.what, wanted)));
    sub_queries others;
    note_other_cases(s.r.what, wanted, others);
    CB_CO_CHECK(co_await load_other_cases(s, families, others));
    const platform::completion needs = needs_of_holder(s.r.what, wanted, *tables_.object("case").reverse);
    CB_CO_CHECK(co_await complete_holders(s, families, needs));
    co_return families;
}

// Those of the store, and names that only cases carry: by their numbers.
std::vector<std::pair<std::int64_t, std::string>> records::tags_of(
    const session& s, const std::map<std::int64_t, having>& cases) const {
    std::vector<std::pair<std::int64_t, std::string>> out;
    for (const auto& one : s.tags->all()) out.emplace_back(one.number, one.document);
    for (const auto& [number, of] : cases) {
        if (s.tags->by_number(number) == nullptr) out.emplace_back(number, of.tag);
    }
    for (auto& [number, document] : out) add_number(document, "ownerId", s.state.sources().owner_number());
    return out;
}

task<result<record_answer>> records::list_tags_with_cases(session& s) {
    CB_CO_TRY(const auto families, co_await cases_of_tags(s));
    std::map<std::int64_t, having> of;
    for (const auto& f : families) {
        const opened_text shown(show_whole_case(s, *f, {}));
        for (const auto& [none, tag] : shown.root().member("tags").member("data").elements()) {
            std::int64_t number = 0;
            if (!tag.member("id").to_int64(number)) continue;
            having& h = of[number];
            if (h.tag.empty()) json::append_value(h.tag, tag);
            h.cases.push_back(f);
            h.ids += (h.ids.empty() ? "" : ",") + (R"({"id":)" + std::to_string(f->number()) + "}");
        }
    }
    std::vector<std::string> matching;
    for (auto& [number, document] : tags_of(s, of)) {
        const having& h = of[number];
        std::string text = document;
        add_member(text, "cases", R"({"data":[)" + h.ids + "]}");
        const opened_text light(std::move(text));
        if (query::matches(s.r.wanted, tag_subject(light.root(), *this, s, h.cases)))
            matching.push_back(light.text);
    }
    platform::record_request rest = s.r;
    rest.wanted = {};
    auto out = s.r.action == record_verb::read ? pick_document(s.r, matching)
                                               : select_documents(rest, std::move(matching));
    if (out.has_error() || !asks_for(s.r.members, "cases")) co_return out;
    CB_CO_CHECK(co_await show_cases_of_tags(s, of, *out));
    co_return out;
}

// The page's tags with their cases whole.
task<result<void>> records::show_cases_of_tags(session& s, std::map<std::int64_t, having>& of, answer& page) {
    const wish w = below(s.r.members, "cases");
    std::vector<family_ptr> shown;
    std::vector<const having*> each;
    for (const auto& document : page.documents) {
        const opened_text tag(document);
        std::int64_t number = 0;
        tag.root().member("id").to_int64(number);
        each.push_back(&of[number]);
        shown.insert(shown.end(), each.back()->cases.begin(), each.back()->cases.end());
    }
    std::sort(shown.begin(), shown.end());
    shown.erase(std::unique(shown.begin(), shown.end()), shown.end());
    CB_CO_CHECK(co_await load_children(s, shown, lists_for(record_kind::case_, w)));
    CB_CO_CHECK(co_await load_shown_others(s, shown, w));
    platform::completion needs{true, false};
    CB_CO_CHECK(co_await complete_holders(s, shown, needs));
    for (std::size_t i = 0; i < each.size(); ++i) {
        std::string list;
        for (const auto& f : each[i]->cases) list += (list.empty() ? "" : ",") + show_whole_case(s, *f, w);
        add_member(page.documents[i], "cases", R"({"data":[)" + list + "]}");
    }
    co_return result<void>{};
}

// Descriptions that a case's tags come with are the tags' own.
task<result<void>> records::describe_tags(session& s, json::value document) {
    bool changed = false;
    if (describes_some(document)) {
        s.state.forget_tags();  // those that the write has made are not among them
        CB_CO_CHECK(co_await reload_tags(s));
    }
    for (const auto& [none, e] : document.member("tags").member("data").elements()) {
        const json::value description = e.member(description_member);
        if (description.text().empty()) continue;
        std::int64_t number = 0;
        const numbered* tag = e.member("id").to_int64(number) ? s.tags->by_number(number)
                                                              : s.tags->by_name(e.member("name").text());
        if (tag == nullptr) {  // the case carries it
            s.notes.note(mapping::finding_code::loss_no_carry, description_member);
            continue;
        }
        const opened_text known(tag->document);
        if (known.root().member(description_member).text() == description.text()) continue;
        co_await describe_tag(s, tag->stored_id, description);
        changed = true;
    }
    for (const auto& [none, other] : document.member("associatedCases").member("data").elements())
        CB_CO_CHECK(co_await describe_tags(s, other));
    if (!changed) co_return result<void>{};
    gate_.note_tag_change();
    s.state.forget_tags();
    co_return co_await reload_tags(s);
}

task<result<void>> records::reload_tags(session& s) {
    CB_CO_TRY(s.tags, co_await s.state.load_tags(s.ctx));
    s.refs->know_tags(s.tags.get());
    co_return result<void>{};
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

// Another definition has this name, or one that the store does not tell from it.
bool records::is_taken(const session& s, std::string_view name, std::string_view own_id) const {
    const auto& all = s.tags->all();
    const bool storable = store_.takes_tag(name, {});
    return std::any_of(all.begin(), all.end(), [&](const numbered& t) {
        return t.stored_id != own_id && (t.name == name || (storable && !store_.takes_tag(name, t.name)));
    });
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
    if (wanted.empty()) co_return stored_id;
    if (is_taken(s, wanted, stored_id)) co_return fail(errc::conflict, wanted, "/" + std::string(name));
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
    CB_CO_CHECK(co_await reload_tags(s));
    const numbered* now = s.tags->by_stored(s.stored_id);
    if (now == nullptr) co_return fail(errc::internal, "a written tag is not there");
    s.number = now->number;
    out.documents.push_back(now->document);
    co_return out;
}

}  // namespace casebridge::bridge
