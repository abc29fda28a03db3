#include "server/workspace.hpp"

#include <utility>

namespace casebridge::server {

namespace {

// As much as one read takes at most; a larger buffer is for one long head or chunk, and not kept.
constexpr std::size_t reserved_bytes = 16 * 1024;
// Room beyond the head for a chunk header, trailers (both bounded by this) and body bytes.
constexpr std::size_t spare_bytes = 32 * 1024;
// Texts above this are given back to the system after their request.
constexpr std::size_t kept_text_bytes = 256 * 1024;
// Workspaces that wait for a connection. More than that were needed at once only in a burst.
constexpr std::size_t max_spare = 64;

void trim(std::string& text) {
    if (text.capacity() > kept_text_bytes) std::string().swap(text);
}

http::gate_limits gate_limits_of(const limits& l) {
    return {l.max_head_bytes, l.max_target_bytes, l.max_fields};
}

}  // namespace

workspace::workspace(const limits& bounds) : scanner(gate_limits_of(bounds)) { fit(bounds); }

void workspace::fit(const limits& bounds) {
    buffer.max_size(bounds.max_head_bytes + spare_bytes);
    if (buffer.capacity() < reserved_bytes) buffer.reserve(reserved_bytes);
    scanner = http::head_scanner(gate_limits_of(bounds));
}

void workspace::begin_request() {
    request.reset();
    response.reset();
    trim(request.body);
    trim(response.body);
    scanner.reset();
    parser.reset();
    framing = {};
}

void workspace::forget() {
    begin_request();
    buffer.clear();
    if (buffer.capacity() > 2 * reserved_bytes) buffer.shrink_to_fit();
}

workspace_pool::lease workspace_pool::take(const limits& bounds) {
    std::unique_ptr<workspace> w;
    if (spare_.empty()) {
        w = std::make_unique<workspace>(bounds);
    } else {
        w = std::move(spare_.back());
        spare_.pop_back();
        w->fit(bounds);
    }
    return {w.release(), give_back{this}};
}

void workspace_pool::give_back::operator()(workspace* w) const noexcept {
    std::unique_ptr<workspace> owned(w);
    if (pool->spare_.size() >= max_spare) return;
    owned->forget();
    pool->spare_.push_back(std::move(owned));
}

}  // namespace casebridge::server
