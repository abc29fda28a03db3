#include "sandbox/run.hpp"

#include <boost/asio/signal_set.hpp>

#include <CLI/CLI.hpp>

#include <charconv>
#include <csignal>
#include <iostream>

namespace casebridge::sandbox {

namespace {

bool read_listen(const std::string& text, wire_options& out) {
    const auto colon = text.rfind(':');
    if (colon == std::string::npos) return false;
    auto host = text.substr(0, colon);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    out.address = host == "localhost" ? "127.0.0.1" : host;
    const auto r = std::from_chars(text.data() + colon + 1, text.data() + text.size(), out.port);
    return r.ec == std::errc{} && r.ptr == text.data() + text.size();
}

int complain(const std::string& what) {
    std::cerr << "casebridge-sandbox: " << what << '\n';
    return 2;
}

// A listener with its control, which must not move while the server lives.
struct running {
    control keeper;
    std::unique_ptr<wire_server> server;

    running(core c, const run_options& o)
        : keeper(std::move(c), std::chrono::milliseconds(o.latency_ms), o.one_at_a_time) {}
};

result<std::unique_ptr<running>> start(boost::asio::io_context& context, const run_options& options,
                                       const std::string& name, const std::string& listen, core c) {
    wire_options wire;
    wire.refusal = options.refusal;
    if (!read_listen(listen, wire))
        return fail(errc::invalid_configuration, "--listen takes HOST:PORT, not " + listen);
    if (!options.tls.empty()) {
        wire.certificate = options.tls[0];
        wire.key = options.tls[1];
    }
    auto out = std::make_unique<running>(std::move(c), options);
    control* const keeper = &out->keeper;
    const bool loud = !options.quiet;
    CB_TRY(out->server, wire_server::create(context, wire, [keeper, loud](exchange& e) {
               keeper->answer(e);
               if (loud)
                   std::cout << e.request.method << ' ' << e.request.target << ' ' << e.response.status
                             << std::endl;
           }));
    wire_server* const server = out->server.get();
    keeper->refuse = [server](std::chrono::milliseconds t) { server->refuse(t); };
    std::cout << name << " sandbox listening on " << (options.tls.empty() ? "http://" : "https://")
              << wire.address << ':' << server->port() << std::endl;
    return out;
}

}  // namespace

void add_run_options(CLI::App& app, run_options& into) {
    app.add_option("--listen", into.listen, "address and port; port 0 picks one")->capture_default_str();
    app.add_option("--tls", into.tls, "certificate and key, PEM files")
        ->expected(2)
        ->check(CLI::ExistingFile);
    app.add_option("--latency", into.latency_ms, "milliseconds before each answer");
    app.add_flag("--one-at-a-time", into.one_at_a_time, "requests wait for each other's latency");
    app.add_option("--fault", into.faults, "misbehave; repeatable, see below");
    app.add_flag("--quiet", into.quiet, "no line per request");
}

int run(const run_options& options, core c, std::vector<second_listener> others) {
    boost::asio::io_context context(1);
    // Before anybody is told that we listen: who is told may send one at once.
    boost::asio::signal_set stop(context, SIGTERM, SIGINT);
    std::vector<std::unique_ptr<running>> listeners;
    others.insert(others.begin(), {options.name, options.listen, std::move(c)});
    for (second_listener& o : others) {
        auto one = start(context, options, o.name, o.listen, std::move(o.what));
        if (one.has_error()) return complain(one.error().detail);
        listeners.push_back(std::move(one).value());
    }
    stop.async_wait([&context](boost::system::error_code, int) { context.stop(); });
    for (const auto& f : options.faults)
        if (!listeners.front()->keeper.add_fault(f)) return complain("--fault: cannot read " + f);
    context.run();
    return 0;
}

}  // namespace casebridge::sandbox
