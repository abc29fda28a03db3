// What the Tracecat stand-in holds in memory: plain structs, and the indexes that make 50,000 cases quick to
// list. Everything that changes a case's place in an order goes through store::change; everything that analysts
// see in the activity feed goes through store::record (Tracecat fact sheet §1, §3, §5).
//
// Ids are random version-4 UUIDs made from the seed, so that two runs with one seed agree.
#pragma once

#include "core/timestamp.hpp"
#include "core/uuid.hpp"
#include "sandbox/tracecat/event.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace casebridge::sandbox::tracecat {

struct uuid_hash {
    std::size_t operator()(const uuid& u) const noexcept;
};

// People ---------------------------------------------------------------------------------------------------

enum class role { viewer, editor, admin };

struct user {
    uuid id;
    std::string email, password;
    std::optional<std::string> first_name, last_name;
    bool superuser = false;  // and owner of the organisation: enters every workspace
    bool member = true;  // of the organisation
    bool active = true;
    std::string settings = "{}";  // JSON
    std::map<uuid, role> workspaces;
    std::optional<instant> last_login;
};

struct api_key {
    std::string id, secret;  // tc_ws_sk_<id>_<secret>, tc_org_sk_…
    bool organization = false;
    uuid workspace;  // of a workspace key
    std::vector<std::string> scopes;
    bool enabled = true;
};

// Definitions ----------------------------------------------------------------------------------------------

struct tag {
    uuid id;
    std::string name, ref;
    std::optional<std::string> color;
};

enum class field_type {
    text,
    integer,
    numeric,
    date,
    boolean,
    timestamptz,
    jsonb,
    select,
    multi_select,
    uuid
};

struct field_definition {
    std::string id;  // the column's name
    std::optional<std::string> display_name;
    field_type type = field_type::text;
    bool nullable = true;
    std::optional<std::string> fallback;  // the default, as shown
    std::optional<std::vector<std::string>> options;
    std::string kind;  // LONG_TEXT, URL or empty
    bool reserved = false;
    bool required_on_closure = false;
};

struct dropdown_option {
    uuid id;
    std::string label, ref;
    std::optional<std::string> icon_name, color;
    std::int64_t position = 0;
};

struct dropdown_definition {
    uuid id;
    std::string name, ref;
    std::optional<std::string> icon_name;
    bool is_ordered = false, required_on_closure = false;
    std::int64_t position = 0;
    std::vector<dropdown_option> options;  // in the order of creation

    const dropdown_option* find(const uuid& option) const noexcept;
};

// Of a case ------------------------------------------------------------------------------------------------

struct comment {
    uuid id;
    instant created_at, updated_at;
    std::string content;
    std::optional<uuid> parent;
    std::optional<uuid> user;  // absent: written by a key
    std::optional<instant> last_edited_at, deleted_at;
};

struct task {
    uuid id;
    instant created_at, updated_at;
    std::string title;
    std::optional<std::string> description;
    std::size_t priority = 0;  // index into wire::priorities
    std::size_t status = 0;  // index into the task statuses: todo, in_progress, completed, blocked
    std::optional<uuid> assignee;
    std::optional<std::string> workflow_id;  // short form
    std::optional<std::string> default_trigger_values;  // JSON
};

struct attachment {
    uuid id;
    std::string sha256;  // of the workspace's file, workspace::files
    instant created_at, updated_at;
};

struct dropdown_value {
    uuid id;
    uuid definition;
    std::optional<uuid> option;
};

struct linked_row {
    uuid id, table, row;
    instant created_at, updated_at;
};

struct duration {
    uuid id, definition;
    std::optional<uuid> start_event, end_event;
    std::optional<instant> started_at, ended_at;
    std::optional<std::int64_t> length;  // microseconds
};

struct incident {  // a case
    uuid id;
    std::int64_t number = 0;
    instant created_at, updated_at;
    std::string summary, description;
    std::size_t status = 0, priority = 0, severity = 0;  // indexes into wire::statuses, …
    std::optional<uuid> assignee;
    std::optional<std::string> payload;  // JSON as jsonb gives it back
    std::size_t payload_depth = 0;
    bool payload_unreadable = false;  // holds a number beyond 64 bits (fact sheet §3.12)
    // column → JSON as emitted; cleared ones are not there, of the reserved columns only overwritten ones are
    std::map<std::string, std::string> fields;
    uuid field_row;
    instant fields_at;
    std::vector<uuid> tags;  // in the order of their addition
    std::vector<dropdown_value> dropdowns;
    std::vector<comment> comments;  // in the order of creation
    std::vector<task> tasks;
    std::vector<attachment> attachments;  // of all times; deleted ones are those whose file is
    std::vector<linked_row> rows;
    std::vector<duration> durations;
    std::vector<event> events;  // oldest first
    std::size_t measured = 0;  // of the events, those that the durations know

    std::string folded;  // summary, NUL, description, lower-cased: what searches look at
    std::size_t folded_summary = 0;  // bytes of the summary in it

    std::size_t tasks_completed() const noexcept;
};

// Workspaces -----------------------------------------------------------------------------------------------

// Files are stored once per workspace, by their bytes (fact sheet §3.7).
struct file {
    uuid id;
    std::string name, content_type, bytes;
    std::optional<uuid> creator;
    instant created_at;
    bool deleted = false;
};

struct table_row {
    uuid id;
    instant created_at, updated_at;
    std::map<std::string, std::string> values;  // column → JSON
};

struct table {
    uuid id;
    std::string name;
    std::vector<std::string> columns;
    std::vector<table_row> rows;
};

// The event at which a duration starts or ends; of several that fit the first or the last.
struct duration_anchor {
    std::string event_type;
    std::vector<std::string> new_values, tag_refs, field_ids;
    std::optional<uuid> dropdown_definition;
    std::vector<uuid> dropdown_options;
    bool last = false;
};

struct duration_definition {
    uuid id;
    std::string name;
    std::optional<std::string> description;
    duration_anchor start, end;
    instant created_at;  // cases to which nothing has happened since are not measured
};

enum class order { created_at, updated_at, priority, severity, status, tasks };
inline constexpr std::size_t orders = 6;

struct position {
    std::int64_t rank = 0;
    uuid id;
    auto operator<=>(const position&) const = default;
};

struct workspace {
    uuid id;
    std::string name;
    bool gone = false;  // deleted; its id stays known (fact sheet §5.3)
    std::unordered_map<uuid, std::unique_ptr<incident>, uuid_hash> cases;
    std::map<std::int64_t, incident*> by_number;
    std::array<std::map<position, incident*>, orders> by;  // every case, in each order
    std::int64_t last_number = 0;  // never given out twice
    std::vector<tag> tags;
    std::vector<field_definition> fields;  // reserved columns first
    std::vector<dropdown_definition> dropdowns;  // in the order of creation
    std::vector<duration_definition> duration_definitions;
    std::map<std::string, file> files;  // by hex SHA-256
    std::vector<table> tables;

    incident* find_case(const uuid& id) const noexcept;
    tag* find_tag(const uuid& id) noexcept;
    field_definition* find_field(std::string_view id) noexcept;
    dropdown_definition* find_dropdown(const uuid& id) noexcept;
    dropdown_definition* find_dropdown(std::string_view ref) noexcept;
};

std::int64_t rank_of(const incident& c, order o) noexcept;
std::string short_id(std::int64_t number);  // CASE-0007

class store {
public:
    explicit store(std::uint64_t seed = 1) : random_(seed) {}

    std::deque<user> users;  // deques: pointers stay valid
    std::deque<workspace> workspaces;
    std::deque<api_key> keys;
    std::map<std::string, uuid> sessions;  // token → user
    uuid organization{};
    std::string organization_name = "Default Organization";

    user* find_user(const uuid& id) noexcept;
    user* find_user(std::string_view email) noexcept;  // ASCII letter case aside
    workspace* find_workspace(const uuid& id) noexcept;
    workspace& add_workspace(const uuid& id, std::string name);

    uuid new_id();
    // Later than every time given out before, by a microsecond at least.
    instant now();

    // Gives the case id, number and times, and its place in all orders.
    incident& add_case(workspace& w, incident c);
    // The one way to change what a case is ordered by, searched by, or `updated_at`: runs the edit and moves the
    // case. touch: `updated_at` becomes the time of now (fact sheet §1.7 says what touches).
    void change(workspace& w, incident& c, const std::function<void(incident&)>& edit, bool touch);
    void remove_case(workspace& w, const uuid& id);

    // The one place that records events. type: one of event_types(); by: nothing for a key.
    event& record(incident& c, std::string_view type, boost::json::object data, std::optional<uuid> by);

private:
    void place(workspace& w, incident& c);
    void displace(workspace& w, incident& c);
    static void fold_texts(incident& c);

    std::mt19937_64 random_;
    instant last_;
};

}  // namespace casebridge::sandbox::tracecat
