// A child of a stored case with the state that there is of it, as its table reads both.
#pragma once

#include "mapping/bundle.hpp"
#include "mapping/child_states.hpp"
#include "platform/backend.hpp"
#include "platform/operation.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace casebridge::bridge {

struct stored_child {
    json::value document;
    std::int64_t number = 0;
    mapping::stored_reader reader;
    const mapping::object_programs* programs;

    stored_child(const mapping::object_programs& p, const mapping::child_states& states, json::value stored,
                 std::int64_t n)
        : document(stored), number(n), reader(p.compiled->slots, p.compiled->bag), programs(&p) {
        reader.read(stored, nullptr);
        states.offer_to(reader, kind_of(p), number);
    }

    // The kind that states of such children name.
    static const std::string& kind_of(const mapping::object_programs& p) { return p.source->carry->child; }

    // A member as the façade shows it; empty if it is null. Of people the whole object.
    std::string plain(std::string_view rule, const mapping::references& refs) const;
    // The child as the façade shows it.
    std::string shown(const mapping::references& refs, const mapping::view_program::request& what,
                      mapping::ledger& notes) const;
    // The text of an entry of the state.
    std::string_view carried(std::string_view rule) const { return reader.carry().entry(rule).text(); }
};

// A case's children of one kind that their table shows, each with its state, in the backend's order.
std::vector<stored_child> children_of(const platform::backend& b, const mapping::object_programs& p,
                                      const mapping::child_states& states, json::value stored_case,
                                      platform::child what);

// Null: none has that number.
const stored_child* find_number(const std::vector<stored_child>& all, std::int64_t number);

// What a create leaves in the state of what it makes, so that the same one again finds it: digits of its key, then of
// its document. Empty: the client sent no key. Of another account, or workspace, the same key is another one.
std::string idempotency_mark(const platform::operation& op);
// whose: the account and its key. request: all that it asked for.
std::string idempotency_mark(std::string_view whose, std::string_view request);
std::string_view key_of_mark(std::string_view mark);
inline constexpr std::string_view idempotency_rule = "k", idempotency_member = "idempotency_key";
// Whether something was made under that mark; made: the mark that it has. Fails with conflict at "/idempotency_key"
// where the key is the same and the request was another one.
result<bool> is_made_under(std::string_view mark, std::string_view made);
// The child that was made under that mark; null: none. Fails as above.
result<const stored_child*> made_under(const std::vector<stored_child>& all, std::string_view mark);

}  // namespace casebridge::bridge
