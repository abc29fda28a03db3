// Everything that the stand-in remembers, in memory: one table per object type, ordered by id, plus
// the few indexes that keep lists and writes from becoming quadratic. No rules live here; who may do
// what and what a document must look like is decided above.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <array>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace casebridge::sandbox::threatconnect {

using id_type = std::int64_t;

enum class object_type : std::uint8_t {
    case_,
    task,
    note,
    artifact,
    artifact_type,
    workflow_event,
    workflow_template,
    case_attribute,
    attribute_type,
    tag,
    security_label,
    user,
    user_group,
    owner,
    owner_role,
    system_role,
    group,
    indicator,
    none,
};
inline constexpr std::size_t object_types = static_cast<std::size_t>(object_type::none);

// What one object links to; the ids are of the type that the name says.
enum class link : std::uint8_t {
    tags,
    attributes,
    artifacts,
    notes,
    tasks,
    events,
    user_access,   // of a case: users
    cases,         // of a case: associated cases; of a tag: cases that carry it
    members,       // of a user group: users
    owners,        // of an attribute type: owners it is for, none for all
    none,
};
inline constexpr std::size_t links = static_cast<std::size_t>(link::none);

// One value under several keys. A chain of assignments (o["a"] = o["b"] = v) is no way to do it: the
// second insertion moves what the first one refers to.
void set_all(boost::json::object& o, std::initializer_list<std::string_view> keys,
             const boost::json::value& v);

struct record {
    id_type id = 0;
    object_type type = object_type::none;
    id_type owner = 0;             // 0: of the system
    // Parents of a child; a note of an artifact of a case has both.
    id_type case_id = 0;
    id_type task_id = 0;
    id_type artifact_id = 0;
    id_type event_id = 0;
    // Scalars as they are answered; a user is its id, an assignee {"type","id"}. Keys that begin
    // with '_' are never answered.
    boost::json::object values;
    std::array<std::vector<id_type>, links> linked;
    std::set<id_type> used_by;     // of a tag: its cases

    std::vector<id_type>& to(link l) { return linked[static_cast<std::size_t>(l)]; }
    const std::vector<id_type>& to(link l) const { return linked[static_cast<std::size_t>(l)]; }
    std::string_view text(std::string_view key) const noexcept;   // empty if absent or no string
    id_type number(std::string_view key) const noexcept;          // 0 if absent
    bool flag(std::string_view key) const noexcept;
    bool has(std::string_view key) const noexcept { return values.contains(key); }
};

using table = std::map<id_type, record>;

class store {
public:
    const table& all(object_type t) const noexcept { return tables_[static_cast<std::size_t>(t)]; }
    record* find(object_type t, id_type id) noexcept;
    const record* find(object_type t, id_type id) const noexcept;

    // id 0: the next free one. An id that was ever used is never given out again.
    record& add(object_type t, id_type owner, id_type id = 0);
    // Removes the object and whatever hangs on it alone (children of a case, uses of a tag).
    void remove(object_type t, id_type id);

    const record* owner_named(std::string_view name) const noexcept;
    const record* user_named(std::string_view user_name) const noexcept;
    const record* named(object_type t, std::string_view name) const noexcept;
    // A tag of the owner by exact name or by a synonym of it.
    record* tag_named(id_type owner, std::string_view name) noexcept;
    void index_tag(const record& tag);
    void forget_tag(const record& tag);
    record* technique(std::string_view technique_id) noexcept;

    record* case_by_xid(id_type owner, std::string_view xid) noexcept;
    record* task_by_xid(id_type owner, std::string_view xid) noexcept;
    void index_xid(const record& r);

    void attach(record& parent, link l, record& child);
    void put_tag(record& carrier, record& tag);
    void drop_tag(record& carrier, id_type tag);

    void clear();

private:
    using index = std::unordered_map<std::string, id_type>;
    void forget_xid(const record& r);
    void unlink(record& r);
    record* by_xid(object_type t, const index& in, id_type owner, std::string_view xid) noexcept;

    std::array<table, object_types> tables_;
    std::array<id_type, object_types> last_{};
    index case_xids_, task_xids_, tags_;
};

}  // namespace casebridge::sandbox::threatconnect
