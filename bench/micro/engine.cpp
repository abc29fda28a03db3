#include "micro/engine.hpp"

#include "json/writer.hpp"

#include <stdexcept>

namespace casebridge::bench {

engine::engine(const world& w)
    : world_(w),
      case_(w.tables().object("case")),
      read_(case_.view("read")),
      item_(case_.view("item")),
      reader_(case_.compiled->slots, case_.compiled->bag) {}

void engine::parse(std::string_view document) {
    if (tape_.parse(document, {}).has_error()) throw std::runtime_error("a benchmark document is no JSON");
}

void engine::copy(std::string_view document, std::string& out) {
    parse(document);
    out.clear();
    json::append_value(out, tape_.root());
}

void engine::translate(json::value stored, const mapping::view_program& view,
                       const mapping::view_program::request& what, std::string& out) {
    reader_.read(stored, &world_.fields());
    view.run(reader_, world_, what, out, notes_);
}

void engine::read(std::string_view document, std::string& out) {
    parse(document);
    out.clear();
    notes_.clear();
    translate(tape_.root(), read_, {}, out);
}

void engine::item(std::string_view document, const std::vector<std::string>& field_ids, std::string& out) {
    parse(document);
    out.clear();
    notes_.clear();
    translate(tape_.root(), item_, {.field_ids = &field_ids}, out);
}

void engine::page(std::string_view document, const std::vector<std::string>& field_ids, std::string& out) {
    parse(document);
    notes_.clear();
    out = '[';
    for (const auto& [none, stored] : tape_.root().member("data").elements()) {
        if (out.size() > 1) out += ',';
        translate(stored, item_, {.field_ids = &field_ids}, out);
    }
    out += ']';
}

}  // namespace casebridge::bench
