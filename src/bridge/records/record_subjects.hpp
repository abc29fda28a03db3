// What conditions are evaluated on where sub-queries lead from cases to what hangs on them, and back; to any depth,
// without documents of everything within everything.
#pragma once

#include "bridge/records/record_children.hpp"
#include "bridge/records/record_session.hpp"
#include "query/condition.hpp"

namespace casebridge::bridge {

// A case. document: as it is shown; must outlive this.
class records::case_subject final : public query::document_subject {
public:
    case_subject(const records& all, session& here, const family& f, json::value document)
        : document_subject(document), all_(all), s_(here), family_(f) {}
    bool has_related(const query::keyword& by, const query::condition* sub) const override;

private:
    bool has_other_case(const query::condition* sub) const;
    const records& all_;
    session& s_;
    const family& family_;
};

class records::child_subject final : public query::document_subject {
public:
    child_subject(const records& all, session& here, const family& f, const family_child& c,
                  json::value document)
        : document_subject(document), all_(all), s_(here), family_(f), child_(c) {}
    bool has_related(const query::keyword& by, const query::condition* sub) const override;

private:
    const records& all_;
    session& s_;
    const family& family_;
    const family_child& child_;
};

// What documents must show for the tests of a condition, sub-queries apart.
void note_paths(const query::condition& c, wish& out);
void note_paths(const std::vector<query::sort_level>& order, wish& out);
// The store's lists that sub-queries lead to. of: what the condition is about.
native_lists lists_for(platform::record_kind of, const query::condition& c);
// Sub-queries on associated cases, wherever they stand in a condition; null: whether there is any.
using sub_queries = std::vector<const query::condition*>;
void note_other_cases(platform::record_kind of, const query::condition& c, sub_queries& out);
// Whether a case that is known by its number alone ({"id":7}) can match one of them.
bool may_match(const sub_queries& any, json::value named);
// What a condition asks of the cases that it leads to, or that it is about the children of.
platform::completion needs_of_holder(platform::record_kind of, const query::condition& c,
                                     const mapping::reverse_program& cases);
// Some sub-query leads to another case, or to what hangs on one.
bool leads_elsewhere(const query::condition& c);
// What the condition says of the case itself, as far as it holds for everything that can match: at least as much.
query::condition case_part(const query::condition& c);
// A condition without sub-queries on what hangs on cases: finds no less.
query::condition without_children(const query::condition& c);

}  // namespace casebridge::bridge
