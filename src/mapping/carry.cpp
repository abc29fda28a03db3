#include "mapping/carry.hpp"

#include "core/crypto.hpp"
#include "json/writer.hpp"

namespace casebridge::mapping {
namespace {

bool readable(json::value root, std::int64_t& revision) {
    return root.is_object() && root.member("v").text() == "1" && root.member("s").is_object() &&
           root.member("r").to_int64(revision) && revision > 0 && revision < carry_state::highest_revision;
}

// Written by a bridge that knows more than this one: not ours to read, nor to clear away.
bool is_of_later_version(json::value root) {
    std::int64_t version = 0;
    return root.member("v").to_int64(version) && version > 1;
}

}  // namespace

void carry_state::clear() noexcept {
    best_ = -1;
    unreadable_ = false;
    revision_ = 0;
    ids_.clear();
    provided_.clear();
}

void carry_state::offer(std::string_view text, std::int64_t id, bool of_child) {
    const int free = best_ == 0 ? 1 : 0;
    std::int64_t revision = 0;
    const bool parsed = tape_[free].parse(text, carry_policy).has_value();
    if (parsed && tape_[free].root().member("of").exists() != of_child) return;
    if (parsed && is_of_later_version(tape_[free].root())) return;
    ids_.push_back(id);
    if (!parsed || !readable(tape_[free].root(), revision)) {
        unreadable_ = true;
        return;
    }
    // Two writers may have counted alike; the entry that was made later counts.
    if (best_ >= 0 && (revision < revision_ || (revision == revision_ && id < best_id_))) return;
    best_ = free;
    entries_ = tape_[free].root().member("s").index();
    spills_ = tape_[free].root().member("x").index();
    best_id_ = id;
    revision_ = revision;
}

json::value carry_state::entry(std::string_view rule) const noexcept {
    if (!present()) return {};
    for (const auto& p : provided_) {
        if (p->rule == rule) return p->tape.root();
    }
    return entries().member(rule);
}

bool carry_state::provide(std::string_view rule, std::string text) {
    const json::value spill = spills().member(rule);
    if (!spill.is_array() || spill.element(1).text() != spill_hash(text)) return false;
    auto p = std::make_unique<provided>();
    p->rule = rule;
    p->text = std::move(text);
    if (p->tape.parse(p->text, carry_policy).has_error()) return false;
    provided_.push_back(std::move(p));
    return true;
}

std::string empty_state(std::string_view hash) {
    std::string out;
    json::writer w(out);
    w.begin_object().member("v", std::int64_t{1}).member("r", std::int64_t{1}).member("t", hash);
    w.key("s").begin_object().end_object().end_object();
    return out;
}

std::string with_entry(std::string state, std::string_view name, std::string_view text) {
    constexpr std::string_view entries = "\"s\":{";
    const std::size_t at = state.find(entries);
    if (at == std::string::npos) return state;
    std::string entry;
    json::writer(entry).begin_object().member(name, text).end_object();
    entry = entry.substr(1, entry.size() - 2);
    const std::size_t first = at + entries.size();
    if (first < state.size() && state[first] != '}') entry += ',';
    return state.insert(first, entry);
}

std::string spill_hash(std::string_view text) {
    const digest d = sha256(text);
    return hex_encode(as_text(d)).substr(0, 16);
}

}  // namespace casebridge::mapping
