#include "mapping/kept_children.hpp"

#include "core/crypto.hpp"
#include "json/writer.hpp"

#include <array>
#include <charconv>
#include <unordered_set>

namespace casebridge::mapping {
namespace {

constexpr std::int64_t most_own = (std::int64_t{1} << 31) - 1;

std::int64_t own_number(json::value element) noexcept {
    const std::string_view n = element.member("n").text();
    std::int64_t own = 0;
    const auto [end, error] = std::from_chars(n.data(), n.data() + n.size(), own);
    const bool whole = error == std::errc{} && end == n.data() + n.size() && own > 0 && own <= most_own;
    return whole && element.member("n").is_string() ? own : 0;
}

std::string text_of(json::value v) { return v.is_string() ? std::string(v.text()) : std::string{}; }

// A number that was given out, of a child that is gone.
bool is_tombstone(json::value element) noexcept { return element.size() == 1; }

bool is_child(json::value element) noexcept {
    const json::value id = element.member("u");
    return element.member("d").is_object() || (id.is_string() && !id.text().empty());
}

}  // namespace

std::vector<kept_child> kept_children(json::value list) {
    std::vector<kept_child> out;
    std::unordered_set<std::int64_t> seen;
    for (const auto& [none, e] : list.elements()) {
        const std::int64_t own = own_number(e);
        if (own == 0 || is_tombstone(e)) continue;
        kept_child k{own, text_of(e.member("u")), e.member("d"), e.member("s"), text_of(e.member("k"))};
        if (!k.document.is_object()) k.document = {};
        if (!k.entries.is_object()) k.entries = {};
        if ((k.document || !k.stored_id.empty()) && seen.insert(own).second) out.push_back(std::move(k));
    }
    return out;
}

reverse_subject subject_of(json::value document, json::value entries) {
    reverse_subject in{document, {}};
    in.state.take(entries);
    return in;
}

// Of equal numbers the one stays that is shown: the first child, whatever stands before it.
kept_children_writer::kept_children_writer(json::value list) {
    std::unordered_set<std::int64_t> shown;
    for (const auto& [none, e] : list.elements()) {
        const std::int64_t own = own_number(e);
        if (own == 0) continue;
        const auto [place, fresh] = places_.try_emplace(own, items_.size());
        const bool is_shown = is_child(e) && shown.insert(own).second;
        if (!fresh && !is_shown) continue;
        if (fresh) items_.emplace_back();
        std::string& item = items_[place->second];
        item.clear();
        json::append_value(item, e);
    }
}

bool kept_children_writer::has(std::int64_t own) const noexcept { return places_.contains(own); }

void kept_children_writer::put(std::int64_t own, std::string_view stored_id, std::string d, std::string s,
                               std::string_view key) {
    std::string text;
    json::writer w(text);
    w.begin_object().member("n", std::string_view(std::to_string(own)));
    if (!stored_id.empty()) w.member("u", stored_id);
    if (!d.empty()) w.key("d").raw(d);
    if (!s.empty()) w.key("s").raw(s);
    if (!key.empty()) w.member("k", key);
    w.end_object();
    const auto [known, is_new] = places_.try_emplace(own, items_.size());
    if (is_new) items_.emplace_back();
    std::string& item = items_[known->second];
    if (item == text) return;
    item = std::move(text);
    changed_ = true;
}

void kept_children_writer::remove(std::int64_t own) {
    put(own, {}, {}, {}, {});  // the number alone: it is never given out again
}

std::int64_t kept_children_writer::new_number() const {
    for (;;) {
        std::array<std::uint8_t, 4> bytes{};
        random_bytes(bytes);
        std::int64_t n = 0;
        for (const std::uint8_t b : bytes) n = n << 8 | b;
        n &= most_own;
        if (n > 0 && !has(n)) return n;
    }
}

std::string kept_children_writer::render() const {
    if (items_.empty()) return {};
    std::string out = "[";
    for (const auto& i : items_) {
        if (out.size() > 1) out += ',';
        out += i;
    }
    return out + ']';
}

std::string with_members(json::value document, std::string_view members) {
    const std::string change = "{" + std::string(members) + "}";
    json::tape t;
    if (t.parse(change, {}).has_error()) return {};
    std::string out;
    json::writer w(out);
    w.begin_object();
    for (const auto& [key, val] : document.members()) {
        if (!t.root().member(key.text())) w.member(key.text(), val);
    }
    for (const auto& [key, val] : t.root().members()) w.member(key.text(), val);
    w.end_object();
    return out;
}

}  // namespace casebridge::mapping
