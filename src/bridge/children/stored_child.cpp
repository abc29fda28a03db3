#include "bridge/children/stored_child.hpp"

#include "core/crypto.hpp"
#include "json/writer.hpp"
#include "mapping/selection.hpp"

#include <algorithm>

namespace casebridge::bridge {
namespace {

constexpr std::size_t digits_of_a_key = 16, digits_of_a_request = 8;

std::string digits_of(std::string_view text, std::size_t how_many) {
    const digest d = sha256(text);
    return hex_encode(as_text(d)).substr(0, how_many);
}

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
        if (number > 0 && mapping::selects(p.source->which, v)) out.emplace_back(p, states, v, number);
    }
    return out;
}

const stored_child* find_number(const std::vector<stored_child>& all, std::int64_t number) {
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const stored_child& c) { return c.number == number; });
    return found == all.end() ? nullptr : &*found;
}

std::string idempotency_mark(const platform::operation& op) {
    if (op.idempotency_key.empty()) return {};
    std::string key = op.who.user ? "user:" + op.who.user->id.to_string() : "key:";
    if (op.who.key) key += op.who.key->id;
    if (op.where) key.append("\n").append(op.where->id.to_string());
    key.append("\n").append(op.idempotency_key);
    std::string request;
    if (op.document) json::append_value(request, op.document);
    if (op.file) {
        const digest bytes = sha256(op.file->bytes);
        request.append(op.file->name).append("\n").append(op.file->content_type).append(as_text(bytes));
    }
    return idempotency_mark(key, request);
}

std::string idempotency_mark(std::string_view whose, std::string_view request) {
    return digits_of(whose, digits_of_a_key) + digits_of(request, digits_of_a_request);
}

std::string_view key_of_mark(std::string_view mark) { return mark.substr(0, digits_of_a_key); }

result<bool> is_made_under(std::string_view mark, std::string_view made) {
    if (mark.empty() || made.empty() || key_of_mark(mark) != key_of_mark(made)) return false;
    if (mark == made) return true;
    return fail(errc::conflict, "the Idempotency-Key was used for another request", "/idempotency_key");
}

result<const stored_child*> made_under(const std::vector<stored_child>& all, std::string_view mark) {
    for (const stored_child& c : all) {
        CB_TRY(const bool found, is_made_under(mark, c.carried(idempotency_rule)));
        if (found) return &c;
    }
    return nullptr;
}

}  // namespace casebridge::bridge
