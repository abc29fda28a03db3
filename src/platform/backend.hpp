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
    http::time_point deadline{};
    std::string_view request_id;
    std::string_view traceparent;
    unsigned requests = 0;
    std::chrono::microseconds time{0};
};

struct case_listing {
    enum class order { created, number };
    order by = order::created;
    bool descending = true;
    // Only cases created up to (descending) or from (ascending) about this instant: a superset, widened to
    // whole seconds; wide: by a day, where the server's reading of times is in doubt.
    std::optional<instant> bound;
    bool wide = false;
    std::optional<std::int64_t> after_number;  // order::number, ascending: numbers above this one
    std::optional<std::int64_t> number;  // exactly this one
    std::optional<std::string> external_id;  // exactly this one
    std::size_t offset = 0;
    std::size_t limit = 100;
    bool count = false;
};

struct file_reference {
    std::int64_t number = 0;  // of the case
    std::string name;
};

enum class catalogue { tags, users, groups, bag_types };

class backend {
public:
    virtual ~backend() = default;

    virtual task<result<reply_ptr>> read_case(call_context& ctx, std::int64_t number) = 0;
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
    };
    virtual task<result<written>> create_case(call_context& ctx, const mapping::write_plan& plan) = 0;
    virtual task<result<written>> update_case(call_context& ctx, std::int64_t number,
                                              const mapping::write_plan& plan) = 0;
    virtual task<result<void>> remove_case(call_context& ctx, std::int64_t number) = 0;
    // Adds or removes one tag; answers the case's tags afterwards.
    virtual task<result<reply_ptr>> change_tag(call_context& ctx, std::int64_t number, std::string_view tag,
                                               bool add) = 0;

    // What a stored case says of itself.
    virtual std::int64_t number_of(json::value stored_case) const = 0;
    virtual std::optional<instant> created_of(json::value stored_case) const = 0;
    // It lies in the workspace's part of the backend.
    virtual bool belongs(json::value stored_case, const workspace& where) const = 0;
    // The backend restricts it to certain users, and this one is not among them.
    virtual bool hidden_from(json::value stored_case, std::string_view user) const = 0;

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
