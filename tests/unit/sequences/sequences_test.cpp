#include "worlds.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>

using namespace casebridge::sequences;

namespace {

// The same sequences every time; RC_PARAMS in the environment looks elsewhere ("max_success=20000 max_size=14").
struct thousand_runs {
    thousand_runs() { setenv("RC_PARAMS", "seed=20261122 max_success=1000 max_size=14", 0); }
};
const thousand_runs before_rapidcheck_reads_it;

}  // namespace

BOOST_AUTO_TEST_SUITE(sequences)

BOOST_AUTO_TEST_CASE(tracecat_clients_lose_nothing_and_double_nothing_whichever_request_fails) {
    BOOST_TEST(rc::check("Tracecat outside", [](const std::vector<step>& steps, const mishap& m) {
        const auto w = make_forward_world();
        run_sequence(*w, steps, m);
    }));
}

BOOST_AUTO_TEST_CASE(threatconnect_clients_lose_nothing_and_double_nothing_whichever_request_fails) {
    BOOST_TEST(rc::check("ThreatConnect outside", [](const std::vector<step>& steps, const mishap& m) {
        const auto w = make_reverse_world();
        run_sequence(*w, steps, m);
    }));
}

BOOST_AUTO_TEST_SUITE_END()
