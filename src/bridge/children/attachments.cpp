// Attachments of a case: file artifacts of the backend. What the backend does not say of a file (its media type, its
// size, its hash, who brought it) is carried; of one that was put there on the backend the bytes tell, read once.
#include "bridge/children/file_shelf.hpp"
#include "bridge/session.hpp"
#include "core/crypto.hpp"
#include "json/writer.hpp"
#include "mapping/selection.hpp"

#include <algorithm>

namespace casebridge::bridge {
namespace {

using platform::child;
using platform::outcome;

constexpr platform::child_kinds artifacts_only{false, false, true, false};

// Files that one list reads to describe them, one after the other; the others have to wait for the next list.
constexpr unsigned reads_per_list = 10;
// Files of the new one's name that may be the same: what a write whose answer was lost leaves behind has no state.
constexpr unsigned reads_per_create = 3;

std::string hex_sha256(std::string_view bytes) {
    const digest d = sha256(bytes);
    return hex_encode(as_text(d));
}

std::optional<std::int64_t> number_of_file(const workspace_state& state, std::string_view text) {
    const auto id = uuid::parse(text);
    return id ? state.ids().decode(id_kind::attachment, *id) : std::nullopt;
}

failure no_such_file() { return fail(errc::not_found, "no such file on this case", "/attachment"); }

// Its creator may take it away, whoever runs the workspace, and every key (Tracecat fact sheet §3.7).
bool may_remove(const stored_child& c, const platform::operation& op) {
    const platform::account* user = op.who.user;
    if (user == nullptr || user->superuser || c.carried(file_rules::creator) == user->id.to_string())
        return true;
    const auto here = user->workspaces.find(op.where->id);
    return here != user->workspaces.end() && here->second == platform::role::admin;
}

// One that no second reading will tell more of.
bool is_unreadable(const failure& why) {
    return why.code == errc::not_found || why.code == errc::upstream_too_large ||
           why.code == errc::upstream_malformed;
}

std::string id_of(const workspace_state& state, std::int64_t number) {
    return state.ids().encode(id_kind::attachment, number).to_string();
}

// The document of a new file, as its table writes it.
std::string file_document(const platform::operation& op, const std::string& type, const std::string& sha256,
                          const std::string& mark) {
    std::string out;
    json::writer w(out);
    w.begin_object().member("file_name", op.file->name).member("artifact_type", type);
    w.member("content_type", op.file->content_type);
    w.member("size", static_cast<std::int64_t>(op.file->bytes.size())).member("sha256", sha256);
    if (op.who.user) w.member("creator_id", op.who.user->id.to_string());
    if (!mark.empty()) w.member(idempotency_member, mark);
    w.end_object();
    return out;
}

std::string without_braces(const std::string& object) { return object.substr(1, object.size() - 2); }

std::string event_members(const std::string& id, const platform::upload& file) {
    std::string out;
    json::writer w(out);
    w.begin_object().member("attachment_id", id).member("file_name", file.name);
    w.member("content_type", file.content_type).member("size", static_cast<std::int64_t>(file.bytes.size()));
    w.end_object();
    return without_braces(out);
}

std::string event_members(const std::string& id, const std::string& name) {
    std::string out;
    json::writer(out).begin_object().member("attachment_id", id).member("file_name", name).end_object();
    return without_braces(out);
}

}  // namespace

// Files that the bridge itself keeps on cases are nobody's attachments.
file_shelf exchange::shelf_of(session& s, const family& f) const {
    const workspace_references refs(s.state, nullptr);
    const auto& carry = tables_.object("case").source->carry;
    const std::string own = carry ? carry->spill_prefix : std::string();
    file_shelf out;
    out.all = children_of(backend_, tables_.object("attachment"), f.states, f.document(), child::artifact);
    std::erase_if(out.all, [&](const stored_child& c) {
        return mapping::is_own_file(c.plain(file_rules::name, refs), own);
    });
    return out;
}

// Of files without a state, or whose bytes are others by now: what is known, or what their bytes tell, or nothing but what the name says.
task<result<void>> exchange::describe(session& s, file_shelf& files, std::string_view only_named,
                                      unsigned reads) {
    const workspace_references refs(s.state, nullptr);
    const std::string& place = s.op.where->organization;
    for (stored_child& c : files.all) {
        const std::string name = c.plain(file_rules::name, refs);
        const bool told = c.reader.carry().present() && !is_outdated(c, backend_.mark_of_content(c.document));
        if (told || (!only_named.empty() && name != only_named)) continue;
        const std::string_view raw = c.document.raw();
        file_facts facts;
        if (const auto* known = files_.find(place, c.number, raw)) {
            facts = *known;
        } else if (reads > 0) {
            --reads;
            const auto bytes = co_await backend_.read_content(s.ctx, c.number);
            if (bytes.has_value()) facts = {bytes->size(), hex_sha256(*bytes)};
            const bool settled = bytes.has_value() || is_unreadable(bytes.error());
            // Who compares bytes has to know them; a list goes on without.
            if (!settled && !only_named.empty()) co_return bytes.error();
            if (settled) files_.learn(place, c.number, raw, facts);
        }
        files.stand_in(c, name, facts);
    }
    co_return result<void>{};
}

result<void> exchange::has_room(const session& s, const file_shelf& files) const {
    const platform::upload& file = *s.op.file;
    const std::size_t sum = files.bytes();
    if (file.most_files > 0 && files.all.size() >= file.most_files)
        return fail(errc::conflict, std::to_string(files.all.size()), "/attachments/count");
    if (file.most_bytes > 0 && sum + file.bytes.size() > file.most_bytes)
        return fail(errc::conflict, std::to_string(sum), "/attachments/size");
    return {};
}

task<result<outcome>> exchange::run_attachment(session& s) {
    switch (s.op.action) {
        case platform::verb::create: return create_attachment(s);
        case platform::verb::remove: return remove_attachment(s);
        case platform::verb::read: return read_attachment(s);
        default: return list_attachments(s);
    }
}

// The newest first; within one second, as fine as the backend tells it, against its order.
task<result<outcome>> exchange::list_attachments(session& s) {
    CB_CO_TRY(const family f, co_await fetch_family(s, artifacts_only));
    file_shelf files = shelf_of(s, f);
    CB_CO_CHECK(co_await describe(s, files, {}, reads_per_list));
    const workspace_references refs(s.state, nullptr);
    const mapping::view_program::request what = f.show();
    outcome out;
    for (const stored_child& c : files.all) {
        const auto at = parse_iso8601(c.plain("created", refs)).value_or(instant{});
        out.items.push_back({{at.micros, c.number}, c.shown(refs, what, s.notes)});
    }
    std::reverse(out.items.begin(), out.items.end());
    std::stable_sort(out.items.begin(), out.items.end(),
                     [](const platform::item& a, const platform::item& b) { return a.at.rank > b.at.rank; });
    co_return out;
}

task<result<outcome>> exchange::read_attachment(session& s) {
    const auto number = number_of_file(s.state, s.op.child);
    outcome out;
    if (s.op.with_content) {
        // Who asks for the bytes was told of the file a moment ago, and the case was looked at then.
        if (!number) co_return no_such_file();
        CB_CO_TRY(out.content, co_await backend_.read_content(s.ctx, *number));
        co_return out;
    }
    CB_CO_TRY(const family f, co_await fetch_family(s, artifacts_only));
    file_shelf files = shelf_of(s, f);
    CB_CO_CHECK(co_await describe(s, files, {}, 0));
    const stored_child* found = number ? files.find(*number) : nullptr;
    if (found == nullptr) co_return no_such_file();
    const workspace_references refs(s.state, nullptr);
    out.items.push_back({{}, found->shown(refs, f.show(), s.notes)});
    co_return out;
}

// The same bytes on the same case are the same file, as for Tracecat.
task<result<outcome>> exchange::create_attachment(session& s) {
    if (s.op.file->only_ask) {
        CB_CO_TRY(const family f, co_await fetch_family(s, artifacts_only));
        file_shelf files = shelf_of(s, f);
        CB_CO_CHECK(co_await describe(s, files, {}, 0));
        CB_CO_CHECK(has_room(s, files));
        co_return outcome{};
    }
    CB_CO_TRY(const child_work w, co_await begin_child_write(s, child::artifact, "attachment"));
    file_shelf files = shelf_of(s, w.of);
    const std::string mark = idempotency_mark(s.op);
    const std::string sha256 = hex_sha256(s.op.file->bytes);
    CB_CO_TRY(const stored_child* there, made_under(files.all, mark));
    if (there == nullptr) {
        CB_CO_CHECK(co_await describe(s, files, s.op.file->name, reads_per_create));
        CB_CO_CHECK(co_await describe(s, files, {}, 0));
        there = files.find(file_rules::hash, sha256);
    }
    if (there == nullptr) {
        CB_CO_CHECK(has_room(s, files));
        co_return co_await store_attachment(s, w, sha256, mark);
    }
    outcome out;
    out.id = s.state.ids().encode(id_kind::attachment, there->number);
    out.items.push_back({{}, there->shown(w.refs, w.of.show(), s.notes)});
    co_return out;
}

task<result<outcome>> exchange::store_attachment(session& s, const child_work& w, const std::string& sha256,
                                                 const std::string& mark) {
    const platform::upload& file = *s.op.file;
    const std::string type = sort_of_file(*w.programs->source, file.name, file.content_type).type;
    const std::string text = file_document(s.op, type, sha256, mark);
    json::tape document;
    CB_CO_CHECK(document.parse(text, {}));
    mapping::write_plan plan;
    CB_CO_CHECK(w.programs->write->run(document.root(), nullptr, *w.fields, w.refs, instant::now(), plan));
    platform::child_write made = w.write_of(plan, child::artifact);
    made.content = file.bytes;
    made.history = child_work::history_of_new(*this, s, id_kind::attachment, [&file](const std::string& id) {
        return case_event{"attachment_created", event_members(id, file)};
    });
    made.finish_state = [&](std::string state, json::value stored) {
        return with_mark(std::move(state), backend_.mark_of_content(stored));
    };
    CB_CO_TRY(const auto done, co_await write_child(s, w.of, made));
    outcome out;
    out.id = s.state.ids().encode(id_kind::attachment, done.number);
    const json::value stored = done.now ? done.now->data : json::value{};
    stored_child shown(*w.programs, w.of.states, stored, done.number);
    // As it is meant, also where the backend would not keep it.
    const std::string state = mapping::name_child(plan.carry_text, done.number);
    shown.reader.carry().offer(state, 0, true);
    out.items.push_back({{}, shown.shown(w.refs, w.of.show(), s.notes)});
    co_return out;
}

task<result<outcome>> exchange::remove_attachment(session& s) {
    CB_CO_TRY(const child_work w, co_await begin_child_write(s, child::artifact, "attachment"));
    const file_shelf files = shelf_of(s, w.of);
    const auto number = number_of_file(s.state, s.op.child);
    const stored_child* found = number ? files.find(*number) : nullptr;
    if (found == nullptr) co_return no_such_file();
    if (!may_remove(*found, s.op)) co_return fail(errc::forbidden, "it is another's file", "/attachment");
    case_event told{"attachment_deleted",
                    event_members(id_of(s.state, *number), found->plain(file_rules::name, w.refs))};
    CB_CO_CHECK(co_await drop_child(s, w, child::artifact, *found, std::move(told)));
    outcome out;
    out.id = s.state.ids().encode(id_kind::attachment, *number);
    co_return out;
}

}  // namespace casebridge::bridge
