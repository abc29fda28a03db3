// What of a filter the backend can evaluate itself, in its own filter language, by the ratings of its
// catalogue. Nothing is guessed: what is pushed never finds less than the filter means, and what it may find
// more is left over as the residual (translation anchors §3.7).
//
// Enum predicates become sets of coarse values first: a coarse value is asked for if any of its readings
// (carried, refined, stale or plain) is wanted, and the push is exact if all of them are.
#pragma once

#include "mapping/view_program.hpp"
#include "query/filter.hpp"

#include <string>

namespace casebridge::query {

struct push {
    bool nothing = false;  // no object can match; there is no need to ask
    std::string text;      // for the backend: an expression, or "a=1&b=2", encoded; empty: everything
    filter residual;       // what is still to be evaluated; everything: the push is exact
    bool exact() const noexcept { return residual.is_everything(); }
};

// f: with its targets resolved.
push push_down(const filter& f, const mapping::compiled_table& table);

// The longest run of a LIKE pattern that must stand in every match as it is and in which letter case cannot
// matter; empty: none of two characters or more.
std::string caseless_run(std::string_view pattern);
// The longest run of it that must stand in every match as it is, up to 1,000 characters, for a backend whose own
// matching disregards letter case. ascii_only: it may fold other letters differently.
std::string plain_run(std::string_view pattern, bool ascii_only);

}  // namespace casebridge::query
