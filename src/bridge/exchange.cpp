#include "bridge/exchange.hpp"

#include "bridge/session.hpp"
#include "core/crypto.hpp"
#include "observe/log.hpp"

namespace casebridge::bridge {
namespace {

using platform::object;
using platform::operation;
using platform::outcome;
using platform::verb;

// Derived from what every replica knows; see id_codec.hpp and design §5.
digest id_key_of(const std::string& realm, const std::string& organization) {
    return derive_key(realm + '\0' + organization, "casebridge object ids v1");
}

std::string backend_user(const operation& op) {
    const platform::account* a = op.who.user;
    if (a == nullptr) return {};
    return a->upstream_user.empty() ? a->email : a->upstream_user;
}

std::string_view credential_of(const operation& op) {
    const platform::account* a = op.who.user;
    return a != nullptr && !a->acts_as.empty() ? std::string_view(a->acts_as)
                                               : std::string_view(op.where->credential);
}

}  // namespace

exchange::exchange(exchange_options opts, const mapping::bundle& tables, const platform::directory& accounts,
                   platform::backend& backend, write_gate& gate, finding_sink sink, write_sink writes)
    : options_(std::move(opts)),
      tables_(tables),
      accounts_(accounts),
      backend_(backend),
      gate_(gate),
      sink_(std::move(sink)),
      write_sink_(std::move(writes)),
      readers_(tables.object("case")) {}

exchange::~exchange() = default;

workspace_state& exchange::state_of(const platform::workspace& where) {
    auto& slot = states_[where.id];
    if (!slot) {
        slot = std::make_unique<workspace_state>(where, tables_, accounts_, backend_,
                                                 id_key_of(backend_.realm(), where.organization),
                                                 options_.state);
    }
    return *slot;
}

task<result<outcome>> exchange::run(const operation& op) {
    session s{op, state_of(*op.where), {}, {}, backend_user(op), {}};
    s.ctx.where = op.where;
    s.ctx.credential = credential_of(op);
    s.ctx.account = op.who.name();
    s.ctx.deadline = op.deadline;
    s.ctx.request_id = op.request_id;
    s.ctx.traceparent = op.traceparent;
    s.ctx.tracestate = op.tracestate;
    s.state.expect_tag_changes(gate_.tag_changes());
    s.state.expect_field_changes(gate_.field_changes());
    auto done = co_await dispatch(s);
    for (int again = 0; is_race(done) && again < most_races; ++again) {
        s.past.told = true;
        s.events.clear();
        s.notes.clear();
        done = co_await dispatch(s);
    }
    record_write(s, done);
    const bool wrote = op.action >= verb::create && op.ids.empty() && done.has_value();
    if (wrote) co_await settle_history(s, s.past, false);
    for (const auto& f : s.notes.findings()) {
        if (sink_) sink_(f.code);
    }
    if (done.has_value()) {
        done->upstream_requests = s.ctx.requests;
        done->upstream_time = s.ctx.time;
        done->loss_note = s.notes.losses();
    } else {
        observe::log(observe::level::warn, "exchange failed",
                     {{"request_id", op.request_id},
                      {"reason", std::string_view(to_string(done.error().code))},
                      {"detail", std::string_view(done.error().detail)}});
    }
    co_return done;
}

task<result<outcome>> exchange::dispatch(session& s) {
    switch (s.op.what) {
        case object::case_:
            switch (s.op.action) {
                case verb::read: return read_case(s);
                case verb::list: return list_cases(s);
                case verb::count: return count_cases(s);
                case verb::create: return create_case(s);
                case verb::update: return s.op.ids.empty() ? update_case(s) : run_batch(s);
                case verb::remove: return s.op.ids.empty() ? remove_case(s) : run_batch(s);
            }
            break;
        case object::field: return s.op.action == verb::list ? list_fields(s) : write_field(s);
        case object::comment: return run_comment(s);
        case object::task: return run_task(s);
        case object::attachment: return run_attachment(s);
        case object::event: return read_history(s);
        case object::user: return list_members(s);
        case object::tag:
            switch (s.op.action) {
                case verb::list: return list_tags(s);
                case verb::read: return read_tag(s);
                default: return write_tag(s);
            }
        case object::case_tag: return s.op.action == verb::list ? list_case_tags(s) : change_case_tag(s);
    }
    return read_case(s);
}

}  // namespace casebridge::bridge
