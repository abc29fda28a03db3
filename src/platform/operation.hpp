// What a façade asks of a bridge, and what comes back: small and neutral. The documents inside are
// never neutral: they are in the façade's own shape, and tables map them straight to the backend's.
#pragma once

#include "core/error.hpp"
#include "http/message.hpp"
#include "http/task.hpp"
#include "json/tape.hpp"
#include "platform/accounts.hpp"
#include "query/filter.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace casebridge::platform {

// count: how many cases match, in groups. update and remove with `ids`: a batch.
enum class verb { read, list, count, create, update, remove };
// tag: a tag definition. case_tag: a tag on a case. field: a custom-field definition. user: a member.
// event: the history of a case, one document for all of it.
enum class object { case_, tag, case_tag, field, user, comment, task, attachment, event };

enum class sort_key { created, updated, priority, severity, status, tasks };

// A place in an ordered list: the sort value of an item as a number that compares as the order does
// (microseconds since 1970, or an enum's place in its declaration), and the item's native id, which breaks
// ties. Cursors carry this; offsets never leave the process.
struct place {
    std::int64_t rank = 0;
    std::int64_t id = 0;
    auto operator<=>(const place&) const = default;
};

struct page_request {
    unsigned limit = 20;
    sort_key order = sort_key::created;
    bool descending = true;
    // Continue after (or, backward, before) this place; inclusive: starting with it.
    std::optional<place> from;
    bool backward = false;
    bool inclusive = false;
    std::optional<std::uint64_t> total;  // what the walk's first page found; from the cursor
};

// A file on its way in: the bytes lie in the request.
struct upload {
    std::string name, content_type;
    std::string_view bytes;
    std::size_t most_files = 0;  // that the case may have; 0: any number
    std::size_t most_bytes = 0;  // that they may have in sum; 0: any
    bool only_ask = false;  // whether the case is there and has room: nothing is stored
};

struct caller {
    const account* user = nullptr;       // null: an API key
    const api_key* key = nullptr;
    std::string_view name() const noexcept;  // for logs and audit: e-mail or key id
};

struct operation {
    verb action = verb::read;
    object what = object::case_;
    const workspace* where = nullptr;
    caller who;
    uuid id;                             // the case, for everything about one case
    std::vector<uuid> ids;               // a batch: the cases, each once, in the order of the answer
    // case_tag: uuid, ref or name; comment, task, attachment: uuid; field: its id; all as the client wrote it
    std::string child;
    const upload* file = nullptr;  // attachment, create
    bool with_content = false;  // attachment, read: its bytes too
    // A client's Idempotency-Key: what was made under it once is answered again, not made again. Empty: none.
    std::string_view idempotency_key;
    page_request page;
    query::filter filter;  // list, count
    std::string group_by;  // count: id of the enum rule whose values are counted one by one
    bool include_payload = false;  // lists: hydrate payloads
    std::vector<std::string> field_ids;  // lists: hydrate these custom fields
    json::value document;  // create, update: the façade's document, already valid in its model
    http::time_point deadline{};
    std::string_view peer;  // the client's address
    std::string_view request_id;
    std::string_view traceparent;
    std::string_view tracestate;
};

struct item {
    place at;  // for lists
    std::string document;  // JSON in the façade's shape
};

struct outcome {
    std::vector<item> items;  // read: exactly one; list: the page in display order
    bool more_after = false;  // lists: something follows the last item in display order
    bool more_before = false;  // lists: something precedes the first item
    // lists, count: how many match; none where only reading more cases than the bound allows would tell
    std::optional<std::uint64_t> total;
    std::vector<std::pair<std::string, std::uint64_t>> groups;  // count: every value of group_by
    std::vector<result<void>> each;  // a batch: how it went, by the order of ids
    uuid id;  // create: the new object's id
    std::string content;  // attachment with_content
    std::string filter_note;  // value of Casebridge-Filter for lists, e.g. "exact"
    std::string loss_note;  // value of Casebridge-Loss for writes; empty: nothing lost
    unsigned upstream_requests = 0;
    std::chrono::microseconds upstream_time{0};
};

// The bridge, as a façade sees it.
//
// Failures that a façade must be able to word in its own way:
//   not_found              the case (or, with pointer "/tag", the tag) does not exist here
//   unresolved_reference   pointer "/assignee_id": no such user
//   unknown_field          detail: the custom field's id
//   invalid_value          detail: the sentence for the client; pointer: the member, if it is one
//   not_found              pointer "/attachment": no such file
//   conflict               pointer "/attachments/count", "/attachments/size": the case has no room for a file; detail:
//                          how many files, or bytes, it has
//   forbidden              pointer "/attachment": the file is somebody else's
//   conflict               pointer "/idempotency_key": the key was used for another request
//   everything else        by the error table
class exchange {
public:
    virtual ~exchange() = default;
    virtual task<result<outcome>> run(const operation& op) = 0;
};

}  // namespace casebridge::platform
