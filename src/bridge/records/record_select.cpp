// Documents of one kind that are all at hand: filtered, sorted, cut. And conditions that are about one case.
#include "bridge/records/record_children.hpp"
#include "bridge/records/record_session.hpp"

#include <algorithm>

namespace casebridge::bridge {

using platform::record_answer;
using platform::record_request;
using query::condition;

namespace {

// Not moved with its text: the tape points into it.
struct candidate {
    std::string text;
    json::tape tape;
    query::sort_keys keys;
    json::value document() const noexcept { return tape.root(); }
};
using candidate_ptr = std::unique_ptr<candidate>;

}  // namespace

record_answer select_documents(const record_request& r, std::vector<std::string> documents) {
    std::vector<candidate_ptr> found;
    for (auto& text : documents) {
        auto c = std::make_unique<candidate>();
        c->text = std::move(text);
        const bool readable = c->tape.parse(c->text, {}).has_value();
        if (readable && query::matches(r.wanted, query::document_subject(c->document())))
            found.push_back(std::move(c));
    }
    if (!r.order.empty()) {
        for (const auto& c : found) c->keys = query::keys_of(r.order, query::document_subject(c->document()));
        std::stable_sort(found.begin(), found.end(), [&](const candidate_ptr& a, const candidate_ptr& b) {
            return query::compare(r.order, a->keys, b->keys) < 0;
        });
    }
    record_answer out;
    out.total = found.size();
    out.filter_note = "exact";
    const std::uint64_t first = std::min<std::uint64_t>(r.offset, found.size());
    const std::uint64_t last = std::min<std::uint64_t>(first + r.limit, found.size());
    out.more = last < found.size();
    for (std::uint64_t i = first; i < last; ++i) out.documents.push_back(std::move(found[i]->text));
    return out;
}

result<record_answer> pick_document(const record_request& r, const std::vector<std::string>& documents) {
    for (const auto& text : documents) {
        json::tape t;
        std::int64_t number = 0;
        if (t.parse(text, {}).has_error() || !t.root().member("id").to_int64(number)) continue;
        if (!r.number || number != *r.number) continue;
        record_answer out;
        out.documents.push_back(text);
        return out;
    }
    return fail(errc::not_found, "no object with this id");
}

namespace {

void add_pins(case_pins& to, const case_pins& more) {
    to.numbers.insert(to.numbers.end(), more.numbers.begin(), more.numbers.end());
    to.external_ids.insert(to.external_ids.end(), more.external_ids.begin(), more.external_ids.end());
}

// Members whose numbers are those of children: case number × 2^31 and more.
constexpr std::string_view child_numbers[] = {"id", "artifactId", "taskId", "workflowEventId",
                                              "notes.data.id"};

std::optional<case_pins> pins_of_test(const condition& c, std::string_view external_id, pins_about about) {
    if (c.how != query::relation::equal && c.how != query::relation::in) return std::nullopt;
    const std::string_view path = c.by->path;
    const bool integer = c.by->type == query::value_type::integer;
    const bool of_case = integer && (path == "caseId" || path == "cases.data.id" ||
                                     (about == pins_about::cases && path == "id"));
    const bool of_child =
        integer && about == pins_about::children &&
        std::find(std::begin(child_numbers), std::end(child_numbers), path) != std::end(child_numbers);
    case_pins out;
    for (const auto& v : c.values) {
        if (of_case)
            out.numbers.push_back(v.integer);
        else if (of_child)
            out.numbers.push_back(v.integer / children_per_case);
        else if (about == pins_about::cases && path == external_id)
            out.external_ids.push_back(v.text);
        else
            return std::nullopt;
    }
    return out;
}

// A sub-query on what is of the same case pins the case as well.
std::optional<case_pins> pins_of_related(const condition& c, std::string_view external_id, pins_about about) {
    if (c.parts.size() != 1) return std::nullopt;
    const bool cases = c.by->object == "cases";
    if (cases && about != pins_about::cases) return pins_of(c.parts.front(), external_id, pins_about::cases);
    if (!cases && about != pins_about::others && find_child_kind(c.by->object) != nullptr)
        return pins_of(c.parts.front(), external_id, pins_about::children);
    return std::nullopt;
}

}  // namespace

std::optional<case_pins> pins_of(const condition& c, std::string_view external_id, pins_about about) {
    switch (c.what) {
        case condition::kind::all:
            for (const auto& part : c.parts) {
                if (auto pins = pins_of(part, external_id, about)) return pins;
            }
            return std::nullopt;
        case condition::kind::any: {
            case_pins out;
            for (const auto& part : c.parts) {
                const auto pins = pins_of(part, external_id, about);
                if (!pins) return std::nullopt;
                add_pins(out, *pins);
            }
            return out;
        }
        case condition::kind::test: return pins_of_test(c, external_id, about);
        case condition::kind::has: return pins_of_related(c, external_id, about);
        default: return std::nullopt;
    }
}

}  // namespace casebridge::bridge
