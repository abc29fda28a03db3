#include "sandbox/threatconnect/store.hpp"

#include <algorithm>

namespace casebridge::sandbox::threatconnect {

namespace {

std::string owned(id_type owner, std::string_view name) {
    std::string key = std::to_string(owner);
    key += '\x1f';
    key += name;
    return key;
}

void erase_value(std::vector<id_type>& in, id_type value) {
    in.erase(std::remove(in.begin(), in.end(), value), in.end());
}

}  // namespace

void set_all(boost::json::object& o, std::initializer_list<std::string_view> keys,
             const boost::json::value& v) {
    for (const auto key : keys) o[key] = v;
}

std::string_view record::text(std::string_view key) const noexcept {
    const auto* v = values.if_contains(key);
    if (!v || !v->is_string()) return {};
    return v->get_string();
}

id_type record::number(std::string_view key) const noexcept {
    const auto* v = values.if_contains(key);
    return v && v->is_int64() ? v->get_int64() : 0;
}

bool record::flag(std::string_view key) const noexcept {
    const auto* v = values.if_contains(key);
    return v && v->is_bool() && v->get_bool();
}

record* store::find(object_type t, id_type id) noexcept {
    auto& rows = tables_[static_cast<std::size_t>(t)];
    const auto it = rows.find(id);
    return it == rows.end() ? nullptr : &it->second;
}

const record* store::find(object_type t, id_type id) const noexcept {
    const auto& rows = all(t);
    const auto it = rows.find(id);
    return it == rows.end() ? nullptr : &it->second;
}

record& store::add(object_type t, id_type owner, id_type id) {
    auto& last = last_[static_cast<std::size_t>(t)];
    if (id == 0) id = last + 1;
    last = std::max(last, id);
    auto& r = tables_[static_cast<std::size_t>(t)][id];
    r = record{};
    r.id = id;
    r.type = t;
    r.owner = owner;
    return r;
}

void store::unlink(record& r) {
    if (auto* parent = find(object_type::case_, r.case_id)) {
        for (auto& ids : {link::attributes, link::artifacts, link::notes, link::tasks, link::events}) {
            const bool mine = (ids == link::attributes && r.type == object_type::case_attribute) ||
                              (ids == link::artifacts && r.type == object_type::artifact) ||
                              (ids == link::notes && r.type == object_type::note) ||
                              (ids == link::tasks && r.type == object_type::task) ||
                              (ids == link::events && r.type == object_type::workflow_event);
            if (mine) erase_value(parent->to(ids), r.id);
        }
    }
    if (auto* parent = find(object_type::task, r.task_id)) {
        if (r.type == object_type::artifact) erase_value(parent->to(link::artifacts), r.id);
        if (r.type == object_type::note) erase_value(parent->to(link::notes), r.id);
    }
    if (r.type != object_type::note) return;
    if (auto* parent = find(object_type::artifact, r.artifact_id)) erase_value(parent->to(link::notes), r.id);
    if (auto* parent = find(object_type::workflow_event, r.event_id))
        erase_value(parent->to(link::notes), r.id);
}

void store::remove(object_type t, id_type id) {
    auto* r = find(t, id);
    if (!r) return;
    struct child {
        link l;
        object_type type;
    };
    static constexpr std::array<child, 5> children{{{link::attributes, object_type::case_attribute},
                                                    {link::artifacts, object_type::artifact},
                                                    {link::tasks, object_type::task},
                                                    {link::events, object_type::workflow_event},
                                                    {link::notes, object_type::note}}};
    for (const auto& c : children) {
        const auto ids = r->to(c.l);
        for (const auto child_id : ids) remove(c.type, child_id);
    }
    if (t == object_type::case_) {
        const auto tags = r->to(link::tags);
        for (const auto tag : tags) drop_tag(*r, tag);
        const auto others = r->to(link::cases);
        for (const auto other : others)
            if (auto* o = find(object_type::case_, other)) erase_value(o->to(link::cases), id);
    }
    if (t == object_type::tag) {
        const auto users = r->used_by;
        for (const auto c : users) erase_value(find(object_type::case_, c)->to(link::tags), id);
        forget_tag(*r);
    }
    unlink(*r);
    forget_xid(*r);
    tables_[static_cast<std::size_t>(t)].erase(id);
}

const record* store::named(object_type t, std::string_view name) const noexcept {
    for (const auto& [id, r] : all(t))
        if (r.text("name") == name) return &r;
    return nullptr;
}

const record* store::owner_named(std::string_view name) const noexcept {
    return named(object_type::owner, name);
}

const record* store::user_named(std::string_view user_name) const noexcept {
    for (const auto& [id, r] : all(object_type::user))
        if (r.text("userName") == user_name) return &r;
    return nullptr;
}

record* store::tag_named(id_type owner, std::string_view name) noexcept {
    const auto it = tags_.find(owned(owner, name));
    return it == tags_.end() ? nullptr : find(object_type::tag, it->second);
}

void store::index_tag(const record& tag) {
    if (tag.has("techniqueId")) return;
    tags_[owned(tag.owner, tag.text("name"))] = tag.id;
    if (const auto* synonyms = tag.values.if_contains("_synonyms"))
        for (const auto& s : synonyms->as_array()) tags_[owned(tag.owner, s.as_string())] = tag.id;
}

void store::forget_tag(const record& tag) {
    std::erase_if(tags_, [&](const auto& entry) { return entry.second == tag.id; });
}

record* store::technique(std::string_view technique_id) noexcept {
    for (auto& [id, r] : tables_[static_cast<std::size_t>(object_type::tag)])
        if (r.text("techniqueId") == technique_id) return &r;
    return nullptr;
}

record* store::by_xid(object_type t, const index& in, id_type owner, std::string_view xid) noexcept {
    const auto it = in.find(owned(owner, xid));
    return it == in.end() ? nullptr : find(t, it->second);
}

record* store::case_by_xid(id_type owner, std::string_view xid) noexcept {
    return by_xid(object_type::case_, case_xids_, owner, xid);
}

record* store::task_by_xid(id_type owner, std::string_view xid) noexcept {
    return by_xid(object_type::task, task_xids_, owner, xid);
}

void store::index_xid(const record& r) {
    if (!r.has("xid")) return;
    if (r.type == object_type::case_) case_xids_[owned(r.owner, r.text("xid"))] = r.id;
    if (r.type == object_type::task) task_xids_[owned(r.owner, r.text("xid"))] = r.id;
}

void store::forget_xid(const record& r) {
    if (r.type == object_type::case_) case_xids_.erase(owned(r.owner, r.text("xid")));
    if (r.type == object_type::task) task_xids_.erase(owned(r.owner, r.text("xid")));
}

void store::attach(record& parent, link l, record& child) {
    parent.to(l).push_back(child.id);
    switch (parent.type) {
        case object_type::case_: child.case_id = parent.id; break;
        case object_type::task:
            child.task_id = parent.id;
            if (child.case_id == 0) child.case_id = parent.case_id;
            break;
        case object_type::artifact:
            child.artifact_id = parent.id;
            if (child.case_id == 0) child.case_id = parent.case_id;
            break;
        case object_type::workflow_event:
            child.event_id = parent.id;
            if (child.case_id == 0) child.case_id = parent.case_id;
            break;
        default: break;
    }
}

void store::put_tag(record& carrier, record& tag) {
    if (tag.used_by.insert(carrier.id).second) carrier.to(link::tags).push_back(tag.id);
}

void store::drop_tag(record& carrier, id_type tag) {
    erase_value(carrier.to(link::tags), tag);
    if (auto* t = find(object_type::tag, tag)) t->used_by.erase(carrier.id);
}

void store::clear() { *this = store{}; }

}  // namespace casebridge::sandbox::threatconnect
