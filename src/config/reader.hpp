// Takes typed values out of a configuration document. Types and ranges are the schema's business: a
// value of the wrong type reads as its default here, since the schema has reported it already.
#pragma once

#include "config/load.hpp"
#include "core/uuid.hpp"

#include <chrono>
#include <limits>

namespace casebridge::config {

// Where a file's text comes from, and where findings go. Internal to config/.
class reader {
public:
    // files collects the path of each file that is read, or that must be readable.
    reader(const json::jsonc_document& doc, const environment& env, std::vector<json::diagnostic>& findings,
           std::vector<std::string>& files)
        : doc_(&doc), env_(&env), findings_(&findings), files_(&files) {}

    void report(json::value where, std::string message, std::string hint = {}) const;

    std::string text(json::value parent, std::string_view key, std::string_view fallback = {}) const;
    bool flag(json::value parent, std::string_view key, bool fallback) const;
    // An absolute path; empty stays empty.
    std::string path(json::value parent, std::string_view key) const;
    std::string resolve(std::string_view relative) const;
    std::vector<std::string> texts(json::value parent, std::string_view key) const;

    template <class Integer>
    void integer(json::value parent, std::string_view key, Integer& into) const {
        std::int64_t n = 0;
        if (const json::value v = parent.exists() ? parent.member(key) : json::value{};
            v.exists() && v.to_int64(n))
            into = static_cast<Integer>(n);
    }
    void millis(json::value parent, std::string_view key, std::chrono::milliseconds& into) const;

    // "127.0.0.1:8080", "[::1]:8080", "localhost:0"; a variable of the environment wins if it is set.
    endpoint listen(json::value where, std::string written, const std::string& variable) const;
    // The whole content of a file without the line ends around it.
    std::string secret_file(json::value where, const std::string& file) const;
    std::optional<std::string> variable(const std::string& name) const { return (*env_)(name); }
    void must_be_readable(json::value where, const std::string& file) const;

private:
    const json::jsonc_document* doc_;
    const environment* env_;
    std::vector<json::diagnostic>* findings_;
    std::vector<std::string>* files_;
};

std::string lower(std::string_view text);
std::optional<endpoint> parse_endpoint(std::string_view text);
// One secret, from the file that <key>_file names, the variable that <key>_env names or, in a demo, the document
// itself.
std::string read_secret(const reader& in, json::value entry, const std::string& key, bool demo);

// The parts, each in a file of its own.
void read_upstreams(const reader& in, json::value root, settings& out);
void read_bridges(const reader& in, json::value root, settings& out);
void read_directory(const reader& in, json::value bridge, const settings& all, bridge_settings& out);
void read_api_users(const reader& in, json::value bridge, const settings& all, bridge_settings& out);

// By id, or by a name that only one workspace has.
std::optional<uuid> find_workspace(const reader& in, json::value where, const platform::directory& who);
// Whether that credential exists where the bridge's workspaces are.
void check_acts_as(const reader& in, json::value where, const std::string& acts_as, const settings& all,
                   const platform::directory& who);

// Says which settings differ from the running ones although only a restart can change them.
void check_changes(const reader& in, json::value root, const settings& running, const settings& next);

// What the shipped demo uses: refused on any address that others can reach.
bool is_demo_credential(const credential& c) noexcept;
bool has_demo_login(const platform::directory& who) noexcept;

}  // namespace casebridge::config
