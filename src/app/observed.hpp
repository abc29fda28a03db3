// Wraps a bridge's handler and records each request in the metrics.
#pragma once

#include "http/handler.hpp"

#include <memory>
#include <string>

namespace casebridge::app {

class observed final : public http::handler {
public:
    observed(std::string bridge, std::unique_ptr<http::handler> inner)
        : bridge_(std::move(bridge)), inner_(std::move(inner)) {}

    task<void> handle(const http::request& req, http::response& res) override;
    std::size_t body_limit(const http::request& head) const override { return inner_->body_limit(head); }
    void refuse(const failure& why, http::response& res) const override { inner_->refuse(why, res); }

private:
    const std::string bridge_;
    std::unique_ptr<http::handler> inner_;
};

}  // namespace casebridge::app
