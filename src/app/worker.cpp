#include "app/worker.hpp"

#include "app/observed.hpp"
#include "observe/log.hpp"
#include "server/budget.hpp"

#include <boost/asio/post.hpp>

#include <cstdlib>
#include <exception>

namespace casebridge::app {
namespace {

server::options listener_options(const config::settings& settings, const config::bridge_settings& b,
                                 socket_plan& plan) {
    if (!plan.budget) {
        plan.budget = std::make_shared<server::connection_budget>(
            settings.limits.max_connections, settings.limits.max_connections_per_address);
        plan.port = b.listen.port;
    }
    server::options out;
    out.name = b.name;
    out.address = b.listen.address;
    out.port = plan.port;
    out.tls = b.tls;
    out.bounds = settings.limits;
    out.access_log = settings.access_log;
    out.budget = plan.budget;
    return out;
}

}  // namespace

result<void> worker::bind(const config::settings& settings, const std::shared_ptr<const shared>& all,
                          socket_plans& plans) {
    for (const config::bridge_settings& b : settings.bridges) {
        served s;
        s.bridge = b.name;
        CB_TRY(auto facade, make_bridge(all, b, context_));
        s.handler = std::make_unique<observed>(b.name, std::move(facade));
        socket_plan& plan = plans[b.name];
        CB_TRY(s.listener,
               server::listener::create(context_, listener_options(settings, b, plan), *s.handler));
        plan.port = s.listener->port();
        served_.push_back(std::move(s));
    }
    return {};
}

void worker::start() {
    for (const served& s : served_) s.listener->start();
    thread_ = std::thread([this] {
        try {
            context_.run();
        } catch (const std::exception& e) {
            // A bug: nothing may leave a coroutine this way. Going on half alive would be worse.
            observe::log(observe::level::error, "worker thread failed",
                         {{"what", std::string_view(e.what())}});
            observe::flush();
            std::abort();
        }
        finished_ = true;
    });
}

void worker::drain() {
    for (const served& s : served_) s.listener->drain();
}

void worker::close_sessions() {
    for (const served& s : served_) s.listener->close_all();
}

std::size_t worker::open_sessions() const {
    std::size_t open = 0;
    for (const served& s : served_) open += s.listener->open_sessions();
    return open;
}

void worker::release() {
    boost::asio::post(context_, [this] {
        for (served& s : served_) s.handler.reset();
        work_.reset();
    });
}

void worker::join() {
    context_.stop();
    if (thread_.joinable()) thread_.join();
}

}  // namespace casebridge::app
