// Which files a Tracecat takes (Tracecat fact sheet §3.7): limits, the lists of extensions and types, and
// whether the bytes are what the part says they are.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace casebridge::platform::tracecat {

inline constexpr std::size_t largest_file = 20 * 1024 * 1024;
inline constexpr std::size_t most_files = 10;                       // of one case
inline constexpr std::size_t largest_sum = 200 * 1024 * 1024;       // of one case
inline constexpr std::size_t longest_file_name = 255;

std::span<const std::string_view> allowed_extensions() noexcept;
std::span<const std::string_view> allowed_content_types() noexcept;

struct refusal {
    unsigned status = 0;
    std::string detail;  // finished JSON
};

// ".txt" of "NOTES.TXT"; empty if there is none.
std::string extension_of(std::string_view file_name);
// "text/plain" of "Text/Plain; charset=utf-8"; what a part without a type counts as if it is empty.
std::string bare_content_type(std::string_view content_type);
// The type by which the first bytes are recognised; empty if they are not.
std::string_view recognised_type(std::string_view data) noexcept;

// What is wrong with the bytes alone, the numbers, and the file, in the order in which Tracecat asks.
std::optional<refusal> refuse_size(std::string_view data);
std::optional<refusal> refuse_amount(std::size_t files, std::size_t sum, std::size_t size);
std::optional<refusal> refuse_file(std::string_view file_name, std::string_view content_type,
                                   std::string_view data);
// What only the storing stumbles over.
std::optional<refusal> refuse_name(std::string_view file_name);

}  // namespace casebridge::platform::tracecat
