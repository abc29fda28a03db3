#include "upstream/retry.hpp"

#include <algorithm>

namespace casebridge::upstream {
namespace {

bool may_pass(unsigned status) { return status == 502 || status == 503 || status == 504; }

// A host name that is not found and a certificate that is not right do not change within a call.
bool did_not_connect(const attempt& a) {
    return !a.sent && (a.error == errc::upstream_refused || a.error == errc::upstream_timeout);
}

bool idle_race(const attempt& a) {
    return a.status == 0 && a.sent && a.reused && !a.touched && a.error == errc::upstream_reset;
}

bool is_safe(const attempt& a) {
    if (a.status == 0)
        return did_not_connect(a) || (a.read && a.sent && !a.touched && a.error == errc::upstream_reset);
    return a.read && (may_pass(a.status) || (a.status == 429 && a.retry_after));
}

http::clock::duration wait_before(const retry_options& opts, const attempt& a, double chance) {
    if (a.status != 0 && a.retry_after) return *a.retry_after;
    if (idle_race(a)) return {};    // the upstream closed it while it was idle: nothing is wrong with it
    const auto longest = std::min(opts.backoff * (1U << std::min(a.number - 1, 16U)), opts.longest_backoff);
    return std::chrono::duration_cast<http::clock::duration>(longest * chance);
}

}  // namespace

std::optional<http::clock::duration> retry_delay(const retry_options& opts, const attempt& a,
                                                 http::time_point now, http::time_point deadline,
                                                 double chance) {
    if (a.number >= opts.tries || !is_safe(a)) return std::nullopt;
    const auto wait = wait_before(opts, a, chance);
    if (wait >= deadline - now) return std::nullopt;
    return wait;
}

bool retry_budget::begin_retry() noexcept {
    if (retries_ >= std::max(least_, calls_ * percent_ / 100)) return false;
    ++retries_;
    return true;
}

}  // namespace casebridge::upstream
