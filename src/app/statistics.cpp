#include "app/statistics.hpp"

#include "observe/metrics.hpp"

#include <array>

namespace casebridge::app {
namespace {

constexpr std::array<const char*, 3> evaluations{"exact", "residual", "refused"};
constexpr std::array<const char*, 2> reload_outcomes{"applied", "refused"};

void add(server::statistics& sum, const server::statistics& s) {
    sum.connections_accepted += s.connections_accepted;
    sum.connections_over_total += s.connections_over_total;
    sum.connections_over_address += s.connections_over_address;
    sum.accept_errors += s.accept_errors;
    sum.tls_failures += s.tls_failures;
    for (std::size_t i = 0; i < s.refused.size(); ++i) sum.refused[i] += s.refused[i];
    for (std::size_t i = 0; i < s.ended.size(); ++i) sum.ended[i] += s.ended[i];
    sum.handler_exceptions += s.handler_exceptions;
    sum.open_sessions += s.open_sessions;
}

void export_one(const std::string& bridge, const server::statistics& now, const server::statistics& then) {
    const auto count = [&](const char* outcome, std::uint64_t a, std::uint64_t b) {
        observe::count_connections(bridge, outcome, a - b);
    };
    count("accepted", now.connections_accepted, then.connections_accepted);
    count("over_total", now.connections_over_total, then.connections_over_total);
    count("over_address", now.connections_over_address, then.connections_over_address);
    count("accept_failed", now.accept_errors, then.accept_errors);
    count("tls_failed", now.tls_failures, then.tls_failures);
    for (std::size_t i = 0; i < now.ended.size(); ++i)
        count(server::to_string(static_cast<server::ending>(i)), now.ended[i], then.ended[i]);
    for (std::size_t i = 0; i < now.refused.size(); ++i)
        if (now.refused[i] != then.refused[i])
            observe::count_refused(server::to_string(static_cast<server::refusal>(i)),
                                   now.refused[i] - then.refused[i]);
    observe::count_exceptions(bridge, now.handler_exceptions - then.handler_exceptions);
    observe::set_open_sessions(bridge, now.open_sessions);
}

}  // namespace

void published_statistics::publish(const std::vector<std::unique_ptr<worker>>& workers) {
    std::map<std::string, server::statistics> now;
    for (const auto& w : workers)
        for (const auto& s : w->bridges()) add(now[s.bridge], s.listener->stats());
    for (const auto& [bridge, sum] : now) export_one(bridge, sum, known_[bridge]);
    known_ = std::move(now);
}

void declare_series(const config::settings& all) {
    for (const config::bridge_settings& b : all.bridges)
        for (const char* e : evaluations) observe::count_filter(b.name, e, 0);
    for (const config::upstream_settings& u : all.upstreams) {
        observe::add_pool(u.name, 0, 0, 0);
        observe::count_upstream_retry(u.name, 0);
        observe::count_upstream_shared(u.name, 0);
    }
    for (const char* o : reload_outcomes) observe::count_reload(o, 0);
}

}  // namespace casebridge::app
