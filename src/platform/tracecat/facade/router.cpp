#include "platform/tracecat/facade/router.hpp"

namespace casebridge::platform::tracecat {
namespace {

std::vector<path_row> path_rows() {
    std::vector<path_row> out;
    for (const route& r : routes()) out.push_back({r.method, r.pattern, r.both_mounts});
    return out;
}

}  // namespace

match find_route(std::string_view method, std::string_view path) {
    static const std::vector<path_row> rows = path_rows();
    match m{find_path(rows, method, path), nullptr};
    if (m.index != path_match::none) m.row = &routes()[m.index];
    return m;
}

}  // namespace casebridge::platform::tracecat
