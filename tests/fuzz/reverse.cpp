// A case as the store has it, with any state in its payload, and any document written to it: what is shown is one
// well-formed document no deeper than answers are read, what a write plans is well-formed as well, and a state that was
// written reads back as one.
//
//   {"case": the stored case, "write": what a client sends}
#include "worlds.hpp"

#include "mapping/reverse_writer.hpp"

using namespace casebridge;

namespace {

constexpr std::size_t answer_depth = 64, holder_depth = 20;

void must_parse(const std::string& text, std::size_t depth) {
    json::tape t;
    if (t.parse(text, {.max_depth = depth}).has_error() || !t.root().is_object()) std::abort();
}

void show(const mapping::reverse_subject& in) {
    static const fuzz::right_numbers refs;
    std::string out;
    mapping::ledger notes;
    fuzz::shipped().object("case").reverse->run(in, refs, nullptr, out, notes);
    must_parse(out, answer_depth - holder_depth);
}

void write(json::value document, const mapping::reverse_subject* current) {
    static const fuzz::right_numbers refs;
    const auto& programs = fuzz::shipped().object("case");
    mapping::reverse_plan plan;
    if (programs.reverse_write->run(document, current, refs, {1'800'000'000'000'000}, plan).has_error())
        return;
    must_parse("{" + plan.members + "}", 1000);
    if (!plan.writes_state || plan.state.empty()) return;
    const std::string stored = R"({"short_id":"CASE-0007","payload":{"_bridge":)" + plan.state + "}}";
    json::tape t;
    if (t.parse(stored, {.max_depth = 1000}).has_error()) std::abort();
    const auto again = programs.reverse->read(t.root());
    if (!again.state.present()) std::abort();
    show(again);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    json::tape t;
    if (t.parse(text, {.max_depth = answer_depth}).has_error() || !t.root().is_object()) return 0;
    const auto current = fuzz::shipped().object("case").reverse->read(t.root().member("case"));
    show(current);
    write(t.root().member("write"), &current);
    write(t.root().member("write"), nullptr);
    return 0;
}
