#include "server/descriptors.hpp"

#include <sys/resource.h>

namespace casebridge::server {

std::size_t raise_descriptor_limit() noexcept {
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return 0;
    const rlimit wanted{files.rlim_max, files.rlim_max};
    if (files.rlim_cur < files.rlim_max && ::setrlimit(RLIMIT_NOFILE, &wanted) == 0) files = wanted;
    return static_cast<std::size_t>(files.rlim_cur);
}

}  // namespace casebridge::server
