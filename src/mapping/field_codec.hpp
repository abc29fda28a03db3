// Values of custom fields: typed JSON on the left, text on the right (an attribute's value).
#pragma once

#include "core/error.hpp"
#include "json/tape.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace casebridge::mapping {

enum class codec { text, integer, decimal, boolean, date, instant, json, option, options };
bool codec_from_string(std::string_view name, codec& out) noexcept;

// Appends the left JSON of one text. False, and nothing appended, if the text is not of the type.
bool append_decoded(std::string& out, codec c, std::string_view text);

// What a refused value is called in the platform's sentence.
struct refusal {
    std::string type;      // "dict", "list", …: Python's names, as the platform's sentences use them
    std::string value;     // Python's repr of the value
    bool unknown_options = false;
};

refusal refuse(json::value v);
// A list with members that are no options of the field.
refusal refuse_choices(const std::vector<std::string>& unknown);

[[noreturn]] void throw_exception_from_error(const refusal& r, const boost::source_location& where);

// The texts of one left value: one, or one per member where the field is spread. The value is not null.
boost::system::result<std::vector<std::string>, refusal> encode(codec c, json::value v, bool spread,
                                                                const std::vector<std::string>& options);

}  // namespace casebridge::mapping
