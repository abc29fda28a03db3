#include "mapping/carry.hpp"

#include "core/crypto.hpp"

namespace casebridge::mapping {
namespace {

constexpr json::policy carry_policy{.max_depth =
                                        10'100};   // a payload may be nested as deeply as Python reads it

bool readable(json::value root, std::int64_t& revision) {
    return root.is_object() && root.member("v").text() == "1" && root.member("s").is_object() &&
           root.member("r").to_int64(revision) && revision > 0 && revision < carry_state::highest_revision;
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

std::string spill_hash(std::string_view text) {
    const digest d = sha256(text);
    return hex_encode(as_text(d)).substr(0, 16);
}

}  // namespace casebridge::mapping
