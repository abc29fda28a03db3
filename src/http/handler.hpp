// What a listener calls for each request. Implementations answer by filling in the response and
// never throw for anything that a client or an upstream did.
#pragma once

#include "core/error.hpp"
#include "http/message.hpp"
#include "http/task.hpp"

namespace casebridge::http {

class handler {
public:
    virtual ~handler() = default;
    virtual task<void> handle(const request& req, response& res) = 0;

    // The body limit of the route that this head is for, in bytes: asked after the head, before the body.
    virtual std::size_t body_limit(const request& head) const = 0;

    // The answer to a request that the gate refused, in this façade's own shape.
    // The listener closes the connection after it.
    virtual void refuse(const failure& why, response& res) const = 0;
};

}  // namespace casebridge::http
