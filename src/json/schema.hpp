// JSON Schema checks (by valijson) of files that people write, with places and spelling hints.
#pragma once

#include "json/jsonc.hpp"

#include <vector>

namespace casebridge::json {

// Every violation of the schema by the document; empty when it fits. The schema file itself must be
// a valid JSON Schema (draft 7 vocabulary as valijson 1.0 knows it).
std::vector<diagnostic> validate(const jsonc_document& document, const jsonc_document& schema);

}  // namespace casebridge::json
