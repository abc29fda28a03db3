#include "bridge/write_record.hpp"

#include "bridge/session.hpp"

namespace casebridge::bridge {
namespace {

constexpr std::string_view custom_fields = "fields";
constexpr std::size_t most_bytes = 2000;  // names are the client's choice where fields are unknown

void add_name(std::string& out, std::string_view group, std::string_view name) {
    if (out.size() + group.size() + name.size() > most_bytes) return;
    if (!out.empty()) out += ',';
    if (!group.empty()) out.append(group).push_back('.');
    out += name;
}

std::string_view name_of(const result<void>& how) {
    return how.has_value() ? std::string_view("done") : to_string(how.error().code);
}

// Of what hangs on a case; of its tags only what is an id, since a name is the client's text.
std::string child_of(const platform::operation& op, const result<platform::outcome>& done) {
    switch (op.what) {
        case platform::object::comment:
        case platform::object::task:
        case platform::object::attachment:
            if (!op.child.empty()) return op.child;
            return done.has_value() && !done->id.is_nil() ? done->id.to_string() : std::string();
        case platform::object::case_tag: return uuid::parse(op.child) ? op.child : std::string();
        default: return {};
    }
}

}  // namespace

std::string names_of_fields(json::value document) {
    std::string out;
    if (!document.is_object()) return out;
    for (const auto& [name, value] : document.members()) {
        if (name.text() != custom_fields || !value.is_object()) {
            add_name(out, {}, name.text());
            continue;
        }
        for (const auto& [field, ignored] : value.members()) add_name(out, custom_fields, field.text());
    }
    return out;
}

void exchange::record_write(session& s, const result<platform::outcome>& done) const {
    if (!write_sink_ || s.op.action < platform::verb::create) return;
    if (s.op.file != nullptr && s.op.file->only_ask) return;
    write_record r{s.op, {}, {}, {}, names_of_fields(s.op.document), {}, s.ctx.status, s.notes.losses()};
    r.child = child_of(s.op, done);
    const auto& ids = s.state.ids();
    const auto record = [&](const uuid& id, const result<void>& how) {
        r.id = id.is_nil() ? std::string() : id.to_string();
        r.number = ids.decode(id_kind::case_, id);
        r.result = name_of(how);
        write_sink_(r);
    };
    const result<void> how = done.has_value() ? result<void>() : result<void>(done.error());
    if (s.op.what == platform::object::tag || s.op.what == platform::object::field) {
        r.id = s.op.child;
        r.result = name_of(how);
        write_sink_(r);
    } else if (s.op.ids.empty()) {
        const bool made = s.op.action == platform::verb::create && s.op.what == platform::object::case_;
        record(made && done.has_value() ? done->id : s.op.id, how);
    } else {
        for (std::size_t i = 0; i < s.op.ids.size(); ++i)
            record(s.op.ids[i], done.has_value() && i < done->each.size() ? done->each[i] : how);
    }
}

}  // namespace casebridge::bridge
