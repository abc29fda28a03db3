#include "observe/metrics.hpp"

#include "observe/log.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <initializer_list>
#include <unordered_map>
#include <utility>
#include <vector>

namespace casebridge::observe {
namespace {

// Above this a family takes no new series: labels are bounded by design, this is the fuse.
constexpr std::size_t max_series = 4000;
constexpr std::array<std::string_view, 9> methods{"GET",    "HEAD",    "POST",    "PUT",  "PATCH",
                                                  "DELETE", "OPTIONS", "CONNECT", "TRACE"};

constexpr std::array<std::string_view, 3> breaker_states{"closed", "half_open", "open"};  // as the enum

const prometheus::Histogram::BucketBoundaries& seconds_buckets() {
    static const prometheus::Histogram::BucketBoundaries b{
        0.001, 0.0025, 0.005, 0.0075, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 10.0};
    return b;
}
const prometheus::Histogram::BucketBoundaries& call_buckets() {
    static const prometheus::Histogram::BucketBoundaries b{0, 1, 2, 3, 4, 6, 8, 12, 16, 32};
    return b;
}

struct families {
    prometheus::Registry registry;
    prometheus::Family<prometheus::Histogram>& served =
        prometheus::BuildHistogram()
            .Name("http_server_request_duration_seconds")
            .Help("Duration of requests that a listener answered.")
            .Register(registry);
    prometheus::Family<prometheus::Gauge>& active = prometheus::BuildGauge()
                                                        .Name("http_server_active_requests")
                                                        .Help("Requests that are being worked on.")
                                                        .Register(registry);
    prometheus::Family<prometheus::Histogram>& calls_per_request =
        prometheus::BuildHistogram()
            .Name("casebridge_upstream_requests_per_request")
            .Help("Requests sent upstream to answer one client request.")
            .Register(registry);
    prometheus::Family<prometheus::Histogram>& sent = prometheus::BuildHistogram()
                                                          .Name("http_client_request_duration_seconds")
                                                          .Help("Duration of requests sent to an upstream.")
                                                          .Register(registry);
    prometheus::Family<prometheus::Gauge>& open = prometheus::BuildGauge()
                                                      .Name("http_client_open_connections")
                                                      .Help("Open connections to an upstream, by state.")
                                                      .Register(registry);
    prometheus::Family<prometheus::Counter>& retries = prometheus::BuildCounter()
                                                           .Name("casebridge_upstream_retries_total")
                                                           .Help("Requests sent to an upstream once more.")
                                                           .Register(registry);
    prometheus::Family<prometheus::Counter>& shared =
        prometheus::BuildCounter()
            .Name("casebridge_upstream_shared_total")
            .Help("Reads that got the answer of an identical one in flight.")
            .Register(registry);
    prometheus::Family<prometheus::Counter>& shed =
        prometheus::BuildCounter()
            .Name("casebridge_upstream_shed_total")
            .Help("Calls that never left for an upstream, by reason.")
            .Register(registry);
    prometheus::Family<prometheus::Gauge>& breaker =
        prometheus::BuildGauge()
            .Name("casebridge_upstream_breaker_state")
            .Help("1 for the state that an upstream's breaker is in.")
            .Register(registry);
    prometheus::Family<prometheus::Gauge>& waiting =
        prometheus::BuildGauge()
            .Name("casebridge_upstream_waiting_calls")
            .Help("Calls that wait for a connection to an upstream.")
            .Register(registry);
    prometheus::Family<prometheus::Counter>& losses =
        prometheus::BuildCounter()
            .Name("casebridge_mapping_loss_total")
            .Help("Values that a translation could not keep, by ledger code.")
            .Register(registry);
    prometheus::Family<prometheus::Counter>& filters = prometheus::BuildCounter()
                                                           .Name("casebridge_filter_evaluations_total")
                                                           .Help("Lists by how their filter was evaluated.")
                                                           .Register(registry);
    prometheus::Family<prometheus::Counter>& reloads =
        prometheus::BuildCounter()
            .Name("casebridge_reloads_total")
            .Help("Reloads of configuration and tables, by outcome.")
            .Register(registry);
    prometheus::Family<prometheus::Counter>& refused =
        prometheus::BuildCounter()
            .Name("casebridge_refused_total")
            .Help("Requests refused before they reached an upstream, by failure code.")
            .Register(registry);
    prometheus::Family<prometheus::Counter>& exceptions =
        prometheus::BuildCounter()
            .Name("casebridge_handler_exceptions_total")
            .Help("Requests answered 500 because of an exception: each one a bug.")
            .Register(registry);
    prometheus::Family<prometheus::Counter>& connections =
        prometheus::BuildCounter()
            .Name("casebridge_connections_total")
            .Help("Connections from clients, by what became of them.")
            .Register(registry);
    prometheus::Family<prometheus::Gauge>& sessions = prometheus::BuildGauge()
                                                          .Name("http_server_open_connections")
                                                          .Help("Open connections from clients.")
                                                          .Register(registry);
    prometheus::Family<prometheus::Counter>& dropped =
        prometheus::BuildCounter()
            .Name("casebridge_log_lines_dropped_total")
            .Help("Log lines lost because nobody read them in time.")
            .Register(registry);
    prometheus::Family<prometheus::Gauge>& build =
        prometheus::BuildGauge().Name("build_info").Help("1, with the version as labels.").Register(registry);
};

families& all() {
    static auto& f = *new families;  // outlives every thread that may still record
    return f;
}

using label = std::pair<const char*, std::string_view>;

// The calling thread's own table from label values to one family's series.
template <class Metric>
class series_cache {
public:
    template <class... Extra>
    Metric& get(prometheus::Family<Metric>& family, std::initializer_list<label> labels,
                const Extra&... extra) {
        key_.clear();
        for (const label& l : labels) key_.append(l.second).push_back('\x1f');
        if (const auto found = known_.find(key_); found != known_.end()) return *found->second;
        prometheus::Labels named;
        const bool full = known_.size() >= max_series;
        for (const label& l : labels) named.emplace(l.first, full ? "_OTHER" : std::string(l.second));
        Metric& made = family.Add(named, extra...);
        if (!full) known_.emplace(key_, &made);
        return made;
    }

private:
    std::string key_;
    std::unordered_map<std::string, Metric*> known_;
};

template <class Metric, int Family>
series_cache<Metric>& cache() {
    thread_local series_cache<Metric> c;
    return c;
}

enum family_index {
    served_,
    active_,
    per_request_,
    sent_,
    open_,
    retries_,
    shared_,
    shed_,
    breaker_,
    waiting_,
    losses_,
    filters_,
    reloads_,
    refused_,
    exceptions_,
    connections_,
    sessions_
};

std::string_view known_method(std::string_view method) {
    return std::find(methods.begin(), methods.end(), method) != methods.end() ? method : "_OTHER";
}

double seconds(std::chrono::nanoseconds d) { return std::chrono::duration<double>(d).count(); }

}  // namespace

void record(const served_request& r) {
    auto& f = all();
    const std::string_view route = r.route.empty() ? "none" : r.route;
    const std::string status = std::to_string(r.status);
    cache<prometheus::Histogram, served_>()
        .get(f.served,
             {{"bridge", r.bridge},
              {"http_request_method", known_method(r.method)},
              {"http_response_status_code", status},
              {"http_route", route}},
             seconds_buckets())
        .Observe(seconds(r.duration));
    cache<prometheus::Histogram, per_request_>()
        .get(f.calls_per_request, {{"bridge", r.bridge}, {"http_route", route}}, call_buckets())
        .Observe(r.upstream_requests);
}

void add_active_requests(std::string_view bridge, int change) {
    cache<prometheus::Gauge, active_>().get(all().active, {{"bridge", bridge}}).Increment(change);
}

void record(const upstream_request& r) {
    const std::string status = r.status == 0 ? std::string() : std::to_string(r.status);
    cache<prometheus::Histogram, sent_>()
        .get(all().sent,
             {{"upstream", r.upstream},
              {"http_request_method", known_method(r.method)},
              {"http_response_status_code", status},
              {"error_type", r.error}},
             seconds_buckets())
        .Observe(seconds(r.duration));
}

void count_upstream_retry(std::string_view upstream, std::uint64_t times) {
    cache<prometheus::Counter, retries_>()
        .get(all().retries, {{"upstream", upstream}})
        .Increment(static_cast<double>(times));
}

void count_upstream_shared(std::string_view upstream, std::uint64_t times) {
    cache<prometheus::Counter, shared_>()
        .get(all().shared, {{"upstream", upstream}})
        .Increment(static_cast<double>(times));
}

void count_upstream_shed(std::string_view upstream, std::string_view reason, std::uint64_t times) {
    cache<prometheus::Counter, shed_>()
        .get(all().shed, {{"upstream", upstream}, {"reason", reason}})
        .Increment(static_cast<double>(times));
}

void set_breaker_state(std::string_view upstream, breaker_state now) {
    for (std::size_t i = 0; i < breaker_states.size(); ++i)
        cache<prometheus::Gauge, breaker_>()
            .get(all().breaker, {{"upstream", upstream}, {"state", breaker_states[i]}})
            .Set(i == static_cast<std::size_t>(now) ? 1 : 0);
}

void add_pool(std::string_view upstream, int open, int idle, int waiting) {
    auto& f = all();
    auto& connections = cache<prometheus::Gauge, open_>();
    connections.get(f.open, {{"upstream", upstream}, {"http_connection_state", "active"}})
        .Increment(open - idle);
    connections.get(f.open, {{"upstream", upstream}, {"http_connection_state", "idle"}}).Increment(idle);
    cache<prometheus::Gauge, waiting_>().get(f.waiting, {{"upstream", upstream}}).Increment(waiting);
}

void count_loss(std::string_view code, std::uint64_t times) {
    cache<prometheus::Counter, losses_>()
        .get(all().losses, {{"code", code}})
        .Increment(static_cast<double>(times));
}

void count_filter(std::string_view bridge, std::string_view evaluation, std::uint64_t times) {
    cache<prometheus::Counter, filters_>()
        .get(all().filters, {{"bridge", bridge}, {"evaluation", evaluation}})
        .Increment(static_cast<double>(times));
}

void count_reload(std::string_view outcome, std::uint64_t times) {
    cache<prometheus::Counter, reloads_>()
        .get(all().reloads, {{"outcome", outcome}})
        .Increment(static_cast<double>(times));
}

void count_refused(std::string_view reason, std::uint64_t times) {
    cache<prometheus::Counter, refused_>()
        .get(all().refused, {{"reason", reason}})
        .Increment(static_cast<double>(times));
}

void count_exceptions(std::string_view bridge, std::uint64_t times) {
    cache<prometheus::Counter, exceptions_>()
        .get(all().exceptions, {{"bridge", bridge}})
        .Increment(static_cast<double>(times));
}

void count_connections(std::string_view bridge, std::string_view outcome, std::uint64_t times) {
    cache<prometheus::Counter, connections_>()
        .get(all().connections, {{"bridge", bridge}, {"outcome", outcome}})
        .Increment(static_cast<double>(times));
}

void set_open_sessions(std::string_view bridge, std::size_t open) {
    cache<prometheus::Gauge, sessions_>()
        .get(all().sessions, {{"bridge", bridge}})
        .Set(static_cast<double>(open));
}

void set_build_info(std::string_view version, std::string_view bundle) {
    static prometheus::Gauge* last = nullptr;  // of the tables before a reload
    auto& f = all();
    auto& now = f.build.Add({{"version", std::string(version)}, {"bundle", std::string(bundle)}});
    if (last != nullptr && last != &now) f.build.Remove(last);
    last = &now;
    now.Set(1);
}

std::string metrics_text() {
    auto& f = all();
    auto& dropped = f.dropped.Add({});
    dropped.Increment(static_cast<double>(dropped_lines()) - dropped.Value());
    return prometheus::TextSerializer().Serialize(f.registry.Collect());
}

}  // namespace casebridge::observe
