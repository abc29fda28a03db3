// Tracecat's search as it is (Tracecat fact sheet §1.3): substring terms whose wildcards are not escaped, tags
// that are OR-ed and vanish when unknown, inclusive times. Written from the fact sheet; the bridge's own filter
// code is not used here, so that each can catch the other's mistakes.
#pragma once

#include "platform/tracecat/wire/validate.hpp"
#include "sandbox/tracecat/store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace casebridge::sandbox::tracecat {

// Lower case, character by character, as the database of the reference does it: "Ä" is "ä", "ß" stays.
std::string fold(std::string_view text);

// ILIKE '%term%': % and _ are wildcards, \ escapes, also the last %.
class like_pattern {
public:
    explicit like_pattern(std::string_view term);
    bool matches(const incident& c) const;
    bool matches(std::string_view folded) const;

private:
    struct token {
        enum class kind { literal, any_one, any_many } what;
        char byte = 0;
    };
    std::vector<token> tokens_;
    std::string plain_;  // the folded term, if it has no special characters
    bool is_plain_ = true;
};

struct case_filter {
    std::optional<like_pattern> term;
    unsigned statuses = 0, priorities = 0, severities = 0;  // bits by index; 0: all
    bool by_assignee = false, nobody = false;
    std::vector<uuid> assignees, tags;
    std::vector<std::vector<std::pair<uuid, uuid>>>
        dropdowns;  // all of them, any (definition, option) of each
    bool nothing = false;  // a dropdown that does not exist
    std::optional<std::int64_t> created_from, created_to, updated_from, updated_to;
    std::optional<std::int64_t> number;
    std::string canonical;  // equal for equal filters: what cursors are bound to

    bool matches(const incident& c) const;
    bool is_empty() const noexcept { return canonical.empty(); }
};

struct search_complaint {
    unsigned status = 0;  // 0: none
    std::string text;
    explicit operator bool() const noexcept { return status != 0; }
};

// The parameters have passed the query model. with_number: short_id counts.
search_complaint read_filter(workspace& w, const platform::tracecat::parameters& query, bool with_number,
                             case_filter& out);

// Matching cases, in no order; looks only at those that the filter's number or times leave.
std::vector<incident*> find_cases(const workspace& w, const case_filter& f);

}  // namespace casebridge::sandbox::tracecat
