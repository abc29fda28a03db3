// What all steps of one request for records need; for the files of records only.
#pragma once

#include "bridge/records/record_children.hpp"
#include "bridge/records/records.hpp"
#include "mapping/ledger.hpp"
#include "query/condition.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace casebridge::bridge {

struct records::session {
    session(const platform::record_request& request, record_state& of) : r(request), state(of) {}
    const platform::record_request& r;
    record_state& state;
    platform::call_context ctx;
    mapping::ledger notes;
    record_state::list users, tags;          // loaded before anything is shown
    record_state::field_list fields;
    std::vector<numbered> templates;  // where a case names its own
    std::optional<record_references> refs;
    std::int64_t number = 0;                 // of what was written, for the audit
    std::string stored_id;
    // Others that were written with it, or before it: of a query, of associations.
    std::vector<std::pair<std::int64_t, std::string>> also_written;
    // One of several is done; the next one is yet to be named.
    void finish_one() { also_written.emplace_back(std::exchange(number, 0), std::exchange(stored_id, {})); }
    std::size_t asked_lists = 0;  // lists of children that were read
    std::vector<std::string> contents;  // of files, for the answer
    std::map<std::int64_t, std::size_t> files;  // which of them is an artifact's, by its number
    // Associated cases that were looked at, by their numbers; null: gone, or none of the caller's.
    std::map<std::int64_t, family_ptr> others;
};

// A case beside what clients see of it.
struct records::found_case {
    stored origin;
    std::shared_ptr<const std::string> text;   // the document
    std::shared_ptr<const json::tape> tape;    // of text
    query::sort_keys keys = {};
    family_ptr of = {};                        // what hangs on it, where that matters
    json::value document() const noexcept { return tape->root(); }
};

// A child beside the case that it hangs on.
struct records::found_child {
    family_ptr of;
    std::int64_t own = 0;
    query::sort_keys keys;
};

// One list of cases on its way.
struct records::walk {
    const query::condition* wanted = nullptr;
    const std::vector<query::sort_level>* order = nullptr;
    query::condition residual;                 // what is still to be evaluated here; everything: nothing
    std::string filter;                        // for the store
    bool checked = false;  // evaluate all of it here as well, whatever the store can do
    bool nothing = false;  // no case can match
    bool by_update = false, descending = false;
    bool sorted_here = false;
    platform::completion needs;  // to evaluate and sort
    std::vector<found_case> found;  // the page, in its order; one more than the limit if there is more
    std::uint64_t scanned = 0;
    std::uint64_t matched = 0;  // before the end of what was read
    std::optional<std::uint64_t> total;
    std::string name;  // of the list, for its checkpoints
    bool has_residual() const noexcept { return !residual.is_everything(); }
};

// Writes of one case come one after the other.
std::string lock_of(const platform::workspace& where, std::int64_t stored_number);
platform::store_change change_of(const mapping::reverse_plan& plan);
// Something of a case is asked for that its own document does not hold.
bool asks_for_children(const wish& w) noexcept;

// Values that lists of the store leave out: asked for only where the condition, the order or the client needs them.
// path: in a case's document.
void note_need(std::string_view path, const mapping::reverse_program& program, platform::completion& needs);

// Documents of one kind, filtered, sorted and cut as a request says.
platform::record_answer select_documents(const platform::record_request& r,
                                         std::vector<std::string> documents);
// Types of attributes: the fixed ones, and one for each custom field of the store.
std::vector<std::string> attribute_types(const directory_sources& from,
                                         const std::vector<mapping::reverse_references::field_link>& fields);
// A list of tags is asked for with the cases that have them.
bool asks_for_cases(const platform::record_request& r);
// One of them by its number.
result<platform::record_answer> pick_document(const platform::record_request& r,
                                              const std::vector<std::string>& documents);

// The cases that a condition is about, where it says so of everything that it can match ("id = 7",
// "caseId = 7", "hasCase(xid = …)"). external_id: the path of that member. about: whose "id" is meant.
enum class pins_about { cases, children, others };
struct case_pins {
    std::vector<std::int64_t> numbers;
    std::vector<std::string> external_ids;
    std::size_t size() const noexcept { return numbers.size() + external_ids.size(); }
};
std::optional<case_pins> pins_of(const query::condition& c, std::string_view external_id, pins_about about);

}  // namespace casebridge::bridge
