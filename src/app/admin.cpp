#include "app/admin.hpp"

#include "observe/metrics.hpp"

namespace casebridge::app {
namespace {

void answer(http::response& res, unsigned status, std::string body) {
    res.status = status;
    res.content_type = "text/plain; charset=utf-8";
    res.set("Cache-Control", "no-store");
    res.body = std::move(body);
}

}  // namespace

task<void> admin::handle(const http::request& req, http::response& res) {
    const std::string_view path = req.path();
    const bool known = path == "/livez" || path == "/readyz" || path == "/metrics";
    res.route = known ? "admin" + std::string(path) : "";
    if (!known) {
        answer(res, 404, "not found\n");
    } else if (req.method != "GET" && req.method != "HEAD") {
        answer(res, 405, "method not allowed\n");
        res.set("Allow", "GET, HEAD");
    } else if (path == "/livez") {
        answer(res, 200, "alive\n");
    } else if (path == "/readyz") {
        answer(res, ready_ ? 200 : 503, ready_ ? "ready\n" : "draining\n");
    } else {
        before_metrics_();
        answer(res, 200, observe::metrics_text());
        res.content_type = observe::metrics_content_type;
    }
    co_return;
}

void admin::refuse(const failure& why, http::response& res) const {
    answer(res, why.code == errc::body_too_large ? 413 : 400, std::string(to_string(why.code)) + "\n");
    res.reason = to_string(why.code);
}

}  // namespace casebridge::app
