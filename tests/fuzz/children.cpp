// What hangs on a case, from either side, with any state: the answer is always one well-formed document, and lists of
// kept children come back as they were read.
//
//   {"case": …, "child": …, "entries": …, "list": …}
#include "worlds.hpp"

#include "mapping/child_states.hpp"
#include "mapping/kept_children.hpp"

using namespace casebridge;

namespace {

void must_parse(const std::string& text) {
    json::tape t;
    if (t.parse(text, {.max_depth = 20'000}).has_error() || !t.root().is_object()) std::abort();
}

// From ThreatConnect: the states lie with the case.
void show_left(const char* object, std::string_view kind, json::value document,
               const mapping::child_states& states) {
    const auto& programs = fuzz::shipped().object(object);
    mapping::stored_reader reader(programs.compiled->slots, programs.compiled->bag);
    reader.read(document, nullptr);
    std::int64_t number = 0;
    document.member("id").to_int64(number);
    states.offer_to(reader, kind, number);
    std::string out;
    mapping::ledger notes;
    programs.view("read").run(reader, fuzz::left_ids(), {}, out, notes);
    must_parse(out);
}

// From Tracecat: the entries lie with the case.
void show_right(const char* object, json::value document, json::value entries) {
    std::string out;
    mapping::ledger notes;
    fuzz::shipped().object(object).reverse->run(mapping::subject_of(document, entries), fuzz::right_numbers(),
                                                nullptr, out, notes);
    must_parse(out);
}

void keep(json::value list) {
    mapping::kept_children_writer writer(list);
    const auto children = mapping::kept_children(list);
    for (const auto& c : children) {
        if (!writer.has(c.own)) std::abort();
    }
    const std::string text = writer.render();
    json::tape again;
    if (text.empty()) return;
    if (again.parse(text, {.max_depth = 20'000}).has_error()) std::abort();
    if (mapping::kept_children(again.root()).size() != children.size()) std::abort();
    if (mapping::kept_children_writer(again.root()).render() != text) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    if (const std::string named = mapping::name_child(text, 7); named.size() < text.size()) std::abort();
    json::tape t;
    if (t.parse(text, {.max_depth = 32}).has_error() || !t.root().is_object()) return 0;
    const json::value child = t.root().member("child"), entries = t.root().member("entries");
    mapping::child_states states;
    states.read(*fuzz::shipped().object("case").compiled, t.root().member("case"));
    show_left("comment", "note", child, states);
    show_left("task", "task", child, states);
    show_left("attachment", "artifact", child, states);
    for (const char* object : {"comment", "task", "attachment", "event", "template"})
        show_right(object, child, entries);
    keep(t.root().member("list"));
    return 0;
}
