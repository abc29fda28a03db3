// Collections that a reverse_writer writes: sets (tags), and what is kept as it is.
#include "mapping/reverse_draft.hpp"
#include "mapping/text_limit.hpp"

#include <set>

namespace casebridge::mapping {
namespace {

using source = reverse_member::source;

struct set_element {
    std::string name;
    std::string stored_id;  // empty: its name lies in the state
    std::int64_t number = 0;
};

failure no_such(const reverse_member& m, json::value named) {
    std::string text;
    json::append_value(text, named);
    return fail(errc::unresolved_reference, std::move(text), "/" + m.name);
}

}  // namespace

std::optional<std::string> reverse_references::kept_form(std::string_view /*member*/,
                                                         json::value element) const {
    std::string out;
    json::append_value(out, element);
    return out;
}

result<collection_mode> mode_of(json::value collection, std::string_view member) {
    const std::string_view mode = collection.member("mode").text();
    if (mode.empty() || mode == "append") return collection_mode::append;
    if (mode == "delete") return collection_mode::remove;
    if (mode == "replace") return collection_mode::replace;
    return fail(errc::invalid_value, "mode is one of append, delete, replace",
                "/" + std::string(member) + "/mode");
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
        now.push_back(
            {std::string(follow(e, text.stored).text()), stored_id, d.refs.number_of(m.by->of, stored_id)});
    }
    std::vector<std::string> kept;
    if (d.current != nullptr) {
        for (const auto& [none, n] : d.current->state.entry(m.name).elements()) kept.emplace_back(n.text());
    }
    for (const auto& n : kept) now.push_back({n, {}, d.refs.number_of(m.by->of, n)});

    // What the document names, by number or by name.
    std::vector<std::string> wanted;
    std::set<std::string, std::less<>> seen, present;
    for (const auto& [none, e] : elements_of(v).elements()) {
        std::int64_t number = 0;
        std::string name(e.member(text.name).text());
        if (name.empty() && e.member(id.name).to_int64(number)) {
            const auto there =
                std::find_if(now.begin(), now.end(), [&](const auto& x) { return x.number == number; });
            const auto known = there == now.end() ? d.refs.tag_named(number) : std::optional(there->name);
            if (!known && mode == collection_mode::remove) continue;
            if (!known) return fail(errc::unresolved_reference, std::to_string(number), "/" + m.name);
            name = *known;
        }
        if (name.empty()) {  // an element known by another name of its own
            for (const auto& [key, val] : e.members()) name = name.empty() ? std::string(val.text()) : name;
        }
        if (name.empty()) return fail(errc::invalid_value, "an element needs a name or an id", "/" + m.name);
        if (seen.insert(name).second) wanted.push_back(std::move(name));
    }

    const std::size_t longest = m.element->stored().find(text.stored.front())->max;
    const bool adds = mode != collection_mode::remove;
    for (const auto& x : now) {
        present.insert(x.name);
        const bool is_wanted = seen.contains(x.name);
        const bool goes = adds ? mode == collection_mode::replace && !is_wanted : is_wanted;
        if (goes && !x.stored_id.empty()) d.plan.set_removed.push_back(x.stored_id);
        if (goes && x.stored_id.empty()) std::erase(kept, x.name);
    }
    for (const auto& name : wanted) {
        if (!adds || present.contains(name)) continue;
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

// One object, or a collection whose elements are told apart by their ids; texts in the state.
result<void> reverse_writer::plan_kept(const reverse_member& m, json::value v, draft& d) const {
    if (v.is_null()) {
        d.state.put(m.name, {});
        return {};
    }
    std::string whole;
    if (elements_of(v)) {
        CB_TRY(whole, kept_collection(m, v, d));
    } else {
        auto form = d.refs.kept_form(m.name, v);
        if (!form) return no_such(m, v);
        whole = std::move(*form);
    }
    std::string entry;
    if (!whole.empty()) json::append_string(entry, whole);
    d.state.put(m.name, std::move(entry));
    return {};
}

// As it will be; empty: without an element.
result<std::string> reverse_writer::kept_collection(const reverse_member& m, json::value v, draft& d) const {
    CB_TRY(const collection_mode mode, mode_of(v, m.name));
    std::vector<std::string> list;
    const auto add = [&](std::string form) {
        std::erase(list, form);
        list.push_back(std::move(form));
    };
    json::tape t;
    const json::value now = d.current == nullptr ? json::value{} : d.current->state.entry(m.name);
    if (mode != collection_mode::replace && now.is_string() && t.parse(now.text(), {}).has_value()) {
        for (const auto& [none, e] : elements_of(t.root()).elements()) {
            if (auto form = d.refs.kept_form(m.name, e)) add(std::move(*form));
        }
    }
    for (const auto& [none, e] : elements_of(v).elements()) {
        auto form = d.refs.kept_form(m.name, e);
        if (!form && mode != collection_mode::remove) return no_such(m, e);
        if (form && mode == collection_mode::remove) std::erase(list, *form);
        if (form && mode != collection_mode::remove) add(std::move(*form));
    }
    std::string whole;
    if (list.empty()) return whole;
    json::writer w(whole);
    w.begin_object().key("data").begin_array();
    for (const auto& e : list) w.raw(e);
    w.end_array().end_object();
    return whole;
}

}  // namespace casebridge::mapping
