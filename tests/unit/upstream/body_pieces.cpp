#include "upstream/body_pieces.hpp"

#include "core/base64.hpp"
#include "core/crypto.hpp"
#include "harness.hpp"

#include <boost/test/unit_test.hpp>

#include <array>

using namespace casebridge;
using namespace casebridge::test;
using upstream::body_part;

namespace {

std::string joined(std::span<const body_part> parts, std::size_t& pieces, std::size_t& largest) {
    upstream::body_pieces from(parts);
    std::string out;
    for (std::string_view p = from.next(); !p.empty(); p = from.next()) {
        ++pieces;
        largest = std::max(largest, p.size());
        out += p;
    }
    BOOST_TEST(from.next().empty());  // it stays at its end
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bodies_in_pieces)

BOOST_AUTO_TEST_CASE(parts_follow_each_other_and_empty_ones_say_nothing) {
    const std::array parts{body_part{"", false},    body_part{"{\"a\":\"", false}, body_part{"", true},
                           body_part{"foob", true}, body_part{"\"}", false},       body_part{"", false}};
    std::size_t pieces = 0, largest = 0;
    BOOST_TEST(joined(parts, pieces, largest) == "{\"a\":\"Zm9vYg==\"}");
    BOOST_TEST(pieces == 3u);
    BOOST_TEST(joined({}, pieces, largest).empty());
}

BOOST_AUTO_TEST_CASE(a_large_part_is_encoded_a_little_at_a_time) {
    for (const std::size_t size : {49151u, 49152u, 49153u, 500000u, 1048577u}) {
        std::string bytes(size, '\0');
        for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 31 + i / 256);
        const std::array parts{body_part{bytes, true}, body_part{bytes, false}};
        std::size_t pieces = 0, largest = 0;
        const std::string all = joined(parts, pieces, largest);
        BOOST_TEST((all == base64_encode(bytes) + bytes));
        BOOST_TEST(largest <= 256u * 1024);
        upstream::call c;
        c.body = "before";
        c.parts = parts;
        BOOST_TEST(upstream::body_size(c) == all.size() + 6);
        BOOST_TEST((upstream::whole_body(c) == "before" + all));
    }
}

BOOST_AUTO_TEST_CASE(the_wire_has_the_length_and_the_bytes_of_all_parts) {
    const std::string bytes(300000, 'x');
    const std::array parts{body_part{bytes, true}, body_part{"\"}", false}};
    std::string seen;
    scripted_server server({[&](peer& p) {
        seen = p.read_request();
        p.send(ok("{}"));
    }});
    harness h(plain_options(server.port()));
    upstream::call c = post_call("{\"fileData\":\"");
    c.parts = parts;
    const auto answer = h.send(c);
    BOOST_TEST(code_of(answer) == "ok");
    const auto body = seen.find("\r\n\r\n");
    BOOST_TEST_REQUIRE(body != std::string::npos);
    const std::string wanted = upstream::whole_body(c);
    BOOST_TEST((seen.substr(body + 4) == wanted));
    BOOST_TEST(seen.find("Content-Length: " + std::to_string(wanted.size()) + "\r\n") != std::string::npos);
}

// Signed anew and sent anew: nothing of the first try is in the second one.
BOOST_AUTO_TEST_CASE(a_second_try_sends_all_parts_again) {
    const std::string bytes(100000, 'y');
    const std::array parts{body_part{bytes, true}};
    std::vector<std::string> seen(2);
    scripted_server server({[&](peer& p) {
                                seen[0] = p.read_request();
                                p.send("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nRetry-After: 0\r\n\r\n");
                            },
                            [&](peer& p) {
                                seen[1] = p.read_request();
                                p.send(ok("{}"));
                            }});
    harness h(plain_options(server.port()));
    unsigned signatures = 0;
    const upstream::signer sign = [&](std::string_view, std::string_view, upstream::headers& out) {
        out.emplace_back("Authorization", "number " + std::to_string(++signatures));
    };
    upstream::call c = get_call();  // reads may be repeated
    c.parts = parts;
    c.sign = &sign;
    const auto answer = h.send(c);
    BOOST_TEST(code_of(answer) == "ok");
    BOOST_TEST(signatures == 2u);
    for (unsigned i = 0; i < 2; ++i) {
        BOOST_TEST(seen[i].find("Authorization: number " + std::to_string(i + 1)) != std::string::npos);
        BOOST_TEST((seen[i].substr(seen[i].find("\r\n\r\n") + 4) == base64_encode(bytes)));
    }
}

BOOST_AUTO_TEST_CASE(the_end_of_a_sibling_is_not_ours) {
    scripted_server own({answer_all(ok("own"))});
    harness h(plain_options(own.port()));
    auto sibling = h.client().sibling({"http", "127.0.0.1", unused_port(), ""});
    BOOST_TEST_REQUIRE(sibling.has_value());
    BOOST_TEST((*sibling)->stats().open == 0u);  // nobody is called before there is something to say
    sibling->reset();
    BOOST_TEST(code_of(h.get()) == "ok");
}

BOOST_AUTO_TEST_SUITE_END()
