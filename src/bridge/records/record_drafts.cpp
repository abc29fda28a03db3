// What clients send of children, made into drafts: by the tables, with what hangs on each.
#include "bridge/records/record_edit.hpp"
#include "core/crypto.hpp"
#include "core/timestamp.hpp"
#include "json/writer.hpp"

#include <algorithm>
#include <array>

namespace casebridge::bridge {

using platform::record_kind;

namespace {

// Members that say where a child hangs or what hangs on it: no table writes them.
constexpr std::string_view structural[] = {"id",       "caseId",     "caseXid",         "taskId",
                                           "taskXid",  "artifactId", "workflowEventId", "dependentOnId",
                                           "notes",    "tasks",      "artifacts",       "workflowEvents",
                                           "fileData", "hashCode"};

bool is_structural(std::string_view member) noexcept {
    return std::find(std::begin(structural), std::end(structural), member) != std::end(structural);
}

std::string new_id() {
    std::array<std::uint8_t, 16> raw{};
    random_bytes(raw);
    return uuid::from_bytes_v4(raw).to_string();
}

// The store reads people as objects and writes them as ids.
std::string as_read(std::string_view members) {
    const opened_text given("{" + std::string(members) + "}");
    std::string out;
    json::writer w(out);
    w.begin_object();
    for (const auto& [key, val] : given.root().members()) {
        if (key.text() != "assignee_id")
            w.member(key.text(), val);
        else if (val.is_null())
            w.key("assignee").null();
        else
            w.key("assignee").begin_object().member("id", val.text()).end_object();
    }
    w.end_object();
    return out.substr(1, out.size() - 2);
}

bool is_blank(std::string_view text) noexcept {
    return text.find_first_not_of(" \t\r\n\f\v") == std::string_view::npos;
}

}  // namespace

std::string merged(std::string_view object, std::string_view members) {
    const opened_text base(std::string(object.empty() ? "{}" : object));
    return mapping::with_members(base.root(), members);
}

std::string time_text(instant t) {
    std::string out;
    append_micros(out, t);
    return out;
}

std::string records::plain_members(json::value document) {
    std::string out;
    json::writer w(out);
    w.begin_object();
    for (const auto& [key, val] : document.members()) {
        if (!is_structural(key.text())) w.member(key.text(), val);
    }
    w.end_object();
    return out;
}

// A document of the store's shape for what it has no place for.
std::string records::kept_document(const child_kind& kind, std::string_view members) {
    const std::string now = time_text(instant::now());
    std::string base;
    json::writer w(base);
    w.begin_object();
    if (kind.what == record_kind::task) w.member("id", std::string_view(new_id()));
    if (kind.what == record_kind::note) w.key("last_edited_at").null();
    w.member("created_at", std::string_view(now)).member("updated_at", std::string_view(now)).end_object();
    return merged(base, as_read(members));
}

std::string records::changed_document(json::value document, std::string_view members) {
    std::string more = as_read(members);
    if (!more.empty()) more += ',';
    more += R"("updated_at":")" + time_text(instant::now()) + "\"";
    return mapping::with_members(document, more);
}

// relations: own numbers of children that are there, under the members that name them.
task<result<void>> records::plan_child(session& s, case_edit& e, const child_kind& kind, json::value document,
                                       std::size_t parent, relation_list relations) {
    if (!tables_.has(kind.table)) co_return fail(errc::not_supported, std::string(kind.list));
    child_draft d;
    d.kind = &kind;
    d.parent = parent;
    std::string plain = plain_members(document);
    CB_CO_CHECK(prepare_task(e, kind, document, plain, relations));
    if (kind.what == record_kind::artifact) CB_CO_CHECK(prepare_artifact(s, document, plain, d));
    const opened_text given(std::move(plain));
    mapping::reverse_plan plan;
    CB_CO_CHECK(
        tables_.object(kind.table).reverse_write->run(given.root(), nullptr, *s.refs, instant::now(), plan));
    CB_CO_CHECK(permit(s, plan));
    d.members = plan.members;
    d.entries = plan.entries;
    for (const auto& [member, own] : relations) {
        std::string entry;
        json::append_string(entry, member);
        d.entries = merged(d.entries, entry + ":\"" + std::to_string(own) + "\"");
    }
    const bool hangs_on_case = parent == child_draft::none && relations.empty();
    if (kind.what == record_kind::note) {
        const opened_text native("{" + d.members + "}");
        d.native = hangs_on_case && !is_blank(native.root().member("content").text());
    } else if (kind.what == record_kind::task) {
        CB_CO_TRY(d.native, co_await store_.offers(s.ctx, platform::case_store::child::task));
    } else {
        d.native = d.bytes != nullptr;
    }
    if (!d.native) d.document = kept_document(kind, d.members);
    const std::size_t mine = e.drafts.size();
    e.drafts.push_back(std::move(d));
    const relation_list none;
    for (const std::string_view list : hanging_lists) {
        const json::value collection = document.member(list);
        CB_CO_CHECK(co_await plan_list(s, e, *find_child_kind(list), collection, mine, none));
    }
    co_return result<void>{};
}

task<result<void>> records::plan_list(session& s, case_edit& e, const child_kind& kind,
                                      json::value collection, std::size_t parent, relation_list relations) {
    for (const auto& [none, one] : collection.member("data").elements())
        CB_CO_CHECK(co_await plan_child(s, e, kind, one, parent, relations));
    co_return result<void>{};
}

// A task that waits for another one of the same case is pending until somebody says otherwise.
result<void> records::prepare_task(const case_edit& e, const child_kind& kind, json::value document,
                                   std::string& plain, relation_list& relations) const {
    if (kind.what != record_kind::task) return {};
    std::int64_t other = 0;
    const bool waits = document.member("dependentOnId").to_int64(other);
    if (!document.member("status"))
        plain = merged(plain, waits ? R"("status":"Pending")" : R"("status":"Open")");
    if (!waits) return {};
    const std::int64_t of = other / children_per_case;
    if (e.of && of != 0 && of != e.of->number())
        return fail(errc::unresolved_reference, std::to_string(other), "/dependentOnId/case");
    if (!e.of || of == 0 || e.of->find(kind.what, other % children_per_case) == nullptr)
        return fail(errc::unresolved_reference, std::to_string(other), "/dependentOnId");
    relations.emplace_back("dependentOnId", other % children_per_case);
    return {};
}

// An artifact's type decides what it holds.
result<void> records::prepare_artifact(session& s, json::value document, std::string& plain,
                                       child_draft& d) const {
    const json::value file = document.member("fileData");
    if (const json::value type = document.member("type")) {
        const artifact_type* known = find_artifact_type(type.text());
        if (known == nullptr)
            return fail(errc::invalid_value,
                        "The type for this artifact is invalid, there is no artifact type '" +
                            std::string(type.text()) + "'",
                        "/type");
        if (file && !file.is_null() && !known->is_file)
            return fail(errc::invalid_value,
                        "An artifact of the type '" + known->name + "' cannot hold a file", "/fileData");
        std::string canonical;
        json::append_string(canonical, known->name);
        plain = merged(plain, "\"type\":" + canonical);
    }
    // The hash of a file is its own, whatever a client says.
    const json::value hash = document.member("hashCode");
    if (hash.is_string() && !(file && !file.is_null())) {
        std::string text;
        json::append_string(text, hash.text());
        plain = merged(plain, "\"hashCode\":" + text);
    }
    if (!file || file.is_null()) return {};
    std::int64_t n = 0;
    if (!file.member("content").to_int64(n) || n < 0 || static_cast<std::size_t>(n) >= s.r.contents.size())
        return fail(errc::invalid_value, "The fileData for this artifact is invalid, it must be Base64",
                    "/fileData");
    d.bytes = &s.r.contents[static_cast<std::size_t>(n)];
    return {};
}

}  // namespace casebridge::bridge
