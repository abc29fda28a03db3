// What must be filled in before a case is closed: the custom fields whose definition says so (Tracecat fact sheet §4.5).
// The table knows which values of which member close a case: those whose stored value is the one that a witness is
// kept for.
#include "bridge/session.hpp"
#include "json/writer.hpp"
#include "mapping/client_value.hpp"

#include <algorithm>

namespace casebridge::bridge {
namespace {

bool closes(const mapping::table& cases, const mapping::rule& r, std::string_view value) {
    const auto spec = cases.enums.find(r.enum_name);
    if (r.witness_when.empty() || spec == cases.enums.end()) return false;
    const auto& pairs = spec->second.pairs;
    return std::any_of(pairs.begin(), pairs.end(), [&](const mapping::enum_pair& p) {
        return p.left == value && p.right == r.witness_when;
    });
}

const mapping::rule* closing_rule(const mapping::table& cases, json::value document) {
    for (const auto& r : cases.rules) {
        const json::value v = document.member(r.written_by());
        if (r.kind == mapping::rule_kind::enum_ && v.is_string() && closes(cases, r, v.text())) return &r;
    }
    return nullptr;
}

// As it will be after the write: what the request says, else what is there.
bool is_blank(const mapping::field_def& f, json::value written, const mapping::carry_state& state) {
    if (written) {
        const auto value = mapping::encode_client_value(f.coding, written, f.options);
        return written.is_null() || (value.has_value() && mapping::is_blank_value(*value));
    }
    std::string value;
    const json::value kept = state.entry(mapping::client_values_entry).member(f.path);
    if (!kept) return f.absent.empty() || mapping::is_blank_value(f.absent);
    return !mapping::append_client_value(value, f.coding, kept) || mapping::is_blank_value(value);
}

}  // namespace

result<void> exchange::check_closure(session& s, const mapping::stored_reader& current,
                                     const mapping::field_set& fields) const {
    const auto& programs = tables_.object("case");
    const mapping::rule* status =
        options_.case_addons ? closing_rule(*programs.source, s.op.document) : nullptr;
    if (status == nullptr) return {};
    std::string now;
    mapping::ledger ignored;
    programs.view("read").append_plain(current, status->id, workspace_references(s.state, nullptr), now,
                                       ignored);
    if (now == s.op.document.member(status->written_by()).text()) return {};
    const auto bag = std::find_if(programs.source->rules.begin(), programs.source->rules.end(),
                                  [](const auto& r) { return r.kind == mapping::rule_kind::bag; });
    if (bag == programs.source->rules.end()) return {};
    const json::value written = s.op.document.member(bag->written_by());
    std::string missing;
    json::writer w(missing);
    w.begin_array();
    for (const auto& f : fields.all()) {
        if (f.required_on_closure && is_blank(f, written.member(f.id), current.carry())) w.string(f.id);
    }
    w.end_array();
    if (missing == "[]") return {};
    return fail(errc::invalid_value, missing, "/status/closure");
}

}  // namespace casebridge::bridge
