// Any stored case, hostile carry included: the answer is always one well-formed document with every member
// of its shape. Any definition of a custom field: what is read is what is written.
#include "worlds.hpp"

using namespace casebridge;

namespace {

// A field of each type that clients can define.
std::vector<mapping::client_field> client_fields() {
    std::vector<mapping::client_field> out;
    for (const char* type : {"TEXT", "INTEGER", "NUMERIC", "DATE", "BOOLEAN", "TIMESTAMPTZ", "JSONB",
                             "SELECT", "MULTI_SELECT"}) {
        mapping::client_field f;
        f.number = static_cast<std::int64_t>(out.size() + 1);
        f.id = "field_" + std::to_string(f.number);
        f.type = type;
        f.options = {"a", "b"};
        out.push_back(std::move(f));
    }
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto& programs = fuzz::shipped().object("case");
    static const mapping::field_set fields = mapping::build_fields(
        *programs.source, fuzz::shipped().left(),
        {{"Bridge State", 1, 500, "{}"},
         {"Asset Owner", 2, 255, R"({"id":"asset_owner","display_name":"Asset Owner","type":"TEXT"})"}},
        client_fields());
    const std::string text(reinterpret_cast<const char*>(data), size);
    if (const auto f = mapping::read_client_field(text, 1, fuzz::shipped().left())) {
        const std::string kept = mapping::write_client_field(*f);
        const auto again = mapping::read_client_field(kept, 1, fuzz::shipped().left());
        if (!again || mapping::write_client_field(*again) != kept) std::abort();
    }
    json::tape t;
    if (t.parse(text, {.max_depth = 32}).has_error() || !t.root().is_object()) return 0;
    mapping::stored_reader reader(programs.compiled->slots, programs.compiled->bag);
    reader.read(t.root(), &fields);
    for (const char* shape : {"read", "item"}) {
        std::string out;
        mapping::ledger notes;
        programs.view(shape).run(reader, fuzz::left_ids(), {}, out, notes);
        json::tape answer;
        if (answer.parse(out, {.max_depth = 20'000}).has_error()) std::abort();
        if (answer.root().size() != fuzz::shipped().left().objects.at("case").shapes.at(shape).size())
            std::abort();
    }
    return 0;
}
