// The engine as the bridge uses it: one tape, one reader and one output buffer, kept from document to document.
#pragma once

#include "micro/world.hpp"

#include "json/tape.hpp"
#include "mapping/stored_reader.hpp"
#include "mapping/view_program.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace casebridge::bench {

class engine {
public:
    explicit engine(const world& w);

    void read(std::string_view document, std::string& out);
    void item(std::string_view document, const std::vector<std::string>& field_ids, std::string& out);
    void page(std::string_view document, const std::vector<std::string>& field_ids, std::string& out);
    void parse(std::string_view document);
    void copy(std::string_view document, std::string& out);  // the tape alone: parse and write

private:
    void translate(json::value stored, const mapping::view_program& view,
                   const mapping::view_program::request& what, std::string& out);
    const world& world_;
    const mapping::object_programs& case_;
    const mapping::view_program &read_, &item_;
    json::tape tape_;
    mapping::stored_reader reader_;
    mapping::ledger notes_;
};

}  // namespace casebridge::bench
