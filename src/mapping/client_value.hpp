// Values of custom fields that clients define: typed JSON, kept in the object's state exactly as the left platform
// shows it. Its columns are the measure (Tracecat fact sheet §3.8): 32-bit integers, decimals of any length without
// exponents, options that must be among the field's.
#pragma once

#include "mapping/field_codec.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::mapping {

// The value's JSON as it is kept and shown. The value is not null.
boost::system::result<std::string, refusal> encode_client_value(codec c, json::value v,
                                                                const std::vector<std::string>& options);

// Appends a kept value as that type shows it, which need not be the type that it was written as. False, and nothing
// appended, if it is not one: kept values are hostile input.
bool append_client_value(std::string& out, codec c, json::value kept);

// Null, a blank text, an empty list or an empty object; kept: JSON.
bool is_blank_value(std::string_view kept);

// A decimal number's text as a database writes it: "1e3" is "1000", "+.50" is "0.50"; nothing if it is none.
std::optional<std::string> plain_decimal(std::string_view text);

}  // namespace casebridge::mapping
