#include "config/reader.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <fstream>

namespace casebridge::config {

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return out;
}

std::optional<endpoint> parse_endpoint(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0) return std::nullopt;
    std::string_view address = text.substr(0, colon);
    const std::string_view port = text.substr(colon + 1);
    if (address.front() == '[') {
        if (address.size() < 3 || address.back() != ']') return std::nullopt;
        address = address.substr(1, address.size() - 2);
    } else if (address.find(':') != std::string_view::npos) {
        return std::nullopt;
    }
    endpoint out{std::string(address == "localhost" ? "127.0.0.1" : address), 0};
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), out.port);
    if (port.empty() || error != std::errc{} || end != port.data() + port.size()) return std::nullopt;
    return out;
}

void reader::report(json::value where, std::string message, std::string hint) const {
    findings_->push_back(doc_->about(where, std::move(message), std::move(hint)));
}

std::string reader::text(json::value parent, std::string_view key, std::string_view fallback) const {
    const json::value v = parent.exists() ? parent.member(key) : json::value{};
    return std::string(v.exists() && v.is_string() ? v.text() : fallback);
}

bool reader::flag(json::value parent, std::string_view key, bool fallback) const {
    const json::value v = parent.exists() ? parent.member(key) : json::value{};
    return v.exists() && v.is(json::kind::boolean) ? v.is_true() : fallback;
}

std::string reader::resolve(std::string_view relative) const {
    if (relative.empty()) return {};
    const auto base = std::filesystem::absolute(doc_->file()).parent_path();
    return (base / relative).lexically_normal().string();
}

std::string reader::path(json::value parent, std::string_view key) const {
    return resolve(text(parent, key));
}

std::vector<std::string> reader::texts(json::value parent, std::string_view key) const {
    std::vector<std::string> out;
    const json::value v = parent.exists() ? parent.member(key) : json::value{};
    if (!v.exists() || !v.is_array()) return out;
    for (const auto& [none, element] : v.elements())
        if (element.is_string()) out.emplace_back(element.text());
    return out;
}

void reader::millis(json::value parent, std::string_view key, std::chrono::milliseconds& into) const {
    std::int64_t n = into.count();
    integer(parent, key, n);
    into = std::chrono::milliseconds(n);
}

endpoint reader::listen(json::value where, std::string written, const std::string& name) const {
    const auto from_environment = variable(name);
    if (from_environment) written = *from_environment;
    if (auto parsed = parse_endpoint(written)) return *parsed;
    const std::string origin = from_environment ? name + " is" : "this is";
    report(where, origin + " not an address and port: \"" + written + "\"",
           "write for example 127.0.0.1:8080 or [::1]:8080");
    return endpoint{"127.0.0.1", 0};
}

std::string reader::secret_file(json::value where, const std::string& file) const {
    files_->push_back(file);
    auto content = json::read_file(file);
    if (content.has_error()) {
        report(where, "cannot read " + file,
               "the file must exist and be readable by the user that runs this");
        return {};
    }
    std::string out = std::move(content).value();
    while (!out.empty() && (out.back() == '\n' || out.back() == '\r')) out.pop_back();
    if (out.empty()) report(where, file + " is empty");
    return out;
}

void reader::must_be_readable(json::value where, const std::string& file) const {
    if (file.empty()) return;
    files_->push_back(file);
    if (!std::ifstream(file)) report(where, "cannot read " + file, "check the path and its permissions");
}

std::string read_secret(const reader& in, json::value entry, const std::string& key, bool demo) {
    const json::value inline_text = entry.member(key);
    const json::value file = entry.member(key + "_file");
    const json::value variable = entry.member(key + "_env");
    const int given = inline_text.exists() + file.exists() + variable.exists();
    if (given > 1)
        in.report(entry, key + " is given more than once",
                  "keep one of " + key + "_file and " + key + "_env");
    if (file.exists()) return in.secret_file(file, in.resolve(file.text()));
    if (variable.exists()) {
        const auto value = in.variable(std::string(variable.text()));
        if (!value || value->empty()) {
            in.report(variable, "the environment variable " + std::string(variable.text()) + " is not set");
            return {};
        }
        return *value;
    }
    if (inline_text.exists() && !demo)
        in.report(inline_text, "a secret in the configuration file",
                  "write " + key + "_file or " + key + "_env instead; only \"demo\": true allows this");
    return std::string(inline_text.exists() ? inline_text.text() : std::string_view{});
}

}  // namespace casebridge::config
