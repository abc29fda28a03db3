// Definitions of custom fields that clients make. They are few, and their names must not meet, so writes to them are
// serial, and each begins with reading them anew. What the backend itself shows as fields is not the clients' to
// change.
#include "bridge/session.hpp"

namespace casebridge::bridge {
namespace {

using platform::outcome;
using platform::verb;
using source = mapping::field_def::source;

result<bool> is_made(const mapping::field_set& fields, std::string_view mark) {
    for (const auto& f : fields.all()) {
        if (!f.made) continue;
        CB_TRY(const bool found, is_made_under(mark, f.made->made_under));
        if (found) return true;
    }
    return false;
}

// Fields that no client made.
failure refuse_change(const mapping::field_def& f, bool removes) {
    if (f.from == source::reserved && removes)
        return fail(errc::invalid_value, "Field " + f.id + " is a reserved field");
    if (f.from == source::reserved) return fail(errc::read_only, "Field " + f.id + " is a reserved field");
    return fail(errc::read_only,
                "Field " + f.id +
                    " shows what the backend keeps by itself; change it there, or its type in " +
                    "an overlay of the bridge's tables");
}

// A change that needs the column itself, not only what is known of it.
bool needs_column(json::value document) {
    const json::value name = document.member("name"), type = document.member("type");
    return (name && !name.is_null()) || (type && !type.is_null());
}

failure taken(json::value name) { return fail(errc::conflict, std::string(name.text()), "/name"); }

}  // namespace

task<result<outcome>> exchange::write_field(session& s) {
    const auto pass = co_await gate_.enter(s.op.where->organization + "/fields", s.op.deadline);
    if (!pass) co_return fail(errc::conflict, "custom fields are being written by others; try again");
    s.state.forget_fields();
    CB_CO_TRY(const auto fields, co_await s.state.load_fields(s.ctx));
    result<outcome> done = outcome{};
    if (s.op.action == verb::create)
        done = co_await create_field(s, *fields);
    else
        done = co_await change_field(s, *fields);
    s.state.forget_fields();
    gate_.note_field_change();
    co_return done;
}

task<result<outcome>> exchange::create_field(session& s, const mapping::field_set& fields) {
    const std::string mark = idempotency_mark(s.op);
    CB_CO_TRY(const bool made_before, is_made(fields, mark));
    if (made_before) co_return outcome{};
    CB_CO_TRY(auto made, mapping::make_client_field(s.op.document, tables_.left()));
    if (fields.find(made.id) != nullptr) co_return taken(s.op.document.member("name"));
    if (fields.carry_max() == 0) {
        co_return fail(errc::read_only,
                       "Values of custom fields have no place on the backend; create the attribute type that "
                       "the bridge keeps its state in, or an attribute type for this field");
    }
    made.made_under = mark;
    if (options_.shadow) co_return shadow_refusal();
    CB_CO_CHECK(co_await keep_definition(s, std::nullopt, made));
    co_return outcome{};
}

task<result<outcome>> exchange::change_field(session& s, const mapping::field_set& fields) {
    const bool removes = s.op.action == verb::remove;
    const mapping::field_def* f = fields.find(s.op.child);
    if (f == nullptr) {
        // What is known of a column that does not exist is forgotten at once (Tracecat fact sheet §3.8).
        if (removes || needs_column(s.op.document))
            co_return fail(errc::not_found, "no such field", "/field");
        co_return outcome{};
    }
    if (!removes && s.op.document.size() == 0) co_return outcome{};
    if (!f->made) co_return refuse_change(*f, removes);
    if (removes) {
        if (options_.shadow) co_return shadow_refusal();
        CB_CO_CHECK(co_await backend_.remove_field_definition(s.ctx, f->made->number));
        co_return outcome{};
    }
    mapping::client_field edited = *f->made;
    if (const json::value name = s.op.document.member("name"); name && !name.is_null()) {
        const mapping::field_def* other = fields.find(mapping::client_field_id(name.text()));
        if (other != nullptr && other != f) co_return taken(name);
    }
    CB_CO_CHECK(mapping::change_client_field(edited, s.op.document, tables_.left()));
    if (mapping::write_client_field(edited) == mapping::write_client_field(*f->made)) co_return outcome{};
    if (options_.shadow) co_return shadow_refusal();
    CB_CO_CHECK(co_await keep_definition(s, edited.number, edited));
    co_return outcome{};
}

// The backend's answer shows whether it kept every character; a new definition that it did not goes again.
task<result<void>> exchange::keep_definition(session& s, std::optional<std::int64_t> number,
                                             const mapping::client_field& f) {
    const std::string text = mapping::write_client_field(f);
    const auto written = co_await backend_.write_field_definition(s.ctx, number, f.id, text);
    if (written.has_error()) {
        if (written.error().code == errc::not_found && !number)
            co_return fail(errc::not_supported, "the backend takes no definitions of custom fields");
        co_return written.error();
    }
    const auto& kept = *written;
    const json::value description = kept->data.member("description");
    std::int64_t made = 0;
    if (!description || description.text() == text) co_return result<void>{};
    std::string left = "field " + f.id + " is damaged now; delete it";
    if (!number && kept->data.member("id").to_int64(made)) {
        const auto gone = co_await backend_.remove_field_definition(s.ctx, made);
        if (gone.has_value()) left = "nothing was created";
    }
    co_return fail(errc::upstream_malformed, "it changed the text of a definition; " + left);
}

}  // namespace casebridge::bridge
