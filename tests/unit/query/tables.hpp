// The shipped tables: a search language's façade over an expression language's backend, and the other way.
#pragma once

#include "mapping/bundle.hpp"
#include "query/filter.hpp"

#include <string>

namespace casebridge::query_test {

const mapping::bundle& shipped();
// Left: the façade with parameters; right: the backend with expressions.
const mapping::compiled_table& forward_cases();
// Left: the façade with expressions; right: the backend with parameters.
const mapping::compiled_table& mirrored_cases();

// "all(status in a,b; not(…))"
std::string text_of(const query::filter& f);

}  // namespace casebridge::query_test
