// What happens to a case, for its history: Tracecat's clients read it as events (fact sheet §3.6), ThreatConnect keeps
// none of it, so each write of the bridge appends what it did as bag entries of the carry's type, in the same
// request:
//
//   {"v":1,"of":["history",0],"r":1767225600123456,"t":"9f2c01ab","s":{"u":"<account>","e":[{"type":"status_changed",…}]}}
//
// r: when, in microseconds; t: tells writes of the same microsecond apart; u: who, absent for API keys; p: which part
// of a write that needs several entries, absent for the first. An event that was not part of the write (somebody's
// look at the case) has its own "at" and, unless by nobody, "by".
//
// Entries are facts: never rewritten, so that writers who know nothing of each other lose nothing. Once there are many
// they are folded into a file that an entry names, and then removed; readers take every (r, t, p) once, so that a
// crash in between doubles nothing:
//
//   {"v":1,"of":["history",0],"r":…,"t":"…","s":{"f":["casebridge-state-history-….json","<sha256, 16 digits>",4021]}}
//
// Like every state this is hostile input: what makes no sense is ignored. docs/history.md
#pragma once

#include "bridge/history/view_memory.hpp"
#include "core/timestamp.hpp"
#include "json/tape.hpp"
#include "mapping/bundle.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace casebridge::bridge {

// The kind that bag entries of a history name.
inline constexpr std::string_view history_kind = "history";

struct case_event {
    std::string type;  // "comment_created"
    std::string members;  // "comment_id":"…": what the type has besides, no braces
    // Of what was not part of the write: when it was, and by whom; empty: nobody.
    std::optional<instant> at = {};
    std::string by = {};
};

// What a write needs to know of its case's history, and what becomes of its own part in it.
struct case_past {
    std::int64_t number = 0;  // of the case
    std::vector<std::int64_t> entries;  // bag entries of it, as they were read for this write
    std::vector<view_memory::view> views;  // that this write writes down
    bool refused = false;  // the backend had no room for what the write wanted to add
    bool told = false;  // by an attempt before this one
};

struct history_stamp {
    instant at;
    std::string nonce;  // eight hexadecimal digits
    static history_stamp now();
};

struct history_text {
    std::vector<std::string> entries;
    bool shortened = false;  // values of an event did not fit
};
// user: empty: nobody. max: characters of an entry, as the carry's type has it; at least a few hundred.
history_text render_history(const std::vector<case_event>& events, std::string_view user,
                            const history_stamp& stamp, std::size_t max);

// The history of one case, as it is read.
class case_log {
public:
    struct event {
        std::int64_t at = 0;  // microseconds
        std::string nonce;
        std::int64_t part = 0, place = 0;
        std::string type, user;
        json::value what;  // its members
    };
    struct file {
        std::string name, hash;
        std::int64_t bytes = 0, entry = 0;  // entry: id of the bag entry that names it
    };
    // prefix: what names of history files begin with.
    explicit case_log(std::string prefix) : prefix_(std::move(prefix)) {}

    // One bag entry. The text must stay.
    void add_entry(std::string_view text, std::int64_t id);
    // The text of a file; false, and nothing added, if it is not the one that was named.
    bool add_file(const file& f, std::string text);

    const std::vector<file>& files() const noexcept { return files_; }
    // Bag entries that hold events themselves.
    const std::vector<std::int64_t>& entry_ids() const noexcept { return ids_; }
    // All events once, the oldest first; those of one write in its order.
    std::vector<event> events() const;
    // The entries of all that was added as the text of a file, each once.
    std::string folded() const;

private:
    void add_events(json::value entry);
    std::string prefix_;
    std::vector<std::unique_ptr<json::tape>> tapes_;
    std::vector<std::unique_ptr<std::string>> texts_;
    std::vector<json::value> entries_;  // each (r, t, p) once
    std::set<std::tuple<std::int64_t, std::string_view, std::int64_t>> known_;
    std::vector<file> files_;
    std::vector<std::int64_t> ids_;
};

// The entry that names a file of folded history.
std::string history_reference(const history_stamp& stamp, std::string_view name, std::string_view text);

// What names of a bridge's history files begin with; empty: there are none.
std::string history_prefix(const mapping::bundle& tables);

}  // namespace casebridge::bridge
