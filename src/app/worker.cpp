#include "app/worker.hpp"

#include "observe/log.hpp"
#include "server/budget.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <cstdlib>
#include <exception>

namespace casebridge::app {
namespace {

// Of a listener's options those that a reload may change.
server::options renewed_options(const config::settings& settings, const config::bridge_settings& b) {
    server::options out;
    out.tls = b.tls;
    out.bounds = settings.limits;
    out.access_log = settings.access_log;
    return out;
}

server::options listener_options(const config::settings& settings, const config::bridge_settings& b,
                                 socket_plan& plan) {
    if (!plan.budget) {
        plan.budget = std::make_shared<server::connection_budget>(
            settings.limits.max_connections, settings.limits.max_connections_per_address);
        plan.port = b.listen.port;
    }
    server::options out = renewed_options(settings, b);
    out.name = b.name;
    out.address = b.listen.address;
    out.port = plan.port;
    out.budget = plan.budget;
    return out;
}

}  // namespace

result<void> worker::bind(const config::settings& settings, const std::shared_ptr<const shared>& all,
                          socket_plans& plans) {
    for (const config::bridge_settings& b : settings.bridges) {
        served s;
        s.bridge = b.name;
        CB_TRY(auto built, make_bridge(all, b, context_, {}));
        s.handler = std::make_unique<current_bridge>(b.name, std::move(built.handler));
        s.links = std::move(built.links);
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

result<worker::generation> worker::prepare(const config::settings& settings,
                                           const std::shared_ptr<const shared>& all) {
    generation out;
    result<void> ok;
    for (const served& s : served_) {
        const auto b =
            std::find_if(settings.bridges.begin(), settings.bridges.end(),
                         [&](const config::bridge_settings& each) { return each.name == s.bridge; });
        next_bridge next;
        ok = build_next(settings, all, *b, s, next);
        out.push_back(std::move(next));
        if (ok.has_error()) break;
    }
    if (ok.has_value()) return out;
    discard(std::move(out));
    return ok.error();
}

result<void> worker::build_next(const config::settings& settings, const std::shared_ptr<const shared>& all,
                                const config::bridge_settings& b, const served& now, next_bridge& next) {
    CB_TRY(next.facade, make_bridge(all, b, context_, now.links));
    CB_TRY(next.renew_listener, now.listener->renew(renewed_options(settings, b)));
    return {};
}

void worker::adopt(generation next, std::function<void()> done) {
    boost::asio::post(context_, [this, next = std::move(next), done = std::move(done)]() mutable {
        for (std::size_t i = 0; i < served_.size(); ++i) {
            served_[i].handler->replace(std::move(next[i].facade.handler));
            served_[i].links = std::move(next[i].facade.links);
            next[i].renew_listener();
        }
        next.clear();
        done();
    });
}

void worker::discard(generation unwanted) {
    boost::asio::post(context_, [unwanted = std::move(unwanted)]() mutable { unwanted.clear(); });
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
        for (served& s : served_) {
            s.handler.reset();
            s.links.clear();
        }
        work_.reset();
    });
}

void worker::join() {
    context_.stop();
    if (thread_.joinable()) thread_.join();
}

}  // namespace casebridge::app
