#include "app/current_bridge.hpp"

#include "observe/metrics.hpp"

#include <algorithm>

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

// A list's answer says how its filter was evaluated: "exact", "residual; scanned=40".
void current_bridge::record_filter(http::response& res) const {
    const auto note = std::find_if(res.fields.begin(), res.fields.end(),
                                   [](const auto& f) { return http::iequals(f.first, "Casebridge-Filter"); });
    if (note != res.fields.end()) {
        res.filter = note->second;
        observe::count_filter(name_, std::string_view(res.filter).substr(0, res.filter.find(';')));
    } else if (res.reason == to_string(errc::filter_too_broad)) {
        observe::count_filter(name_, "refused");
    }
}

task<void> current_bridge::handle(const http::request& req, http::response& res) {
    const active_request active(name_);
    const std::shared_ptr<http::handler> facade = facade_;
    co_await facade->handle(req, res);
    record_filter(res);
    observe::served_request done;
    done.bridge = name_;
    done.method = req.method;
    done.route = res.route;
    done.status = res.status;
    done.duration = http::clock::now() - req.received;
    done.upstream_requests = res.upstream_requests;
    observe::record(done);
}

}  // namespace casebridge::app
