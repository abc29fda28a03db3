#include "tables.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <string_view>

namespace casebridge::query_test {

namespace {

std::string_view name_of(query::filter::kind k) {
    static constexpr std::array<std::string_view, 4> names{"all", "any", "not", "test"};
    return names[static_cast<std::size_t>(k)];
}

}  // namespace

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

std::string text_of(const query::filter& f) {
    static constexpr std::array<std::string_view, 5> how{"in", "absent", "like", ">=", "<="};
    if (f.what == query::filter::kind::test) {
        std::string out = f.test.rule + (f.test.by.empty() ? "" : "." + f.test.by) +
                          (f.test.fold ? "~ " : " ") + std::string(how[static_cast<std::size_t>(f.test.how)]);
        for (std::size_t i = 0; i < f.test.values.size(); ++i) out += (i > 0 ? "," : " ") + f.test.values[i];
        return out;
    }
    std::string out = std::string(name_of(f.what)) + "(";
    for (std::size_t i = 0; i < f.parts.size(); ++i) out += (i > 0 ? "; " : "") + text_of(f.parts[i]);
    return out + ")";
}

}  // namespace casebridge::query_test
