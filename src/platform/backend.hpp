// A platform in the backend role: what a bridge needs from it, without saying how its API spells it.
// Documents are the platform's own JSON; tables translate them.
#pragma once

#include "core/error.hpp"
#include "core/timestamp.hpp"
#include "http/message.hpp"
#include "http/task.hpp"
#include "json/tape.hpp"
#include "mapping/write_plan.hpp"
#include "platform/accounts.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::platform {

// One answer of the platform: its bytes, read once, and where in them the documents are.
struct reply {
    std::string body;
    json::tape tape;
    json::value data;                      // object, or array for lists
    std::optional<std::uint64_t> count;    // lists: all that match, if it was asked for
    bool more = false;                     // lists: something follows
};
using reply_ptr = std::unique_ptr<reply>;

// On whose behalf and until when; counts what it costs.
struct call_context {
    const workspace* where = nullptr;
    std::string_view credential;
    std::string_view account;              // on whose behalf; for a fair share of the upstream
    http::time_point deadline{};
    std::string_view request_id;
    std::string_view traceparent;
    std::string_view tracestate;
    unsigned requests = 0;
    unsigned status = 0;  // of the last answer; 0: there was none
    std::chrono::microseconds time{0};
};

// What hangs on a case.
enum class child { note, task, artifact, event };
// Which of them an answer is to hold with the case.
struct child_kinds {
    bool notes = false, tasks = false, artifacts = false, events = false;
    void add(child what) noexcept {
        bool child_kinds::* const all[] = {&child_kinds::notes, &child_kinds::tasks, &child_kinds::artifacts,
                                           &child_kinds::events};
        this->*all[static_cast<std::size_t>(what)] = true;
    }
    bool operator==(const child_kinds&) const = default;
};

// A write of one child of a case: what the plan says natively, then the child's state as a bag entry of the case,
// with the plan's history entries. The state names its child, whose number a create learns on the way
// (mapping/child_states.hpp).
struct child_write {
    child what = child::note;
    std::int64_t case_number = 0;
    std::optional<std::int64_t> number;  // none: a create
    const mapping::write_plan* plan = nullptr;
    std::optional<std::string_view> content;  // artifact: its bytes; sent encoded, never held twice
    // The case's history entries, once the child's number is known; none: plan->history.
    std::function<std::vector<std::string>(std::int64_t number)> history = {};
    // The state as it is kept, once the platform has said what it made of the child; none: as it is planned.
    std::function<std::string(std::string state, json::value made)> finish_state = {};
    // A create whose state the attribute type refuses: keep the child and say so, or take it back.
    bool keep_without_state = true;
    std::vector<std::int64_t> spare = {};  // as in a write_plan
    // States of children that are gone, and the files that those name: they go with this write.
    std::vector<std::int64_t> left_states = {};
    std::vector<std::string> left_files = {};
};

// What goes when a child of a case goes: the child; the bag entries of the case that hold its state, and the files
// that those name. history: as in a write_plan.
struct child_removal {
    child what = child::note;
    std::int64_t case_number = 0, number = 0;
    std::vector<std::int64_t> states;
    std::vector<std::string> files, history;
};

// A tag that comes onto a case, or goes.
struct tag_change {
    std::int64_t case_number = 0;
    std::string name;
    bool add = false;
    std::vector<std::string> history;  // as in a write_plan
};

// A part of the list of cases, in an order that the backend can keep.
struct case_listing {
    enum class order { created, updated, number };
    order by = order::created;
    bool descending = true;
    std::string filter;  // in the backend's filter language, as query::push_down made it; empty: all
    // Orders by time: only cases from about this instant on, in the order's direction. A superset: whole
    // seconds, or, wide, a day more, where the server's reading of times is in doubt.
    std::optional<instant> bound;
    bool wide = false;
    std::optional<std::int64_t> beyond_number;  // order by number: only cases beyond this one
    std::vector<std::int64_t> numbers;  // only these; empty: all
    std::vector<std::string> external_ids;  // only these; empty: all
    std::size_t limit = 100;  // see backend::most_per_page
    bool count = false;
    child_kinds with;  // children that come with each case
};

struct file_reference {
    std::int64_t number = 0;  // of the case
    std::string name;
};

enum class catalogue { tags, users, groups, bag_types, field_definitions };

class backend {
public:
    virtual ~backend() = default;

    // The case with those of its children, in one request.
    virtual task<result<reply_ptr>> read_case(call_context& ctx, std::int64_t number,
                                              child_kinds with = {}) = 0;
    // How many cases one list request may ask for.
    virtual std::size_t most_per_page() const noexcept = 0;
    virtual task<result<reply_ptr>> list_cases(call_context& ctx, const case_listing& what) = 0;
    // Every object of a catalogue, in as many requests as its pages need: one reply each.
    virtual task<result<std::vector<reply_ptr>>> list_catalogue(call_context& ctx, catalogue what) = 0;
    // The texts of files that carried states refer to, by name, in as few requests as possible. A file that
    // is not there is missing from the answer.
    virtual task<result<std::map<std::string, std::string>>> read_files(
        call_context& ctx, const std::vector<file_reference>& files) = 0;

    // Answers the new case's number. Reads back what it wrote: carry_kept says whether the state is there.
    struct written {
        std::int64_t number = 0;
        bool carry_kept = true;
        bool history_kept =
            true;  // false: there is no room for plan.history, or no place; the rest is written
        // Somebody else wrote a state of the same object in between, and knew nothing of this one: this one is
        // taken back, and what is native is done. Read again, plan again.
        bool raced = false;
    };
    virtual task<result<written>> create_case(call_context& ctx, const mapping::write_plan& plan) = 0;
    virtual task<result<written>> update_case(call_context& ctx, std::int64_t number,
                                              const mapping::write_plan& plan) = 0;
    virtual task<result<void>> remove_case(call_context& ctx, std::int64_t number) = 0;
    // Answers the case's tags afterwards, which need not be those that were asked for.
    struct tags_written {
        reply_ptr now;
        bool history_kept = true;
    };
    virtual task<result<tags_written>> change_tag(call_context& ctx, const tag_change& change) = 0;

    // Reads back what it wrote. A create whose state cannot be kept is taken back, and a failure says what exists
    // where that fails too; where the type of the bag entry takes no more of them, see keep_without_state.
    struct child_written {
        std::int64_t number = 0;
        reply_ptr now;  // the child; null: nothing of it changed natively
        std::string state;  // as it was appended, with the child's number; empty: none
        bool carry_kept = true;
        bool history_kept = true;
        bool raced = false;  // as in written
    };
    virtual task<result<child_written>> write_child(call_context& ctx, const child_write& w) = 0;
    virtual task<result<void>> remove_child(call_context& ctx, const child_removal& r) = 0;
    // The bytes of a file artifact.
    virtual task<result<std::string>> read_content(call_context& ctx, std::int64_t artifact) = 0;
    // What changes whenever the bytes of a file artifact do, as far as the platform says so.
    virtual std::string_view mark_of_content(json::value artifact) const = 0;
    // The case that a child hangs on; none: there is no such child.
    virtual task<result<std::optional<std::int64_t>>> holder_of(call_context& ctx, child what,
                                                                std::int64_t number) = 0;
    // The array of a kind of children in a case that was read with them.
    virtual json::value children_of(json::value stored_case, child what) const = 0;
    // The kind of children that a case shows as that member; none: it is no such member.
    virtual std::optional<child> children_named(std::string_view member) const = 0;

    // A definition that the platform has no place of its own for is kept as an object of this platform that
    // disturbs nobody. Answers it as it is then.
    virtual task<result<reply_ptr>> write_field_definition(call_context& ctx,
                                                           std::optional<std::int64_t> number,
                                                           std::string_view name,
                                                           std::string_view definition) = 0;
    virtual task<result<void>> remove_field_definition(call_context& ctx, std::int64_t number) = 0;

    // Creates a tag definition, or changes the one of that number; answers it as it is then.
    virtual task<result<reply_ptr>> write_tag(call_context& ctx, std::optional<std::int64_t> number,
                                              const mapping::write_plan& plan) = 0;
    // Takes it off everything that has it.
    virtual task<result<void>> remove_tag(call_context& ctx, std::int64_t number) = 0;

    // What a stored case says of itself.
    virtual std::int64_t number_of(json::value stored_case) const = 0;
    virtual std::string_view external_id_of(json::value stored_case) const = 0;
    // All that lists ask of each case, in one pass over its members.
    struct case_facts {
        std::int64_t number = 0;
        std::int64_t when = 0;  // orders by time: microseconds since 1970
        bool belongs = false;  // it lies in the workspace's part of the backend
        bool hidden = false;  // the backend restricts it to certain users, and this one is not among them
    };
    virtual case_facts facts_of(json::value stored_case, case_listing::order by, const workspace& where,
                                std::string_view user) const = 0;

    // People in stored documents. An assignee is a user or a group.
    struct assignee {
        bool group = false;
        std::int64_t number = 0;
        json::value data;  // the user or group itself
    };
    virtual std::optional<assignee> assignee_of(json::value stored) const = 0;
    virtual std::string assignee_document(bool group, std::int64_t number) const = 0;
    virtual std::string_view nobody() const = 0;  // the assignee document that unassigns
    virtual std::string_view login_of(json::value user) const = 0;
    // An account of the bridge, written as a user of this platform, so that one table serves both.
    virtual std::string user_document(const account& a, std::optional<role> here) const = 0;

    // Names the installation: ids are derived from it, so it must be the same for every replica.
    virtual const std::string& realm() const = 0;
};

}  // namespace casebridge::platform
