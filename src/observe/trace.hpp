// W3C Trace Context (https://www.w3.org/TR/trace-context/, level 1): which trace a request belongs to.
//
// A client's trace goes on upstream, with a parent id of ours: the client's own parent id names its span,
// and the upstream's caller is us. Where the client names no trace, or one that breaks the rules, a fresh
// one begins here, so that our log and the upstream's can always be laid side by side. We record no
// spans and take no sampling decision: a fresh trace says "not sampled".
#pragma once

#include <string>
#include <string_view>

namespace casebridge::observe {

// §3.2: version-traceid-parentid-flags in lower-case hex, neither id all zeros, version not "ff";
// versions above 00 may carry more after another '-'.
bool is_traceparent(std::string_view text) noexcept;

// What goes upstream and into the log for a request that came with this traceparent: version 00, the same
// trace, a new parent id; of the flags "sampled" is kept. False, and nothing is written, if it breaks the
// rules: then begin_trace(). `out` keeps its capacity.
bool continue_trace(std::string_view received, std::string& out);
void begin_trace(std::string& out);

// The trace id of a valid traceparent; empty of an empty one.
std::string_view trace_id(std::string_view traceparent) noexcept;

// §3.3: at most 32 members key=value, at most 512 characters here (what everybody must take). It goes
// upstream as it came, and only together with the traceparent that it belongs to.
bool is_tracestate(std::string_view text) noexcept;

}  // namespace casebridge::observe
