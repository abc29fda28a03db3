// Whether a request that failed may have been carried out all the same.
#pragma once

#include "core/error.hpp"

namespace casebridge::platform {

// The upstream's answer never came, made no sense, or says nothing of what was done.
inline bool in_doubt(const failure& why) noexcept {
    switch (why.code) {
        case errc::upstream_timeout:
        case errc::upstream_reset:
        case errc::upstream_malformed:
        case errc::upstream_too_large:
        case errc::upstream_unavailable:
        case errc::upstream_error: return true;
        default: return false;
    }
}

}  // namespace casebridge::platform
