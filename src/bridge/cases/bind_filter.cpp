// A façade's filter names people and tags in the façade's words; before it can be pushed or evaluated, what
// they stand for is looked up.
#include "bridge/session.hpp"

#include <algorithm>

namespace casebridge::bridge {
namespace {

using query::filter;
using query::predicate;
using query::target;

void visit(filter& f, const std::function<void(predicate&)>& act) {
    if (f.what == filter::kind::test) act(f.test);
    for (auto& part : f.parts) visit(part, act);
}

// By id; somebody whom no list holds any more is still the one that old cases name, in the backend or in the state.
std::optional<target> find_person(const workspace_state& state, const people& who, const std::string& id) {
    if (const person* p = who.find(id)) return target{p->kind, p->number, id};
    const auto parsed = uuid::parse(id);
    if (!parsed) return std::nullopt;
    if (const auto n = state.ids().decode(id_kind::user, *parsed)) return target{"user", *n, id};
    if (const auto n = state.ids().decode(id_kind::group, *parsed)) return target{"group", *n, id};
    return target{"", 0, parsed->to_string()};
}

}  // namespace

task<result<filter>> exchange::bind_filter(session& s) {
    filter out = s.op.filter;
    std::vector<predicate*> people_asked, tags_asked;
    visit(out, [&](predicate& p) {
        const mapping::rule* r = tables_.object("case").source->find(p.rule);
        if (r == nullptr || p.values.empty()) return;
        if (r->kind == mapping::rule_kind::ref) people_asked.push_back(&p);
        if (r->kind == mapping::rule_kind::set) tags_asked.push_back(&p);
    });
    if (!people_asked.empty()) {
        CB_CO_TRY(const auto who, co_await s.state.load_people(s.ctx));
        for (predicate* p : people_asked) {
            for (const auto& v : p->values)
                if (const auto found = find_person(s.state, *who, v)) p->targets.push_back(*found);
        }
    }
    for (predicate* p : tags_asked) {
        CB_CO_CHECK(co_await bind_tags(s, *p));
    }
    co_return out;
}

task<result<void>> exchange::bind_tags(session& s, predicate& p) {
    for (int attempt = 0; attempt < 2; ++attempt) {
        p.targets.clear();
        CB_CO_TRY(const auto tags, co_await s.state.load_tags(s.ctx));
        for (const auto& v : p.values) {
            if (const tag_entry* t = find_entry(*tags, s.state.ids(), v))
                p.targets.push_back({"tag", t->number, v});
        }
        if (p.targets.size() == p.values.size()) break;
        s.state.forget_tags();  // it may be newer than what we remember
    }
    co_return result<void>{};
}

}  // namespace casebridge::bridge
