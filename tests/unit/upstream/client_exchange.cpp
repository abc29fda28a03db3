// Whole exchanges over plain TCP: what goes on the wire, what comes back, and how connections are kept.
#include "harness.hpp"
#include "support/patience.hpp"

#include <boost/test/unit_test.hpp>

#include <future>

using namespace casebridge;
using namespace casebridge::test;
using std::chrono::milliseconds;
using upstream::answer;

BOOST_AUTO_TEST_SUITE(upstream_client_exchange)

BOOST_AUTO_TEST_CASE(get_goes_out_as_written_and_its_answer_comes_back) {
    std::promise<std::string> seen;
    scripted_server server({[&](peer& p) {
        seen.set_value(p.read_request());
        p.send(
            "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nX-Request-Id: abc\r\n"
            "Content-Length: 2\r\n\r\n{}");
    }});
    harness h(plain_options(server.port()));
    upstream::call c = get_call("/api/v3/cases?tql=name%20EQ%20%22a%22");
    c.fields = {{"Accept", "application/json"}};
    const upstream::signer sign = [](std::string_view method, std::string_view target,
                                     upstream::headers& out) {
        out.emplace_back("Authorization", std::string(method) + " " + std::string(target));
    };
    c.sign = &sign;
    const result<answer> r = h.send(c);
    BOOST_REQUIRE_MESSAGE(r.has_value(), code_of(r));
    BOOST_TEST(r->status == 404U);
    BOOST_TEST(r->content_type == "application/json");
    BOOST_TEST(r->body == "{}");
    BOOST_REQUIRE(r->find("x-request-id") != nullptr);
    BOOST_TEST(*r->find("x-request-id") == "abc");
    BOOST_TEST(r->find("x-other") == nullptr);
    BOOST_TEST(seen.get_future().get() ==
               "GET /api/v3/cases?tql=name%20EQ%20%22a%22 HTTP/1.1\r\nHost: 127.0.0.1:" +
                   std::to_string(server.port()) +
                   "\r\nAccept: application/json\r\n"
                   "Authorization: GET /api/v3/cases?tql=name%20EQ%20%22a%22\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(post_sends_its_body_with_its_length) {
    std::promise<std::string> seen;
    scripted_server server({[&](peer& p) {
        seen.set_value(p.read_request());
        p.send("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
    }});
    harness h(plain_options(server.port()));
    const std::string body(100000, 'x');
    const result<answer> r = h.post(body);
    BOOST_REQUIRE_MESSAGE(r.has_value(), code_of(r));
    BOOST_TEST(r->status == 201U);
    const std::string request = seen.get_future().get();
    BOOST_TEST(request.find("\r\nContent-Length: 100000\r\n") != std::string::npos);
    BOOST_TEST(request.ends_with("\r\n\r\n" + body));
}

BOOST_AUTO_TEST_CASE(second_call_reuses_the_connection) {
    scripted_server server({answer_all(ok("{}"))});
    harness h(plain_options(server.port()));
    BOOST_TEST(h.get().has_value());
    BOOST_TEST(h.get().has_value());
    BOOST_TEST(h.post("{}").has_value());
    BOOST_TEST(server.accepted() == 1U);
    const auto s = h.stats();
    BOOST_TEST(s.calls == 3U);
    BOOST_TEST(s.connects == 1U);
    BOOST_TEST(s.reused == 2U);
    BOOST_TEST(s.failures == 0U);
    BOOST_TEST(s.open == 1U);
    BOOST_TEST(s.idle == 1U);
}

BOOST_AUTO_TEST_CASE(chunked_answer_is_put_together_and_its_trailers_are_dropped) {
    scripted_server server(
        {answer_all("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                    "5\r\nhello\r\n6\r\n world\r\n0\r\nConnection: close\r\nX-T: 1\r\n\r\n")});
    harness h(plain_options(server.port()));
    const result<answer> r = h.get();
    BOOST_REQUIRE_MESSAGE(r.has_value(), code_of(r));
    BOOST_TEST(r->body == "hello world");
    BOOST_TEST(r->find("X-T") == nullptr);
}

BOOST_AUTO_TEST_CASE(answer_in_small_pieces_is_put_together) {
    scripted_server server({[](peer& p) {
        p.read_request();
        for (const char c : ok("{\"a\": 1}")) p.send(std::string_view(&c, 1));
        p.wait_for_close();
    }});
    harness h(plain_options(server.port()));
    const result<answer> r = h.get();
    BOOST_REQUIRE_MESSAGE(r.has_value(), code_of(r));
    BOOST_TEST(r->body == "{\"a\": 1}");
}

BOOST_AUTO_TEST_CASE(large_answer_arrives_whole) {
    std::string body;
    while (body.size() < 3'000'000) body += std::to_string(body.size()) + ",";
    scripted_server server({answer_all(ok(body))});
    harness h(plain_options(server.port()));
    const result<answer> r = h.get();
    BOOST_REQUIRE_MESSAGE(r.has_value(), code_of(r));
    BOOST_TEST((r->body == body));
    BOOST_TEST(h.get().has_value());
    BOOST_TEST(server.accepted() == 1U);
}

BOOST_AUTO_TEST_CASE(interim_answers_are_passed_over) {
    scripted_server server(
        {answer_all("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ok("[1]"))});
    harness h(plain_options(server.port()));
    const result<answer> r = h.get();
    BOOST_REQUIRE_MESSAGE(r.has_value(), code_of(r));
    BOOST_TEST(r->status == 200U);
    BOOST_TEST(r->body == "[1]");
    BOOST_TEST(r->find("Link") == nullptr);
    BOOST_TEST(h.stats().idle == 1U);
}

BOOST_AUTO_TEST_CASE(head_has_no_body_and_keeps_the_connection) {
    scripted_server server({answer_all("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n")});
    harness h(plain_options(server.port()));
    upstream::call c = get_call();
    c.method = "HEAD";
    const result<answer> r = h.send(c);
    BOOST_REQUIRE_MESSAGE(r.has_value(), code_of(r));
    BOOST_TEST(r->body.empty());
    BOOST_TEST(h.stats().idle == 1U);
}

BOOST_AUTO_TEST_CASE(connection_close_is_honoured) {
    scripted_server server(
        {answer_once("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")});
    harness h(plain_options(server.port()));
    BOOST_TEST(h.get().has_value());
    BOOST_TEST(h.stats().open == 0U);
    BOOST_TEST(h.get().has_value());
    BOOST_TEST(server.accepted() == 2U);
}

BOOST_AUTO_TEST_CASE(answer_without_length_ends_with_the_connection) {
    scripted_server server({[](peer& p) {
        p.read_request();
        p.send("HTTP/1.1 200 OK\r\n\r\nall of it");
    }});
    harness h(plain_options(server.port()));
    const result<answer> r = h.get();
    BOOST_REQUIRE_MESSAGE(r.has_value(), code_of(r));
    BOOST_TEST(r->body == "all of it");
    BOOST_TEST(h.stats().open == 0U);
}

BOOST_AUTO_TEST_CASE(bytes_beyond_the_answer_never_reach_the_next_call) {
    scripted_server server({answer_once(ok("first") + ok("poison")), answer_once(ok("second"))});
    harness h(plain_options(server.port()));
    BOOST_TEST(h.get().value().body == "first");
    BOOST_TEST(h.get().value().body == "second");
    BOOST_TEST(server.accepted() == 2U);
}

BOOST_AUTO_TEST_CASE(late_bytes_on_an_idle_connection_never_reach_the_next_call) {
    std::promise<void> taken, poisoned;
    scripted_server server({[&](peer& p) {
                                p.read_request();
                                p.send(ok("first"));
                                taken.get_future().wait_for(patience);
                                p.send(ok("poison"));
                                p.wait_for_arrival();
                                poisoned.set_value();
                                p.wait_for_close();
                            },
                            answer_once(ok("second"))});
    harness h(plain_options(server.port()));
    BOOST_TEST(h.get().value().body == "first");
    BOOST_TEST(h.stats().idle == 1U);
    taken.set_value();
    poisoned.get_future().wait_for(patience);
    BOOST_TEST(h.get().value().body == "second");
}

BOOST_AUTO_TEST_CASE(body_of_an_answer_that_has_none_is_not_read_as_the_next_answer) {
    for (const unsigned status : {204U, 304U}) {
        scripted_server server(
            {answer_once("HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Length: 5\r\n\r\nextra"),
             answer_once(ok("second"))});
        harness h(plain_options(server.port()));
        BOOST_TEST(h.get().value().status == status);
        BOOST_TEST(h.get().value().body == "second");
        BOOST_TEST(server.accepted() == 2U);
    }
}

BOOST_AUTO_TEST_CASE(host_name_is_resolved_once_and_not_per_connection) {
    scripted_server server(
        {answer_once("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")});
    auto opts = plain_options(server.port());
    opts.host = "localhost";
    harness h(opts);
    for (int i = 0; i < 3; ++i) {
        const result<answer> r = h.get();
        BOOST_TEST(r.has_value(), code_of(r));
    }
    BOOST_TEST(server.accepted() == 3U);
    BOOST_TEST(h.stats().lookups == 1U);
}

BOOST_AUTO_TEST_CASE(host_name_is_looked_up_again_after_its_time_and_address_literals_never) {
    scripted_server server(
        {answer_once("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")});
    auto opts = plain_options(server.port());
    opts.resolve_ttl = milliseconds(1);
    {
        harness h(opts);
        BOOST_TEST(h.get().has_value());
        BOOST_TEST(h.stats().lookups == 0U);
    }
    opts.host = "localhost";
    harness h(opts);
    BOOST_TEST(h.get().has_value());
    h.run_for(milliseconds(5));
    BOOST_TEST(h.get().has_value());
    BOOST_TEST(h.stats().lookups == 2U);
}

BOOST_AUTO_TEST_CASE(connection_above_its_lifetime_is_opened_anew) {
    scripted_server server({answer_all(ok("{}"))});
    auto opts = plain_options(server.port());
    opts.connection_lifetime = milliseconds(10);
    harness h(opts);
    BOOST_TEST(h.get().has_value());
    h.run_for(milliseconds(15));
    BOOST_TEST(h.get().has_value());
    BOOST_TEST(server.accepted() == 2U);
}

BOOST_AUTO_TEST_CASE(deadline_of_a_finished_call_does_not_end_its_connection) {
    with_enough_time([](milliseconds time) -> std::string {
        scripted_server server({answer_all(ok("{}")), [](peer& p) { p.wait_for_close(); }});
        harness h(plain_options(server.port()));
        auto quick = get_call();
        quick.deadline = http::clock::now() + time;
        auto slow = get_call();
        slow.deadline = quick.deadline + milliseconds(150);
        h.start(quick);
        h.start(slow);
        h.finish_all();
        if (h.outcome(0)->has_error()) return code_of(*h.outcome(0));
        BOOST_TEST(h.stats().idle == 1U);
        BOOST_TEST(h.get().has_value());
        BOOST_TEST(server.accepted() == 2U);
        return {};
    });
}

BOOST_AUTO_TEST_CASE(idle_connection_is_closed_when_it_is_too_old) {
    std::promise<void> gone;
    scripted_server server({[&](peer& p) {
        p.read_request();
        p.send(ok("{}"));
        p.wait_for_close();
        gone.set_value();
    }});
    auto opts = plain_options(server.port());
    opts.idle_timeout = milliseconds(10);
    harness h(opts);
    BOOST_TEST(h.get().has_value());
    h.run_until([&] { return h.stats().open == 0; });
    BOOST_TEST((gone.get_future().wait_for(patience) == std::future_status::ready));
}

BOOST_AUTO_TEST_SUITE_END()
