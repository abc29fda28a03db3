// A platform in the backend role whose lists are chains of cursor pages and whose cases are known by UUIDs
// beside their numbers. Documents are the platform's own JSON, one form for lists and single reads: the list
// item with what lists leave out (see completion) added under the names of a single read.
#pragma once

#include "core/error.hpp"
#include "core/uuid.hpp"
#include "json/tape.hpp"
#include "platform/backend.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::platform {

// One stored case: its bytes, read once. Shared with the index, immutable.
struct stored_case {
    std::int64_t number = 0;
    uuid id;
    std::string updated;             // the platform's own text of the time of its last change
    std::string body;
    json::tape tape;                 // of body
    // false: the platform cannot read the case's payload; it is shown without, and its state cannot be written.
    bool readable = true;
    // The state had vanished from the platform: the last copy seen stands in, and the next write restores it.
    bool restored = false;
    json::value document() const noexcept { return tape.root(); }
};
using stored_case_ptr = std::shared_ptr<const stored_case>;

// What lists leave out. description: one request per case that the index does not hold. history: who made the
// case, when and by whom it was closed; another one.
struct completion {
    bool description = false;
    bool history = false;
};

struct store_page {
    std::vector<stored_case_ptr> cases;
    std::string next;  // cursor; empty: nothing follows
    std::optional<std::uint64_t> total;  // of the whole list
};

struct store_listing {
    std::string filter;  // as query::push_down made it; empty: all
    bool by_update = false;  // order: by last change, else by creation
    bool descending = false;
    std::size_t limit = 200;
    std::string cursor;  // empty: from the start
    completion needs;
};

// What to change. Absent members stay.
struct store_change {
    std::string members;  // "summary":"…","status":"new": native members, no braces
    std::vector<std::string> tags_added;  // names; unknown ones are defined first
    std::vector<uuid> tags_removed;
    bool writes_state = false;
    std::string state;  // what the bridge keeps on the case: a JSON object; empty: none
};

class case_store {
public:
    virtual ~case_store() = default;

    virtual std::size_t most_per_page() const noexcept = 0;
    virtual task<result<store_page>> list_cases(call_context& ctx, const store_listing& what) = 0;
    // not_found if there is none.
    virtual task<result<stored_case_ptr>> read_case(call_context& ctx, std::int64_t number,
                                                    completion needs) = 0;
    virtual task<result<stored_case_ptr>> read_case(call_context& ctx, const uuid& id, completion needs) = 0;
    // Replaces those that lack something by their completed form, in place; a case that is gone meanwhile stays
    // as it is. Costs a request for each that the index does not hold, few at a time.
    virtual task<result<void>> complete(call_context& ctx, std::vector<stored_case_ptr>& cases,
                                        completion needs) = 0;
    // The number of the case whose state holds this external id, by the index; unchecked: the caller reads the
    // case and looks. Refreshes the index first if it does not know the id.
    virtual task<result<std::optional<std::int64_t>>> find_external_id(call_context& ctx,
                                                                       std::string_view external_id) = 0;

    // Creates, finds what was created and reads it back. A state that is not there afterwards: loss of it is
    // reported by kept. tags_refused: names that the platform would not take.
    struct written {
        stored_case_ptr now;
        bool kept = true;
        std::vector<std::string> tags_refused;
    };
    virtual task<result<written>> create_case(call_context& ctx, const store_change& change) = 0;
    // before: as read for this change. Reads back; conflict if somebody else wrote the state in between.
    virtual task<result<written>> update_case(call_context& ctx, const stored_case& before,
                                              const store_change& change) = 0;
    virtual task<result<void>> remove_case(call_context& ctx, const uuid& id) = 0;

    enum class catalogue { tags, members, fields };
    // The platform's array.
    virtual task<result<reply_ptr>> list_catalogue(call_context& ctx, catalogue what) = 0;
    virtual task<result<reply_ptr>> create_tag(call_context& ctx, std::string_view members) = 0;
    virtual task<result<reply_ptr>> update_tag(call_context& ctx, const uuid& id,
                                               std::string_view members) = 0;
    virtual task<result<void>> remove_tag(call_context& ctx, const uuid& id) = 0;

    // What hangs on a case. Documents are the platform's own; events are in one document for all of them.
    enum class child { comment, task, attachment, event };
    // False: this server's plan does without it (tasks). Remembered for a while.
    virtual task<result<bool>> offers(call_context& ctx, child what) = 0;
    virtual task<result<reply_ptr>> list_children(call_context& ctx, const uuid& of, child what) = 0;
    // members: "content":"…", no braces. Answers the child as it is then, also where the platform answers nothing.
    virtual task<result<reply_ptr>> create_child(call_context& ctx, const uuid& of, child what,
                                                 std::string_view members) = 0;
    virtual task<result<reply_ptr>> update_child(call_context& ctx, const uuid& of, child what,
                                                 const uuid& id, std::string_view members) = 0;
    virtual task<result<void>> remove_child(call_context& ctx, const uuid& of, child what,
                                            const uuid& id) = 0;
    // Files. not_supported with detail: the platform's sentence, if it does not take such a file.
    virtual task<result<reply_ptr>> upload(call_context& ctx, const uuid& of, std::string_view name,
                                           std::string_view content_type, std::string_view bytes) = 0;
    // sha256: of the bytes, in hexadecimal digits, as the attachment's document says it; other bytes are an error.
    // Empty: not checked.
    virtual task<result<std::string>> download(call_context& ctx, const uuid& of, const uuid& attachment,
                                               std::string_view sha256 = {}) = 0;

    // Texts of the workspace that belong to no case, by name; few, and short. The platform has no place for them:
    // they lie where they disturb its users least. Names have no blanks, texts none at their ends.
    struct workspace_text {
        std::string name, text;
    };
    virtual task<result<std::vector<workspace_text>>> list_texts(call_context& ctx) = 0;
    // Without a text it is removed, and need not have been there.
    virtual task<result<void>> write_text(call_context& ctx, std::string name,
                                          std::optional<std::string> text) = 0;

    // Whether a tag of that name can be defined beside another; where not, a case that is to have it carries it.
    virtual bool takes_tag(std::string_view name, std::string_view beside) const = 0;

    virtual const std::string& realm() const = 0;
};

}  // namespace casebridge::platform
