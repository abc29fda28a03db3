// Boost.Test's main, compiled once.
#define BOOST_TEST_MODULE casebridge
#include <boost/test/unit_test.hpp>
