#include "platform/tracecat/wire/attachment_rules.hpp"

#include "json/writer.hpp"
#include "platform/tracecat/wire/problems.hpp"
#include "platform/tracecat/wire/text.hpp"
#include "platform/tracecat/wire/unicode.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace casebridge::platform::tracecat {
namespace {

using sv = std::string_view;

constexpr sv extensions[] = {".pdf", ".docx", ".xlsx", ".pptx", ".txt", ".csv",
                             ".jpg", ".jpeg", ".png",  ".gif",  ".webp"};
constexpr sv word_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
constexpr sv sheet_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
constexpr sv slides_type = "application/vnd.openxmlformats-officedocument.presentationml.presentation";
constexpr sv content_types[] = {"application/pdf", word_type,    sheet_type,  slides_type, "text/plain",
                                "text/csv",        "image/jpeg", "image/png", "image/gif", "image/webp"};

struct signature {
    sv bytes;
    std::size_t at;
    sv type;
};
constexpr signature signatures[] = {
    {"%PDF-", 0, "application/pdf"},   {"\x89PNG\r\n\x1a\n", 0, "image/png"},
    {"\xff\xd8\xff", 0, "image/jpeg"}, {"GIF87a", 0, "image/gif"},
    {"GIF89a", 0, "image/gif"},        {"WEBP", 8, "image/webp"},
};
// Members by which the archives of office programs are told apart.
constexpr std::pair<sv, sv> archive_members[] = {
    {"word/", word_type}, {"xl/", sheet_type}, {"ppt/", slides_type}};
constexpr sv archive_mark = "PK\x03\x04";

bool is_text(sv data) noexcept {
    constexpr auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
    constexpr auto usual = [](char c) { return c == '\t' || c == '\n' || c == '\r' || c == '\f'; };
    return is_utf8(data) &&
           std::none_of(data.begin(), data.end(), [&](char c) { return control(c) && !usual(c); });
}

void append_list(json::writer& w, sv name, std::span<const sv> items) {
    w.key(name).begin_array();
    for (const sv item : items) w.string(item);
    w.end_array();
}

refusal refuse_type(sv message, sv content_type) {
    refusal r{415, {}};
    json::writer w(r.detail);
    w.begin_object().member("error", "unsupported_content_type").member("message", message);
    w.member("content_type", content_type);
    append_list(w, "allowed_types", content_types);
    w.end_object();
    return r;
}

refusal refuse_extension(sv extension) {
    refusal r{415, {}};
    json::writer w(r.detail);
    w.begin_object().member("error", "unsupported_file_extension");
    w.member("message", "File extension " + std::string(extension) + " is not allowed");
    w.member("extension", extension);
    append_list(w, "allowed_extensions", extensions);
    w.end_object();
    return r;
}

bool is_among(std::span<const sv> items, sv item) noexcept {
    return std::find(items.begin(), items.end(), item) != items.end();
}

std::string megabytes(std::size_t bytes) {
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, static_cast<double>(bytes) / (1024 * 1024),
                                   std::chars_format::fixed, 2);
    return {buffer, end.ptr};
}

}  // namespace

std::span<const sv> allowed_extensions() noexcept { return extensions; }
std::span<const sv> allowed_content_types() noexcept { return content_types; }

std::string extension_of(sv file_name) {
    const auto dot = file_name.rfind('.');
    if (dot == sv::npos || dot == 0) return {};
    return lower(file_name.substr(dot));
}

std::string bare_content_type(sv content_type) {
    const std::string type = lower(trim(content_type.substr(0, content_type.find(';'))));
    return type.empty() ? "application/octet-stream" : type;
}

sv recognised_type(sv data) noexcept {
    for (const signature& s : signatures)
        if (data.size() >= s.at && data.substr(s.at).starts_with(s.bytes)) return s.type;
    if (data.starts_with(archive_mark)) {
        for (const auto& [member, type] : archive_members)
            if (data.find(member) != sv::npos) return type;
        return {};
    }
    return is_text(data) ? "text/plain" : sv();
}

std::optional<refusal> refuse_size(sv data) {
    if (data.size() > largest_file)
        return refusal{400, quoted("Failed to read file content: File exceeds maximum allowed size")};
    if (data.empty())
        return refusal{400, quoted("Failed to read file content: File appears to be empty or unreadable")};
    return std::nullopt;
}

std::optional<refusal> refuse_amount(std::size_t files, std::size_t sum, std::size_t size) {
    refusal r;
    json::writer w(r.detail);
    if (files >= most_files) {
        r.status = 409;
        w.begin_object().member("error", "max_attachments_exceeded");
        w.member("message", "Case already has " + std::to_string(files) +
                                " attachments. Maximum allowed is " + std::to_string(most_files));
        w.member("current_count", static_cast<std::int64_t>(files));
        w.member("max_count", static_cast<std::int64_t>(most_files)).end_object();
        return r;
    }
    if (sum + size > largest_sum) {
        r.status = 413;
        w.begin_object().member("error", "storage_limit_exceeded");
        w.member("message", "Case storage limit exceeded");
        w.key("current_size_mb").raw(megabytes(sum)).key("new_file_size_mb").raw(megabytes(size));
        w.key("max_size_mb").raw(megabytes(largest_sum)).end_object();
        return r;
    }
    return std::nullopt;
}

// The extension is not compared with the content.
std::optional<refusal> refuse_file(sv file_name, sv content_type, sv data) {
    if (file_name.empty() || file_name.find_first_of(sv("/\\\0", 3)) != sv::npos ||
        file_name.find("..") != sv::npos) {
        return refusal{400, R"({"error":"file_validation_failed","message":"Invalid file name"})"};
    }
    const std::string extension = extension_of(file_name);
    if (!is_among(extensions, extension)) return refuse_extension(extension);
    const std::string declared = bare_content_type(content_type);
    if (!is_among(content_types, declared))
        return refuse_type("File MIME type " + declared + " is not allowed", declared);
    const sv found = recognised_type(data);
    const bool same = found == declared || (found == "text/plain" && declared == "text/csv");
    if (!same) return refuse_type("Unknown or unsupported file type", declared);
    return std::nullopt;
}

std::optional<refusal> refuse_name(sv file_name) {
    if (count_characters(file_name) <= longest_file_name) return std::nullopt;
    return refusal{500, quoted("Failed to upload attachment.")};
}

}  // namespace casebridge::platform::tracecat
