#include "app/commands.hpp"
#include "bridge/id_codec.hpp"
#include "bridge/people.hpp"
#include "json/writer.hpp"
#include "mapping/bundle.hpp"
#include "platform/threatconnect/client/requests.hpp"

#include <iostream>
#include <iterator>

namespace casebridge::app {
namespace {

constexpr json::policy document_policy{.max_depth = 10'100};

// Nobody is known by name here: users keep their ids, and what names them is carried.
class offline final : public mapping::references {
public:
    explicit offline(const mapping::bundle& tables)
        : ids_(derive_key("offline", "casebridge object ids v1")),
          sources_{&tables, &accounts_, &nowhere_, &ids_, nullptr} {}
    void append_id(std::string& out, std::string_view kind, std::int64_t number) const override {
        if (const auto k = bridge::id_kind_from_string(kind)) ids_.encode(*k, number).append_to(out);
    }
    void append_user(std::string& out, json::value stored) const override {
        out += bridge::describe_stranger(sources_, stored.member("data"),
                                         stored.member("type").text() == "Group");
    }
    bool append_user(std::string&, std::string_view) const override { return false; }
    std::optional<std::int64_t> find_number(std::string_view kind, std::string_view left_id) const override {
        const auto k = bridge::id_kind_from_string(kind);
        const auto id = uuid::parse(left_id);
        // What another installation calls it says nothing of its number: it shows that there is one.
        return k && id ? std::optional(ids_.decode(*k, *id).value_or(1)) : std::nullopt;
    }
    standing find_user(std::string_view, std::string&) const override { return standing::carried; }
    std::string_view nobody() const override { return "null"; }

private:
    bridge::id_codec ids_;
    platform::directory accounts_;
    platform::workspace nowhere_;
    bridge::people_sources sources_;
};

// A whole document as a write would send it: custom fields as an object, people by their ids.
std::string as_written(json::value doc, const mapping::table& t) {
    std::string out;
    json::writer w(out);
    w.begin_object();
    for (const auto& r : t.rules) {
        const json::value v = doc.member(r.left);
        if (!r.write_as.empty() && !doc.member(r.write_as) && v.is_object())
            w.member(r.write_as, v.member("id"));
        else if (r.kind == mapping::rule_kind::bag && v.is_array()) {
            w.key(r.left).begin_object();
            for (const auto& [none, f] : v.elements()) {
                if (!f.member("reserved").is_true() && f.member("value").exists() &&
                    !f.member("value").is_null())
                    w.member(f.member("id").text(), f.member("value"));
            }
            w.end_object();
        } else if (v && !r.left.empty())
            w.member(r.left, v);
        if (const json::value direct = doc.member(r.write_as); direct && !r.write_as.empty())
            w.member(r.write_as, direct);
    }
    w.end_object();
    return out;
}

// Attribute types for every custom field that the document names, and for the carry.
mapping::field_set fields_for(const mapping::bundle& tables, json::value written) {
    const mapping::table& t = *tables.object("case").source;
    std::vector<mapping::bag_type> types;
    if (t.carry) types.push_back({t.carry->attribute, 1, 65'000, R"({"id":"state","type":"TEXT"})"});
    const mapping::field_set known = mapping::build_fields(t, tables.left(), types);
    for (const auto& [key, val] : written.member("fields").members()) {
        if (known.find(key.text()) != nullptr) continue;
        std::string definition;
        json::writer w(definition);
        w.begin_object()
            .member("id", key.text())
            .member("display_name", key.text())
            .member("type", val.is_string() ? "TEXT" : "JSONB")
            .end_object();
        types.push_back(
            {std::string(key.text()), static_cast<std::int64_t>(types.size()) + 1, 0, definition});
    }
    return mapping::build_fields(t, tables.left(), types);
}

// Attribute types as the stored document uses them.
mapping::field_set fields_in(const mapping::bundle& tables, json::value stored) {
    const mapping::table& t = *tables.object("case").source;
    std::vector<mapping::bag_type> types;
    for (const auto& [none, a] : stored.member("attributes").member("data").elements()) {
        std::string definition;
        json::writer w(definition);
        w.begin_object()
            .member("id", mapping::to_identifier(a.member("type").text()))
            .member("display_name", a.member("type").text())
            .member("type", "TEXT")
            .member("description", "")
            .end_object();
        types.push_back({std::string(a.member("type").text()), static_cast<std::int64_t>(types.size()) + 1, 0,
                         definition});
    }
    return mapping::build_fields(t, tables.left(), types);
}

void print(const std::string& document, const std::vector<mapping::leaf>& leaves,
           const mapping::ledger& notes) {
    std::string out;
    json::writer w(out);
    w.begin_object().key("document").raw(document).key("ledger").begin_array();
    for (const auto& l : leaves) {
        w.begin_object()
            .member("source", l.pointer)
            .member("fate", mapping::to_string(l.what))
            .member("rule", l.rule);
        if (!l.reason.empty()) w.member("reason", l.reason);
        w.end_object();
    }
    w.end_array().key("findings").begin_array();
    for (const auto& f : notes.findings())
        w.begin_object().member("code", mapping::to_string(f.code)).member("rule", f.rule).end_object();
    w.end_array().end_object();
    std::cout << out << '\n';
}

// What hangs on a case: its own members, and the state that lies with the case.
std::string child_body(const mapping::write_plan& plan) {
    std::string out;
    json::writer w(out);
    w.begin_object().key("members").raw("{" + plan.members + "}");
    if (plan.carry == mapping::write_plan::carry_action::write) w.key("state").raw(plan.carry_text);
    w.end_object();
    return out;
}

int to_right(const mapping::bundle& tables, const std::string& object, json::value doc) {
    const auto& programs = tables.object(object);
    const std::string written = as_written(doc, *programs.source);
    json::tape tape;
    if (tape.parse(written, document_policy).has_error()) return 1;
    mapping::write_plan plan;
    const mapping::field_set fields = fields_for(tables, tape.root());
    const auto ok = programs.write->run(tape.root(), nullptr, fields, offline(tables), instant::now(), plan);
    if (ok.has_error()) {
        std::cerr << "casebridge: " << to_string(ok.error().code) << ": " << ok.error().detail << '\n';
        return 1;
    }
    const auto& carry = programs.source->carry;
    const bool of_case = carry && !carry->child.empty();
    const std::string body = of_case ? child_body(plan)
                                     : platform::threatconnect::case_body(plan, carry ? carry->attribute : "",
                                                                          carry ? carry->spill_type : "", {});
    print(body, mapping::account_leaves(doc, *programs.source, true, plan.carried), plan.notes);
    return 0;
}

int to_left(const mapping::bundle& tables, const std::string& object, json::value doc) {
    const auto& programs = tables.object(object);
    if (doc.member("data").is_object()) doc = doc.member("data");   // the whole answer of a read
    const mapping::field_set fields = fields_in(tables, doc);
    mapping::stored_reader reader(programs.compiled->slots, programs.compiled->bag);
    reader.read(doc, &fields);
    mapping::ledger notes;
    std::string out;
    programs.view("read").run(reader, offline(tables), {}, out, notes);
    print(out, mapping::account_leaves(doc, *programs.source, false, {}), notes);
    return 0;
}

}  // namespace

int translate(const translation& what) {
    std::vector<json::diagnostic> findings;
    const auto tables =
        mapping::bundle::load(what.mappings, {what.overlays.begin(), what.overlays.end()}, findings);
    for (const auto& f : findings) std::cerr << f.to_string() << '\n';
    if (!tables) return 2;
    const std::string& left = tables->left().platform;
    const std::string& right = tables->right().platform;
    const bool forth = what.from == left && what.to == right;
    if (!forth && !(what.from == right && what.to == left)) {
        std::cerr << "casebridge: the tables translate between " << left << " and " << right
                  << "; name one as --from and the other as --to\n";
        return 2;
    }
    std::string text;
    if (what.file == "-")
        text.assign(std::istreambuf_iterator<char>(std::cin), {});
    else if (auto read = json::read_file(what.file); read.has_value())
        text = std::move(*read);
    else {
        std::cerr << "casebridge: " << what.file << " cannot be read: " << read.error().detail << '\n';
        return 2;
    }
    json::tape tape;
    if (const auto parsed = tape.parse(text, document_policy);
        parsed.has_error() || !tape.root().is_object()) {
        std::cerr << "casebridge: " << what.file << ": "
                  << (parsed.has_error() ? parsed.error().detail : "the document must be an object") << '\n';
        return 1;
    }
    return forth ? to_right(*tables, what.object, tape.root()) : to_left(*tables, what.object, tape.root());
}

}  // namespace casebridge::app
