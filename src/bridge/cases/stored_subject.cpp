#include "bridge/cases/stored_subject.hpp"

#include <algorithm>

namespace casebridge::bridge {

query::filter_subject::found stored_subject::text(const std::string& rule, std::string& out) const {
    if (!fetched_ && in_.carry().spilled(rule)) return found::unread;
    mapping::ledger unused;
    return view_.append_plain(in_, rule, people_, out, unused) ? found::value : found::none;
}

bool stored_subject::holds(const std::string& rule, std::span<const query::target> targets) const {
    std::vector<std::int64_t> numbers;
    view_.append_members(in_, rule, numbers);
    return std::any_of(targets.begin(), targets.end(), [&](const query::target& t) {
        return std::find(numbers.begin(), numbers.end(), t.number) != numbers.end();
    });
}

}  // namespace casebridge::bridge
