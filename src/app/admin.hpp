// The admin listener's handler: /livez, /readyz, /metrics.
#pragma once

#include "http/handler.hpp"

#include <functional>

namespace casebridge::app {

class admin final : public http::handler {
public:
    // before_metrics brings the metrics up to date, on the caller's thread.
    explicit admin(std::function<void()> before_metrics) : before_metrics_(std::move(before_metrics)) {}

    void set_ready(bool ready) noexcept { ready_ = ready; }  // on the same thread as handle()

    task<void> handle(const http::request& req, http::response& res) override;
    std::size_t body_limit(const http::request&) const override { return 0; }
    void refuse(const failure& why, http::response& res) const override;

private:
    std::function<void()> before_metrics_;
    bool ready_ = false;
};

}  // namespace casebridge::app
