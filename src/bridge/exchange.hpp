// One exchange: an operation of a façade, carried out on a backend, through the tables. One object per bridge
// and thread. It knows operations, programs and backends, and no platform's details.
#pragma once

#include "bridge/reader_pool.hpp"
#include "bridge/workspace_state.hpp"
#include "bridge/write_gate.hpp"
#include "bridge/write_record.hpp"
#include "mapping/bundle.hpp"
#include "platform/backend.hpp"
#include "platform/operation.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace casebridge::bridge {

struct exchange_options {
    bool strict = false;  // refuse writes that would lose something
    bool shadow = false;  // plan and log writes, then refuse them
    bool honour_user_access = true;
    std::size_t scan_bound = 10000;  // cases that one list may read to sort, search or count them here
    std::size_t scan_page = 1000;
    state_options state;
};

// Told what each exchange found: for metrics.
using finding_sink = std::function<void(mapping::finding_code)>;

class exchange final : public platform::exchange {
public:
    exchange(exchange_options opts, const mapping::bundle& tables, const platform::directory& accounts,
             platform::backend& backend, write_gate& gate, finding_sink sink, write_sink writes = {});
    ~exchange() override;

    task<result<platform::outcome>> run(const platform::operation& op) override;

private:
    // One run: what all its steps need.
    struct session;
    struct candidate;
    struct listing;
    class batch;

    task<result<platform::outcome>> dispatch(session& s);
    void record_write(session& s, const result<platform::outcome>& done) const;  // write_record.cpp

    // read_cases.cpp
    task<result<std::int64_t>> resolve_case(session& s);
    task<result<platform::reply_ptr>> fetch_case(session& s);
    task<result<void>> fetch_spills(session& s, const mapping::view_program& view,
                                    const mapping::view_program::request& what, std::int64_t number,
                                    mapping::stored_reader& reader,
                                    const std::map<std::string, std::string>* known);
    task<result<platform::outcome>> read_case(session& s);
    platform::backend::case_facts facts(const session& s, platform::case_listing::order by,
                                        json::value stored_case) const;
    bool visible(const platform::backend::case_facts& f) const noexcept {
        return f.belongs && !(options_.honour_user_access && f.hidden);
    }
    bool visible(const session& s, json::value stored_case) const {
        return visible(facts(s, platform::case_listing::order::number, stored_case));
    }

    // bind_filter.cpp
    task<result<query::filter>> bind_filter(session& s);
    task<result<void>> bind_tags(session& s, query::predicate& p);

    // list_cases.cpp
    task<result<listing>> plan_listing(session& s);
    task<result<platform::outcome>> list_cases(session& s);
    static void cut_page(const session& s, listing& l);
    task<result<void>> read_onwards(session& s, listing& l, std::optional<std::uint64_t>& total);
    static void set_bound(platform::case_listing& what, const std::optional<platform::place>& from,
                          bool inclusive);
    std::vector<candidate> beyond_place(const session& s, const platform::case_listing& what,
                                        json::value part, const std::optional<platform::place>& from,
                                        bool inclusive, bool& met) const;
    failure too_broad(std::string_view of) const;

    // scan_cases.cpp
    task<result<bool>> read_whole(session& s, listing& l, bool has_other_way);
    std::int64_t rank_of_fine(const session& s, json::value stored) const;
    task<result<void>> keep(session& s, listing& l, platform::reply_ptr part,
                            std::vector<candidate> candidates);
    task<result<void>> keep_matching(session& s, const listing& l, std::vector<candidate>& candidates);
    task<result<platform::outcome>> count_cases(session& s);

    // render_page.cpp
    task<result<platform::outcome>> render_page(session& s, listing& l, std::optional<std::uint64_t> total);

    // write_cases.cpp
    task<result<platform::outcome>> create_case(session& s);
    task<result<platform::outcome>> update_case(session& s);
    task<result<platform::outcome>> remove_case(session& s);
    // Under the case's lock; stored: as it was read under it.
    task<result<void>> change_stored_case(session& s, std::int64_t number, json::value stored,
                                          const mapping::field_set& fields, const people& who);
    result<void> permit(session& s, const mapping::write_plan& plan) const;

    // batch_cases.cpp
    task<result<platform::outcome>> run_batch(session& s);

    // tag_definitions.cpp
    bool misses_tag_states(session& s, json::value stored_case) const;
    task<result<platform::outcome>> write_tag(session& s);
    task<result<platform::outcome>> write_locked_tag(session& s);
    task<result<std::string>> read_back(session& s, json::value written, const mapping::write_plan& plan);

    // catalogues.cpp, case_tags.cpp
    task<result<platform::outcome>> list_fields(session& s);
    task<result<platform::outcome>> list_members(session& s);
    task<result<platform::outcome>> list_tags(session& s);
    task<result<platform::outcome>> read_tag(session& s);
    task<result<platform::outcome>> list_case_tags(session& s);
    task<result<platform::outcome>> change_case_tag(session& s);

    // case_family.cpp: a case with what hangs on it
    struct family;
    task<result<family>> fetch_family(session& s, platform::child_kinds with);
    // comments.cpp, tasks.cpp, attachments.cpp, field_definitions.cpp, read_history.cpp
    task<result<platform::outcome>> run_comment(session& s);
    task<result<platform::outcome>> run_task(session& s);
    task<result<platform::outcome>> run_attachment(session& s);
    task<result<platform::outcome>> write_field(session& s);
    task<result<platform::outcome>> read_history(session& s);
    // history.cpp: what the session's events become in the next write of the case
    std::vector<std::string> history_of(const session& s) const;
    task<result<tag_entry>> find_tag(session& s);

    workspace_state& state_of(const platform::workspace& where);

    exchange_options options_;
    const mapping::bundle& tables_;
    const platform::directory& accounts_;
    platform::backend& backend_;
    write_gate& gate_;
    finding_sink sink_;
    write_sink write_sink_;
    reader_pool readers_;  // of cases
    std::map<uuid, std::unique_ptr<workspace_state>> states_;
};

}  // namespace casebridge::bridge
