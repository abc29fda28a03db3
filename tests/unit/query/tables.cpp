#include "tables.hpp"

#include <boost/test/unit_test.hpp>

namespace casebridge::query_test {

const mapping::bundle& shipped() {
    static std::vector<json::diagnostic> findings;
    static const auto bundle =
        mapping::bundle::load(std::string(CASEBRIDGE_SOURCE_DIR) + "/mappings", {}, findings);
    for (const auto& f : findings) BOOST_TEST_MESSAGE(f.to_string());
    BOOST_REQUIRE(bundle);
    return *bundle;
}

const mapping::compiled_table& forward_cases() { return *shipped().object("case").compiled; }
const mapping::compiled_table& mirrored_cases() { return shipped().object("case").mirrored->compiled; }

}  // namespace casebridge::query_test
