// Everything but cases and what lies in them: small lists, whole at hand.
#include "bridge/records/record_session.hpp"
#include "json/writer.hpp"

namespace casebridge::bridge {

using platform::record_answer;
using platform::record_kind;
using platform::record_verb;

namespace {

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

// What only queries ask for: whose it is.
void add_owner(std::string& document, const directory_sources& from) {
    add_member(document, "owner", from.owner_json());
    add_number(document, "ownerId", from.owner_number());
}

}  // namespace

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

task<result<std::vector<std::string>>> records::objects_of(session& s) {
    const directory_sources& from = s.state.sources();
    std::vector<std::string> out;
    switch (s.r.what) {
        case record_kind::tag:
            for (const auto& one : s.tags->all())
                add_number(out.emplace_back(one.document), "ownerId", from.owner_number());
            co_return out;
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
    if (s.r.what == record_kind::tag && asks_for_cases(s.r)) co_return co_await list_tags_with_cases(s);
    CB_CO_TRY(auto documents, co_await objects_of(s));
    if (s.r.action == record_verb::list) co_return select_documents(s.r, std::move(documents));
    co_return pick_document(s.r, documents);
}

}  // namespace casebridge::bridge
