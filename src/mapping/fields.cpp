#include "mapping/fields.hpp"

#include "json/writer.hpp"
#include "mapping/forms.hpp"

#include <algorithm>

namespace casebridge::mapping {
namespace {

struct draft {
    field_def def;
    std::string display_name, description;
    std::optional<std::string> default_value;
    std::string kind;
    bool reserved = false;
};

void write_options(json::writer& w, const std::vector<std::string>& options) {
    if (options.empty()) {
        w.null();
        return;
    }
    w.begin_array();
    for (const auto& o : options) w.string(o);
    w.end_array();
}

// One member of a field definition, by the name that both catalogue and rules use for it.
void write_property(json::writer& w, std::string_view name, const draft& d) {
    w.key(name);
    if (name == "id")
        w.string(d.def.id);
    else if (name == "display_name")
        w.string(d.display_name);
    else if (name == "type")
        w.string(d.def.type);
    else if (name == "description")
        w.string(d.description);
    else if (name == "nullable")
        w.boolean(!d.reserved);
    else if (name == "default" && d.default_value)
        w.string(*d.default_value);
    else if (name == "reserved")
        w.boolean(d.reserved);
    else if (name == "options")
        write_options(w, d.def.options);
    else if (name == "required_on_closure")
        w.boolean(d.def.required_on_closure);
    else if (name == "kind" && !d.kind.empty())
        w.string(d.kind);
    else
        w.null();
}

// An id that is taken gets the type's number, within the length that an identifier may have.
std::string numbered(std::string_view id, std::int64_t number) {
    const std::string tail = "_" + std::to_string(number);
    return std::string(id.substr(0, longest_identifier - tail.size())) + tail;
}

field_def finish(draft d, const catalog& left) {
    d.def.words = left.find_type(d.def.type);
    if (d.def.words != nullptr) codec_from_string(d.def.words->codec, d.def.coding);
    json::writer w(d.def.definition);
    w.begin_object();
    const auto object = left.objects.find("field");
    if (object != left.objects.end()) {
        for (const auto& name : object->second.shapes.at("read")) write_property(w, name, d);
    }
    w.end_object();
    return std::move(d.def);
}

draft from_reserved(const reserved_field& f) {
    draft d;
    d.def.id = f.field;
    d.def.from = field_def::source::reserved;
    d.def.path = f.from;
    d.def.type = f.type;
    d.display_name = f.field;
    d.default_value = f.default_value;
    d.reserved = true;
    return d;
}

draft from_declared(const declared_field& f, const table& t) {
    draft d;
    d.def.id = f.field;
    d.def.from = f.member.empty() ? field_def::source::attribute : field_def::source::member;
    d.def.path = f.member.empty() ? f.attribute : f.member;
    d.def.type = f.type;
    d.def.options = f.options;
    if (const auto e = t.enums.find(f.options_enum); e != t.enums.end())
        d.def.options = e->second.right_values;
    d.def.absent = f.absent;
    d.def.write = f.write;
    d.def.spread = f.spread;
    d.def.list = f.list.of.empty() ? nullptr : &f.list;
    d.display_name = f.display_name.empty() ? f.field : f.display_name;
    d.description = f.description;
    return d;
}

draft from_server(const bag_type& type, json::value definition) {
    draft d;
    d.def.id = definition.member("id").text();
    d.def.path = type.name;
    d.def.type = definition.member("type").text();
    for (const auto& [none, o] : definition.member("options").elements())
        d.def.options.emplace_back(o.text());
    d.def.max = type.max;
    d.def.write = true;
    d.display_name = definition.member("display_name").text();
    d.description = definition.member("description").text();
    return d;
}

draft from_client(const client_field& f, const catalog& left) {
    draft d;
    d.def.id = f.id;
    d.def.from = field_def::source::carried;
    d.def.path = client_field_key(f.number);
    d.def.type = f.type;
    d.def.options = f.options;
    const auto shown = [&](const std::optional<std::string>& standard) {
        std::string value = standard_value(f, standard, left);
        return value == "null" ? std::string() : value;
    };
    d.def.absent = shown(f.first_standard);
    d.def.standard = shown(f.standard);
    d.def.write = true;
    d.def.required_on_closure = f.required_on_closure;
    d.def.made = std::make_shared<const client_field>(f);
    d.display_name = f.display_name.value_or(f.id);
    d.default_value = f.standard;
    d.kind = f.kind;
    return d;
}

// In the order of their numbers, so that of two with one id the older keeps it.
template <class T>
std::vector<const T*> by_number(const std::vector<T>& all) {
    std::vector<const T*> out;
    for (const auto& one : all) out.push_back(&one);
    std::sort(out.begin(), out.end(), [](auto* a, auto* b) { return a->number < b->number; });
    return out;
}

}  // namespace

const field_def* field_set::find(std::string_view id) const noexcept {
    const auto it = std::find_if(defs_.begin(), defs_.end(), [&](const field_def& d) { return d.id == id; });
    return it == defs_.end() ? nullptr : &*it;
}

int field_set::index_of_attribute(std::string_view name) const noexcept {
    const auto it = by_attribute_.find(name);
    return it == by_attribute_.end() ? -1 : it->second;
}

void field_set::add(field_def d) {
    if (d.from == field_def::source::attribute) {
        attribute_names_.push_back(std::make_unique<std::string>(d.path));
        by_attribute_.emplace(*attribute_names_.back(), static_cast<int>(defs_.size()));
    }
    blank_.pop_back();
    if (!defs_.empty()) blank_ += ',';
    blank_.append(d.definition, 0, d.definition.size() - 1).append(",\"value\":");
    d.value_at = blank_.size();
    blank_ += "null}]";
    defs_.push_back(std::move(d));
}

field_set build_fields(const table& cases, const catalog& left, const std::vector<bag_type>& server,
                       const std::vector<client_field>& clients) {
    field_set set;
    for (const auto& f : left.reserved_fields) set.add(finish(from_reserved(f), left));
    const auto bag = std::find_if(cases.rules.begin(), cases.rules.end(),
                                  [](const rule& r) { return r.kind == rule_kind::bag; });
    if (bag == cases.rules.end()) return set;
    std::size_t members = 0;
    for (const auto& f : bag->fields) {
        const std::size_t place = f.member.empty() ? 0 : members++;
        if (!f.member.empty() && !bag->native_fields) continue;
        draft d = from_declared(f, cases);
        d.def.place = place;
        set.add(finish(std::move(d), left));
    }
    set.add_server_types(cases, left, server, clients);
    for (const client_field* f : by_number(clients)) {
        draft d = from_client(*f, left);
        for (std::int64_t n = f->number; set.find(d.def.id) != nullptr; ++n) d.def.id = numbered(f->id, n);
        set.add(finish(std::move(d), left));
    }
    return set;
}

void field_set::add_server_types(const table& cases, const catalog& left, const std::vector<bag_type>& server,
                                 const std::vector<client_field>& clients) {
    // An id that a client chose stays that client's.
    const auto taken = [&](const std::string& id) {
        const auto same = [&](const client_field& f) { return f.id == id; };
        return find(id) != nullptr || std::any_of(clients.begin(), clients.end(), same);
    };
    json::tape tape;
    for (const bag_type* type : by_number(server)) {
        if (cases.carry && type->name == cases.carry->attribute) {
            carry_max_ = type->max == 0 ? 500 : type->max;
            continue;
        }
        const int declared = index_of_attribute(type->name);
        if (declared >= 0) {
            defs_[static_cast<std::size_t>(declared)].max = type->max;
            continue;
        }
        if (tape.parse(type->definition, {}).has_error()) continue;
        draft d = from_server(*type, tape.root());
        if (d.def.id.empty()) d.def.id = "attribute_" + std::to_string(type->number);
        const std::string plain = d.def.id;
        for (std::int64_t n = type->number; taken(d.def.id); ++n) d.def.id = numbered(plain, n);
        add(finish(std::move(d), left));
    }
}

}  // namespace casebridge::mapping
