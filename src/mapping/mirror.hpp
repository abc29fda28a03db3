// A table with its sides exchanged, as far as filters need it: the façade's side is the left one, whatever
// platform it is. Made from the one table, never written down twice.
#pragma once

#include "mapping/view_program.hpp"

namespace casebridge::mapping {

// Rules that have both sides, with the sides exchanged. An enum's coarse value stands for all its fine ones.
table mirror(const table& t);

struct mirrored_table {
    table source;
    compiled_table compiled;
    mirrored_table(const table& t, const catalog_object& left, const catalog_object& right)
        : source(mirror(t)), compiled(source, right, left) {}
    mirrored_table(const mirrored_table&) = delete;
    mirrored_table& operator=(const mirrored_table&) = delete;
};

}  // namespace casebridge::mapping
