#include "bridge/children/stored_child.hpp"

#include "core/crypto.hpp"

#include <algorithm>

namespace casebridge::bridge {
namespace {

constexpr std::size_t digits_of_a_mark = 24;

}  // namespace

std::string stored_child::plain(std::string_view rule, const mapping::references& refs) const {
    std::string out;
    mapping::ledger unused;
    programs->view("read").append_plain(reader, rule, refs, out, unused);
    return out;
}

std::string stored_child::shown(const mapping::references& refs, const mapping::view_program::request& what,
                                mapping::ledger& notes) const {
    std::string out;
    programs->view("read").run(reader, refs, what, out, notes);
    return out;
}

std::vector<stored_child> children_of(const platform::backend& b, const mapping::object_programs& p,
                                      const mapping::child_states& states, json::value stored_case,
                                      platform::child what) {
    std::vector<stored_child> out;
    const json::value list = b.children_of(stored_case, what);
    out.reserve(list.size());
    for (const auto& [none, v] : list.elements()) {
        const std::int64_t number = b.number_of(v);
        if (number > 0) out.emplace_back(p, states, v, number);
    }
    return out;
}

std::string idempotency_mark(const platform::operation& op) {
    if (op.idempotency_key.empty()) return {};
    std::string text = op.who.user ? "user:" + op.who.user->id.to_string() : "key:";
    if (op.who.key) text += op.who.key->id;
    text.append("\n").append(op.idempotency_key);
    const digest d = sha256(text);
    return hex_encode(as_text(d)).substr(0, digits_of_a_mark);
}

const stored_child* made_under(const std::vector<stored_child>& all, std::string_view mark) {
    if (mark.empty()) return nullptr;
    const auto found = std::find_if(
        all.begin(), all.end(), [&](const stored_child& c) { return c.carried(idempotency_rule) == mark; });
    return found == all.end() ? nullptr : &*found;
}

}  // namespace casebridge::bridge
