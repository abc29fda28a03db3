#include "bridge/records/record_children.hpp"

#include "bridge/records/record_directory.hpp"
#include "bridge/records/record_references.hpp"
#include "core/timestamp.hpp"
#include "json/writer.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace casebridge::bridge {
namespace {

using native = platform::case_store::child;
using platform::record_kind;

constexpr std::array<child_kind, 4> kinds{{
    {record_kind::note, "notes", "comment", "note", "noteId", native::comment},
    {record_kind::task, "tasks", "task", "task", "taskId", native::task},
    {record_kind::artifact, "artifacts", "attachment", "artifact", "artifactId", native::attachment},
    {record_kind::event, "workflowEvents", "event", "workflow event", "workflowEventId", std::nullopt},
}};

// Members that the store's documents have.
constexpr std::string_view made_member = "created_at", deleted_member = "is_deleted",
                           tasks_member = "num_tasks_total";
// An element whose file stays in the store although the artifact is gone.
constexpr std::string_view removed_mark = "removed";
// Of a task that took another one's place: when the first one was made.
constexpr std::string_view first_made = "made";

std::int64_t time_of(json::value document) noexcept {
    const auto at = parse_iso8601(document.member(made_member).text());
    return at ? at->micros : 0;
}

}  // namespace

std::span<const child_kind> child_kinds() noexcept { return kinds; }

const child_kind* find_child_kind(record_kind what) noexcept {
    const auto it =
        std::find_if(kinds.begin(), kinds.end(), [&](const child_kind& k) { return k.what == what; });
    return it == kinds.end() ? nullptr : &*it;
}

const child_kind* find_child_kind(std::string_view list) noexcept {
    const auto it =
        std::find_if(kinds.begin(), kinds.end(), [&](const child_kind& k) { return k.list == list; });
    return it == kinds.end() ? nullptr : &*it;
}

bool asks_for(const wish& w, std::string_view member) noexcept {
    for (auto it = w.lower_bound(member); it != w.end() && it->starts_with(member); ++it) {
        if (it->size() == member.size() || (*it)[member.size()] == '.') return true;
    }
    return false;
}

wish below(const wish& w, std::string_view member) {
    wish out;
    for (auto it = w.lower_bound(member); it != w.end() && it->starts_with(member); ++it) {
        if (it->size() > member.size() + 1 && (*it)[member.size()] == '.')
            out.insert(it->substr(member.size() + 1));
    }
    return out;
}

bool mentions(const wish& w, std::string_view member) noexcept {
    return std::any_of(w.begin(), w.end(), [&](std::string_view path) {
        for (; !path.empty(); path.remove_prefix(std::min(path.size(), path.find('.')))) {
            if (path.front() == '.') path.remove_prefix(1);
            if (path.substr(0, path.find('.')) == member) return true;
        }
        return false;
    });
}

bool native_lists::has(native what) const noexcept {
    return (what == native::comment && comments) || (what == native::task && tasks) ||
           (what == native::attachment && attachments);
}

void native_lists::add(const child_kind& kind) noexcept {
    comments = comments || kind.native == native::comment;
    tasks = tasks || kind.native == native::task;
    attachments = attachments || kind.native == native::attachment;
}

void native_lists::add(const native_lists& more) noexcept {
    comments = comments || more.comments;
    tasks = tasks || more.tasks;
    attachments = attachments || more.attachments;
}

// Notes of anything but the case itself lie in the state: they cost nothing.
native_lists lists_for(record_kind of, const wish& w) {
    native_lists out;
    if (w.empty()) return out;
    const auto nested = [&](std::string_view member, record_kind what) {
        if (!asks_for(w, member)) return;
        if (what != record_kind::case_) out.add(*find_child_kind(what));
        out.add(lists_for(what, below(w, member)));
    };
    if (of == record_kind::case_ && asks_for(w, "notes")) out.comments = true;
    nested("tasks", record_kind::task);
    nested("artifacts", record_kind::artifact);
    nested("parentCase", record_kind::case_);
    nested("task", record_kind::task);
    nested("artifact", record_kind::artifact);
    if (asks_for(w, "taskXid")) out.tasks = true;
    return out;
}

std::int64_t family_child::relation(std::string_view member) const noexcept {
    const std::string_view text = entries.member(member).text();
    std::int64_t n = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    return error == std::errc{} && end == text.data() + text.size() && n > 0 && n < children_per_case ? n : 0;
}

std::int64_t system_event_number(std::string_view realm) { return hashed_number(realm, "event", "created"); }

family::family(platform::stored_case_ptr holder, const mapping::reverse_program& cases, std::string realm,
               std::int64_t case_number)
    : holder_(std::move(holder)),
      before_(holder_),
      cases_(cases),
      subject_(cases.read(holder_->document())),
      realm_(std::move(realm)),
      number_(case_number) {
    for (const auto& kind : kinds) {
        const json::value list = subject_.state.entry(kind.list);
        lists_.emplace(kind.list, list);
        elements_[kind.list] = mapping::kept_children(list);
        for (const auto& e : elements_[kind.list]) {
            if (e.stored_id.empty()) add({&kind, e.own, {}, e.document, {}, e.entries, e.key, true});
        }
    }
    family_child created;
    created.kind = find_child_kind(record_kind::event);
    created.own = system_event_number(realm_);
    created.document = holder_->document();
    created.is_system = true;
    add(std::move(created));
    sort();
}

void family::add(family_child c) {
    c.made = time_of(c.document);
    if (const auto first = parse_iso8601(c.entries.member(first_made).text())) c.made = first->micros;
    all_.push_back(std::move(c));
}

// That the case was made comes first: what was sent with it has times of before the store made it.
void family::sort() {
    std::stable_sort(all_.begin(), all_.end(), [](const family_child& a, const family_child& b) {
        return a.is_system != b.is_system ? a.is_system : a.made < b.made;
    });
}

// Never a number that an element has, or had, and never one twice.
std::int64_t family::hashed(const child_kind& kind, std::string_view id) const {
    const mapping::kept_children_writer& elements = lists_.at(kind.list);
    for (unsigned salt = 0;; ++salt) {
        const std::int64_t n = hashed_number(realm_, kind.entity, id, salt);
        if (!elements.has(n) && find(kind.what, n) == nullptr) return n;
    }
}

bool family::has_none(const child_kind& kind) const noexcept {
    std::int64_t n = 0;
    return kind.native == native::task && holder_->document().member(tasks_member).to_int64(n) && n == 0;
}

void family::take(const child_kind& kind, std::shared_ptr<const platform::reply> from) {
    if (from->data.is_object()) {
        take_one(kind, from->data);
    } else {
        taken_.insert(kind.list);
        std::vector<json::value> list;
        for (const auto& [none, v] : from->data.elements()) {
            if (v.is_object() && !v.member(deleted_member).is_true()) list.push_back(v);
        }
        // The older ones keep their numbers.
        std::stable_sort(list.begin(), list.end(),
                         [](json::value a, json::value b) { return time_of(a) < time_of(b); });
        for (const json::value v : list) take_one(kind, v);
    }
    replies_.push_back(std::move(from));
    sort();
}

void family::take_one(const child_kind& kind, json::value v) {
    const std::string_view id = v.member("id").text();
    if (id.empty() || !v.member("id").is_string()) return;
    std::erase_if(all_, [&](const family_child& c) { return c.kind == &kind && c.stored_id == id; });
    bool named = false;
    for (const auto& e : elements_[kind.list]) {
        if (e.stored_id != id) continue;
        // Several artifacts may share one file; a comment or a task is one child.
        if (named && kind.native != native::attachment) break;
        named = true;
        if (e.entries.member(removed_mark)) continue;
        family_child c{&kind, e.own, std::string(id), v, {}, e.entries, e.key, true};
        if (e.document) {
            c.document = e.document;
            c.native = v;
        }
        add(std::move(c));
    }
    if (named) return;
    family_child c;
    c.kind = &kind;
    c.own = hashed(kind, id);
    c.stored_id = id;
    c.document = v;
    add(std::move(c));
}

void family::complete(platform::stored_case_ptr fuller) {
    holder_ = std::move(fuller);
    subject_ = cases_.read(holder_->document());
    shown.reset();
}

std::int64_t family::number_of(const family_child& c) const noexcept {
    return number_ * children_per_case + c.own;
}

std::vector<const family_child*> family::of(record_kind what) const {
    std::vector<const family_child*> out;
    for (const auto& c : all_) {
        if (c.kind->what == what) out.push_back(&c);
    }
    return out;
}

const family_child* family::find(record_kind what, std::int64_t own) const noexcept {
    const auto it = std::find_if(all_.begin(), all_.end(),
                                 [&](const family_child& c) { return c.kind->what == what && c.own == own; });
    return it == all_.end() ? nullptr : &*it;
}

std::int64_t family::own_of_key(const child_kind& kind, std::string_view key) const noexcept {
    for (const auto& e : elements_.at(kind.list)) {
        if (!key.empty() && std::string_view(e.key).starts_with(key)) return e.own;
    }
    return 0;
}

std::int64_t family::own_of_entry(const child_kind& kind, std::string_view entry,
                                  std::string_view text) const noexcept {
    for (const auto& e : elements_.at(kind.list)) {
        if (e.entries.member(entry).text() == text && !text.empty()) return e.own;
    }
    return 0;
}

bool family::has_stored(const child_kind& kind, std::string_view id) const noexcept {
    const auto& list = elements_.at(kind.list);
    return std::any_of(list.begin(), list.end(), [&](const auto& e) { return e.stored_id == id; }) ||
           std::any_of(all_.begin(), all_.end(),
                       [&](const family_child& c) { return c.kind == &kind && c.stored_id == id; });
}

bool family::let_go_of(const child_kind& kind, std::string_view id) const noexcept {
    bool named = false;
    for (const auto& e : elements_.at(kind.list)) {
        if (e.stored_id != id) continue;
        if (!e.entries.member(removed_mark)) return false;
        named = true;
    }
    return named;
}

std::vector<const family_child*> family::children(const family_child* holder, record_kind what) const {
    const auto hangs_on_none = [](const family_child& c) {
        return std::all_of(kinds.begin(), kinds.end(),
                           [&](const child_kind& k) { return c.relation(k.number) == 0; });
    };
    std::vector<const family_child*> out;
    for (const auto& c : all_) {
        if (c.kind->what != what) continue;
        const bool own = what != record_kind::note || hangs_on_none(c);
        if (holder == nullptr ? own : c.hangs_on(*holder)) out.push_back(&c);
    }
    return out;
}

mapping::kept_children_writer family::writer(const child_kind& kind) const { return lists_.at(kind.list); }

void add_member(std::string& object, std::string_view name, std::string_view json_text) {
    object.pop_back();
    if (object.size() > 1) object += ',';
    json::append_string(object, name);
    object.append(":").append(json_text).append("}");
}

void add_number(std::string& object, std::string_view name, std::int64_t n) {
    add_member(object, name, std::to_string(n));
}

}  // namespace casebridge::bridge
