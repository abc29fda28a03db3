// Everything that configuration decides, read once and immutable afterwards. Modules declare their
// own option structs; this one gathers them. Nobody else reads the file or the environment.
#pragma once

#include "observe/log.hpp"
#include "platform/accounts.hpp"
#include "server/listener.hpp"
#include "upstream/client.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::config {

struct endpoint {
    std::string address;     // without brackets
    std::uint16_t port = 0;  // 0: any free one
    bool loopback() const noexcept;
    std::string to_string() const;
};

// ThreatConnect: either token, or access_id and secret. Tracecat: a login, an API key, or both.
struct credential {
    std::string name;
    std::string token;
    std::string access_id;
    std::string secret;
    std::string email;
    std::string password;
    std::string api_key;
};

struct upstream_settings {
    std::string name;
    std::string platform;         // "threatconnect" | "tracecat"
    std::string base_path;        // path of its URL without a final slash, e.g. "/api"
    upstream::options transport;  // scheme, host, port, TLS, pool
    std::vector<credential> credentials;

    std::string base_url() const;  // scheme://host:port + base_path, for deriving what depends on it
    const credential* find_credential(std::string_view credential_name) const noexcept;
};

enum class bridge_mode { read_only, shadow, read_write };

struct bridge_settings {
    std::string name;
    std::string facade;   // "tracecat" | "threatconnect"
    std::string backend;  // the other one
    endpoint listen;
    server::tls_files tls;   // both empty: plain
    std::string public_url;  // without a final slash; never empty once loaded
    bridge_mode mode = bridge_mode::read_only;
    bool deletes = false;
    bool bulk_delete = false;  // deleting everything that a query finds
    bool strict = false;
    std::vector<std::string> overlays;  // absolute paths
    bool honour_user_access = true;
    std::size_t scan_bound = 10000;  // cases that one list may read to sort, search or count them
    std::size_t child_bound = 500;  // lists of what hangs on cases that one request may read
    std::size_t carry_files_up_to = 262144;  // bytes of a file that the backend does not take
    std::uint32_t catalogue_seconds = 60;  // how long people and definitions are remembered; tags a quarter
    std::vector<std::string> cors_origins;
    std::string info_version = "1.0.0-beta.50";
    bool case_addons = true;  // Tracecat facade: tasks and threads are served
    std::uint32_t file_link_seconds = 60;  // life of links to files
    std::string session_realm;  // bridges of one realm accept each other's sessions; never empty once loaded
    bool visible_authors = false;  // attribution: an author also stands on the first line of a note
    platform::directory who;
    std::map<std::string, std::string> users;  // e-mail, lower case → user name on the backend
};

struct settings {
    std::string file;  // where this was read
    unsigned threads = 0;  // never 0 once loaded
    bool demo = false;
    std::string secret;  // the content of secret_file, or random
    std::string previous_secret;  // or empty
    std::string mappings;  // absolute path of the bundle
    observe::level log_level = observe::level::info;
    bool access_log = true;
    std::string audit_file;  // empty: in the log
    endpoint admin{"127.0.0.1", 9090};
    std::chrono::milliseconds shutdown_delay{0};
    std::chrono::milliseconds drain_timeout{20000};
    server::limits limits;
    bool watch_files = true;
    std::chrono::milliseconds reload_quiet{250};  // files must rest for so long before they are read anew
    std::vector<upstream_settings> upstreams;
    std::vector<bridge_settings> bridges;

    const upstream_settings* find_upstream(std::string_view name) const noexcept;
    // Every secret text above, for observe::add_secret.
    std::vector<std::string> secrets() const;
};

const char* to_string(bridge_mode m) noexcept;

}  // namespace casebridge::config
