// Collections that a reverse_writer writes: sets (tags), the bag (attributes), and what is kept as it is.
#include "core/crypto.hpp"
#include "mapping/reverse_draft.hpp"
#include "mapping/text_limit.hpp"

#include <array>

namespace casebridge::mapping {
namespace {

using source = reverse_member::source;

struct set_element {
    std::string name;
    std::string stored_id;  // empty: its name lies in the state
    std::int64_t number = 0;
};

}  // namespace

result<collection_mode> mode_of(json::value collection, std::string_view member) {
    const std::string_view mode = collection.member("mode").text();
    if (mode.empty() || mode == "append") return collection_mode::append;
    if (mode == "delete") return collection_mode::remove;
    if (mode == "replace") return collection_mode::replace;
    return fail(errc::invalid_value, "mode is one of append, delete, replace", "/" + std::string(member) + "/mode");
}

json::value elements_of(json::value collection) noexcept { return collection.member("data"); }

result<void> reverse_writer::plan_set(const reverse_member& m, json::value v, draft& d) const {
    CB_TRY(const collection_mode mode, mode_of(v, m.name));
    const auto member_from = [&](source s) {
        const auto& all = m.element->all();
        return std::find_if(all.begin(), all.end(), [&](const reverse_member& x) { return x.from == s; });
    };
    const reverse_member &id = *member_from(source::own_id), &text = *member_from(source::text);

    std::vector<set_element> now;
    for (const auto& [none, e] : d.stored(m.stored).elements()) {
        const std::string stored_id(follow(e, id.stored).text());
        now.push_back({std::string(follow(e, text.stored).text()), stored_id, d.refs.number_of(m.by->of, stored_id)});
    }
    std::vector<std::string> kept;
    if (d.current != nullptr) {
        for (const auto& [none, n] : d.current->state.entry(m.name).elements()) kept.emplace_back(n.text());
    }
    for (const auto& n : kept) now.push_back({n, {}, d.refs.number_of(m.by->of, n)});

    // What the document names, by number or by name.
    std::vector<std::string> wanted;
    for (const auto& [none, e] : elements_of(v).elements()) {
        std::int64_t number = 0;
        std::string name(e.member(text.name).text());
        if (name.empty() && e.member(id.name).to_int64(number)) {
            const auto there = std::find_if(now.begin(), now.end(), [&](const auto& x) { return x.number == number; });
            const auto known = there == now.end() ? d.refs.tag_named(number) : std::optional(there->name);
            if (!known && mode == collection_mode::remove) continue;
            if (!known) return fail(errc::unresolved_reference, std::to_string(number), "/" + m.name);
            name = *known;
        }
        if (name.empty()) {  // an element known by another name of its own
            for (const auto& [key, val] : e.members()) name = name.empty() ? std::string(val.text()) : name;
        }
        if (name.empty()) return fail(errc::invalid_value, "an element needs a name or an id", "/" + m.name);
        if (std::find(wanted.begin(), wanted.end(), name) == wanted.end()) wanted.push_back(name);
    }

    const std::size_t longest = m.element->stored().find(text.stored.front())->max;
    const auto is_wanted = [&](const std::string& n) { return std::find(wanted.begin(), wanted.end(), n) != wanted.end(); };
    const bool adds = mode != collection_mode::remove;
    for (const auto& x : now) {
        const bool goes = mode == collection_mode::remove ? is_wanted(x.name)
                                                          : mode == collection_mode::replace && !is_wanted(x.name);
        if (goes && !x.stored_id.empty()) d.plan.set_removed.push_back(x.stored_id);
        if (goes && x.stored_id.empty()) std::erase(kept, x.name);
    }
    for (const auto& name : wanted) {
        const bool there = std::any_of(now.begin(), now.end(), [&](const auto& x) { return x.name == name; });
        if (!adds || there) continue;
        if (longest > 0 && utf16_length(name) > longest)
            kept.push_back(name);
        else
            d.plan.set_added.push_back(name);
    }
    std::string entry;
    if (!kept.empty()) {
        json::writer w(entry);
        w.begin_array();
        for (const auto& n : kept) w.string(n);
        w.end_array();
    }
    d.state.put(m.name, std::move(entry));
    return {};
}

namespace {

// The bag as it will be: texts by the state's letters.
struct draft_entry {
    std::int64_t own = 0;
    std::string type, value, source, made, changed, by;
    bool has_source = false;
};

draft_entry copy_of(const bag_entry& e) {
    const auto text = [&](const char* key) { return std::string(e.stored.member(key).text()); };
    return {e.own, text("t"), text("v"), text("s"), text("a"), text("m"), text("u"), e.stored.member("s").is_string()};
}

std::string render(const std::vector<draft_entry>& list) {
    std::string out;
    if (list.empty()) return out;
    json::writer w(out);
    w.begin_array();
    for (const auto& e : list) {
        w.begin_object().member("n", std::string_view(std::to_string(e.own))).member("t", e.type).member("v", e.value);
        if (e.has_source) w.member("s", e.source);
        w.member("a", e.made).member("m", e.changed);
        if (!e.by.empty()) w.member("u", e.by);
        w.end_object();
    }
    w.end_array();
    return out;
}

std::int64_t fresh_number(const std::vector<draft_entry>& list) {
    for (;;) {
        std::array<std::uint8_t, 4> bytes{};
        random_bytes(bytes);
        std::int64_t n = bytes[0] & 0x7F;
        for (std::size_t i = 1; i < bytes.size(); ++i) n = n << 8 | bytes[i];
        const bool taken = std::any_of(list.begin(), list.end(), [n](const draft_entry& e) { return e.own == n; });
        if (n != 0 && !taken) return n;
    }
}

// The document's member that holds what the state keeps under a letter.
std::string_view shown_as(const rule& bag, std::string_view letter) {
    for (const auto& m : bag.entry) {
        if (m.from == bag_member::source::text && m.key == letter) return m.name;
    }
    return {};
}

std::string_view number_member(const rule& bag) {
    for (const auto& m : bag.entry) {
        if (m.from == bag_member::source::number) return m.name;
    }
    return {};
}

}  // namespace

result<void> reverse_writer::plan_bag(const reverse_member& m, json::value v, draft& d) const {
    CB_TRY(const collection_mode mode, mode_of(v, m.name));
    const rule& bag = *m.by;
    const std::string at = "/" + m.name;
    const std::int64_t holder = d.current == nullptr ? 0 : program_->number_of(*d.current, d.refs);
    std::vector<draft_entry> list;
    if (d.current != nullptr) {
        for (const auto& e : bag_entries(d.current->state.entry(m.name))) list.push_back(copy_of(e));
    }
    std::vector<draft_entry> before = list;
    if (mode == collection_mode::replace) list.clear();
    std::string stamp;
    append_seconds(stamp, d.now);

    for (const auto& [none, e] : elements_of(v).elements()) {
        std::int64_t number = 0;
        const bool has_number = e.member(number_member(bag)).to_int64(number);
        const std::string_view type = e.member(shown_as(bag, "t")).text();
        const json::value value = e.member(shown_as(bag, "v")), origin = e.member(shown_as(bag, "s"));
        const auto is_it = [&](const draft_entry& x) {
            return has_number ? d.refs.child_number(holder, x.own) == number
                              : !type.empty() && x.type == type && x.value == value.text();
        };
        if (mode == collection_mode::remove) {
            std::erase_if(list, is_it);
            continue;
        }
        auto known = std::find_if(before.begin(), before.end(), is_it);
        if (has_number && known == before.end())
            return fail(errc::unresolved_reference, std::to_string(number), at);
        if (!value.is_string() && !has_number) return fail(errc::invalid_value, "an entry needs a value", at);
        // Appending what is there already makes a second one, as the platform does; replacing keeps it.
        const bool same = known != before.end() && (has_number || mode == collection_mode::replace);
        draft_entry x = same ? *known : draft_entry{fresh_number(before), {}, {}, {}, stamp, stamp, std::string(d.refs.caller())};
        if (same) before.erase(known);
        if (x.type.empty()) x.type = type;
        const auto kind = d.refs.find_attribute_type(x.type);
        if (!kind) return fail(errc::unknown_field, x.type, at);
        x.type = kind->name;
        const draft_entry was = x;
        if (value.is_string()) x.value = value.text();
        if (origin.is_string()) x.source = origin.text(), x.has_source = true;
        if (x.value.empty()) return fail(errc::invalid_value, "an entry needs a value", at);
        if (kind->max > 0 && utf16_length(x.value) > kind->max) {
            return fail(errc::invalid_value,
                        x.type + " holds at most " + std::to_string(kind->max) + " characters", at);
        }
        if (x.value != was.value || x.source != was.source) x.changed = stamp;
        const auto there = std::find_if(list.begin(), list.end(), [&](const draft_entry& y) { return y.own == x.own; });
        if (there != list.end())
            *there = x;
        else
            list.push_back(x);
        const auto count = std::count_if(list.begin(), list.end(), [&](const draft_entry& y) { return y.type == x.type; });
        if (kind->most > 0 && static_cast<std::size_t>(count) > kind->most) {
            return fail(errc::invalid_value,
                        "a case has at most " + std::to_string(kind->most) + " of " + x.type, at);
        }
    }
    d.state.put(m.name, render(list));
    return {};
}

// One object, or a collection whose elements are told apart by their ids; texts in the state.
result<void> reverse_writer::plan_kept(const reverse_member& m, json::value v, draft& d) const {
    if (v.is_null()) {
        d.state.put(m.name, {});
        return {};
    }
    std::string whole;
    if (!elements_of(v)) {
        json::append_value(whole, v);
    } else {
        CB_TRY(const collection_mode mode, mode_of(v, m.name));
        std::vector<std::string> list;
        json::tape t;
        const json::value now = d.current == nullptr ? json::value{} : d.current->state.entry(m.name);
        if (mode != collection_mode::replace && now.is_string() && t.parse(now.text(), {}).has_value()) {
            for (const auto& [none, e] : elements_of(t.root()).elements()) json::append_value(list.emplace_back(), e);
        }
        for (const auto& [none, e] : elements_of(v).elements()) {
            std::string text;
            json::append_value(text, e);
            std::erase(list, text);
            if (mode != collection_mode::remove) list.push_back(text);
        }
        json::writer w(whole);
        w.begin_object().key("data").begin_array();
        for (const auto& e : list) w.raw(e);
        w.end_array().end_object();
        if (list.empty()) whole.clear();
    }
    std::string entry;
    if (!whole.empty()) json::append_string(entry, whole);
    d.state.put(m.name, std::move(entry));
    return {};
}

}  // namespace casebridge::mapping
