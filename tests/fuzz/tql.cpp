// Any bytes as TQL: the sandbox refuses them, or binds and evaluates them on every example case, in both readings of
// letter case; the plain list and the list without what matches never overlap.
#include "sandbox/threatconnect/data_file.hpp"
#include "sandbox/threatconnect/tql_filter.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>

using namespace casebridge;
namespace tc = casebridge::sandbox::threatconnect;
namespace tql = casebridge::sandbox::threatconnect::tql;

namespace {

const tc::store& examples() {
    static const auto s = [] {
        auto made = std::make_unique<tc::store>();
        tc::authenticator logins;
        const tc::load_target into{*made, logins, {1'700'000'000'000'000}};
        tc::load_catalogues(into);
        tc::load_demo(into);
        return made;
    }();
    return *s;
}

void evaluate_on_all(const tql::node& tree, const tql::settings& how) {
    const auto& s = examples();
    const auto filter = tql::bind(tree, tc::definition(tc::object_type::case_), s, how);
    tql::node opposite;
    opposite.type = tql::node::kind::negation;
    opposite.children.push_back(tree);
    const auto other = tql::bind(opposite, tc::definition(tc::object_type::case_), s, how);
    if (filter.has_error() != other.has_error()) std::abort();
    if (filter.has_error()) return;
    const auto only = tql::candidates(filter.value());
    for (const auto& [id, r] : s.all(tc::object_type::case_)) {
        const bool yes = tql::evaluate(filter.value(), s, r) == tql::truth::yes;
        if (yes && tql::evaluate(other.value(), s, r) == tql::truth::yes) std::abort();
        if (yes && only && std::find(only->begin(), only->end(), id) == only->end()) std::abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view query(reinterpret_cast<const char*>(data), size);
    const auto tree = tql::parse(query);
    if (tree.has_error()) return 0;
    const instant now{1'700'000'000'000'000};
    evaluate_on_all(tree.value(), {now, false, 0});
    evaluate_on_all(tree.value(), {now, true, 5 * 3600});
    return 0;
}
