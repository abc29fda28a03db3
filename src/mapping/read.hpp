// Files of mappings/ into the model. The files have passed their JSON Schema, so shapes are certain here;
// what the schema cannot say is the linter's.
#pragma once

#include "mapping/model.hpp"

namespace casebridge::mapping {

catalog read_catalog(const json::jsonc_document& document);
table read_table(const json::jsonc_document& document);
declared_field read_declared_field(const json::jsonc_document& document, json::value v,
                                   const std::string& right_platform);
enum_refine read_refine(const json::jsonc_document& document, json::value v, const table& t);

// Adds an overlay to the table that it extends. Findings: what an overlay may not do.
void apply_overlay(const json::jsonc_document& overlay, table& t, std::vector<json::diagnostic>& findings);

std::vector<std::string> read_strings(json::value list);

}  // namespace casebridge::mapping
