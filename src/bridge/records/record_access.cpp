// Who sees which case: userAccess restricts one to certain users (ThreatConnect fact sheet §6.4), and nobody else learns
// of it.
#include "bridge/records/record_session.hpp"

namespace casebridge::bridge {

using platform::store_listing;
using platform::stored_case;

// Restricted to certain users (ThreatConnect fact sheet §6.4): visible to them.
bool records::visible(const session& s, const stored_case& c) const {
    return admits(s, tables_.object("case").reverse->read(c.document()));
}

bool records::admits(const session& s, const mapping::reverse_subject& in) const {
    if (!options_.honour_user_access) return true;
    const auto& program = *tables_.object("case").reverse;
    std::string text;
    mapping::ledger unused;
    json::tape t;
    const auto* access = program.find("userAccess");
    if (access == nullptr || !program.append(*access, in, *s.refs, text, unused) ||
        t.parse(text, {}).has_error())
        return true;
    const json::value allowed = t.root().member("data");
    if (allowed.size() == 0) return true;
    gate_.access().note_restricted(s.r.where->id);
    const numbered* me = s.users->by_name(s.r.who->access_id);
    for (const auto& [none, u] : allowed.elements()) {
        std::int64_t number = 0;
        if (me != nullptr && u.member("id").to_int64(number) && number == me->number) return true;
        if (u.member("userName").text() == s.r.who->access_id) return true;
    }
    return false;
}

// The caller must not shut itself out of the case without noticing.
result<void> records::check_own_access(session& s, const mapping::reverse_subject* current,
                                       const mapping::reverse_plan& plan) const {
    if (!plan.writes_state || plan.state.empty()) return {};
    const opened_text state(plan.state);
    mapping::reverse_subject then = current == nullptr ? mapping::reverse_subject{} : *current;
    then.state.read(state.root());
    if ((current != nullptr && !admits(s, *current)) || admits(s, then)) return {};
    const numbered* me = s.users->by_name(s.r.who->access_id);
    return fail(errc::invalid_value,
                "The userAccess for this case would shut out the caller; name user " +
                    (me == nullptr ? s.r.who->access_id : std::to_string(me->number)) + " in it as well",
                "/userAccess");
}

// Some case is for certain users only, so that not everybody sees the same list.
bool records::hides(const session& s) const {
    return options_.honour_user_access && gate_.access().is_restricted(s.r.where->id);
}

// What places in a list are remembered under.
std::string records::place_name(const session& s, const walk& w) const {
    return hides(s) ? w.name + '\n' + s.r.who->access_id : w.name;
}

// Before the store's count is told for the first time: whether some case is restricted, on whatever page. A workspace of
// more cases than one request may read is not looked through.
task<result<void>> records::survey_access(session& s) {
    access_memory& access = gate_.access();
    const uuid& where = s.r.where->id;
    if (!options_.honour_user_access || access.is_surveyed(where, http::clock::now()))
        co_return result<void>{};
    store_listing what;
    what.limit = store_.most_per_page();
    while (!access.is_restricted(where)) {
        CB_CO_TRY(const auto page, co_await store_.list_cases(s.ctx, what));
        for (const auto& c : page.cases) static_cast<void>(visible(s, *c));
        if (page.next.empty() || page.total.value_or(0) > options_.scan_bound) break;
        what.cursor = page.next;
    }
    access.note_survey(where, http::clock::now());
    co_return result<void>{};
}

}  // namespace casebridge::bridge
