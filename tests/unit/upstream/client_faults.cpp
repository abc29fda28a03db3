// What a call comes to when the upstream misbehaves: always a failure of the 4xx or 5xx family, in time.
#include "harness.hpp"
#include "support/patience.hpp"

#include <boost/test/unit_test.hpp>

#include <future>

using namespace casebridge;
using namespace casebridge::test;
using std::chrono::milliseconds;
using upstream::answer;

namespace {

void check_fails(const result<answer>& r, errc code, std::string_view in_detail = "127.0.0.1:") {
    BOOST_REQUIRE(r.has_error());
    BOOST_TEST(code_of(r).starts_with(to_string(code)), code_of(r));
    BOOST_TEST(r.error().detail.find(in_detail) != std::string::npos, code_of(r));
}

// Fails with the code when the server sends this and closes.
void check_answer_fails(const std::string& sent, errc code) {
    BOOST_TEST_CONTEXT(sent.substr(0, 120)) {
        scripted_server server({[&](peer& p) {
            p.read_request();
            p.send(sent);
        }});
        harness h(plain_options(server.port()));
        check_fails(h.get(), code);
        BOOST_TEST(h.stats().open == 0U);
        BOOST_TEST(h.stats().failures == 1U);
    }
}

// A call whose deadline passes at a certain point of its way, which must have time to come to it.
void check_late(const script& what_the_server_does, const upstream::call& c, std::string_view doing) {
    with_enough_time([&](milliseconds time) -> std::string {
        scripted_server server({what_the_server_does});
        auto opts = plain_options(server.port());
        opts.call_timeout = time;
        harness h(opts);
        const auto start = http::clock::now();
        const auto r = h.send(c);
        const auto took = http::clock::now() - start;
        if (code_of(r).find(doing) == std::string::npos) return code_of(r);
        check_fails(r, errc::upstream_timeout);
        BOOST_TEST((took >= time));
        BOOST_TEST((took < patience));
        BOOST_TEST(h.stats().open == 0U);
        return {};
    });
}

// Answers one request, then waits for another and ends without a word.
script die_on_second_request() {
    return [](peer& p) {
        p.read_request();
        p.send(ok("{}"));
        p.read_request();
        p.reset();
    };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(upstream_client_faults)

BOOST_AUTO_TEST_CASE(nobody_listens) {
    harness h(plain_options(unused_port()));
    check_fails(h.get(), errc::upstream_refused, "cannot connect");
    BOOST_TEST(h.stats().open == 0U);
}

BOOST_AUTO_TEST_CASE(host_name_does_not_exist) {
    auto opts = plain_options(80);
    opts.host = "no-such-host..invalid";    // no name at all, so nobody on the network is asked
    harness h(opts);
    check_fails(h.get(), errc::upstream_unresolved, "no-such-host..invalid");
}

BOOST_AUTO_TEST_CASE(silence_ends_at_the_call_timeout) {
    check_late([](peer& p) { p.wait_for_close(); }, get_call(), "waiting for the answer");
}

BOOST_AUTO_TEST_CASE(deadline_of_the_call_wins_over_a_longer_timeout) {
    scripted_server server({[](peer& p) { p.wait_for_close(); }});
    harness h(plain_options(server.port()));
    auto c = get_call();
    c.deadline = http::clock::now() + milliseconds(80);
    check_fails(h.send(c), errc::upstream_timeout);
    BOOST_TEST((http::clock::now() - c.deadline < patience / 2));
}

BOOST_AUTO_TEST_CASE(deadline_that_has_passed_sends_nothing) {
    scripted_server server({answer_all(ok("{}"))});
    harness h(plain_options(server.port()));
    auto c = get_call();
    c.deadline = http::clock::now() - milliseconds(1);
    check_fails(h.send(c), errc::upstream_timeout, "before the request was sent");
    BOOST_TEST(server.accepted() == 0U);
}

BOOST_AUTO_TEST_CASE(slow_drip_does_not_outlive_the_deadline) {
    const script drip = [](peer& p) {
        p.read_request();
        bool there = p.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
        while (there) {
            there = p.send("x");
            std::this_thread::sleep_for(milliseconds(10));
        }
    };
    check_late(drip, get_call(), "within the answer's body");
}

BOOST_AUTO_TEST_CASE(request_that_nobody_reads_ends_at_the_deadline) {
    const std::string body(16'000'000, 'x');
    check_late([](peer& p) { p.wait_unread(); }, post_call(body), "while sending the request");
}

BOOST_AUTO_TEST_CASE(reset_before_the_head) {
    scripted_server server({[](peer& p) {
        p.read_request();
        p.reset();
    }});
    harness h(plain_options(server.port()));
    check_fails(h.post("{}"), errc::upstream_reset, "before an answer");
    BOOST_TEST(server.accepted() == 1U);
    check_fails(h.get(), errc::upstream_reset, "before an answer");
    BOOST_TEST(server.accepted() == 3U);    // a read is tried once more
    BOOST_TEST(h.stats().retries == 1U);
}

BOOST_AUTO_TEST_CASE(connection_that_breaks_before_the_answer_is_whole) {
    check_answer_fails("", errc::upstream_reset);
    check_answer_fails("HTTP/1.1 20", errc::upstream_reset);
    check_answer_fails("HTTP/1.1 200 OK\r\nContent-Le", errc::upstream_reset);
    check_answer_fails("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", errc::upstream_reset);
    check_answer_fails("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345", errc::upstream_reset);
    check_answer_fails("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", errc::upstream_reset);
    check_answer_fails("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n",
                       errc::upstream_reset);
    check_answer_fails("HTTP/1.1 100 Continue\r\n\r\n", errc::upstream_reset);
}

BOOST_AUTO_TEST_CASE(truncated_body_is_told_with_its_numbers) {
    scripted_server server({[](peer& p) {
        p.read_request();
        p.send("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + std::string(120, 'x'));
    }});
    harness h(plain_options(server.port()));
    check_fails(h.get(), errc::upstream_reset, "after 120 of 500 bytes");
}

BOOST_AUTO_TEST_CASE(reset_within_head_and_body) {
    for (const char* sent :
         {"HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n123"}) {
        scripted_server server({[&](peer& p) {
            p.read_request();
            p.send(sent);
            p.wait_for_arrival();
            p.reset();
        }});
        harness h(plain_options(server.port()));
        check_fails(h.get(), errc::upstream_reset);
    }
}

BOOST_AUTO_TEST_CASE(what_is_not_http_is_malformed) {
    check_answer_fails("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", errc::upstream_malformed);
    check_answer_fails("<html>hello</html>\r\n\r\n", errc::upstream_malformed);
    check_answer_fails(std::string("\x15\x03\x01\x00\x02\x02\x50", 7), errc::upstream_malformed);
    check_answer_fails("HTTP/1.1 2000 OK\r\n\r\n", errc::upstream_malformed);
    check_answer_fails("HTTP/2 200 OK\r\n\r\n", errc::upstream_malformed);
    check_answer_fails("HTTP/1.1 200 OK\r\nContent-Length: ten\r\n\r\n", errc::upstream_malformed);
    check_answer_fails("HTTP/1.1 200 OK\r\nBad Name: 1\r\n\r\n", errc::upstream_malformed);
}

BOOST_AUTO_TEST_CASE(framing_that_two_readers_would_read_differently_is_malformed) {
    const std::string ok_line = "HTTP/1.1 200 OK\r\n";
    check_answer_fails(ok_line + "Transfer-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
                       errc::upstream_malformed);
    check_answer_fails(ok_line + "Transfer-Encoding: gzip\r\n\r\n{}", errc::upstream_malformed);
    check_answer_fails(ok_line + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                       errc::upstream_malformed);
    check_answer_fails(ok_line + "Transfer-Encoding: identity\r\nContent-Length: 2\r\n\r\n{}",
                       errc::upstream_malformed);
    check_answer_fails(ok_line + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                       errc::upstream_malformed);
    check_answer_fails(ok_line + "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n",
                       errc::upstream_malformed);
    check_answer_fails(ok_line + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
                       errc::upstream_malformed);
    check_answer_fails(ok_line + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
                       errc::upstream_malformed);
    check_answer_fails("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                       errc::upstream_malformed);
}

BOOST_AUTO_TEST_CASE(flood_of_interim_answers_and_switching_protocols_are_malformed) {
    std::string flood;
    for (int i = 0; i < 50; ++i) flood += "HTTP/1.1 102 Processing\r\n\r\n";
    check_answer_fails(flood + ok("{}"), errc::upstream_malformed);
    check_answer_fails("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", errc::upstream_malformed);
}

BOOST_AUTO_TEST_CASE(answer_above_a_limit_is_too_large) {
    const auto check = [](const std::string& sent) {
        BOOST_TEST_CONTEXT(sent.substr(0, 80)) {
            scripted_server server({answer_once(sent)});
            auto opts = plain_options(server.port());
            opts.max_head_bytes = 8 * 1024;
            opts.max_body_bytes = 1000;
            harness h(opts);
            check_fails(h.get(), errc::upstream_too_large);
        }
    };
    check("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n");
    check("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1f4\r\n" + std::string(500, 'x') +
          "\r\n1f5\r\n");
    check("HTTP/1.1 200 OK\r\n\r\n" + std::string(1001, 'x'));
    check("HTTP/1.1 200 OK\r\nX-Long: " + std::string(9000, 'x') + "\r\n\r\n");
    check("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" + std::string(200'000, 'x'));
    check("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: " + std::string(200'000, 'x'));
}

BOOST_AUTO_TEST_CASE(body_of_exactly_the_limit_is_accepted) {
    scripted_server server({answer_all(ok(std::string(1000, 'x')))});
    auto opts = plain_options(server.port());
    opts.max_body_bytes = 1000;
    harness h(opts);
    BOOST_TEST(h.get().value().body.size() == 1000U);
}

BOOST_AUTO_TEST_CASE(early_refusal_of_a_large_body_is_read) {
    scripted_server server({[](peer& p) {
        p.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbig!");
        p.wait_for_close();
    }});
    harness h(plain_options(server.port()));
    const std::string body(200'000, 'x');
    const result<answer> r = h.post(body);
    BOOST_REQUIRE_MESSAGE(r.has_value(), code_of(r));
    BOOST_TEST(r->status == 413U);
    BOOST_TEST(r->body == "big!");
    BOOST_TEST(h.stats().open == 0U);
}

BOOST_AUTO_TEST_CASE(connection_closed_while_idle_is_noticed_before_anything_is_sent) {
    std::promise<void> closed;
    scripted_server server({[&](peer& p) {
                                p.read_request();
                                p.send(ok("{}"));
                                p.close();
                                closed.set_value();
                            },
                            answer_all(ok("{}"))});
    harness h(plain_options(server.port()));
    BOOST_TEST(h.get().has_value());
    closed.get_future().wait_for(patience);
    // A write, and yet safe: nothing went out on the dead connection.
    const result<answer> r = h.post("{}");
    BOOST_TEST(r.has_value(), code_of(r));
    BOOST_TEST(h.stats().retries == 0U);
    BOOST_TEST(server.accepted() == 2U);
}

BOOST_AUTO_TEST_CASE(reused_connection_that_dies_is_tried_once_more_for_get) {
    int signatures = 0;
    const upstream::signer sign = [&](std::string_view, std::string_view, upstream::headers& out) {
        out.emplace_back("Timestamp", std::to_string(++signatures));
    };
    std::promise<std::string> seen;
    scripted_server server({die_on_second_request(), [&](peer& p) {
                                seen.set_value(p.read_request());
                                p.send(ok("[2]"));
                                p.wait_for_close();
                            }});
    harness h(plain_options(server.port()));
    auto c = get_call();
    c.sign = &sign;
    BOOST_TEST(h.send(c).has_value());
    const result<answer> r = h.send(c);
    BOOST_REQUIRE_MESSAGE(r.has_value(), code_of(r));
    BOOST_TEST(r->body == "[2]");
    BOOST_TEST(h.stats().retries == 1U);
    BOOST_TEST(server.accepted() == 2U);
    BOOST_TEST(seen.get_future().get().find("\r\nTimestamp: 3\r\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(reused_connection_that_dies_is_not_tried_again_for_post) {
    scripted_server server({die_on_second_request(), answer_all(ok("{}"))});
    harness h(plain_options(server.port()));
    BOOST_TEST(h.get().has_value());
    check_fails(h.post("{}"), errc::upstream_reset, "before an answer");
    BOOST_TEST(h.stats().retries == 0U);
    BOOST_TEST(server.accepted() == 1U);
}

BOOST_AUTO_TEST_CASE(reused_connection_that_dies_within_an_answer_is_not_tried_again) {
    scripted_server server({[](peer& p) {
                                p.read_request();
                                p.send(ok("{}"));
                                p.read_request();
                                p.send("HTTP/1.1 2");
                            },
                            answer_all(ok("{}"))});
    harness h(plain_options(server.port()));
    BOOST_TEST(h.get().has_value());
    check_fails(h.get(), errc::upstream_reset);
    BOOST_TEST(server.accepted() == 1U);
}

BOOST_AUTO_TEST_CASE(second_try_that_dies_as_well_is_the_last) {
    scripted_server server({die_on_second_request(), [](peer& p) {
                                p.read_request();
                                p.reset();
                            }});
    harness h(plain_options(server.port()));
    BOOST_TEST(h.get().has_value());
    check_fails(h.get(), errc::upstream_reset);
    BOOST_TEST(server.accepted() == 2U);
}

BOOST_AUTO_TEST_CASE(secrets_of_a_request_are_in_no_detail) {
    const upstream::signer sign = [](std::string_view, std::string_view, upstream::headers& out) {
        out.emplace_back("Authorization", "TC-Token hush\r\n");
    };
    harness h(plain_options(unused_port()));
    auto c = get_call();
    c.sign = &sign;
    const result<answer> refused = h.send(c);
    BOOST_REQUIRE(refused.has_error());
    BOOST_TEST(refused.error().detail.find("hush") == std::string::npos);
    scripted_server server({answer_all(ok("{}"))});
    harness other(plain_options(server.port()));
    check_fails(other.send(c), errc::internal, "Authorization");
    const result<answer> r = other.send(c);
    BOOST_TEST(r.error().detail.find("hush") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
