#include "json/jsonc.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <fstream>
#include <sstream>

namespace casebridge::json {
namespace {

constexpr policy table_policy{.max_depth = 32, .comments = true, .refuse_duplicate_keys = true};

std::string unescape_pointer_token(std::string_view token) {
    std::string out;
    for (std::size_t i = 0; i < token.size(); ++i) {
        if (token[i] == '~' && i + 1 < token.size())
            out += token[++i] == '1' ? '/' : '~';
        else
            out += token[i];
    }
    return out;
}

value step(value at, std::string_view token) {
    if (at.is_object()) return at.member(unescape_pointer_token(token));
    std::uint32_t index = 0;
    const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
    return error == std::errc{} && end == token.data() + token.size() ? at.element(index) : value{};
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t above = row[j];
            const std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({change, above + 1, row[j - 1] + 1});
            diagonal = above;
        }
    }
    return row[b.size()];
}

}  // namespace

std::string diagnostic::to_string() const {
    std::string out = file + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ": " + message;
    if (!hint.empty()) out += " (" + hint + ")";
    return out;
}

diagnostic jsonc_document::about(value where, std::string message, std::string hint) const {
    const std::size_t offset = where.exists() ? where.offset() : 0;
    return {file_, locate(text_, offset), std::move(message), std::move(hint)};
}

value jsonc_document::at_pointer(std::string_view pointer) const noexcept {
    value at = root();
    while (!pointer.empty() && at.exists()) {
        pointer.remove_prefix(1);
        const auto slash = pointer.find('/');
        at = step(at, pointer.substr(0, slash));
        pointer = slash == std::string_view::npos ? std::string_view{} : pointer.substr(slash);
    }
    return at;
}

document_ptr read_jsonc(std::string file, std::string text, std::vector<diagnostic>& findings) {
    std::unique_ptr<jsonc_document> doc(new jsonc_document);
    doc->file_ = std::move(file);
    doc->text_ = std::move(text);
    if (auto parsed = doc->tape_.parse(doc->text_, table_policy); parsed.has_error()) {
        const std::string& detail = parsed.error().detail;
        const auto colon = detail.find(": ");
        const std::string message = colon == std::string::npos ? detail : detail.substr(colon + 2);
        const bool duplicate = message.starts_with("duplicate key");
        findings.push_back(
            {doc->file_, locate(doc->text_, doc->tape_.error_offset()), message,
             duplicate ? "keep one of the two" : "the file is JSON with comments and trailing commas"});
        return nullptr;
    }
    return doc;
}

document_ptr load_jsonc(const std::filesystem::path& file, std::vector<diagnostic>& findings) {
    auto text = read_file(file);
    if (text.has_error()) {
        findings.push_back(
            {file.string(), {}, "cannot be read: " + text.error().detail, "check the path and its rights"});
        return nullptr;
    }
    return read_jsonc(file.string(), std::move(*text), findings);
}

result<std::string> read_file(const std::filesystem::path& file) {
    std::error_code ec;
    if (std::filesystem::is_directory(file, ec)) return fail(errc::file_unreadable, "is a directory");
    std::ifstream in(file, std::ios::binary);
    if (!in) return fail(errc::file_unreadable, std::strerror(errno));
    std::ostringstream text;
    text << in.rdbuf();
    return std::move(text).str();
}

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
    std::string best;
    std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
    for (const auto& c : candidates) {
        const std::size_t d = edit_distance(word, c);
        if (d < best_distance) {
            best_distance = d;
            best = c;
        }
    }
    return best;
}

}  // namespace casebridge::json
