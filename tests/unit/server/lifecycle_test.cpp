// Deadlines, caps, drain, and how a listener begins and ends.
#include "unit/http/gate_rows.hpp"
#include "unit/server/fixture.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <boost/asio/post.hpp>

#include <netinet/in.h>
#include <sys/socket.h>

#include <atomic>
#include <bit>
#include <thread>

using namespace casebridge;
using namespace casebridge::test;
namespace data = boost::unit_test::data;
using namespace std::chrono_literals;

namespace {

const bool both[] = {false, true};

std::function<void(server::options&)> with(bool tls, const std::function<void(server::limits&)>& change) {
    return [tls, change](server::options& o) {
        if (tls) o.tls = make_certificate();
        change(o.bounds);
    };
}

std::chrono::steady_clock::duration since(std::chrono::steady_clock::time_point start) {
    return std::chrono::steady_clock::now() - start;
}

std::uint16_t local_port(int fd) {
    sockaddr_in name{};
    socklen_t length = sizeof name;
    return ::getsockname(fd, std::bit_cast<sockaddr*>(&name), &length) == 0 ? ntohs(name.sin_port) : 0;
}

// The descriptor of this process that listens on the port.
int listening_socket(std::uint16_t port) {
    for (int fd = 0; fd < 256; ++fd) {
        int listens = 0;
        socklen_t size = sizeof listens;
        const bool is_socket = ::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0;
        if (is_socket && listens == 1 && local_port(fd) == port) return fd;
    }
    return -1;
}

std::uint64_t refusals(const running& s, server::refusal kind) {
    return s.listener->stats().refused[static_cast<std::size_t>(kind)];
}

std::uint64_t endings(const running& s, server::ending how) {
    return s.listener->stats().ended[static_cast<std::size_t>(how)];
}

// Keeps the event loop busy for 100 ms at a time, again and again.
void block(boost::asio::io_context& context, const std::atomic<bool>& busy) {
    boost::asio::post(context, [&context, &busy] {
        if (!busy) return;
        std::this_thread::sleep_for(100ms);
        block(context, busy);
    });
}

// Sends a byte every 10 ms until the server says something or is gone.
void drip(client& c, std::atomic<bool>& stop) {
    while (!stop && c.send("x")) std::this_thread::sleep_for(10ms);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(deadlines)

// The handshake has the same time.
BOOST_DATA_TEST_CASE(a_slow_head_is_a_408, data::make(both), tls) {
    with_enough_time([tls](std::chrono::milliseconds time) -> std::string {
        running s(with(tls, [time](auto& l) { l.head_timeout = time; }));
        auto c = s.connect();
        const auto start = std::chrono::steady_clock::now();
        c.send("GET /echo HTTP/1.1\r\nHo");
        const auto a = c.read();
        BOOST_REQUIRE(a.has_value());
        BOOST_TEST(a->status == 408u);
        BOOST_TEST((since(start) >= time));
        BOOST_TEST((since(start) < patience));
        BOOST_TEST(c.is_closed());
        return {};
    });
}

// The deadline is absolute: a byte now and then does not move it.
BOOST_AUTO_TEST_CASE(dripping_bytes_do_not_extend_the_head) {
    running s([](auto& o) { o.bounds.head_timeout = 150ms; });
    auto c = s.connect();
    c.send("GET /echo HTTP/1.1\r\nHost: a\r\nX-Drip: ");
    const auto start = std::chrono::steady_clock::now();
    std::atomic<bool> stop{false};
    std::thread dripper(drip, std::ref(c), std::ref(stop));
    const auto a = c.read();
    stop = true;
    dripper.join();
    BOOST_REQUIRE(a.has_value());
    BOOST_TEST(a->status == 408u);
    BOOST_TEST((since(start) < patience / 2));
    BOOST_TEST(s.handler.count() == 0u);
}

BOOST_DATA_TEST_CASE(a_slow_body_is_a_408, data::make(both), tls) {
    running s(with(tls, [](auto& l) { l.request_timeout = 100ms; }));
    auto c = s.connect();
    c.send(post("Content-Length: 100\r\n") + "abc");
    BOOST_TEST(c.read().value().status == 408u);
    BOOST_TEST(c.is_closed());
    BOOST_TEST(s.handler.count() == 0u);
}

BOOST_AUTO_TEST_CASE(dripping_chunks_do_not_extend_the_body) {
    running s([](auto& o) { o.bounds.request_timeout = 150ms; });
    auto c = s.connect();
    c.send(post("Transfer-Encoding: chunked\r\n") + "100000\r\n");
    std::atomic<bool> stop{false};
    std::thread dripper(drip, std::ref(c), std::ref(stop));
    const auto a = c.read();
    stop = true;
    dripper.join();
    BOOST_REQUIRE(a.has_value());
    BOOST_TEST(a->status == 408u);
}

// Beside the absolute deadline there is a minimum rate, so that a trickle does not last until then.
BOOST_DATA_TEST_CASE(a_body_that_trickles_is_a_408_before_the_deadline, data::make(both), tls) {
    running s(with(tls, [](auto& l) {
        l.min_upload_rate = 2000;
        l.rate_window = 100ms;
        l.request_timeout = 2 * patience;
    }));
    auto c = s.connect();
    c.send(post("Content-Length: 100000\r\n"));
    std::atomic<bool> stop{false};
    std::thread dripper(drip, std::ref(c), std::ref(stop));  // 100 bytes a second
    BOOST_TEST(eventually([&] { return refusals(s, server::refusal::slow_upload) == 1; }));
    stop = true;
    dripper.join();
    BOOST_TEST(c.read().value().status == 408u);
    BOOST_TEST(s.handler.count() == 0u);
}

BOOST_AUTO_TEST_CASE(chunk_headers_are_no_progress) {
    running s([](auto& o) {
        o.bounds.min_upload_rate = 10;
        o.bounds.rate_window = 150ms;
    });
    auto c = s.connect();
    c.send(post("Transfer-Encoding: chunked\r\n") + "3\r\nabc\r\n");
    BOOST_TEST(c.read().value().status == 408u);
    BOOST_TEST(refusals(s, server::refusal::slow_upload) == 1u);
}

BOOST_AUTO_TEST_CASE(a_body_that_comes_fast_enough_is_served) {
    with_enough_time([](std::chrono::milliseconds window) -> std::string {
        running s([window](auto& o) {
            o.bounds.min_upload_rate = 500;
            o.bounds.rate_window = window;
            o.bounds.request_timeout = 2 * patience;
        });
        auto c = s.connect();
        c.send(post("Transfer-Encoding: chunked\r\n"));
        const auto start = std::chrono::steady_clock::now();
        while (since(start) < 4 * window) {
            c.send("c8\r\n" + std::string(200, 'x') + "\r\n");
            std::this_thread::sleep_for(10ms);
        }
        c.send("0\r\n\r\n");
        const auto status = c.read().value().status;
        return status == 200 ? "" : "status " + std::to_string(status);
    });
}

BOOST_DATA_TEST_CASE(an_idle_connection_is_closed_without_a_word, data::make(both), tls) {
    with_enough_time([tls](std::chrono::milliseconds time) -> std::string {
        running s(with(tls, [time](auto& l) { l.idle_timeout = time; }));
        auto fresh = s.connect();
        auto used = s.connect();
        used.send(get("/echo"));
        const auto a = used.read();
        if (!a.has_value()) return "closed before the first request came";
        BOOST_TEST(a->status == 200u);
        BOOST_TEST(used.is_closed());
        BOOST_TEST(fresh.is_closed());
        BOOST_TEST(endings(s, server::ending::idle_timeout) == 2u);
        return {};
    });
}

// A while after its last request a connection gives its buffers back; the next request finds others.
BOOST_DATA_TEST_CASE(a_connection_is_served_after_a_pause, data::make(both), tls) {
    running s(with(tls, [](auto&) {}));
    auto c = s.connect();
    for (int i = 0; i < 3; ++i) {
        c.send(post("Content-Length: 3\r\n") + "abc");
        BOOST_TEST(c.read().value().body == "POST /echo abc");
        std::this_thread::sleep_for(220ms);
    }
    c.send(get("/1") + get("/2") + "GET /3 HTT");
    BOOST_TEST(c.read().value().body == "GET /1 ");
    BOOST_TEST(c.read().value().body == "GET /2 ");
    std::this_thread::sleep_for(220ms);
    c.send("P/1.1\r\nHost: a\r\n\r\n");
    BOOST_TEST(c.read().value().body == "GET /3 ");
    BOOST_TEST(s.handler.count() == 6u);
}

BOOST_DATA_TEST_CASE(a_parked_connection_notices_its_client_leaving, data::make(both), tls) {
    running s(with(tls, [](auto&) {}));
    {
        auto c = s.connect();
        c.send(get("/echo"));
        BOOST_TEST(c.read().value().status == 200u);
        std::this_thread::sleep_for(220ms);
    }
    BOOST_TEST(eventually([&] { return s.listener->open_sessions() == 0; }));
    BOOST_TEST(endings(s, server::ending::idle_timeout) == 0u);
}

BOOST_DATA_TEST_CASE(a_reader_that_does_not_read_is_cut_off, data::make(both), tls) {
    running s(with(tls, [](auto& l) { l.answer_timeout = 150ms; }));
    auto c = s.connect();
    c.shrink_receive_buffer();
    c.send(get("/big"));
    BOOST_TEST(eventually([&] { return s.listener->stats().writes_failed == 1; }));
    BOOST_TEST(eventually([&] { return s.listener->open_sessions() == 0; }));
    BOOST_TEST(endings(s, server::ending::answer_timeout) == 1u);
}

BOOST_DATA_TEST_CASE(a_reader_below_the_rate_is_cut_off_before_the_deadline, data::make(both), tls) {
    running s(with(tls, [](auto& l) {
        l.min_download_rate = 1000;
        l.rate_window = 100ms;
    }));
    auto c = s.connect();
    c.shrink_receive_buffer();
    c.send(get("/big"));
    BOOST_TEST(eventually([&] { return endings(s, server::ending::slow_reader) == 1; }));
    BOOST_TEST(eventually([&] { return s.listener->open_sessions() == 0; }));
    BOOST_TEST(s.listener->stats().writes_failed == 1u);
}

// The kernel's own buffer hides a slow reader's progress from write(); what has left is what counts.
BOOST_AUTO_TEST_CASE(a_slow_but_steady_reader_is_served) {
    with_enough_time([](std::chrono::milliseconds window) -> std::string {
        running s([window](auto& o) {
            o.bounds.min_download_rate = 100 * 1024;
            o.bounds.rate_window = window;
            o.bounds.answer_timeout = 2 * patience;
        });
        auto c = s.connect();
        c.send(get("/big"));
        const auto a = c.read_slowly(64 * 1024, 5ms);
        if (!a.has_value()) return "cut off";
        BOOST_TEST(a->body.size() == 8u * 1024 * 1024);
        return {};
    });
}

BOOST_AUTO_TEST_CASE(a_handshake_that_does_not_happen_is_cut_off) {
    running s(with(true, [](auto& l) { l.head_timeout = 100ms; }));
    client silent(s.port());
    BOOST_TEST(silent.is_closed());
    client wrong(s.port());
    wrong.send(get("/echo"));
    BOOST_TEST(wrong.read_to_end().has_value());
    BOOST_TEST(s.listener->stats().tls_failures == 2u);
    BOOST_TEST(s.handler.count() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(caps)

BOOST_AUTO_TEST_CASE(a_connection_serves_so_many_requests_and_no_more) {
    running s([](auto& o) { o.bounds.max_requests_per_connection = 3; });
    auto c = s.connect();
    c.send(get("/1") + get("/2") + get("/3") + get("/4"));
    BOOST_TEST(!c.read().value().has("Connection"));
    BOOST_TEST(!c.read().value().has("Connection"));
    BOOST_TEST(c.read().value().field("Connection") == "close");
    BOOST_TEST(c.is_closed());
    BOOST_TEST(s.handler.count() == 3u);
    BOOST_TEST(endings(s, server::ending::requests_spent) == 1u);
}

BOOST_DATA_TEST_CASE(an_address_has_so_many_connections, data::make(both), tls) {
    running s(with(tls, [](auto& l) { l.max_connections_per_address = 2; }));
    {
        auto one = s.connect();
        auto two = s.connect();
        one.send(get("/echo"));
        BOOST_TEST(one.read().value().status == 200u);
        auto three = s.connect();
        BOOST_TEST(three.read().value().status == 503u);
        BOOST_TEST(refusals(s, server::refusal::too_many_connections) == 1u);
        BOOST_TEST(s.listener->stats().connections_over_address == 1u);
        two.send(get("/echo"));
        BOOST_TEST(two.read().value().status == 200u);
    }
    BOOST_TEST(eventually([&] { return s.listener->open_sessions() == 0; }));
    auto again = s.connect();
    again.send(get("/echo"));
    BOOST_TEST(again.read().value().status == 200u);
}

// Exhausting descriptors would blind the sanitizers, so accept() is made to fail by shutting the
// listening socket down: the loop must pause instead of spinning, and go on when accept() works again.
BOOST_AUTO_TEST_CASE(a_failing_accept_is_survived_without_spinning) {
    running s;
    const int listening = listening_socket(s.port());
    BOOST_REQUIRE(listening >= 0);
    const auto start = std::chrono::steady_clock::now();
    ::shutdown(listening, SHUT_RD);
    BOOST_TEST(eventually([&] { return s.listener->stats().accept_errors > 0; }));
    std::this_thread::sleep_for(50ms);
    const auto errors = s.listener->stats().accept_errors;
    BOOST_TEST(errors <= 3u + static_cast<std::uint64_t>(since(start) / 100ms));
    BOOST_REQUIRE(::listen(listening, 16) == 0);
    client c(local_port(listening));  // a new one, where port 0 was asked for
    c.send(get("/echo"));
    BOOST_TEST(c.read().value().status == 200u);
}

// One budget for the listeners of all threads.
BOOST_AUTO_TEST_CASE(listeners_share_a_budget) {
    const auto budget = std::make_shared<server::connection_budget>(1, 10);
    const auto shared = [&](server::options& o) { o.budget = budget; };
    running a(shared);
    running b(shared);
    auto one = a.connect();
    one.send(get("/echo"));
    BOOST_TEST(one.read().value().status == 200u);
    auto two = b.connect();
    const auto refused = two.read().value();
    BOOST_TEST(refused.status == 503u);
    BOOST_TEST(refused.body == "overloaded 1");
    BOOST_TEST(b.listener->stats().connections_over_total == 1u);
}

BOOST_DATA_TEST_CASE(requests_beyond_those_in_flight_are_shed, data::make(both), tls) {
    running s(with(tls, [](auto& l) { l.max_requests_in_flight = 1; }));
    auto busy = s.connect();
    busy.send(get("/wait"));
    BOOST_REQUIRE(eventually([&] { return s.handler.count() == 1; }));
    auto other = s.connect();
    other.send(get("/echo"));
    const auto shed = other.read().value();
    BOOST_TEST(shed.status == 503u);
    BOOST_TEST(shed.body == "overloaded 1");
    BOOST_TEST(!shed.has("Connection"));
    s.handler.go_on();
    BOOST_TEST(busy.read().value().status == 200u);
    other.send(get("/echo"));
    BOOST_TEST(other.read().value().status == 200u);
    BOOST_TEST(refusals(s, server::refusal::in_flight) == 1u);
    BOOST_TEST(s.handler.count() == 2u);
}

BOOST_AUTO_TEST_CASE(a_body_to_come_is_not_awaited_only_to_be_shed) {
    running s([](auto& o) { o.bounds.max_requests_in_flight = 1; });
    auto busy = s.connect();
    busy.send(get("/wait"));
    BOOST_REQUIRE(eventually([&] { return s.handler.count() == 1; }));
    auto other = s.connect();
    other.send(post("Content-Length: 1000\r\nExpect: 100-continue\r\n"));
    const auto shed = other.read().value();
    BOOST_TEST(shed.status == 503u);
    BOOST_TEST(shed.field("Connection") == "close");
    BOOST_TEST(other.is_closed());
    auto third = s.connect();
    third.send(post("Content-Length: 3\r\n") + "abc");
    BOOST_TEST(third.read().value().status == 503u);
    s.handler.go_on();
    BOOST_TEST(busy.read().value().status == 200u);
    third.send(get("/echo"));
    BOOST_TEST(third.read().value().status == 200u);
}

BOOST_AUTO_TEST_CASE(an_event_loop_that_comes_late_sheds_until_it_has_caught_up) {
    running s([](auto& o) {
        o.bounds.max_lag = 20ms;
        o.bounds.max_requests_per_connection = 1000000;
    });
    auto c = s.connect();
    unsigned shed = 0;
    const auto is_shed = [&] {
        c.send(get("/echo"));
        const bool refused = c.read().value().status == 503;
        if (refused) ++shed;
        return refused;
    };
    std::atomic<bool> busy{true};
    block(s.context, busy);
    BOOST_TEST(eventually(is_shed));
    busy = false;
    BOOST_TEST(eventually([&] { return !is_shed(); }));
    BOOST_TEST(refusals(s, server::refusal::lag) == shed);
}

BOOST_AUTO_TEST_CASE(a_listener_that_does_not_shed_answers_anyway) {
    running s([](auto& o) {
        o.sheds = false;
        o.bounds.max_requests_in_flight = 1;
    });
    auto busy = s.connect();
    busy.send(get("/wait"));
    BOOST_REQUIRE(eventually([&] { return s.handler.count() == 1; }));
    auto other = s.connect();
    other.send(get("/echo"));
    BOOST_TEST(other.read().value().status == 200u);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(lifecycle)

BOOST_DATA_TEST_CASE(drain_finishes_what_is_under_way_and_closes_the_rest, data::make(both), tls) {
    running s(with(tls, [](auto&) {}));
    auto idle = s.connect();
    idle.send(get("/echo"));
    BOOST_TEST(idle.read().value().status == 200u);
    auto busy = s.connect();
    busy.send(get("/wait") + get("/never"));
    BOOST_REQUIRE(eventually([&] { return s.handler.count() == 2; }));
    s.listener->drain();
    BOOST_TEST(idle.is_closed());
    s.handler.go_on();
    const auto a = busy.read().value();
    BOOST_TEST(a.status == 200u);
    BOOST_TEST(a.field("Connection") == "close");
    BOOST_TEST(busy.is_closed());
    BOOST_TEST(eventually([&] { return s.listener->open_sessions() == 0; }));
    BOOST_TEST(s.handler.count() == 2u);
    BOOST_CHECK_THROW(client(s.port()), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(drain_still_serves_who_has_just_connected) {
    // It has a quarter of a second, which is not ours to change: a busy machine gets more than one chance.
    for (int chances = 20; chances > 0; --chances) {
        running s;
        auto idle = s.connect();
        idle.send(get("/echo"));
        BOOST_TEST(idle.read().value().status == 200u);
        auto fresh = s.connect();
        BOOST_REQUIRE(eventually([&] { return s.listener->open_sessions() == 2; }));
        s.listener->drain();
        BOOST_TEST(idle.is_closed());
        fresh.send(get("/echo"));
        const auto a = fresh.read();
        if (!a.has_value()) continue;
        BOOST_TEST(a->status == 200u);
        BOOST_TEST(a->field("Connection") == "close");
        return;
    }
    BOOST_ERROR("nobody was served");
}

BOOST_AUTO_TEST_CASE(the_context_runs_dry_after_a_drain) {
    boost::asio::io_context context{1};
    steered_handler handler;
    auto made = server::listener::create(context, {}, handler);
    made.value()->start();
    made.value()->drain();
    context.run();  // returns, or the test never ends
    BOOST_TEST(made.value()->open_sessions() == 0u);
}

BOOST_DATA_TEST_CASE(close_all_ends_every_session_at_once, data::make(both), tls) {
    running s(with(tls, [](auto&) {}));
    auto idle = s.connect();
    auto midway = s.connect();
    midway.send("GET /ec");
    auto busy = s.connect();
    busy.send(get("/wait"));
    BOOST_REQUIRE(eventually([&] { return s.handler.count() == 1 && s.listener->open_sessions() == 3; }));
    s.listener->close_all();
    BOOST_TEST(idle.is_closed());
    BOOST_TEST(midway.is_closed());
    BOOST_TEST(busy.is_closed());
    s.handler.go_on();
    BOOST_TEST(eventually([&] { return s.listener->open_sessions() == 0; }));
}

// The context may go first as long as the handler stays: sessions end with their coroutine frames.
BOOST_AUTO_TEST_CASE(sessions_may_end_with_their_context) {
    steered_handler handler;
    auto context = std::make_unique<boost::asio::io_context>(1);
    auto made = server::listener::create(*context, {}, handler);
    const auto port = made.value()->port();
    made.value()->start();
    client idle(port);
    client busy(port);
    busy.send(get("/wait"));
    while (handler.count() == 0) context->run_one();
    made.value().reset();
    context.reset();
    BOOST_TEST(idle.is_closed());
    BOOST_TEST(busy.is_closed());
}

BOOST_AUTO_TEST_CASE(two_threads_share_a_port) {
    running a;
    running b([&](auto& o) { o.port = a.port(); });
    BOOST_TEST(a.port() == b.port());
}

BOOST_AUTO_TEST_CASE(a_port_in_use_is_noticed_when_asked) {
    server::options o;
    BOOST_TEST(!server::listener::check_free(o).has_error());
    {
        running s;
        o.port = s.port();
        BOOST_TEST(server::listener::check_free(o).has_error());
    }
    BOOST_TEST(eventually([&] { return !server::listener::check_free(o).has_error(); }));
}

BOOST_AUTO_TEST_CASE(says_why_it_cannot_listen) {
    boost::asio::io_context context{1};
    steered_handler handler;
    const auto why = [&](const std::function<void(server::options&)>& change) {
        server::options o;
        change(o);
        const auto made = server::listener::create(context, o, handler);
        return made.has_error() ? std::string(to_string(made.error().code)) : std::string();
    };
    const auto pem = make_certificate();
    const auto other = make_certificate();
    BOOST_TEST(why([](auto& o) { o.address = "nowhere"; }) == "invalid_configuration");
    BOOST_TEST(why([](auto& o) { o.address = "203.0.113.1"; }) == "invalid_configuration");
    BOOST_TEST(why([](auto& o) { o.tls = {"/no/such/file", "/no/such/file"}; }) == "file_unreadable");
    BOOST_TEST(why([&](auto& o) { o.tls = {pem.certificate, other.key}; }) == "invalid_configuration");
    BOOST_TEST(why([&](auto& o) { o.tls = {pem.certificate, ""}; }) == "file_unreadable");
    BOOST_TEST(why([&](auto& o) { o.tls = pem; }) == "");
}

BOOST_AUTO_TEST_SUITE_END()
