#include "sandbox/threatconnect/editor.hpp"

#include "core/error.hpp"

#include <algorithm>

namespace casebridge::sandbox::threatconnect {

namespace {

namespace bj = boost::json;

// The first hundred characters of a note (§5.1).
std::string beginning(std::string_view text) {
    std::size_t at = 0;
    for (std::size_t n = 0; at < text.size(); ++at)
        if ((static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U && ++n > 100) break;
    return std::string(text.substr(0, at));
}

bool listed(const nested_documents& n, id_type id) {
    return std::any_of(n.entries.begin(), n.entries.end(), [&](const document& e) { return e.id == id; });
}

// Parents are links, not values of the record.
bool is_value(const record& r, std::string_view key) {
    if (key == "_type") return true;
    const auto* f = field_named(definition(r.type), key);
    return f && f->kind != value_kind::parent;
}

}  // namespace

outcome<id_type> editor::create(object_type t, const bj::value& body) {
    CB_TRY(auto d, read_document(definition(t), body, purpose::create));
    CB_CHECK(check(d, nullptr));
    CB_TRY(const auto of, find_parents(d));
    if (t == object_type::case_attribute) CB_CHECK(check_attribute_counts({&d}, of.case_, nullptr));
    auto& r = add(d, of);
    if (r.type != object_type::case_) touch(r);
    return r.id;
}

outcome<void> editor::update(record& r, const bj::value& body) {
    CB_TRY(auto d, read_document(definition(r.type), body, purpose::update));
    CB_CHECK(check(d, &r));
    const std::string before(r.text("status"));
    bool changed = copy_values(r, d, false);
    if (r.type == object_type::case_ || r.type == object_type::task) status_changed(r, before, d);
    changed = apply_nested(r, d, false) || changed;
    if (changed) touch(r);
    return {};
}

outcome<void> editor::remove(record& r, const bj::value& body) {
    if (r.type != object_type::workflow_event) {
        if (r.type == object_type::tag && r.owner == 0) return fail(err::forbidden);
        record* c = r.type == object_type::case_ ? nullptr : store_.find(object_type::case_, r.case_id);
        store_.remove(r.type, r.id);
        if (c) c->values["lastUpdated"] = now();
        return {};
    }
    if (r.flag("systemGenerated"))
        return fail(err::bad_request, "A system-generated workflow event cannot be deleted");
    const auto* o = body.if_object();
    const auto* why = o ? o->if_contains("deletedReason") : nullptr;
    if (!why) return fail(err::missing_data, "The deletedReason for this workflow event is required");
    if (!why->is_string() || characters(why->get_string()) < 1 || characters(why->get_string()) > 255)
        return fail(err::improper_format,
                    "The deletedReason for this workflow event is invalid, please enter a "
                    "deletedReason between 1-255 characters in length");
    r.values["deleted"] = true;
    r.values["deletedReason"] = why->get_string();
    touch(r);
    return {};
}

record& editor::add(const document& d, const parents& of) {
    auto& r = store_.add(d.type, context_.owner);
    const std::pair<record*, link> homes[] = {
        {of.event, link::notes},
        {of.artifact, link::notes},
        {of.task, d.type == object_type::note ? link::notes : link::artifacts},
    };
    bool placed = false;
    for (const auto& [home, via] : homes) {
        if (!home) continue;
        store_.attach(*home, via, r);
        placed = true;
    }
    const auto own = d.type == object_type::note             ? link::notes
                     : d.type == object_type::artifact       ? link::artifacts
                     : d.type == object_type::task           ? link::tasks
                     : d.type == object_type::case_attribute ? link::attributes
                                                             : link::events;
    // A note of an artifact, task or event is none of the case's own; an artifact of a task is both.
    if (d.type == object_type::artifact && !of.case_ && r.case_id != 0)
        store_.attach(*store_.find(object_type::case_, r.case_id), own, r);
    else if (of.case_ && !(placed && d.type == object_type::note))
        store_.attach(*of.case_, own, r);
    copy_values(r, d, true);
    defaults(r, d);
    apply_nested(r, d, true);
    return r;
}

bool editor::copy_values(record& r, const document& d, bool creating) {
    bool changed = false, file = false;
    for (const auto& [key, v] : d.values) {
        if (!is_value(r, key)) continue;
        const auto* f = field_named(definition(r.type), key);
        const bool is_date = f && f->kind == value_kind::date;
        const bj::value next =
            is_date ? bj::value(time_text(*parse_iso8601(v.get_string()), context_.fractions)) : v;
        const std::string at = f && f->kind == value_kind::reference ? "_template" : std::string(key);
        const auto* old = r.values.if_contains(at);
        if (next.is_null() ? !old : (old && *old == next)) continue;
        if (is_date && old && parse_iso8601(old->as_string()) == parse_iso8601(v.get_string())) continue;
        changed = true;
        if (r.type == object_type::tag && at == "name") store_.forget_tag(r);
        if (next.is_null())
            r.values.erase(at);
        else
            r.values[at] = next;
        if (r.type == object_type::tag && at == "name") store_.index_tag(r);
        if (r.type == object_type::case_ &&
            (at == "caseOccurrenceTime" || at == "caseDetectionTime" || at == "caseCloseTime"))
            r.values[at.substr(0, at.size() - 4) + "User"] = context_.who->user;
        file = file || at == "fileData";
        if (r.type == object_type::note && at == "text") {
            r.values["summary"] = beginning(next.get_string());
            if (!creating) r.values["edited"] = true;
        }
    }
    if (file) file_changed(r);
    return changed;
}

void editor::touch(record& r) {
    switch (r.type) {
        case object_type::case_: r.values["lastUpdated"] = now(); return;
        case object_type::note:
        case object_type::case_attribute: r.values["lastModified"] = now(); break;
        default: break;
    }
    if (auto* c = store_.find(object_type::case_, r.case_id)) c->values["lastUpdated"] = now();
}

bool editor::apply_nested(record& r, const document& d, bool creating) {
    bool changed = creating;
    for (const auto& n : d.nested) changed = apply_collection(r, n) || changed;
    return changed;
}

bool editor::apply_collection(record& r, const nested_documents& n) {
    switch (n.field->target) {
        case object_type::tag: return apply_tags(r, n);
        case object_type::case_attribute: return apply_attributes(r, n);
        case object_type::user: return apply_users(r, n);
        case object_type::case_: return apply_cases(r, n);
        case object_type::group:
        case object_type::indicator: return false;
        default: return apply_children(r, n);
    }
}

record& editor::tag_for(const document& d) {
    if (d.id != 0) return *store_.find(object_type::tag, d.id);
    if (auto* known = store_.tag_named(context_.owner, d.text("name"))) return *known;
    document fresh = d;
    fresh.type = object_type::tag;
    return add(fresh, {});
}

bool editor::apply_tags(record& r, const nested_documents& n) {
    const auto before = r.to(link::tags);
    if (n.mode == collection_mode::remove) {
        for (const auto& e : n.entries) {
            const auto* t = e.id != 0 ? store_.find(object_type::tag, e.id)
                                      : store_.tag_named(context_.owner, e.text("name"));
            if (t) store_.drop_tag(r, t->id);
        }
        return before != r.to(link::tags);
    }
    if (n.mode == collection_mode::replace)
        for (const auto id : before) store_.drop_tag(r, id);
    for (const auto& e : n.entries) {
        auto& t = tag_for(e);
        const bool was = std::find(before.begin(), before.end(), t.id) != before.end();
        store_.put_tag(r, t);
        if (!was) t.values["lastUsed"] = now();
    }
    return before != r.to(link::tags);
}

bool editor::change_attribute(record& r, const document& d) {
    document own;
    for (const auto* key : {"value", "source"})
        if (d.has(key)) own.values[key] = d.values.at(key);
    if (!copy_values(r, own, false)) return false;
    touch(r);
    return true;
}

bool editor::apply_attributes(record& r, const nested_documents& n) {
    bool changed = false;
    if (n.mode != collection_mode::append) {
        const auto before = r.to(link::attributes);
        for (const auto id : before) {
            if (listed(n, id) == (n.mode == collection_mode::replace)) continue;
            store_.remove(object_type::case_attribute, id);
            changed = true;
        }
    }
    if (n.mode == collection_mode::remove) return changed;
    for (const auto& e : n.entries) {
        if (e.id != 0) {
            changed = change_attribute(*store_.find(object_type::case_attribute, e.id), e) || changed;
        } else {
            add(e, parents{&r, nullptr, nullptr, nullptr});
            changed = true;
        }
    }
    return changed;
}

// userAccess has no mode of its own in the documents: what is written is the whole set, unless the
// client names a mode.
bool editor::apply_users(record& r, const nested_documents& n) {
    const auto before = r.to(link::user_access);
    auto& ids = r.to(link::user_access);
    if (n.mode == collection_mode::remove) {
        std::erase_if(ids, [&](id_type id) { return listed(n, id); });
        return before != ids;
    }
    ids.clear();
    for (const auto& e : n.entries)
        if (std::find(ids.begin(), ids.end(), e.id) == ids.end()) ids.push_back(e.id);
    return before != ids;
}

bool editor::apply_cases(record& r, const nested_documents& n) {
    const auto before = r.to(link::cases);
    const auto unlink = [&](id_type id) {
        std::erase(r.to(link::cases), id);
        if (auto* other = store_.find(object_type::case_, id)) std::erase(other->to(link::cases), r.id);
    };
    if (n.mode != collection_mode::append)
        for (const auto id : before)
            if (listed(n, id) == (n.mode == collection_mode::remove)) unlink(id);
    if (n.mode == collection_mode::remove) return before != r.to(link::cases);
    for (const auto& e : n.entries) {
        auto& other = e.id != 0 ? *store_.find(object_type::case_, e.id) : add(e, {});
        auto& ids = r.to(link::cases);
        if (other.id == r.id || std::find(ids.begin(), ids.end(), other.id) != ids.end()) continue;
        ids.push_back(other.id);
        other.to(link::cases).push_back(r.id);
    }
    return before != r.to(link::cases);
}

bool editor::apply_children(record& r, const nested_documents& n) {
    parents of;
    switch (r.type) {
        case object_type::case_: of.case_ = &r; break;
        case object_type::task: of.task = &r; break;
        case object_type::artifact: of.artifact = &r; break;
        default: of.event = &r; break;
    }
    for (const auto& e : n.entries) add(e, of);
    return !n.entries.empty();
}

}  // namespace casebridge::sandbox::threatconnect
