// Texts that are longer than the other side allows: a prefix that fits, a visible pointer, and the rest in
// the carry. The rest applies only while the native text still begins with what was stored, so a native
// edit wins and a text that somebody appended stays.
#pragma once

#include "json/tape.hpp"

#include <string>
#include <string_view>

namespace casebridge::mapping {

// Characters as the stricter of two countings: UTF-16 units (a Java server's) are never fewer than code points.
std::size_t utf16_length(std::string_view utf8) noexcept;
// Bytes of the longest beginning of at most max of them, cut between characters.
std::size_t prefix_bytes(std::string_view text, std::size_t max) noexcept;
bool is_blank(std::string_view text) noexcept;

struct fitted {
    std::string stored;  // what the native member gets
    std::string entry;  // JSON for the carry; empty: the text fits as it is
};
// max 0: no limit. placeholder: for a blank text where the native member must not be blank (min > 0).
fitted fit_text(std::string_view text, std::size_t max, std::size_t min, std::string_view placeholder,
                std::string_view pointer);
// The entry of a text that is empty, and not missing.
std::string empty_text_entry();
// An entry whose numbers are texts, for stores that may rewrite numbers. append_restored reads both.
std::string with_numbers_as_texts(const std::string& entry);

// Appends the whole text, JSON-escaped without quotes. False (nothing appended) if the entry does not apply.
bool append_restored(std::string& out, std::string_view native, json::value entry);

}  // namespace casebridge::mapping
