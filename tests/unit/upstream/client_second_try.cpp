// Over which connection a second try goes. An upstream in trouble closes what it has open, often right after
// its answer: a second try that met such a connection would be lost, and it is the last.
#include "harness.hpp"
#include "support/patience.hpp"

#include <boost/test/unit_test.hpp>

#include <future>

using namespace casebridge;
using namespace casebridge::test;

namespace {

std::string status(unsigned code, const std::string& fields = {}) {
    return "HTTP/1.1 " + std::to_string(code) + " X\r\n" + fields + "Content-Length: 2\r\n\r\n{}";
}

// Answers the first requests of a connection with these, and further ones with its name: it stays usable.
script then_named(std::vector<std::string> first, std::string name) {
    return [first = std::move(first), name = ok(name)](peer& p) {
        for (const std::string& answer : first) {
            if (p.read_request().empty()) return;
            p.send(answer);
        }
        answer_all(name)(p);
    };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(upstream_client_second_try)

BOOST_AUTO_TEST_CASE(leaves_the_connection_that_said_the_server_is_in_trouble) {
    for (const unsigned code : {502U, 503U, 504U}) {
        for (const char* fields : {"", "Retry-After: 0\r\n"}) {
            scripted_server server({then_named({status(code, fields)}, "old"), then_named({}, "new")});
            harness h(plain_options(server.port()));
            BOOST_TEST(h.get().value().body == "new");
            BOOST_TEST(h.stats().retries == 1U);
            BOOST_TEST(h.stats().reused == 0U);
            BOOST_TEST(server.accepted() == 2U);
        }
    }
}

BOOST_AUTO_TEST_CASE(takes_the_same_connection_where_the_server_only_asked_for_patience) {
    scripted_server server({then_named({status(429, "Retry-After: 0\r\n")}, "old"), then_named({}, "new")});
    harness h(plain_options(server.port()));
    BOOST_TEST(h.get().value().body == "old");
    BOOST_TEST(h.stats().retries == 1U);
    BOOST_TEST(server.accepted() == 1U);
}

// Two connections are kept. The one breaks, or tells of trouble; the other is as old and not to be trusted.
BOOST_AUTO_TEST_CASE(does_not_turn_to_another_kept_connection_either) {
    for (const std::string& second_answer : {status(503), std::string()}) {
        std::promise<void> gate;
        const auto both_asked = gate.get_future().share();
        std::atomic<int> asked{0};
        const script kept = [&](peer& p) {
            p.read_request();
            ++asked;
            both_asked.wait_for(patience);
            p.send(ok("{}"));
            if (p.read_request().empty()) return;
            if (second_answer.empty()) return p.reset();
            p.send(second_answer);
            answer_all(ok("old"))(p);
        };
        scripted_server server({kept, kept, then_named({}, "new")});
        harness h(plain_options(server.port()));
        h.start(get_call());
        h.start(get_call());
        h.run_until([&] { return asked == 2; });
        gate.set_value();
        h.finish_all();
        BOOST_TEST(h.stats().idle == 2U);
        BOOST_TEST(h.get().value().body == "new");
        BOOST_TEST(server.accepted() == 3U);
    }
}

// A first try over a new connection that breaks before its answer says nothing good of the kept ones.
BOOST_AUTO_TEST_CASE(does_not_turn_to_a_kept_connection_after_a_new_one_broke) {
    std::promise<void> gate, kept_is_free;
    const auto open = gate.get_future().share();
    const auto kept = kept_is_free.get_future().share();
    std::atomic<bool> asked{false};
    scripted_server server({[&](peer& p) {
                                p.read_request();
                                open.wait_for(patience);
                                p.send(ok("{}"));
                                answer_all(ok("old"))(p);
                            },
                            [&](peer& p) {
                                p.read_request();
                                asked = true;
                                kept.wait_for(patience);
                                p.reset();
                            },
                            then_named({}, "new")});
    harness h(plain_options(server.port()));
    h.start(get_call());
    h.start(get_call());
    h.run_until([&] { return asked.load(); });
    gate.set_value();
    h.run_until([&] { return h.outcome(0).has_value(); });
    kept_is_free.set_value();
    h.finish_all();
    BOOST_TEST(h.outcome(1)->value().body == "new");
    BOOST_TEST(server.accepted() == 3U);
}

BOOST_AUTO_TEST_SUITE_END()
