// Any stored case, hostile carry included: the answer is always one well-formed document with every member
// of its shape.
#include "json/writer.hpp"
#include "mapping/bundle.hpp"

#include <cstdint>
#include <cstdlib>

using namespace casebridge;

namespace {

class ids final : public mapping::references {
public:
    void append_id(std::string& out, std::string_view kind, std::int64_t n) const override {
        out.append(kind).append(std::to_string(n));
    }
    void append_user(std::string& out, json::value stored) const override { json::append_value(out, stored); }
    bool append_user(std::string&, std::string_view) const override { return false; }
    standing find_user(std::string_view, std::string&) const override { return standing::carried; }
    std::string_view nobody() const override { return "null"; }
};

const mapping::bundle& tables() {
    static const auto b = [] {
        std::vector<json::diagnostic> findings;
        auto loaded = mapping::bundle::load(std::string(CASEBRIDGE_SOURCE_DIR) + "/mappings", {}, findings);
        if (!loaded) std::abort();
        return loaded;
    }();
    return *b;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto& programs = tables().object("case");
    static const mapping::field_set fields = mapping::build_fields(
        *programs.source, tables().left(),
        {{"Bridge State", 1, 500, "{}"},
         {"Asset Owner", 2, 255, R"({"id":"asset_owner","display_name":"Asset Owner","type":"TEXT"})"}});
    const std::string text(reinterpret_cast<const char*>(data), size);
    json::tape t;
    if (t.parse(text, {.max_depth = 32}).has_error() || !t.root().is_object()) return 0;
    mapping::stored_reader reader(programs.compiled->slots, programs.compiled->bag);
    reader.read(t.root(), &fields);
    for (const char* shape : {"read", "item"}) {
        std::string out;
        mapping::ledger notes;
        programs.view(shape).run(reader, ids(), {}, out, notes);
        json::tape answer;
        if (answer.parse(out, {.max_depth = 20'000}).has_error()) std::abort();
        if (answer.root().size() != tables().left().objects.at("case").shapes.at(shape).size()) std::abort();
    }
    return 0;
}
