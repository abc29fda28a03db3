// What a façade asks of a bridge when its clients know every object by a number, page by offset and write
// their filters as queries: a record is a numbered object. Documents are in the façade's own shape; tables map
// them straight to the backend's.
#pragma once

#include "core/error.hpp"
#include "http/message.hpp"
#include "http/task.hpp"
#include "json/tape.hpp"
#include "platform/accounts.hpp"
#include "query/condition.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::platform {

enum class record_verb { read, list, create, update, remove };

enum class record_kind {
    case_,
    attribute,  // of a case
    note,  // of a case, or of its task, artifact or event
    task,
    artifact,
    event,  // of a case's timeline
    template_,
    tag,
    attribute_type,
    artifact_type,
    user,
    group,
    owner,
    owner_role,
    system_role,
};

struct record_request {
    record_verb action = record_verb::read;
    record_kind what = record_kind::case_;
    const workspace* where = nullptr;
    const api_user* who = nullptr;

    // read, update, remove: one of the two
    std::optional<std::int64_t> number;
    std::string external_id;

    // list; remove without a number: everything that the query finds
    query::condition wanted;
    std::vector<query::sort_level> order;  // empty: in the order of their making
    std::uint64_t offset = 0;
    std::uint32_t limit = 100;
    bool count = false;  // the total is asked for

    // Members beyond those that are always shown: what need not be fetched if nobody asks. Of nested objects as
    // "artifacts.notes"; the object around them is named as well.
    std::set<std::string, std::less<>> members;

    json::value document;  // create, update: valid by the façade's field table
    // Bytes of files do not lie in documents: a member that is {"content":n} there stands for the n-th of these.
    std::vector<std::string> contents;
    std::string reason;  // remove: why, where the kind demands one
    // A client's Idempotency-Key: what was made under it once is answered again, not made again. Empty: none.
    std::string_view idempotency_key;
    http::time_point deadline{};
    std::string_view peer, request_id, traceparent, tracestate;
};

struct record_answer {
    // read, create, update: exactly one, with every member that it has; the façade shows what was asked for.
    // Contents as in requests; shown in Base64.
    std::vector<std::string> documents;
    std::vector<std::string> contents;
    bool more = false;  // list: something follows
    std::optional<std::uint64_t> total;  // list
    std::uint64_t removed = 0;  // remove by query
    std::string filter_note;  // Casebridge-Filter
    std::string loss_note;  // Casebridge-Loss
    unsigned upstream_requests = 0;
    std::chrono::microseconds upstream_time{0};
};

// The bridge, as such a façade sees it. Failures that a façade words itself:
//   not_found             no such object here
//   conflict              pointer: the member whose value is taken already ("/xid")
//   unresolved_reference  pointer: the member ("/assignee"); detail: what was asked for. "/taskId/case": it is there,
//                         and belongs to another case
//   invalid_value         pointer: the member; detail: the sentence
//   filter_too_broad      detail: what would have to be read
//   everything else       by the error table
class record_exchange {
public:
    virtual ~record_exchange() = default;
    virtual task<result<record_answer>> run(const record_request& r) = 0;
};

}  // namespace casebridge::platform
