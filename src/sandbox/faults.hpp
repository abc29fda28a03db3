// Misbehaviour on demand, for tests of clients. A specification is
//
//   NAME[:ARGUMENT[:ARGUMENT]][@[METHOD ]/prefix][*COUNT]
//
//   refuse[:MS]        the listening socket is closed, for MS milliseconds or for good; open connections end
//   hang               the request is read and never answered
//   reset              the connection is reset, the request not done
//   reset-head         the request is done, the connection reset within the head of the answer
//   reset-body         the request is done, the connection reset within the body
//   truncate           the request is done, the connection closed orderly within the body
//   html               200 with a page of HTML, the request not done
//   wrong-shape        200 with JSON of another shape, the request not done
//   status:CODE[:SECONDS]   that status, with Retry-After if SECONDS are given, the request not done
//   slow:MS            the request is done, the answer delayed
//
// Without METHOD or prefix it applies to all; with COUNT to the next so many that it applies to.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::sandbox {

enum class fault_kind {
    refuse,
    hang,
    reset,
    reset_head,
    reset_body,
    truncate,
    html,
    wrong_shape,
    status,
    slow
};

struct fault {
    fault_kind kind = fault_kind::hang;
    unsigned number = 0;         // milliseconds, or the status
    unsigned retry_after = 0;    // seconds; 0: not said
    std::string method;          // empty: any
    std::string prefix;          // empty: any
    int remaining = -1;          // -1: for good
};

std::optional<fault> parse_fault(std::string_view spec);

class fault_plan {
public:
    void add(fault f) { faults_.push_back(std::move(f)); }
    void clear() { faults_.clear(); }
    // The first fault that applies to the request, counted as used.
    std::optional<fault> take(std::string_view method, std::string_view target);

private:
    std::vector<fault> faults_;
};

}  // namespace casebridge::sandbox
