// What hangs on one case, as far as it was read: children that the store holds, and those that lie in the case's
// state alone (mapping/kept_children.hpp), with the numbers that clients know them by (design §5) and how they
// hang on each other.
#pragma once

#include "mapping/kept_children.hpp"
#include "mapping/reverse_program.hpp"
#include "platform/case_store.hpp"
#include "platform/record.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::bridge {

struct child_kind {
    platform::record_kind what;
    std::string_view list;  // member of its holder's document, and the name of its list in the case's state
    std::string_view table;  // in the bundle
    std::string_view entity;  // in sentences, and what its numbers are salted with
    std::string_view number;  // member by which others name it
    std::optional<platform::case_store::child> native;  // none: the store has no place for any
};
std::span<const child_kind> child_kinds() noexcept;
const child_kind* find_child_kind(platform::record_kind what) noexcept;
const child_kind* find_child_kind(std::string_view list) noexcept;

// Members that a client asks for; of nested objects with dots ("tasks.notes").
using wish = std::set<std::string, std::less<>>;
bool asks_for(const wish& w, std::string_view member) noexcept;
wish below(const wish& w, std::string_view member);
// … wherever it stands: "artifact.parentCase".
bool mentions(const wish& w, std::string_view member) noexcept;

// Which of the store's lists are needed: each costs a request per case.
struct native_lists {
    bool comments = false, tasks = false, attachments = false;
    bool any() const noexcept { return comments || tasks || attachments; }
    bool has(platform::case_store::child what) const noexcept;
    void add(const child_kind& kind) noexcept;
    void add(const native_lists& more) noexcept;
};
// For what is asked of an object of that kind.
native_lists lists_for(platform::record_kind of, const wish& w);

struct family_child {
    const child_kind* kind = nullptr;
    std::int64_t own = 0;
    std::string stored_id;  // in the store; empty: it lies in the state alone
    json::value document;  // in the store's shape
    json::value native;  // what the store says of it, where the state holds a document of its own
    json::value entries;  // what the store has no place for
    std::string key;  // mark of the Idempotency-Key and the request that it was made under
    bool listed = false;  // it has an element in the state
    bool is_system = false;  // what the system itself notes: nobody writes it
    std::int64_t made = 0;  // microseconds

    // What the store itself says of it, as far as it says anything.
    json::value told() const noexcept { return native ? native : document; }
    // The own number of another child that it hangs on; 0: none.
    std::int64_t relation(std::string_view member) const noexcept;
    bool hangs_on(const family_child& other) const noexcept {
        return relation(other.kind->number) == other.own;
    }
};

class family {
public:
    // realm: what numbers are salted with. case_number: as clients know it.
    family(platform::stored_case_ptr holder, const mapping::reverse_program& cases, std::string realm,
           std::int64_t case_number);
    family(const family&) = delete;
    family& operator=(const family&) = delete;

    // The store's list of that kind, or one child of it: an array or an object.
    void take(const child_kind& kind, std::shared_ptr<const platform::reply> from);
    bool took(const child_kind& kind) const noexcept { return taken_.contains(kind.list); }
    // Whether the list item itself says that there is nothing to ask for.
    bool has_none(const child_kind& kind) const noexcept;

    const platform::stored_case_ptr& holder() const noexcept { return holder_; }
    const mapping::reverse_subject& subject() const noexcept { return subject_; }
    std::int64_t number() const noexcept { return number_; }
    std::int64_t number_of(const family_child& c) const noexcept;

    // The same case with more of what lists leave out.
    void complete(platform::stored_case_ptr fuller);

    // In the order of their making; valid until something more is taken.
    std::vector<const family_child*> of(platform::record_kind what) const;
    const family_child* find(platform::record_kind what, std::int64_t own) const noexcept;
    // By what the state alone tells, of children whose counterpart in the store may be gone too; 0: none.
    std::int64_t own_of_key(const child_kind& kind, std::string_view key) const noexcept;
    std::int64_t own_of_entry(const child_kind& kind, std::string_view entry,
                              std::string_view text) const noexcept;
    // Whether some child of the case, shown or not, lies in the store under that id.
    bool has_stored(const child_kind& kind, std::string_view id) const noexcept;
    // What lies there under that id was removed here, and only stays because others need it.
    bool let_go_of(const child_kind& kind, std::string_view id) const noexcept;
    // What hangs on a child, or on the case itself: notes of another child are none of the case's (ThreatConnect
    // fact sheet §12 trap 21), an artifact of a task is both.
    std::vector<const family_child*> children(const family_child* of, platform::record_kind what) const;
    // The state's list of that kind, to be written.
    mapping::kept_children_writer writer(const child_kind& kind) const;

    // What is shown of the case, kept by who shows it.
    std::string external_id;
    mutable std::shared_ptr<const std::string> shown;

private:
    void take_one(const child_kind& kind, json::value native);
    void add(family_child c);
    void sort();
    std::int64_t hashed(const child_kind& kind, std::string_view id) const;

    platform::stored_case_ptr holder_, before_;  // children lie in the documents of both
    const mapping::reverse_program& cases_;
    mapping::reverse_subject subject_;
    std::string realm_;
    std::int64_t number_;
    std::map<std::string_view, std::vector<mapping::kept_child>> elements_;
    std::map<std::string_view, mapping::kept_children_writer> lists_;
    std::set<std::string_view> taken_;
    std::vector<std::shared_ptr<const platform::reply>> replies_;
    std::vector<family_child> all_;
};
using family_ptr = std::shared_ptr<family>;

// An object of the store's, as JSON text and its tape.
struct opened_text {
    std::string text;
    json::tape tape;
    explicit opened_text(std::string t) : text(std::move(t)) { static_cast<void>(tape.parse(text, {})); }
    opened_text(const opened_text&) = delete;
    opened_text& operator=(const opened_text&) = delete;
    json::value root() const noexcept { return tape.root(); }
};

// Appends a member to a JSON object's text.
void add_member(std::string& object, std::string_view name, std::string_view json_text);
void add_number(std::string& object, std::string_view name, std::int64_t n);

// Of an event that the system notes of every case.
std::int64_t system_event_number(std::string_view realm);

}  // namespace casebridge::bridge
