#include "platform/threatconnect/projection.hpp"

#include "json/writer.hpp"

namespace casebridge::platform::threatconnect {
namespace {

using sv = std::string_view;

void write(json::writer& w, const object_model& object, json::value document, const field_tree& asked);

// {"data":[…]}, also where the document has a bare list or nothing.
void write_list(json::writer& w, const field& f, json::value v, const field_tree& asked) {
    w.begin_object().key("data").begin_array();
    const object_model* of = find_object(f.of);
    for (const auto each : (v.is_array() ? v : v.member("data")).elements())
        if (of && each.val.is_object()) write(w, *of, each.val, asked);
    w.end_array().end_object();
}

void write_assignee(json::writer& w, json::value v) {
    const bool group = v.member("type").text() == "Group";
    w.begin_object().member("type", group ? "Group" : "User").key("data");
    write(w, *find_object(group ? "group" : "user"), v.member("data"), {});
    w.end_object();
}

void write_value(json::writer& w, const field& f, json::value v, const field_tree& asked) {
    switch (f.kind) {
        case shape::list: write_list(w, f, v, asked.below(f.name)); break;
        case shape::assignee: write_assignee(w, v); break;
        case shape::user: {
            const bool details = !f.asked_as.empty() && asked.asks_for(f.asked_as);
            write(w, *find_object(details ? "security/users" : f.of), v, asked.below(f.name));
            break;
        }
        case shape::one:
            if (const object_model* of = find_object(f.of); of && v.is_object())
                write(w, *of, v, asked.below(f.name));
            else
                w.copy(v);
            break;
        default: w.copy(v);
    }
}

// Nobody is assigned: the member is not there (§12 trap 13).
bool is_nobody(const field& f, json::value v) noexcept {
    return f.kind == shape::assignee && (!v.is_object() || !v.member("data").is_object());
}

void write(json::writer& w, const object_model& object, json::value document, const field_tree& asked) {
    w.begin_object();
    for (const field& f : object.fields) {
        const bool wanted = asked.asks_for(f.asked_name()) || asked.asks_for(f.name);
        if (f.shown == show::asked && !wanted) continue;
        const json::value v = document.member(f.name);
        if (v.exists() && !v.is_null() && !is_nobody(f, v)) {
            w.key(f.name);
            write_value(w, f, v, asked);
        } else if (!f.otherwise.empty()) {
            w.key(f.name).raw(f.otherwise);
        } else if (f.kind == shape::list && wanted) {
            w.key(f.name).raw(R"({"data":[]})");
        }
    }
    w.end_object();
}

}  // namespace

void field_tree::add(sv dotted) {
    const sv head = dotted.substr(0, dotted.find('.'));
    if (head.empty()) return;
    if (head == "_all_") {
        all_ = true;
        return;
    }
    field_tree& part = parts_[std::string(head)];
    if (head.size() < dotted.size()) part.add(dotted.substr(head.size() + 1));
}

const field_tree& field_tree::below(sv name) const {
    static const field_tree nothing;
    const auto at = parts_.find(name);
    return at == parts_.end() ? nothing : at->second;
}

std::set<std::string, std::less<>> asked_members(const object_model& object, const field_tree& asked) {
    std::set<std::string, std::less<>> out;
    for (const field& f : object.fields)
        if ((f.shown == show::asked || !f.asked_as.empty()) &&
            (asked.asks_for(f.asked_name()) || asked.asks_for(f.name)))
            out.emplace(f.name);
    return out;
}

void append_shown(std::string& out, const object_model& object, json::value document,
                  const field_tree& asked) {
    json::writer w(out);
    write(w, object, document, asked);
}

}  // namespace casebridge::platform::threatconnect
