// What a listener calls: hands each request to the newest façade of its bridge, and records it.
//
// A reload puts a new façade in its place between two requests; a request that has begun ends on the
// façade that it began on, which lives as long as such a request does.
#pragma once

#include "http/handler.hpp"

#include <memory>
#include <string>

namespace casebridge::app {

// Everything happens on one thread.
class current_bridge final : public http::handler {
public:
    current_bridge(std::string name, std::shared_ptr<http::handler> facade)
        : name_(std::move(name)), facade_(std::move(facade)) {}

    void replace(std::shared_ptr<http::handler> facade) { facade_ = std::move(facade); }

    task<void> handle(const http::request& req, http::response& res) override;
    std::size_t body_limit(const http::request& head) const override { return facade_->body_limit(head); }
    void refuse(const failure& why, http::response& res) const override { facade_->refuse(why, res); }

private:
    void record_filter(http::response& res) const;

    const std::string name_;
    std::shared_ptr<http::handler> facade_;
};

}  // namespace casebridge::app
