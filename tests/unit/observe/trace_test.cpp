#include "observe/trace.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <string>
#include <thread>
#include <vector>

using namespace casebridge;

namespace {

const std::string id = "0af7651916cd43dd8448eb211c80319c";
const std::string parent = "b7ad6b7169203331";

std::string given(const std::string& version, const std::string& flags) {
    return version + "-" + id + "-" + parent + "-" + flags;
}

std::string sent_for(std::string_view received) {
    std::string out;
    if (!observe::continue_trace(received, out)) {
        BOOST_TEST(out.empty());
        observe::begin_trace(out);
    }
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(trace_context)

BOOST_AUTO_TEST_CASE(a_valid_trace_goes_on_with_a_parent_of_ours) {
    for (const auto& received : {given("00", "01"), given("cc", "03"), given("cc", "01") + "-more"}) {
        const std::string sent = sent_for(received);
        BOOST_TEST(observe::is_traceparent(sent));
        BOOST_TEST(sent.substr(0, 36) == "00-" + id + "-");
        BOOST_TEST(sent.substr(36, 16) != parent);
        BOOST_TEST(sent.substr(52) == "-01");
        BOOST_TEST(observe::trace_id(sent) == id);
    }
    BOOST_TEST(sent_for(given("00", "00")).ends_with("-00"));
    BOOST_TEST(sent_for(given("cc", "fe")).ends_with("-00"));
}

BOOST_AUTO_TEST_CASE(what_breaks_the_rules_begins_a_fresh_trace) {
    const std::string zeros(32, '0');
    for (const std::string& received :
         {std::string(), std::string("nonsense"), given("ff", "01"), given("00", "01") + "-more",
          given("00", "0g"), given("00", "01").substr(0, 54), "00-" + zeros + "-" + parent + "-01",
          "00-" + id + "-0000000000000000-01", "00-" + id.substr(0, 31) + "A-" + parent + "-01"}) {
        BOOST_TEST_CONTEXT(received) {
            BOOST_TEST(!observe::is_traceparent(received));
            const std::string sent = sent_for(received);
            BOOST_TEST(observe::is_traceparent(sent));
            BOOST_TEST(observe::trace_id(sent) != id);
            BOOST_TEST(sent.ends_with("-00"));
        }
    }
}

BOOST_AUTO_TEST_CASE(fresh_ids_are_different_on_all_threads) {
    std::vector<std::vector<std::string>> made(4);
    std::vector<std::thread> threads;
    for (auto& mine : made)
        threads.emplace_back([&mine] {
            for (int i = 0; i < 500; ++i) mine.push_back(sent_for({}).substr(0, 52));
        });
    for (auto& t : threads) t.join();
    std::set<std::string> ids;
    for (const auto& mine : made)
        for (const auto& text : mine) {
            ids.insert(text.substr(3, 32));
            ids.insert(text.substr(36, 16));
        }
    BOOST_TEST(ids.size() == 4000U);
}

BOOST_AUTO_TEST_CASE(a_state_is_a_list_of_keys_and_values) {
    for (const char* good : {"congo=t61rcWkgMzE", "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE",
                             "fw529a3039@dt=FfABmsFzvKJQnWKDj5wHnw", "a=1 , b=2", "a=1,,b=2", "a_-*/9=1"})
        BOOST_TEST(observe::is_tracestate(good), good);
    std::string many = "k0=1";
    for (int i = 1; i < 32; ++i) many += ",k" + std::to_string(i) + "=1";
    BOOST_TEST(observe::is_tracestate(many));
    BOOST_TEST(!observe::is_tracestate(many + ",k32=1"));
    for (const char* bad :
         {"", ",", "a", "=1", "a=", "A=1", "a=b=c", "@a=1", "a@=1", "a@b@c=1", "a=\x01", "a=\xc3\xa4"})
        BOOST_TEST(!observe::is_tracestate(bad), bad);
    BOOST_TEST(!observe::is_tracestate("a=" + std::string(511, 'x')));
}

BOOST_AUTO_TEST_SUITE_END()
