// What hangs on a case, from either side, with any state: the answer is always one well-formed document, and lists of
// kept children come back as they were read.
//
//   {"case": …, "child": …, "entries": …, "list": …}
#include "json/writer.hpp"
#include "mapping/bundle.hpp"
#include "mapping/child_states.hpp"
#include "mapping/kept_children.hpp"

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
    bool append_user(std::string& out, std::string_view id) const override {
        json::append_string(out, id);
        return true;
    }
    bool append_user_named(std::string& out, std::string_view login) const override {
        return append_user(out, login);
    }
    standing find_user(std::string_view, std::string&) const override { return standing::carried; }
    std::string_view nobody() const override { return "null"; }
};

class numbers final : public mapping::reverse_references {
public:
    std::int64_t case_number(std::int64_t stored) const override { return stored; }
    std::int64_t number_of(std::string_view, std::string_view id) const override {
        return static_cast<std::int64_t>(id.size());
    }
    std::int64_t child_number(std::int64_t, std::int64_t own) const override { return own; }
    bool append_user(std::string& out, json::value stored) const override {
        json::append_value(out, stored);
        return true;
    }
    bool append_login(std::string& out, json::value stored) const override {
        out += stored.member("email").text();
        return true;
    }
    bool append_user_named(std::string& out, std::string_view name) const override {
        json::append_string(out, name);
        return true;
    }
    bool append_group_named(std::string& out, std::string_view name) const override {
        return append_user_named(out, name);
    }
    std::string constant(std::string_view) const override { return "1"; }
    assignee find_assignee(json::value) const override { return {}; }
    std::optional<std::string> tag_named(std::int64_t) const override { return std::nullopt; }
    std::optional<attribute_type> find_attribute_type(std::string_view) const override {
        return std::nullopt;
    }
    const field_link* field_of_type(std::string_view) const override { return nullptr; }
    const field_link* field_of_id(std::string_view) const override { return nullptr; }
    std::string_view caller() const override { return "me"; }
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

void must_parse(const std::string& text) {
    json::tape t;
    if (t.parse(text, {.max_depth = 20'000}).has_error() || !t.root().is_object()) std::abort();
}

// From ThreatConnect: the states lie with the case.
void show_left(const char* object, std::string_view kind, json::value document,
               const mapping::child_states& states) {
    const auto& programs = tables().object(object);
    mapping::stored_reader reader(programs.compiled->slots, programs.compiled->bag);
    reader.read(document, nullptr);
    std::int64_t number = 0;
    document.member("id").to_int64(number);
    states.offer_to(reader, kind, number);
    std::string out;
    mapping::ledger notes;
    programs.view("read").run(reader, ids(), {}, out, notes);
    must_parse(out);
}

// From Tracecat: the entries lie with the case.
void show_right(const char* object, json::value document, json::value entries) {
    std::string out;
    mapping::ledger notes;
    tables().object(object).reverse->run(mapping::subject_of(document, entries), numbers(), nullptr, out,
                                         notes);
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
    states.read(*tables().object("case").compiled, t.root().member("case"));
    show_left("comment", "note", child, states);
    show_left("task", "task", child, states);
    show_left("attachment", "artifact", child, states);
    for (const char* object : {"comment", "task", "attachment", "event", "template"})
        show_right(object, child, entries);
    keep(t.root().member("list"));
    return 0;
}
