// Lists of cases by offset over chains of cursor pages. What the store can filter and order it does; the rest is
// done here, on the façade's own reading of each case.
//
// Onwards: from the last known place before the offset, page by page, no further than the page asked for. Whole:
// everything that the store finds, within the bound, where the order is made here or the total counted here.
#include "bridge/records/record_session.hpp"
#include "bridge/records/record_subjects.hpp"
#include "query/push_down.hpp"

#include <algorithm>
#include <charconv>

namespace casebridge::bridge {

using platform::record_answer;
using platform::record_kind;
using platform::store_listing;
using platform::store_page;
using query::condition;

namespace {

// Cases that are read one by one instead of a list of all: beyond that, pages of the list are cheaper.
constexpr std::size_t most_pinned = 20;

// A kind of target that no filter of a catalogue takes.
constexpr const char* unheard_of = "unheard of";

}  // namespace

void note_need(std::string_view path, const mapping::reverse_program& program, platform::completion& needs) {
    const mapping::reverse_member* m = program.find(mapping::first_segment(path));
    if (m == nullptr) return;
    if (m->otherwise != nullptr) m = m->otherwise;
    const mapping::dotted_path& from = m->field == nullptr ? m->stored : m->fallback;
    if (from.empty()) return;
    const auto shape = program.stored().shapes.find("item");
    const auto& in_lists = shape->second;
    if (std::find(in_lists.begin(), in_lists.end(), from.front()) != in_lists.end()) return;
    const auto read = program.stored().shapes.find("read");
    const bool single =
        std::find(read->second.begin(), read->second.end(), from.front()) != read->second.end();
    (single ? needs.description : needs.history) = true;
}

namespace {

void visit(query::filter& f, const mapping::table& table, std::vector<query::predicate*>& refs,
           std::vector<query::predicate*>& sets, std::vector<query::predicate*>& numbers) {
    if (f.what == query::filter::kind::test) {
        const mapping::rule* r = table.find(f.test.rule);
        if (r != nullptr && r->kind == mapping::rule_kind::ref) refs.push_back(&f.test);
        if (r != nullptr && r->kind == mapping::rule_kind::set) sets.push_back(&f.test);
        if (r != nullptr && r->kind == mapping::rule_kind::number) numbers.push_back(&f.test);
    }
    for (auto& part : f.parts) visit(part, table, refs, sets, numbers);
}

}  // namespace

// What numbers and names of people stand for in the store: a user there, or somebody who can only be carried. Nobody
// that we know: perhaps a case still names somebody who has left, so that only reading it tells.
void records::bind_people(session& s, query::predicate& p) const {
    const bool by_number = p.by.ends_with("id");
    const auto is = [&](const numbered& n, const std::string& v) {
        if (by_number) return std::to_string(n.number) == v;
        return p.fold ? http::iequals(n.name, v) : n.name == v;
    };
    for (const auto& v : p.values) {
        const std::size_t before = p.targets.size();
        for (const auto& u : s.users->all()) {
            if (is(u, v)) p.targets.push_back({u.stored_id.empty() ? "" : "user", u.number, u.stored_id});
        }
        for (const auto& g : s.state.groups()->all()) {
            if (is(g, v)) p.targets.push_back({"", g.number, {}});
        }
        if (p.targets.size() == before) p.targets.push_back({unheard_of, 0, {}});
    }
}

// The same of tags. Some names cannot be tags of the store, beside those that are: cases carry them.
bool records::bind_tags(const numbered_list& tags, query::predicate& p) const {
    const bool by_number = p.by == "id";
    p.targets.clear();
    if (p.fold || (!by_number && p.by != "name")) {
        p.targets.push_back({unheard_of, 0, {}});
        return true;
    }
    bool all = true;
    for (const auto& v : p.values) {
        std::int64_t number = 0;
        if (by_number) static_cast<void>(std::from_chars(v.data(), v.data() + v.size(), number));
        const numbered* t = by_number ? tags.by_number(number) : tags.by_name(v);
        all = all && t != nullptr;
        if (t != nullptr)
            p.targets.push_back({"tag", t->number, t->stored_id});
        else if (by_number || !may_become_tag(v, tags))
            p.targets.push_back({unheard_of, 0, {}});
    }
    return all;
}

bool records::may_become_tag(std::string_view name, const numbered_list& tags) const {
    const auto& all = tags.all();
    return store_.takes_tag(name, {}) && std::all_of(all.begin(), all.end(), [&](const numbered& t) {
               return store_.takes_tag(name, t.name);
           });
}

task<result<void>> records::bind(session& s, query::filter& f) {
    std::vector<query::predicate*> refs, sets, numbers;
    visit(f, tables_.object("case").mirrored->source, refs, sets, numbers);
    for (auto* p : refs) bind_people(s, *p);
    for (int attempt = 0; attempt < 2 && !sets.empty(); ++attempt) {
        CB_CO_TRY(const auto tags, co_await s.state.load_tags(s.ctx));
        bool all = true;
        for (auto* p : sets) all = bind_tags(*tags, *p) && all;
        if (all) break;
        s.state.forget_tags();  // it may be newer than what we remember
    }
    for (auto* p : numbers) {
        for (auto& v : p->values) {
            std::int64_t n = 0;
            const auto [end, error] = std::from_chars(v.data(), v.data() + v.size(), n);
            if (error == std::errc{} && end == v.data() + v.size())
                v = std::to_string(n - s.r.where->case_number_offset);
        }
    }
    co_return result<void>{};
}

task<result<void>> records::plan_walk(session& s, walk& w) {
    const auto& programs = tables_.object("case");
    auto translated = query::to_filter(*w.wanted, programs.mirrored->compiled);
    CB_CO_CHECK(co_await bind(s, translated.wanted));
    const query::push pushed = query::push_down(translated.wanted, programs.mirrored->compiled);
    w.nothing = pushed.nothing;
    w.filter = pushed.text;
    if (w.checked || !translated.exact || !pushed.exact()) w.residual = *w.wanted;
    const auto& order = *w.order;
    const auto is = [&](const char* rule) {
        const mapping::rule* r = programs.source->find(rule);
        return order.size() == 1 && r != nullptr && order.front().by->path == r->right;
    };
    w.by_update = is("updated");
    w.descending = !order.empty() && order.front().descending;
    w.sorted_here = !order.empty() && !is("created") && !is("updated");
    std::vector<std::string_view> paths;
    if (w.has_residual()) query::append_paths(w.residual, paths);
    for (const auto& level : order) paths.push_back(level.by->path);
    for (const auto& p : paths) note_need(p, *programs.reverse, w.needs);
    w.name = s.r.where->id.to_string() + '\n' + w.filter + '\n' + (w.by_update ? 'u' : 'c') +
             (w.descending ? 'd' : 'a') + '\n' +
             (w.has_residual() ? query::to_text(w.residual) : std::string());
    co_return result<void>{};
}

// Of cases that are shown those that satisfy a condition. What hangs on them is read where the condition asks for it
// and what it says of the cases themselves does not decide.
task<result<void>> records::keep_those(session& s, const condition& c, std::vector<found_case>& list) {
    const condition own = without_children(c);
    std::erase_if(list, [&](const found_case& f) {
        return !query::matches(own, query::document_subject(f.document()));
    });
    if (!leads_elsewhere(c)) co_return result<void>{};
    std::vector<family_ptr> families;
    for (auto& f : list) families.push_back(f.of = make_family(s, f.origin));
    CB_CO_CHECK(co_await load_children(s, families, lists_for(record_kind::case_, c)));
    sub_queries others;
    note_other_cases(record_kind::case_, c, others);
    CB_CO_CHECK(co_await load_other_cases(s, families, others));
    std::erase_if(list, [&](const found_case& f) {
        return !query::matches(c, case_subject(*this, s, *f.of, f.document()));
    });
    co_return result<void>{};
}

// The cases of one page that match; counted, and kept if they lie on the page asked for.
task<result<void>> records::keep_matching(session& s, walk& w, store_page& page) {
    const std::uint64_t first = w.sorted_here ? 0 : s.r.offset;
    const std::uint64_t last = w.sorted_here ? options_.scan_bound : s.r.offset + s.r.limit;
    std::vector<found_case> list;
    for (const auto& c : page.cases) {
        w.scanned += 1;
        if (!visible(s, *c)) continue;
        found_case f{c, nullptr, nullptr};
        if (w.has_residual() || w.sorted_here) {
            CB_CO_TRY(f, show_found(s, c));
        }
        list.push_back(std::move(f));
    }
    if (w.has_residual()) CB_CO_CHECK(co_await keep_those(s, w.residual, list));
    for (auto& f : list) {
        if (w.matched >= first && w.matched <= last) w.found.push_back(std::move(f));
        w.matched += 1;
    }
    co_return result<void>{};
}

task<result<void>> records::walk_whole(session& s, walk& w) {
    store_listing what;
    what.filter = w.filter;
    what.by_update = w.by_update;
    what.descending = w.descending;
    what.limit = store_.most_per_page();
    what.needs = w.needs;
    for (;;) {
        CB_CO_TRY(auto page, co_await store_.list_cases(s.ctx, what));
        if (page.total.value_or(0) > options_.scan_bound || w.scanned > options_.scan_bound) {
            co_return fail(errc::filter_too_broad,
                           "more than " + std::to_string(options_.scan_bound) +
                               " cases would have to be read to filter, sort or count them here");
        }
        CB_CO_CHECK(co_await keep_matching(s, w, page));
        if (page.next.empty()) break;
        s.state.places().add(place_name(s, w), {w.matched, page.next});
        what.cursor = page.next;
    }
    w.total = w.matched;
    co_return result<void>{};
}

task<result<void>> records::walk_onwards(session& s, walk& w) {
    const checkpoint from = s.state.places().find(place_name(s, w), s.r.offset);
    w.matched = from.found;
    store_listing what;
    what.filter = w.filter;
    what.by_update = w.by_update;
    what.descending = w.descending;
    what.needs = w.needs;
    what.cursor = from.cursor;
    const std::uint64_t end = s.r.offset + s.r.limit;
    for (;;) {
        // Exactly as many as are missing where all that the store finds is wanted.
        const std::uint64_t missing = end > w.matched ? end - w.matched : 1;
        what.limit = w.has_residual() ? store_.most_per_page()
                                      : std::min<std::uint64_t>(missing, store_.most_per_page());
        auto page = co_await store_.list_cases(s.ctx, what);
        if (page.has_error() && page.error().code == errc::bad_cursor && !what.cursor.empty()) {
            // The store no longer takes a place that we remembered: from the start, once.
            s.state.places().forget(place_name(s, w));
            w.found.clear();
            w.scanned = w.matched = 0;
            what.cursor.clear();
            continue;
        }
        if (page.has_error()) co_return page.error();
        if (!w.has_residual() && page->total) w.total = page->total;
        CB_CO_CHECK(co_await keep_matching(s, w, *page));
        if (page->next.empty()) break;
        s.state.places().add(place_name(s, w), {w.matched, page->next});
        what.cursor = page->next;
        if (w.matched > end) break;
        if (!w.has_residual() && w.matched == end) {
            // Something follows, since there is another page.
            w.found.push_back({});
            break;
        }
        if (w.has_residual() && w.scanned > options_.scan_bound) {
            co_return fail(errc::filter_too_broad, "more than " + std::to_string(options_.scan_bound) +
                                                       " cases were read, and the page is not full");
        }
    }
    co_return result<void>{};
}

result<records::found_case> records::show_found(session& s, const stored& c) const {
    auto text = std::make_shared<std::string>(show_case(s, *c));
    auto tape = std::make_shared<json::tape>();
    CB_CHECK(tape->parse(*text, {}));
    return found_case{c, std::move(text), std::move(tape)};
}

task<result<std::optional<std::vector<records::found_case>>>> records::pinned_cases(session& s,
                                                                                    const condition& c,
                                                                                    pins_about about) {
    using list = std::optional<std::vector<found_case>>;
    const auto pins = pins_of(c, tables_.object("case").source->external_id_member(), about);
    if (!pins || pins->size() > most_pinned) co_return list{};
    std::vector<stored> cases;
    // Children do without what their cases say of themselves, unless somebody asks for it.
    const bool whole = about != pins_about::children;
    platform::completion needs{whole, false};
    for (const auto& number : pins->numbers) {
        auto one = co_await find_by_number(s, number, needs);
        if (one.has_error() && one.error().code != errc::not_found) co_return one.error();
        if (one.has_value()) cases.push_back(std::move(*one));
    }
    for (const auto& id : pins->external_ids) {
        auto one = co_await find_by_external_id(s, id, needs);
        if (one.has_error() && one.error().code != errc::not_found) co_return one.error();
        if (one.has_value()) cases.push_back(std::move(*one));
    }
    for (auto& one : cases) {
        if (whole) CB_CO_CHECK(co_await add_history(s, one));
    }
    const auto older = [](const stored& a, const stored& b) { return a->number < b->number; };
    const auto same = [](const stored& a, const stored& b) { return a->number == b->number; };
    std::sort(cases.begin(), cases.end(), older);
    cases.erase(std::unique(cases.begin(), cases.end(), same), cases.end());
    list out(std::in_place);
    for (const auto& one : cases) {
        CB_CO_TRY(auto f, show_found(s, one));
        out->push_back(std::move(f));
    }
    if (about == pins_about::cases) CB_CO_CHECK(co_await keep_those(s, c, *out));
    co_return out;
}

task<result<record_answer>> records::list_cases(session& s) {
    walk w;
    w.wanted = &s.r.wanted;
    w.order = &s.r.order;
    CB_CO_TRY(auto pinned, co_await pinned_cases(s, s.r.wanted, pins_about::cases));
    if (pinned) {
        w.found = std::move(*pinned);
        w.total = w.found.size();
        w.sorted_here = true;
        co_return co_await finish_list(s, w);
    }
    CB_CO_CHECK(co_await plan_walk(s, w));
    if (w.nothing) {
        answer none;
        none.total = 0;
        none.filter_note = "exact";
        co_return none;
    }
    CB_CO_CHECK(co_await walk_as_needed(s, w));
    co_return co_await finish_list(s, w);
}

// The store's count is the caller's unless something is filtered here.
task<result<void>> records::walk_as_needed(session& s, walk& w) {
    if (!w.sorted_here && !w.has_residual() && s.r.count) CB_CO_CHECK(co_await survey_access(s));
    if (!w.sorted_here && !(s.r.count && (w.has_residual() || hides(s)))) {
        CB_CO_CHECK(co_await walk_onwards(s, w));
        if (!w.has_residual() && !hides(s)) co_return result<void>{};
        w.total.reset();
        if (!s.r.count) co_return result<void>{};
        // A restricted case has come up only now.
        w.found.clear();
        w.scanned = w.matched = 0;
    }
    co_return co_await walk_whole(s, w);
}

task<result<record_answer>> records::finish_list(session& s, walk& w) {
    auto& found = w.found;
    if (w.sorted_here) {
        for (auto& f : found) f.keys = query::keys_of(*w.order, query::document_subject(f.document()));
        std::stable_sort(found.begin(), found.end(), [&](const found_case& a, const found_case& b) {
            return query::compare(*w.order, a.keys, b.keys) < 0;
        });
        const auto skip = static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(s.r.offset, found.size()));
        found.erase(found.begin(), found.begin() + skip);
    }
    answer out;
    out.more = found.size() > s.r.limit;
    if (out.more) found.erase(found.begin() + s.r.limit, found.end());
    out.total = w.total;
    out.filter_note = "exact";
    if (w.scanned > 0 && (w.has_residual() || w.sorted_here))
        out.filter_note =
            "residual; scanned=" + std::to_string(w.scanned) + "; returned=" + std::to_string(found.size());
    std::vector<stored> cases;
    for (const auto& f : found) cases.push_back(f.origin);
    platform::completion needs{true, w.needs.history};
    for (const auto& member : s.r.members) note_need(member, *tables_.object("case").reverse, needs);
    CB_CO_CHECK(co_await store_.complete(s.ctx, cases, needs));
    if (asks_for_children(s.r.members)) {
        CB_CO_TRY(out.documents, co_await show_cases(s, cases));
        out.contents = std::move(s.contents);
        co_return out;
    }
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const bool shown = found[i].text != nullptr && cases[i] == found[i].origin;
        out.documents.push_back(shown ? *found[i].text : show_case(s, *cases[i]));
    }
    co_return out;
}

task<result<std::vector<records::found_case>>> records::all_cases(session& s, const condition& c) {
    CB_CO_TRY(auto pinned, co_await pinned_cases(s, c, pins_about::cases));
    if (pinned) co_return std::move(*pinned);
    walk w;
    const std::vector<query::sort_level> as_made;
    w.wanted = &c;
    w.order = &as_made;
    // What is removed by what is found here must be what the document says, not what was remembered of tags.
    w.checked = true;
    CB_CO_CHECK(co_await plan_walk(s, w));
    w.sorted_here = true;  // keep all of them
    if (!w.nothing) CB_CO_CHECK(co_await walk_whole(s, w));
    co_return std::move(w.found);
}

}  // namespace casebridge::bridge
