// Properties of which each run is a whole history: fewer runs than the program's others.
#pragma once

#include <rapidcheck.h>

#include <iostream>
#include <utility>

namespace mapping_test {

template <typename property>
bool holds(const char* description, int runs, property&& p) {
    rc::detail::TestMetadata what;
    what.description = description;
    rc::detail::TestParams params;
    params.seed = 20260101;
    params.maxSuccess = runs;
    const auto result =
        rc::detail::checkProperty(rc::detail::toProperty(std::forward<property>(p)), what, params);
    rc::detail::printResultMessage(result, std::cerr);
    return result.template is<rc::detail::SuccessResult>();
}

}  // namespace mapping_test
