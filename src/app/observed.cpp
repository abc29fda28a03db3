#include "app/observed.hpp"

#include "observe/metrics.hpp"

namespace casebridge::app {
namespace {

// Also right when the handler throws, or when its coroutine is destroyed while it waits.
class active_request {
public:
    explicit active_request(const std::string& bridge) : bridge_(bridge) {
        observe::add_active_requests(bridge_, 1);
    }
    ~active_request() { observe::add_active_requests(bridge_, -1); }
    active_request(const active_request&) = delete;
    active_request& operator=(const active_request&) = delete;

private:
    const std::string& bridge_;
};

}  // namespace

task<void> observed::handle(const http::request& req, http::response& res) {
    const active_request active(bridge_);
    co_await inner_->handle(req, res);
    observe::served_request done;
    done.bridge = bridge_;
    done.method = req.method;
    done.route = res.route;
    done.status = res.status;
    done.duration = http::clock::now() - req.received;
    done.upstream_requests = res.upstream_requests;
    observe::record(done);
}

}  // namespace casebridge::app
