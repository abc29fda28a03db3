// TLS towards the upstream: what is accepted, what is refused, and that the reason is named.
#include "certificates.hpp"
#include "harness.hpp"
#include "support/patience.hpp"

#include <openssl/ssl.h>

#include <boost/test/unit_test.hpp>

#include <future>

using namespace casebridge;
using namespace casebridge::test;
using std::chrono::milliseconds;
using upstream::answer;

namespace {

// Everything that a test needs unless it wants something wrong.
struct tls_setup {
    certificate authority = make_authority();
    scratch_folder files;

    upstream::options options_for(std::uint16_t port, const std::string& host = "localhost") {
        auto opts = plain_options(port);
        opts.scheme = "https";
        opts.host = host;
        opts.tls.ca_file = files.write_certificate("ca.pem", authority);
        return opts;
    }
    certificate good() { return make_certificate(authority, "DNS:localhost,IP:127.0.0.1"); }
};

void check_refused(const result<answer>& r, std::string_view reason) {
    BOOST_REQUIRE(r.has_error());
    BOOST_TEST((r.error().code == errc::upstream_tls), code_of(r));
    BOOST_TEST(r.error().detail.find(reason) != std::string::npos, code_of(r));
}

// The call fails with this reason and no request reaches the server.
void check_server_refused(upstream::options opts, SSL_CTX* context, std::string_view reason) {
    std::atomic<bool> reached{false};
    scripted_server server({[&](peer& p) { reached = !p.read_request().empty(); }}, context);
    opts.port = server.port();
    harness h(opts);
    const result<answer> r = h.get();
    check_refused(r, reason);
    BOOST_TEST(!reached);
    BOOST_TEST(h.stats().open == 0U);
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(upstream_client_tls, tls_setup)

BOOST_AUTO_TEST_CASE(own_authority_is_accepted_and_the_connection_is_reused) {
    std::promise<std::string> sni;
    const auto context = server_context(good());
    scripted_server server({[&](peer& p) {
                               sni.set_value(p.server_name());
                               while (!p.read_request().empty()) p.send(ok("{}"));
                           }},
                           context.get());
    harness h(options_for(server.port()));
    for (int i = 0; i < 3; ++i) {
        const result<answer> r = h.get();
        BOOST_REQUIRE_MESSAGE(r.has_value(), code_of(r));
        BOOST_TEST(r->body == "{}");
    }
    BOOST_TEST(server.accepted() == 1U);
    BOOST_TEST(sni.get_future().get() == "localhost");
}

BOOST_AUTO_TEST_CASE(certificate_for_an_address_is_accepted_and_no_name_is_sent) {
    std::promise<std::string> sni;
    const auto context = server_context(good());
    scripted_server server({[&](peer& p) {
                               sni.set_value(p.server_name());
                               while (!p.read_request().empty()) p.send(ok("{}"));
                           }},
                           context.get());
    harness h(options_for(server.port(), "127.0.0.1"));
    const result<answer> r = h.get();
    BOOST_REQUIRE_MESSAGE(r.has_value(), code_of(r));
    BOOST_TEST(sni.get_future().get() == "");
}

BOOST_AUTO_TEST_CASE(large_bodies_cross_in_both_directions) {
    const auto context = server_context(good());
    scripted_server server({[](peer& p) {
                               for (std::string r = p.read_request(); !r.empty(); r = p.read_request()) {
                                   p.send(ok(r.substr(r.find("\r\n\r\n") + 4)));
                               }
                           }},
                           context.get());
    harness h(options_for(server.port()));
    std::string body;
    while (body.size() < 500'000) body += std::to_string(body.size()) + ",";
    for (int i = 0; i < 2; ++i) {
        const result<answer> r = h.post(body);
        BOOST_REQUIRE_MESSAGE(r.has_value(), code_of(r));
        BOOST_TEST((r->body == body));
    }
    BOOST_TEST(server.accepted() == 1U);
}

BOOST_AUTO_TEST_CASE(tls_1_2_is_accepted) {
    const auto context = server_context(good(), TLS1_2_VERSION);
    scripted_server server({answer_all(ok("{}"))}, context.get());
    harness h(options_for(server.port()));
    const result<answer> r = h.get();
    BOOST_TEST(r.has_value(), code_of(r));
}

BOOST_AUTO_TEST_CASE(tls_1_1_is_refused) {
    const auto context = server_context(good(), TLS1_1_VERSION);
    check_server_refused(options_for(0), context.get(), "handshake failed");
}

BOOST_AUTO_TEST_CASE(certificate_for_another_name_is_refused) {
    const auto context = server_context(make_certificate(authority, "DNS:other.example.org"));
    check_server_refused(options_for(0), context.get(), "another host name");
}

BOOST_AUTO_TEST_CASE(certificate_for_another_address_is_refused) {
    const auto context = server_context(make_certificate(authority, "IP:127.0.0.9,DNS:localhost"));
    check_server_refused(options_for(0, "127.0.0.1"), context.get(), "another host name");
}

BOOST_AUTO_TEST_CASE(expired_certificate_is_refused) {
    const auto context = server_context(make_certificate(authority, "DNS:localhost", -7200, -3600));
    check_server_refused(options_for(0), context.get(), "expired");
}

BOOST_AUTO_TEST_CASE(certificate_of_the_future_is_refused) {
    const auto context = server_context(make_certificate(authority, "DNS:localhost", 3600, 7200));
    check_server_refused(options_for(0), context.get(), "not yet valid");
}

BOOST_AUTO_TEST_CASE(unknown_authority_is_refused) {
    const auto context = server_context(make_certificate(make_authority(), "DNS:localhost"));
    check_server_refused(options_for(0), context.get(), "the certificate is not accepted");
}

BOOST_AUTO_TEST_CASE(own_authority_is_refused_by_the_systems_bundle) {
    const auto context = server_context(good());
    auto opts = options_for(0);
    opts.tls.ca_file.clear();
    check_server_refused(opts, context.get(), "the certificate is not accepted");
}

BOOST_AUTO_TEST_CASE(without_verification_anything_is_accepted) {
    const auto context =
        server_context(make_certificate(make_authority(), "DNS:other.example.org", -7200, -3600));
    scripted_server server({answer_all(ok("{}"))}, context.get());
    auto opts = options_for(server.port());
    opts.tls.verify = false;
    harness h(opts);
    const result<answer> r = h.get();
    BOOST_TEST(r.has_value(), code_of(r));
}

BOOST_AUTO_TEST_CASE(server_without_tls_is_refused_and_gets_no_request) {
    std::promise<std::string> seen;
    scripted_server server({[&](peer& p) {
        p.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        seen.set_value(p.read_request());
    }});
    harness h(options_for(server.port()));
    check_refused(h.get(), "handshake failed");
    BOOST_TEST(server.accepted() == 1U);
    BOOST_TEST(seen.get_future().get().find("GET") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(handshake_that_hangs_ends_at_the_connect_timeout) {
    with_enough_time([this](milliseconds time) -> std::string {
        scripted_server server({[](peer& p) { p.wait_for_close(); }});
        auto opts = options_for(server.port());
        opts.connect_timeout = time;
        harness h(opts);
        const auto start = http::clock::now();
        const result<answer> r = h.get();
        BOOST_TEST((http::clock::now() - start < patience));
        if (code_of(r).find("TLS handshake") == std::string::npos) return code_of(r);
        BOOST_TEST((r.error().code == errc::upstream_timeout), code_of(r));
        return {};
    });
}

BOOST_AUTO_TEST_CASE(answer_without_length_that_ends_without_close_notify_is_truncated) {
    const auto context = server_context(good());
    scripted_server server({[](peer& p) {
                               p.read_request();
                               p.send("HTTP/1.1 200 OK\r\n\r\nhalf of it");
                           }},
                           context.get());
    harness h(options_for(server.port()));
    const result<answer> r = h.get();
    BOOST_REQUIRE(r.has_error());
    BOOST_TEST((r.error().code == errc::upstream_reset), code_of(r));
}

BOOST_AUTO_TEST_CASE(record_beyond_the_answer_never_reaches_the_next_call) {
    const auto context = server_context(good());
    // In one segment the second record is inside OpenSSL when the first is read; else it is still in the socket.
    for (const bool one_segment : {true, false}) {
        std::promise<void> poisoned;
        scripted_server server({[&](peer& p) {
                                    p.read_request();
                                    if (one_segment) p.hold_back(true);
                                    p.send(ok("first"));
                                    p.send(ok("poison"));
                                    if (one_segment) p.hold_back(false);
                                    p.wait_for_arrival();
                                    poisoned.set_value();
                                    p.wait_for_close();
                                },
                                answer_all(ok("second"))},
                               context.get());
        harness h(options_for(server.port()));
        BOOST_TEST(h.get().value().body == "first");
        if (one_segment) BOOST_TEST(h.stats().open == 0U);
        poisoned.get_future().wait_for(patience);
        BOOST_TEST(h.get().value().body == "second");
    }
}

BOOST_AUTO_TEST_CASE(connection_closed_while_idle_is_noticed) {
    std::promise<void> closed;
    const auto context = server_context(good());
    scripted_server server({[&](peer& p) {
                                p.read_request();
                                p.send(ok("{}"));
                                p.close();
                                closed.set_value();
                            },
                            answer_all(ok("{}"))},
                           context.get());
    harness h(options_for(server.port()));
    BOOST_TEST(h.get().has_value());
    closed.get_future().wait_for(patience);
    const result<answer> r = h.post("{}");
    BOOST_TEST(r.has_value(), code_of(r));
}

BOOST_AUTO_TEST_CASE(client_certificate_is_shown_where_one_is_demanded) {
    const auto context = server_context(good());
    demand_client_certificate(context.get(), authority);
    scripted_server server({answer_all(ok("{}"))}, context.get());
    auto opts = options_for(server.port());
    {
        harness h(opts);
        const result<answer> r = h.get();
        BOOST_REQUIRE(r.has_error());
        BOOST_TEST((r.error().code == errc::upstream_tls || r.error().code == errc::upstream_reset),
                   code_of(r));
    }
    const certificate own = make_certificate(authority, "DNS:client");
    opts.tls.certificate_file = files.write_certificate("client.pem", own);
    opts.tls.key_file = files.write_key("client.key", own);
    harness h(opts);
    const result<answer> r = h.get();
    BOOST_TEST(r.has_value(), code_of(r));
}

BOOST_AUTO_TEST_CASE(unusable_files_are_named) {
    boost::asio::io_context context;
    const auto check = [&](const upstream::options& opts, errc code, std::string_view says) {
        const auto made = upstream::client::create(context, opts);
        BOOST_REQUIRE(made.has_error());
        BOOST_TEST((made.error().code == code), made.error().detail);
        BOOST_TEST(made.error().detail.find(says) != std::string::npos, made.error().detail);
    };
    auto opts = options_for(1);
    opts.tls.ca_file = files.path("missing.pem");
    check(opts, errc::file_unreadable, "missing.pem");
    opts.tls.ca_file = files.write("junk.pem", "not a certificate");
    check(opts, errc::upstream_tls, "junk.pem");
    opts = options_for(1);
    opts.tls.certificate_file = files.write_certificate("client.pem", good());
    check(opts, errc::upstream_tls, "both");
    opts.tls.key_file = files.write_key("other.key", good());
    check(opts, errc::upstream_tls, "other.key");
}

BOOST_AUTO_TEST_SUITE_END()
