// The residual: a filter evaluated on one object as the façade shows it.
#pragma once

#include "query/filter.hpp"
#include "query/like.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace casebridge::query {

// What a filter asks of an object.
class filter_subject {
public:
    enum class found {
        value,
        none,    // the member has no value
        unread,  // it has one, which has not been fetched yet
    };
    virtual ~filter_subject() = default;
    // Appends the member's text as the façade shows it: enum words, numbers, times in ISO 8601, ids of people.
    virtual found text(const std::string& rule, std::string& out) const = 0;
    // Sets: whether one of the targets is in it.
    virtual bool holds(const std::string& rule, std::span<const target> targets) const = 0;
};

enum class verdict { no, yes, unread };  // unread: only what has not been fetched would tell

class matcher {
public:
    explicit matcher(const filter& f);
    verdict operator()(const filter_subject& s) const { return evaluate(root_, s); }

private:
    struct node {
        filter::kind what = filter::kind::all;
        std::vector<node> parts;
        predicate test;
        std::optional<like_pattern> pattern;
        std::int64_t bound = 0;
    };
    static node compile(const filter& f);
    static verdict evaluate(const node& n, const filter_subject& s);
    static verdict test(const node& n, const filter_subject& s);

    node root_;
};

}  // namespace casebridge::query
