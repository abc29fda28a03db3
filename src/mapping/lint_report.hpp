// Shared by the linter's files: what is checked, and how a finding is made.
#pragma once

#include "mapping/model.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::mapping {

struct lint_report {
    const table& t;
    const catalog& left;
    const catalog& right;
    const catalog_object* left_object = nullptr;
    const catalog_object* right_object = nullptr;
    std::vector<json::diagnostic>& findings;

    // A finding about a member of the value at that origin, or about the value itself if it has no such member.
    void add(const origin& at, std::string_view member, std::string message, std::string hint) {
        json::value where = at.where.member(member);
        if (!where) where = at.where;
        findings.push_back(origin{at.document, where}.finding(std::move(message), std::move(hint)));
    }
};

void lint_rules(lint_report& out);  // each rule on its own, and rules that get in each other's way
void lint_words(lint_report& out);  // members of rules that only some kinds have, and what they name
void lint_fields(lint_report& out);  // custom fields that the table or an overlay declares
void lint_lists(lint_report& out);  // which objects are meant, and what lists show of them
void lint_enums(lint_report& out);  // pairs, picks, rows, order and laws
void lint_totality(lint_report& out);  // every field of both catalogues has its rule
void lint_reverse(lint_report& out);  // what the table says for the direction in which its left side stores
void lint_filters(lint_report& out);  // filters of the catalogue have a place for their values

// "@owner": what every object of a workspace shows.
inline bool names_constant(std::string_view otherwise) { return otherwise.starts_with('@'); }
std::string quote(std::string_view s);
// "did you mean …?", or the other advice.
std::string suggest(std::string_view word, const std::vector<std::string>& known, std::string otherwise);
std::vector<std::string> names_of(const catalog_object& o);

inline bool contains(const std::vector<std::string>& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

}  // namespace casebridge::mapping
