#include "bridge/records/records.hpp"

#include "bridge/records/record_session.hpp"
#include "bridge/write_record.hpp"
#include "observe/log.hpp"

namespace casebridge::bridge {

using platform::record_answer;
using platform::record_kind;
using platform::record_request;
using platform::record_verb;

records::records(records_options opts, const mapping::bundle& tables, const platform::directory& accounts,
                 platform::case_store& store, write_gate& gate,
                 std::function<void(mapping::finding_code)> findings, record_write_sink writes)
    : options_(std::move(opts)),
      tables_(tables),
      accounts_(accounts),
      store_(store),
      gate_(gate),
      findings_(std::move(findings)),
      writes_(std::move(writes)),
      child_members_(members_of_children()),
      artifact_types_(read_artifact_types()) {}

records::~records() = default;

record_state& records::state_of(const platform::workspace& where) {
    auto& slot = states_[where.id];
    if (!slot) {
        const directory_sources from{&tables_, &accounts_, &where, &options_.user_names};
        slot = std::make_unique<record_state>(from, store_, options_.state);
    }
    return *slot;
}

task<result<record_answer>> records::run(const record_request& r) {
    session s(r, state_of(*r.where));
    s.ctx.where = r.where;
    s.ctx.credential =
        r.who->acts_as.empty() ? std::string_view(r.where->credential) : std::string_view(r.who->acts_as);
    s.ctx.account = r.who->access_id;
    s.ctx.deadline = r.deadline;
    s.ctx.request_id = r.request_id;
    s.ctx.traceparent = r.traceparent;
    s.ctx.tracestate = r.tracestate;
    s.state.expect_tag_changes(gate_.tag_changes());
    auto done = co_await dispatch(s);
    for (const auto& f : s.notes.findings()) {
        if (findings_) findings_(f.code);
    }
    record(s, done);
    if (done.has_value()) {
        done->upstream_requests = s.ctx.requests;
        done->upstream_time = s.ctx.time;
        done->loss_note = s.notes.losses();
    } else {
        observe::log(observe::level::info, "exchange failed",
                     {{"request_id", r.request_id},
                      {"reason", std::string_view(to_string(done.error().code))},
                      {"detail", std::string_view(done.error().detail)}});
    }
    co_return done;
}

// People are needed to show anything that names somebody; they are remembered.
task<result<void>> records::load_references(session& s) {
    CB_CO_TRY(s.users, co_await s.state.load_users(s.ctx));
    const record_state::list& groups = s.state.groups();
    const bool writes = s.r.action == record_verb::create || s.r.action == record_verb::update;
    if (writes || s.r.what == record_kind::tag) {
        CB_CO_TRY(s.tags, co_await s.state.load_tags(s.ctx));
    }
    CB_CO_TRY(s.fields, co_await s.state.load_fields(s.ctx));
    s.refs.emplace(s.state.sources(), s.users.get(), groups.get(), s.tags.get(), s.r.who->access_id);
    s.refs->know_fields(s.fields.get());
    co_return result<void>{};
}

task<result<record_answer>> records::dispatch(session& s) {
    CB_CO_CHECK(co_await load_references(s));
    const record_verb action = s.r.action;
    if (s.r.what == record_kind::case_) {
        switch (action) {
            case record_verb::read: co_return co_await read_case(s);
            case record_verb::list: co_return co_await list_cases(s);
            case record_verb::create: co_return co_await create_case(s);
            case record_verb::update: co_return co_await update_case(s);
            case record_verb::remove: co_return co_await remove_cases(s);
        }
    }
    if (s.r.what == record_kind::attribute) {
        if (action == record_verb::list) co_return co_await list_attributes(s);
        if (action == record_verb::read) co_return co_await read_attribute(s);
        co_return co_await write_attribute(s);
    }
    if (const child_kind* kind = find_child_kind(s.r.what); kind != nullptr && tables_.has(kind->table)) {
        switch (action) {
            case record_verb::read: co_return co_await read_child(s, *kind);
            case record_verb::list: co_return co_await list_children(s);
            case record_verb::create: co_return co_await create_child(s, *kind);
            case record_verb::update: co_return co_await update_child(s, *kind);
            case record_verb::remove: co_return co_await remove_children(s, *kind);
        }
    }
    if (action == record_verb::list || action == record_verb::read) co_return co_await list_objects(s);
    if (s.r.what == record_kind::tag) co_return co_await write_tag(s);
    if (s.r.what == record_kind::template_) co_return co_await write_template(s);
    co_return fail(errc::read_only, "objects of this kind cannot be written");
}

result<void> records::permit(session& s, const mapping::reverse_plan& plan) const {
    if (options_.strict && plan.notes.lost_something()) return fail(errc::loss_refused, plan.notes.losses());
    for (const auto& f : plan.notes.findings()) s.notes.note(f.code, f.rule);
    if (options_.shadow) {
        observe::log(
            observe::level::info, "shadow: planned, not written",
            {{"request_id", s.r.request_id}, {"members", static_cast<std::int64_t>(plan.members.size())}});
        return fail(errc::read_only, "this bridge plans writes and does not carry them out");
    }
    return {};
}

void records::record(session& s, const result<record_answer>& done) const {
    if (!writes_ || s.r.action < record_verb::create) return;
    record_write w{s.r, 0, {}, names_of_fields(s.r.document), "done", s.ctx.status, s.notes.losses()};
    for (const auto& [number, id] : s.also_written) {
        w.number = number;
        w.stored_id = id;
        writes_(w);
    }
    w.number = s.number != 0 ? s.number : s.r.number.value_or(0);
    w.stored_id = s.stored_id;
    if (done.has_error()) w.result = to_string(done.error().code);
    const bool all_told = !s.also_written.empty() && done.has_value() && w.number == 0;
    if (!all_told) writes_(w);
}

}  // namespace casebridge::bridge
