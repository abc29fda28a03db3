// Documents of what hangs on cases, and of cases with it, as far as it is asked for. Lists hang downwards whole
// documents; what something hangs on ("parentCase", "task") is shown with what is asked of it.
#include "bridge/records/record_session.hpp"
#include "core/crypto.hpp"
#include "http/message.hpp"
#include "json/writer.hpp"

#include <algorithm>

namespace casebridge::bridge {

using platform::record_kind;

namespace {

// Members of children that lie in their entries as own numbers, or that only their place in the case or the kind of
// the artifact tells.
constexpr std::string_view placed[] = {"taskId",         "taskXid",       "artifactId",   "workflowEventId",
                                       "dependentOnId",  "notes",         "tasks",        "artifacts",
                                       "workflowEvents", "fileData",      "task",         "artifact",
                                       "parentCase",     "workflowEvent", "artifactType", "derivedLink"};

bool is_placed(std::string_view member) noexcept {
    return std::find(std::begin(placed), std::end(placed), member) != std::end(placed);
}

std::string json_text(std::string_view text) {
    std::string out;
    json::append_string(out, text);
    return out;
}

std::string list_of(const std::vector<std::string>& documents) {
    std::string out = R"({"data":[)";
    for (const auto& d : documents) {
        if (out.back() != '[') out += ',';
        out += d;
    }
    return out + "]}";
}

}  // namespace

std::map<record_kind, wish> records::members_of_children() const {
    std::map<record_kind, wish> out;
    for (const auto& kind : child_kinds()) {
        wish& own = out[kind.what];
        if (!tables_.has(kind.table)) continue;
        for (const auto& m : tables_.object(kind.table).reverse->all()) {
            if (!is_placed(m.name)) own.insert(m.name);
        }
    }
    return out;
}

mapping::reverse_subject records::subject_of(const family& f, const family_child& c) const {
    auto in = mapping::subject_of(c.document, c.entries);
    in.number = f.number_of(c);
    in.holder = f.number();
    in.holder_external_id = f.external_id;
    return in;
}

std::string records::show_child(session& s, const family& f, const family_child& c, const wish& w) const {
    const auto& program = *tables_.object(c.kind->table).reverse;
    std::string out;
    program.run(subject_of(f, c), *s.refs, &child_members_.at(c.kind->what), out, s.notes);
    for (const auto& kind : child_kinds()) {
        if (const std::int64_t own = c.relation(kind.number))
            add_number(out, kind.number, f.number() * children_per_case + own);
    }
    if (const std::int64_t other = c.relation("dependentOnId"))
        add_number(out, "dependentOnId", f.number() * children_per_case + other);
    if (asks_for(w, "ownerId")) add_number(out, "ownerId", s.state.sources().owner_number());
    if (c.is_system) show_system_event(s, f, out);
    if (c.kind->what == record_kind::artifact) show_artifact_parts(s, f, c, w, out);
    show_relations(s, f, c, w, out);
    return out;
}

// Of the store's own telling only when the case was made; who made it, the case knows better.
void records::show_system_event(session& s, const family& f, std::string& out) const {
    const auto& program = *tables_.object("case").reverse;
    std::string user;
    if (const auto* by = program.find("createdBy");
        by != nullptr && program.append(*by, f.subject(), *s.refs, user, s.notes))
        add_member(out, "user", user);
    add_member(out, "link", json_text("/api/v3/cases/" + std::to_string(f.number())));
    add_member(out, "linkAs", json_text("case:" + std::to_string(f.number())));
}

void records::show_artifact_parts(session& s, const family& f, const family_child& c, const wish& w,
                                  std::string& out) const {
    const opened_text shown(out);
    const json::value type = shown.root().member("type");
    const artifact_type* row = find_artifact_type(type.text());
    if (row != nullptr && !row->intel.empty() && !shown.root().member("intelType"))
        add_member(out, "intelType", json_text(row->intel));
    if (row != nullptr && asks_for(w, "artifactType")) add_member(out, "artifactType", row->document);
    const std::string_view linked = c.entries.member("derivedLink").text();
    const bool by_type = linked != "true" && linked != "false";
    if (row != nullptr || !by_type)
        add_member(out, "derivedLink", by_type ? (row->derived_link ? "true" : "false") : linked);
    if (!shown.root().member("hashCode")) {
        const std::string of =
            std::string(type.text()) + ":" + std::string(shown.root().member("summary").text());
        add_member(out, "hashCode", json_text(hex_encode(as_text(sha256(of)))));
    }
    const auto file = s.files.find(f.number_of(c));
    if (w.contains("fileData") && file != s.files.end())
        add_member(out, "fileData", R"({"content":)" + std::to_string(file->second) + "}");
}

void records::show_relations(session& s, const family& f, const family_child& c, const wish& w,
                             std::string& out) const {
    const auto task = f.find(record_kind::task, c.relation("taskId"));
    if (task != nullptr && asks_for(w, "taskXid")) {
        const opened_text of(show_child(s, f, *task, {}));
        add_member(out, "taskXid", json_text(of.root().member("xid").text()));
    }
    for (const auto& kind : child_kinds()) {
        if (asks_for(w, kind.list)) add_member(out, kind.list, show_list(s, f, &c, kind, w));
        std::string up(kind.list.substr(0, kind.list.size() - 1));
        const auto* other = asks_for(w, up) ? f.find(kind.what, c.relation(kind.number)) : nullptr;
        if (other != nullptr) add_member(out, up, show_child(s, f, *other, below(w, up)));
    }
    if (asks_for(w, "parentCase"))
        add_member(out, "parentCase", show_whole_case(s, f, below(w, "parentCase")));
}

std::string records::show_list(session& s, const family& f, const family_child* of, const child_kind& kind,
                               const wish& w) const {
    const wish part = below(w, kind.list);
    std::vector<std::string> documents;
    for (const auto* each : f.children(of, kind.what)) documents.push_back(show_child(s, f, *each, part));
    return list_of(documents);
}

// Of whom the case holds numbers or names alone.
std::string records::show_allowed(session& s, json::value kept) const {
    std::vector<std::string> documents;
    for (const auto& [none, u] : kept.member("data").elements()) {
        std::int64_t number = 0;
        const numbered* known = u.member("id").to_int64(number)
                                    ? s.users->by_number(number)
                                    : s.users->by_name(u.member("userName").text());
        std::string text;
        if (known != nullptr)
            text = known->document;
        else
            json::append_value(text, u);
        documents.push_back(std::move(text));
    }
    return list_of(documents);
}

std::string records::show_other_cases(session& s, json::value kept, const wish& w) const {
    std::vector<std::string> documents;
    for (const auto& [none, c] : kept.member("data").elements()) {
        std::int64_t number = 0;
        const auto known = c.member("id").to_int64(number) ? s.others.find(number) : s.others.end();
        if (known == s.others.end() || known->second == nullptr) continue;
        documents.push_back(show_whole_case(s, *known->second, w));
    }
    return list_of(documents);
}

std::string records::show_whole_case(session& s, const family& f, const wish& w) const {
    if (!f.shown) f.shown = std::make_shared<const std::string>(show_case(s, *f.holder()));
    std::string out = *f.shown;
    const opened_text base(out);
    const json::value access = base.root().member("userAccess"),
                      others = base.root().member("associatedCases");
    if (asks_for(w, "userAccess") && access) add_member(out, "userAccess", show_allowed(s, access));
    if (asks_for(w, "associatedCases") && others)
        add_member(out, "associatedCases", show_other_cases(s, others, below(w, "associatedCases")));
    for (const auto& kind : child_kinds()) {
        if (asks_for(w, kind.list)) add_member(out, kind.list, show_list(s, f, nullptr, kind, w));
    }
    return out;
}

bool asks_for_children(const wish& w) noexcept {
    const auto kinds = child_kinds();
    return asks_for(w, "userAccess") || asks_for(w, "associatedCases") ||
           std::any_of(kinds.begin(), kinds.end(), [&](const child_kind& k) { return asks_for(w, k.list); });
}

// Cases with what was asked for beside what they are themselves.
task<result<std::vector<std::string>>> records::show_cases(session& s,
                                                           std::vector<platform::stored_case_ptr> cases) {
    const wish& w = s.r.members;
    std::vector<family_ptr> families;
    for (const auto& c : cases) families.push_back(make_family(s, c));
    CB_CO_CHECK(co_await load_children(s, families, lists_for(record_kind::case_, w)));
    CB_CO_CHECK(co_await load_shown_others(s, families, w));
    file_list files;
    for (const auto& f : families) find_files(*f, nullptr, w, files);
    CB_CO_CHECK(co_await load_files(s, std::move(files)));
    std::vector<std::string> out;
    for (const auto& f : families) out.push_back(show_whole_case(s, *f, w));
    co_return out;
}

// In any letter case, as all allowed values.
const records::artifact_type* records::find_artifact_type(std::string_view name) const {
    auto it = artifact_types_.find(name);
    if (it == artifact_types_.end())
        it = std::find_if(artifact_types_.begin(), artifact_types_.end(),
                          [&](const auto& known) { return http::iequals(known.first, name); });
    return it == artifact_types_.end() ? nullptr : &it->second;
}

std::map<std::string, records::artifact_type, std::less<>> records::read_artifact_types() const {
    std::map<std::string, artifact_type, std::less<>> out;
    for (const auto& row : tables_.fixed("artifact_type")) {
        const opened_text of(row);
        const json::value r = of.root();
        artifact_type t{std::string(r.member("name").text()), row, std::string(r.member("intelType").text()),
                        r.member("dataType").text() == "File", r.member("derivedLink").is_true()};
        out.emplace(t.name, std::move(t));
    }
    return out;
}

}  // namespace casebridge::bridge
