#include "sandbox/threatconnect/context.hpp"

#include <algorithm>

namespace casebridge::sandbox::threatconnect {

namespace {

bool contains(const std::vector<id_type>& in, id_type id) {
    return std::find(in.begin(), in.end(), id) != in.end();
}

bool case_open_to(const store& s, id_type user, id_type case_id) {
    const auto* c = s.find(object_type::case_, case_id);
    if (!c) return true;
    const auto& users = c->to(link::user_access);
    return users.empty() || contains(users, user);
}

}  // namespace

std::string time_text(instant t, bool fractions) {
    std::string out;
    append_seconds(out, t);
    const auto millis = (t.micros % 1'000'000 + 1'000'000) % 1'000'000 / 1000;
    if (!fractions || millis == 0) return out;
    auto digits = std::to_string(1000 + millis).substr(1);
    while (digits.back() == '0') digits.pop_back();
    out.insert(out.size() - 1, "." + digits);
    return out;
}

bool may_see(const store& s, const context& c, const record& r) {
    switch (r.type) {
        case object_type::owner: return contains(c.who->owners, r.id);
        case object_type::user:
        case object_type::user_group: return belongs(r, c.owner);
        case object_type::attribute_type:
            return r.to(link::owners).empty() || contains(r.to(link::owners), c.owner);
        case object_type::case_: return r.owner == c.owner && case_open_to(s, c.who->user, r.id);
        default: break;
    }
    if (r.owner != 0 && r.owner != c.owner) return false;
    return r.case_id == 0 || case_open_to(s, c.who->user, r.case_id);
}

bool belongs(const record& user_or_group, id_type owner) {
    return user_or_group.owner == 0 || user_or_group.owner == owner ||
           contains(user_or_group.to(link::owners), owner);
}

}  // namespace casebridge::sandbox::threatconnect
