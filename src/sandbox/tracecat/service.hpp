// The Tracecat stand-in behind one listener: finds the route of a request, checks it in Tracecat's order, and
// lets the row's handler answer. Several may stand over one store.
#pragma once

#include "sandbox/tracecat/routes.hpp"

#include <vector>

namespace casebridge::sandbox::tracecat {

class service {
public:
    service(store& data, behaviour how);
    void handle(const http::request& req, http::response& res);

private:
    bool prepare(context& c) const;
    bool find_row(context& c) const;

    store* data_;
    behaviour how_;
    std::vector<const route*> rows_;
    std::vector<wire::path_row> paths_;
};

}  // namespace casebridge::sandbox::tracecat
