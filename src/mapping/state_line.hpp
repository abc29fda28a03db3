// Carried state on an object that has no place of its own for it: one line, behind a marker, of a text that
// people write. Theirs stays theirs, byte for byte; what is not ours, or damaged, counts as theirs.
//
//   Mailbox rules that forward
//   [casebridge] {"v":1,"r":2,"t":"9f2c01ab","s":{"color":"#FF0000"}}
#pragma once

#include "mapping/carry.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace casebridge::mapping {

// Offers every line behind the marker; the highest valid revision counts.
void offer_state_lines(std::string_view text, std::string_view marker, carry_state& into);
// The text without the lines that hold a valid state.
std::string without_state_lines(std::string_view text, std::string_view marker);
// The text, which holds no state, with one.
std::string with_state_line(std::string text, std::string_view marker, std::string_view state);
// UTF-16 units that are left for the state when the text with its line may have most of them.
std::size_t room_for_state(std::string_view text, std::string_view marker, std::size_t most) noexcept;

}  // namespace casebridge::mapping
