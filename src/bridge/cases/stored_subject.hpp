// A stored case as a filter sees it: what the view "read" shows of it, by the same code.
#pragma once

#include "mapping/view_program.hpp"
#include "query/match.hpp"

namespace casebridge::bridge {

class stored_subject final : public query::filter_subject {
public:
    // fetched: the texts that lie in files are there, as far as they exist; otherwise such a member is unread.
    stored_subject(const mapping::view_program& view, const mapping::stored_reader& in,
                   const mapping::references& people, bool fetched)
        : view_(view), in_(in), people_(people), fetched_(fetched) {}

    found text(const std::string& rule, std::string& out) const override;
    bool holds(const std::string& rule, std::span<const query::target> targets) const override;

private:
    const mapping::view_program& view_;
    const mapping::stored_reader& in_;
    const mapping::references& people_;
    bool fetched_;
};

}  // namespace casebridge::bridge
