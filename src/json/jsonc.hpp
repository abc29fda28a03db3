// Files that people write: JSON with comments and trailing commas, duplicate keys refused, and every
// finding with its place. Configuration, mapping tables and their schemas are read this way.
#pragma once

#include "json/tape.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::json {

struct diagnostic {
    std::string file;
    position at;
    std::string message;   // what is wrong
    std::string hint;      // what to do about it; may be empty

    // "file:line:column: message (hint)"
    std::string to_string() const;
};

// A parsed file; owns its text. Not movable, since the tape points into it.
class jsonc_document {
public:
    jsonc_document(const jsonc_document&) = delete;
    jsonc_document& operator=(const jsonc_document&) = delete;

    const std::string& file() const noexcept { return file_; }
    value root() const noexcept { return tape_.root(); }
    // A finding about a value of this document.
    diagnostic about(value where, std::string message, std::string hint = {}) const;
    // The value that a JSON pointer ("/fields/0/kind") names; absent if there is none.
    value at_pointer(std::string_view pointer) const noexcept;

private:
    friend std::unique_ptr<const jsonc_document> read_jsonc(std::string, std::string,
                                                            std::vector<diagnostic>&);
    jsonc_document() = default;
    std::string file_;
    std::string text_;
    tape tape_;
};

using document_ptr = std::unique_ptr<const jsonc_document>;

// Null, and one more diagnostic, if the text cannot be read.
document_ptr read_jsonc(std::string file, std::string text, std::vector<diagnostic>& findings);
document_ptr load_jsonc(const std::filesystem::path& file, std::vector<diagnostic>& findings);

result<std::string> read_file(const std::filesystem::path& file);

// The candidate that is nearest in spelling to word, or empty if none is near: for "did you mean".
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace casebridge::json
