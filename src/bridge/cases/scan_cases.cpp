// Every case that the backend finds for a filter, read once within the bound, in the order of the numbers,
// which nothing disturbs; and the residual on what was read.
#include "bridge/cases/stored_subject.hpp"
#include "bridge/session.hpp"

#include <algorithm>

namespace casebridge::bridge {

using platform::case_listing;
using platform::file_reference;
using platform::outcome;
using platform::reply_ptr;

namespace {

// Files that one list may read to search in them; 25 come with one request.
constexpr std::size_t most_files = 1000;

}  // namespace

// False, and nothing read, if there are more than the bound and the caller has another way.
task<result<bool>> exchange::read_whole(session& s, listing& l, bool has_other_way) {
    const auto by = native_order(s.op.page.order, options_.case_addons).value_or(case_listing::order::number);
    case_listing what;
    what.by = case_listing::order::number;
    what.descending = false;
    what.filter = l.plan.text;
    what.limit = options_.scan_page;
    what.count = true;
    what.with.tasks = counts_tasks(s);
    while (true) {
        CB_CO_TRY(auto part, co_await backend_.list_cases(s.ctx, what));
        const bool more = part->more && part->data.size() > 0;
        l.scanned += part->data.size();
        const bool too_many =
            part->count.value_or(0) > options_.scan_bound || (more && l.scanned >= options_.scan_bound);
        if (too_many && has_other_way && what.count) {
            l.scanned = 0;
            co_return false;
        }
        if (too_many) co_return too_broad("to look at");
        what.count = false;
        std::vector<candidate> candidates;
        candidates.reserve(part->data.size());
        for (const auto& [none, doc] : part->data.elements()) {
            const auto f = facts(s, by, doc);
            candidates.push_back(
                {doc, {by == case_listing::order::number ? 0 : f.when, f.number}, visible(f)});
            what.beyond_number = f.number;
        }
        CB_CO_CHECK(co_await keep(s, l, std::move(part), std::move(candidates)));
        if (!more) co_return true;
    }
}

// The rank in an order that the backend does not know.
std::int64_t exchange::rank_of_fine(const session& s, json::value stored) const {
    const auto& programs = tables_.object("case");
    const reader_pool::lease reader(readers_);
    reader->read(stored, nullptr);
    mapping::ledger unused;
    std::string text;
    programs.view("item").append_plain(*reader, sort_rule(s.op.page.order),
                                       workspace_references(s.state, nullptr), text, unused);
    return rank_of(s.op.page.order, text, *programs.compiled);
}

// Adds to l.found what of some candidates the caller may see and the residual lets through.
task<result<void>> exchange::keep(session& s, listing& l, reply_ptr part, std::vector<candidate> candidates) {
    const std::size_t before = candidates.size();
    std::erase_if(candidates, [](const candidate& c) { return !c.visible; });
    l.hidden = l.hidden || candidates.size() != before;
    if (l.residual) {
        CB_CO_CHECK(co_await keep_matching(s, l, candidates));
    }
    if (l.sorted_here) {
        for (auto& c : candidates) c.at.rank = rank_of_fine(s, c.document);
    }
    if (!candidates.empty()) l.pages.push_back(std::move(part));
    std::move(candidates.begin(), candidates.end(), std::back_inserter(l.found));
    co_return result<void>{};
}

// In two rounds: texts that lie in files are only read where nothing else decides.
task<result<void>> exchange::keep_matching(session& s, const listing& l, std::vector<candidate>& candidates) {
    const mapping::view_program& view = tables_.object("case").view("read");
    const people_ids refs(s.state, l.who.get());
    mapping::view_program::request what;
    what.payloads = false;
    const reader_pool::lease reader(readers_);
    std::vector<query::verdict> verdicts;
    std::vector<file_reference> files;
    std::vector<std::string> rules;
    for (const auto& c : candidates) {
        reader->read(c.document, nullptr);
        verdicts.push_back((*l.residual)(stored_subject(view, *reader, refs, false)));
        if (verdicts.back() != query::verdict::unread) continue;
        rules.clear();
        view.spilled(*reader, what, rules);
        for (const auto& r : rules)
            files.push_back({c.at.id, std::string(reader->carry().spills().member(r).element(0).text())});
    }
    if (files.size() > most_files)
        co_return fail(errc::filter_too_broad,
                       "more than " + std::to_string(most_files) + " long texts that lie in files");
    std::map<std::string, std::string> texts;
    if (!files.empty()) {
        CB_CO_TRY(texts, co_await backend_.read_files(s.ctx, files));
    }
    std::vector<candidate> kept;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        if (verdicts[i] == query::verdict::unread) {
            reader->read(candidates[i].document, nullptr);
            CB_CO_CHECK(co_await fetch_spills(s, view, what, candidates[i].at.id, *reader, &texts));
            verdicts[i] = (*l.residual)(stored_subject(view, *reader, refs, true));
        }
        if (verdicts[i] == query::verdict::yes) kept.push_back(std::move(candidates[i]));
    }
    candidates = std::move(kept);
    co_return result<void>{};
}

// How many match, in all and by the values of one enum.
task<result<outcome>> exchange::count_cases(session& s) {
    const auto& programs = tables_.object("case");
    CB_CO_TRY(listing l, co_await plan_listing(s));
    if (!l.plan.nothing) {
        CB_CO_CHECK(co_await read_whole(s, l, false));
    }
    outcome out;
    const mapping::rule* by = programs.source->find(s.op.group_by);
    const mapping::catalog_field* member = by == nullptr ? nullptr : programs.compiled->left->find(by->left);
    if (member == nullptr) co_return fail(errc::internal, "cannot count by " + s.op.group_by);
    for (const auto& v : member->values) out.groups.emplace_back(v, 0);
    const reader_pool::lease reader(readers_);
    mapping::ledger unused;
    std::string text;
    for (const auto& c : l.found) {
        reader->read(c.document, nullptr);
        text.clear();
        programs.view("read").append_plain(*reader, s.op.group_by, workspace_references(s.state, nullptr),
                                           text, unused);
        const auto group = std::find_if(out.groups.begin(), out.groups.end(),
                                        [&](const auto& g) { return g.first == text; });
        if (group != out.groups.end()) ++group->second;
    }
    out.total = l.found.size();
    l.sorted_here = true;  // counted here
    out.filter_note = l.note(l.found.size());
    co_return out;
}

}  // namespace casebridge::bridge
