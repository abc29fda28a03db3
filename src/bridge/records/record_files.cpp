// Bytes of artifacts. They lie in the store as an attachment where it takes them, else in the case's state up to a
// bound. The store keeps equal bytes once per workspace and removes them from all cases at once (Tracecat fact
// sheet §3.7): they are only removed when it is certain that nothing else needs them.
#include "bridge/records/record_edit.hpp"
#include "core/crypto.hpp"
#include "http/side_by_side.hpp"
#include "json/writer.hpp"
#include "observe/log.hpp"

#include <algorithm>

namespace casebridge::bridge {

using platform::case_store;
using platform::record_kind;

namespace {

constexpr std::size_t at_a_time = 4;

std::string hex_hash(std::string_view bytes) { return hex_encode(as_text(sha256(bytes))); }

std::string file_members(std::string_view hash, std::size_t size, json::value type) {
    std::string out;
    json::writer w(out);
    w.begin_object().member("size", static_cast<std::int64_t>(size)).member("sha256", hash);
    if (type.is_string()) w.member("content_type", type.text());
    w.end_object();
    return out.substr(1, out.size() - 2);
}

std::string file_key(const platform::workspace& where, std::string_view hash) {
    return where.id.to_string() + "/file/" + std::string(hash);
}

// Entries of an artifact whose bytes are others now.
std::string without_old_bytes(const std::string& entries, bool in_store) {
    const opened_text before(entries.empty() ? "{}" : entries);
    std::string out;
    json::writer w(out);
    w.begin_object();
    for (const auto& [key, val] : before.root().members()) {
        const bool old_bytes = key.text() == "fileData" && in_store;
        if (!old_bytes && key.text() != "hashCode") w.member(key.text(), val);
    }
    w.end_object();
    return out;
}

// Of the bytes that the store has; what a state says of them may be anything.
std::string hash_of(const family_child& c) { return std::string(c.told().member("sha256").text()); }

}  // namespace

// Why bytes stay: something has them, or finding that out would take too long.
enum class records::file_need { none, needed, unknown };

bool has_files(const family& f, std::int64_t task) {
    const auto list = mapping::kept_children(f.subject().state.entry("artifacts"));
    return std::any_of(list.begin(), list.end(), [&](const mapping::kept_child& k) {
        return !k.stored_id.empty() && k.entries.member("taskId").text() == std::to_string(task);
    });
}

// Uploads a draft's file, or lays it into the state. The draft's document is whole then.
task<result<void>> records::store_file(session& s, child_draft& d, uuid id) {
    const std::string hash = hex_hash(*d.bytes);
    const opened_text members("{" + d.members + "}");
    const std::string name(members.root().member("file_name").text());
    failure why(errc::not_supported, "An empty file cannot be stored");
    if (!d.bytes->empty()) {
        // Not while somebody removes the same bytes.
        const auto pass = co_await gate_.enter(file_key(*s.r.where, hash), s.r.deadline);
        auto made = co_await store_.upload(s.ctx, id, name, {}, *d.bytes);
        if (made.has_value()) {
            const json::value v = (*made)->data;
            d.stored_id = v.member("id").text();
            d.document = merged(kept_document(*d.kind, d.members),
                                file_members(hash, d.bytes->size(), v.member("content_type")));
            d.made = std::move(*made);
            co_return result<void>{};
        }
        why = made.error();
    }
    if (why.code != errc::not_supported) co_return why;
    if (d.bytes->size() > options_.carry_files_up_to)
        co_return fail(errc::invalid_value,
                       why.detail + ". Files that the server does not take are kept up to " +
                           std::to_string(options_.carry_files_up_to) + " bytes (\"carry_files_up_to\")",
                       "/fileData");
    d.native = false;
    d.document = merged(kept_document(*d.kind, d.members), file_members(hash, d.bytes->size(), {}));
    d.entries = merged(d.entries, "\"fileData\":\"" + base64_encode(*d.bytes) + "\"");
    co_return result<void>{};
}

struct records::attachment_reads final : http::steps {
    attachment_reads(records& all, session& here, std::vector<family_ptr> of)
        : owner(all), s(here), cases(std::move(of)), lists(cases.size()) {}
    task<void> run_step(std::size_t i) override {
        auto done =
            co_await owner.store_.list_children(s.ctx, cases[i]->holder()->id, case_store::child::attachment);
        if (done.has_value()) lists[i] = std::move(*done);
        failed = failed || (done.has_error() && done.error().code != errc::not_found);
    }
    records& owner;
    session& s;
    std::vector<family_ptr> cases;
    std::vector<platform::reply_ptr> lists;
    bool failed = false;
};

// Whether another case has a file with these bytes.
task<result<records::file_need>> records::is_needed_elsewhere(session& s, uuid id, std::string hash) {
    platform::store_listing what;
    what.limit = store_.most_per_page();
    std::vector<family_ptr> others;
    for (;;) {
        CB_CO_TRY(const auto page, co_await store_.list_cases(s.ctx, what));
        if (page.total.value_or(0) > options_.child_reads + 1) co_return file_need::unknown;
        for (const auto& c : page.cases) {
            if (c->id != id) others.push_back(make_family(s, c));
        }
        if (others.size() > options_.child_reads) co_return file_need::unknown;
        if (page.next.empty()) break;
        what.cursor = page.next;
    }
    attachment_reads reads(*this, s, std::move(others));
    co_await http::run_side_by_side(reads, reads.cases.size(), at_a_time);
    const child_kind& artifacts = *find_child_kind(record_kind::artifact);
    for (std::size_t i = 0; i < reads.lists.size(); ++i) {
        if (!reads.lists[i]) continue;
        for (const auto& [none, a] : reads.lists[i]->data.elements()) {
            const bool same = a.member("sha256").text() == hash;
            if (same && !reads.cases[i]->let_go_of(artifacts, a.member("id").text()))
                co_return file_need::needed;
        }
    }
    co_return reads.failed ? file_need::unknown : file_need::none;
}

// An artifact is gone: its bytes go as well unless something still needs them. True: they are gone. Bytes that stay
// although perhaps nothing needs them are told: somebody may have wanted to be rid of them.
task<result<bool>> records::remove_file(session& s, uuid id, std::string attachment, std::string hash) {
    const auto child = uuid::parse(attachment);
    if (!child) co_return false;
    const auto pass = co_await gate_.enter(file_key(*s.r.where, hash), s.r.deadline);
    CB_CO_TRY(const file_need need, co_await is_needed_elsewhere(s, id, hash));
    if (need == file_need::unknown) s.notes.note(mapping::finding_code::bytes_left, "file_data");
    if (need != file_need::none) co_return false;
    CB_CO_CHECK(co_await store_.remove_child(s.ctx, id, case_store::child::attachment, *child));
    co_return true;
}

// What analysts have attached, before the same bytes become an artifact beside it.
task<result<void>> records::know_files(session& s, case_edit& e) {
    if (!e.of) co_return result<void>{};
    std::vector<family_ptr> one;
    one.push_back(e.of);
    native_lists lists;
    lists.attachments = true;
    co_return co_await load_children(s, one, lists);
}

// An attachment that was there already is an artifact of its own, and stays one under its number.
void records::keep_native(case_edit& e, const std::string& id) const {
    if (!e.of || id.empty()) return;
    for (const auto* c : e.of->of(record_kind::artifact)) {
        if (c->stored_id == id && !c->listed) e.list(*c->kind).put(c->own, id, {}, {}, {});
    }
}

// An artifact that has a file in the store. Where the file stays, its element says that it is no artifact any more.
task<result<void>> records::remove_artifact(session& s, case_edit& e, family_child c) {
    auto& list = e.list(*c.kind);
    const auto same = e.of->of(record_kind::artifact);
    const auto others = std::count_if(same.begin(), same.end(), [&](const family_child* x) {
        return x->stored_id == c.stored_id && !e.removed.contains(x->own);
    });
    bool gone = others > 1;  // the others keep it
    e.removed.insert(c.own);
    if (!gone) {
        CB_CO_TRY(gone, co_await remove_file(s, e.of->holder()->id, c.stored_id, hash_of(c)));
        if (gone) e.done.push_back("no artifact " + std::to_string(e.of->number_of(c)) + " any more");
    }
    if (gone)
        list.remove(c.own);
    else
        list.put(c.own, c.stored_id, {}, R"({"removed":"1"})", {});
    co_return result<void>{};
}

// A file may only replace a file.
result<void> records::check_new_file(session& s, const case_edit& e, const family_child& c,
                                     std::string& plain, child_draft& file) const {
    const json::value given = s.r.document.member("fileData");
    if (!given || given.is_null()) return {};
    const opened_text shown(show_child(s, *e.of, c, {}));
    const artifact_type* type = find_artifact_type(shown.root().member("type").text());
    if (type != nullptr && !type->is_file)
        return fail(errc::invalid_value,
                    "An artifact of the type '" + std::string(shown.root().member("type").text()) +
                        "' cannot hold a file",
                    "/fileData");
    return prepare_artifact(s, s.r.document, plain, file);
}

// New bytes under the same number: they are stored first, and the old ones go when nothing names them any more.
task<result<void>> records::replace_file(session& s, case_edit& e, const family_child& c,
                                         const mapping::reverse_plan& plan, child_draft file) {
    const opened_text members("{" + plan.members + "}");
    json::value name = members.root().member("file_name");
    if (!name) name = c.document.member("file_name");
    std::string quoted;
    json::append_string(quoted, name.text());
    file.members = R"("file_name":)" + quoted;
    file.entries = plan.entries;
    CB_CO_CHECK(co_await know_files(s, e));
    CB_CO_CHECK(co_await store_file(s, file, e.of->holder()->id));
    if (file.stored_id != c.stored_id) keep_native(e, file.stored_id);
    const opened_text now(file.document);
    std::string more = plan.members;
    if (!more.empty()) more += ',';
    std::int64_t size = 0;
    now.root().member("size").to_int64(size);
    more += file_members(now.root().member("sha256").text(), static_cast<std::size_t>(size),
                         now.root().member("content_type"));
    std::string kept = without_old_bytes(file.entries, !file.stored_id.empty());
    auto& list = e.list(*c.kind);
    if (!c.stored_id.empty() && c.stored_id != file.stored_id) {
        e.replaced = c.stored_id;
        e.replaced_hash = hash_of(c);
        const auto same = e.of->of(record_kind::artifact);
        const bool shared = std::count_if(same.begin(), same.end(), [&](const family_child* x) {
                                return x->stored_id == c.stored_id;
                            }) > 1;
        if (shared)
            e.replaced.clear();
        else
            list.put(list.new_number(), c.stored_id, {}, R"({"removed":"1"})", {});
    }
    list.put(c.own, file.stored_id, changed_document(c.document, more), std::move(kept), c.key);
    e.uploads.push_back(std::move(file));
    co_return result<void>{};
}

task<result<void>> records::remove_replaced_file(session& s, const case_edit& e) {
    if (e.replaced.empty()) co_return result<void>{};
    const auto gone = co_await remove_file(s, e.of->holder()->id, e.replaced, e.replaced_hash);
    // The write is done.
    if (gone.has_error()) {
        s.notes.note(mapping::finding_code::bytes_left, "file_data");
        observe::log(
            observe::level::warn, "a replaced file stays in the store",
            {{"request_id", s.r.request_id}, {"reason", std::string_view(to_string(gone.error().code))}});
    }
    co_return result<void>{};
}

// Takes an upload back. A failure says that it stays: other cases need the same bytes.
task<result<void>> records::drop_file(session& s, uuid id, const child_draft& d) {
    const std::string hash = hex_hash(*d.bytes);
    CB_CO_TRY(const bool gone, co_await remove_file(s, id, d.stored_id, hash));
    if (!gone) co_return fail(errc::conflict, "other cases need the same file");
    co_return result<void>{};
}

}  // namespace casebridge::bridge
