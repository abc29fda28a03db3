// One exchange for façades whose clients know objects by numbers, page by offset and write queries, over a store
// whose lists are chains of cursor pages. One object per bridge and thread. It knows requests, programs and
// stores, and no platform's details.
#pragma once

#include "bridge/records/record_references.hpp"
#include "bridge/records/record_state.hpp"
#include "bridge/write_gate.hpp"
#include "mapping/bundle.hpp"
#include "platform/record.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace casebridge::bridge {

struct records_options {
    bool strict = false;  // refuse writes that would lose something
    bool shadow = false;  // plan and log writes, then refuse them
    bool honour_user_access = true;
    std::size_t scan_bound = 10000;  // cases that one request may read to sort, search or count them here
    std::map<std::string, std::string> user_names;  // e-mail, lower case → user name that clients see
    record_state_options state;
};

// What a write was and what became of it, for the audit stream. No values.
struct record_write {
    const platform::record_request& request;
    std::int64_t number = 0;  // of the object, as clients know it; 0: it was never made
    std::string stored_id;  // the same in the store; empty: unknown
    std::string fields;  // names of what was to change
    std::string_view result;  // "done", or the failure's name
    unsigned upstream_status = 0;
    std::string losses;
};
using record_write_sink = std::function<void(const record_write&)>;

class records final : public platform::record_exchange {
public:
    records(records_options opts, const mapping::bundle& tables, const platform::directory& accounts,
            platform::case_store& store, write_gate& gate,
            std::function<void(mapping::finding_code)> findings, record_write_sink writes);
    ~records() override;

    task<result<platform::record_answer>> run(const platform::record_request& r) override;

private:
    struct session;
    struct found_case;
    struct walk;
    using answer = platform::record_answer;
    using stored = platform::stored_case_ptr;

    record_state& state_of(const platform::workspace& where);
    task<result<answer>> dispatch(session& s);
    task<result<void>> load_references(session& s);
    void record(session& s, const result<answer>& done) const;
    // What a plan must pass before anything is sent.
    result<void> permit(session& s, const mapping::reverse_plan& plan) const;

    // record_cases.cpp
    task<result<stored>> find_case(session& s, platform::completion needs);
    task<result<stored>> find_by_number(session& s, std::int64_t number, platform::completion needs);
    task<result<stored>> find_by_external_id(session& s, std::string_view id, platform::completion needs);
    std::string show_case(session& s, const platform::stored_case& c) const;
    task<result<stored>> with_history(session& s, stored c);
    bool visible(const session& s, const platform::stored_case& c) const;
    task<result<answer>> read_case(session& s);
    task<result<answer>> create_case(session& s);
    task<result<answer>> update_case(session& s);
    task<result<answer>> remove_cases(session& s);
    task<result<void>> remove_one(session& s, const stored& c);
    task<result<stored>> write_case(session& s, const stored& before, const mapping::reverse_plan& plan);
    task<result<stored>> keep_refused(session& s, platform::case_store::written done);
    task<result<void>> check_external_id_free(session& s);

    // record_lists.cpp
    task<result<answer>> list_cases(session& s);
    task<result<void>> plan_walk(session& s, walk& w);
    task<result<void>> walk_whole(session& s, walk& w);
    task<result<void>> walk_onwards(session& s, walk& w);
    result<void> keep_matching(session& s, walk& w, platform::store_page& page);
    task<result<answer>> finish_list(session& s, walk& w);
    task<result<void>> bind(session& s, query::filter& f);
    void bind_people(session& s, query::predicate& p) const;
    bool bind_tags(const numbered_list& tags, query::predicate& p) const;  // whether all of them are known
    bool may_become_tag(std::string_view name, const numbered_list& tags) const;
    // The cases that a condition pins down, if they are few: read one by one, those of them that match.
    task<result<std::optional<std::vector<found_case>>>> pinned_cases(session& s, const query::condition& c,
                                                                      bool about_cases);
    result<found_case> show_found(session& s, const stored& c) const;
    // Every visible case that satisfies a condition, within the bound.
    task<result<std::vector<found_case>>> all_cases(session& s, const query::condition& c);

    // record_attributes.cpp
    task<result<answer>> read_attribute(session& s);
    task<result<answer>> list_attributes(session& s);
    task<result<answer>> write_attribute(session& s);

    // record_catalogues.cpp
    task<result<answer>> list_objects(session& s);
    task<result<answer>> write_tag(session& s);
    task<result<std::vector<std::string>>> objects_of(session& s);
    task<result<std::vector<std::string>>> tags_with_cases(session& s, const numbered_list& tags);

    records_options options_;
    const mapping::bundle& tables_;
    const platform::directory& accounts_;
    platform::case_store& store_;
    write_gate& gate_;
    std::function<void(mapping::finding_code)> findings_;
    record_write_sink writes_;
    std::map<uuid, std::unique_ptr<record_state>> states_;
};

}  // namespace casebridge::bridge
