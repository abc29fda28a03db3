#include "bridge/session.hpp"

namespace casebridge::bridge {

using platform::outcome;

task<result<outcome>> exchange::list_fields(session& s) {
    CB_CO_TRY(const auto fields, co_await s.state.load_fields(s.ctx));
    outcome out;
    for (const auto& f : fields->all()) out.items.push_back({{}, f.definition});
    co_return out;
}

task<result<outcome>> exchange::list_members(session& s) {
    CB_CO_TRY(const auto who, co_await s.state.load_people(s.ctx));
    outcome out;
    for (const auto& p : who->all()) {
        if (!p.member.empty()) out.items.push_back({{}, p.member});
    }
    co_return out;
}

task<result<outcome>> exchange::list_tags(session& s) {
    CB_CO_TRY(const auto tags, co_await s.state.load_tags(s.ctx));
    outcome out;
    for (const auto& t : *tags) out.items.push_back({{}, t.document});
    co_return out;
}

task<result<outcome>> exchange::read_tag(session& s) {
    CB_CO_TRY(const auto tag, co_await find_tag(s));
    outcome out;
    out.items.push_back({{}, tag.document});
    co_return out;
}

}  // namespace casebridge::bridge
