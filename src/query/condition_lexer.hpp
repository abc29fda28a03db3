// The words of a query: keywords, operators, values and punctuation, each with its place (ThreatConnect fact
// sheet §5.3, §5.4). What they mean is not known here.
#pragma once

#include "core/error.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::query {

enum class token_kind : std::uint8_t { word, text, number, date, symbol, open, close, comma, end };

struct token {
    token_kind kind = token_kind::end;
    std::string text;    // of a quoted text what it stands for
    std::size_t at = 0;  // byte in the query
};

// Square brackets, in which old clients write lists, are parentheses. The last token is the end.
result<std::vector<token>> read_tokens(std::string_view query);

// invalid_query with "position N: " before the sentence; N counts characters from 1.
failure query_error(std::string_view query, std::size_t at, std::string_view sentence);

// A client's text, quoted for a sentence and cut to a readable length.
std::string shown(std::string_view text);

bool same_word(std::string_view a, std::string_view b) noexcept;  // without regard to letter case

}  // namespace casebridge::query
