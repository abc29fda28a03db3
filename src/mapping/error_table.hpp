// mappings/errors.jsonc: which answer each failure becomes on each façade. The façade's platform renders the
// row in its own shape.
#pragma once

#include "core/error.hpp"
#include "json/jsonc.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::mapping {

struct error_row {
    unsigned status = 500;
    std::string code;        // platform's own code, if it has them
    std::string text;        // {detail} is replaced by the failure's detail
};

class error_table {
public:
    // Every errc that can reach a client must have a row for the platform: findings otherwise.
    static error_table read(const json::jsonc_document& document, std::vector<json::diagnostic>& findings);

    // The row, with its text filled in.
    error_row answer(const failure& f, std::string_view platform) const;

private:
    std::map<errc, std::map<std::string, error_row, std::less<>>> rows_;
};

}  // namespace casebridge::mapping
