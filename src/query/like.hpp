// PostgreSQL's ILIKE '%term%', which is what a Tracecat search does with a term (Tracecat fact sheet §1.3):
// '%' and '_' are wild cards, '\' takes the next character literally, letter case does not matter.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace casebridge::query {

class like_pattern {
public:
    explicit like_pattern(std::string_view term);
    bool found_in(std::string_view utf8) const;

private:
    struct item {
        char32_t c = 0;
        enum kind { literal, one, any } what = literal;
    };
    std::vector<item> items_;
    bool impossible_ = false;   // a term that ends in a lone escape matches nothing here
};

// Lower case of every letter, as the C.UTF-8 locale has it.
std::u32string fold(std::string_view utf8);
std::string fold_text(std::string_view utf8);  // … as UTF-8
// Bytes of the character that a text begins with; 0 for none.
std::size_t sequence_size(std::string_view utf8) noexcept;

}  // namespace casebridge::query
