// One exchange: an operation of a façade, carried out on a backend, through the tables. One object per bridge
// and thread. It knows operations, programs and backends, and no platform's details.
#pragma once

#include "bridge/workspace_state.hpp"
#include "bridge/write_gate.hpp"
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
    std::size_t scan_bound = 10000;  // cases that one list may read to sort or search them here
    std::size_t scan_page = 1000;
    state_options state;
};

// Told what each exchange found: for metrics.
using finding_sink = std::function<void(mapping::finding_code)>;

class exchange final : public platform::exchange {
public:
    exchange(exchange_options opts, const mapping::bundle& tables, const platform::directory& accounts,
             platform::backend& backend, write_gate& gate, finding_sink sink);
    ~exchange() override;

    task<result<platform::outcome>> run(const platform::operation& op) override;

private:
    // One run: what all its steps need.
    struct session;
    struct candidate;
    using items = std::vector<platform::item>;

    task<result<platform::outcome>> dispatch(session& s);

    // read_cases.cpp
    task<result<std::int64_t>> resolve_case(session& s);
    task<result<platform::reply_ptr>> fetch_case(session& s);
    task<result<void>> fetch_spills(session& s, const mapping::view_program& view,
                                    const mapping::view_program::request& what, std::int64_t number,
                                    mapping::stored_reader& reader,
                                    const std::map<std::string, std::string>* known);
    task<result<platform::outcome>> read_case(session& s);
    task<result<platform::outcome>> list_cases(session& s);
    task<result<platform::outcome>> list_by_creation(session& s);
    task<result<void>> gather_by_creation(session& s, bool wide, std::vector<candidate>& found,
                                          std::vector<platform::reply_ptr>& pages, bool& met,
                                          std::optional<std::uint64_t>& total);
    task<result<std::uint64_t>> count_cases(session& s);
    task<result<platform::outcome>> render_page(session& s, std::vector<candidate> found,
                                                std::uint64_t total);
    bool visible(const session& s, json::value stored_case) const;

    // scan_cases.cpp
    task<result<platform::outcome>> scan_cases(session& s);
    task<result<void>> read_everything(session& s, std::vector<candidate>& found,
                                       std::vector<platform::reply_ptr>& pages);
    task<result<void>> keep_matching(session& s, std::vector<candidate>& found);

    // write_cases.cpp
    task<result<platform::outcome>> create_case(session& s);
    task<result<platform::outcome>> update_case(session& s);
    task<result<platform::outcome>> remove_case(session& s);
    result<void> permit(session& s, const mapping::write_plan& plan) const;

    // catalogues.cpp, case_tags.cpp
    task<result<platform::outcome>> list_fields(session& s);
    task<result<platform::outcome>> list_members(session& s);
    task<result<platform::outcome>> list_tags(session& s);
    task<result<platform::outcome>> read_tag(session& s);
    task<result<platform::outcome>> list_case_tags(session& s);
    task<result<platform::outcome>> change_case_tag(session& s);
    task<result<tag_entry>> find_tag(session& s);

    workspace_state& state_of(const platform::workspace& where);

    exchange_options options_;
    const mapping::bundle& tables_;
    const platform::directory& accounts_;
    platform::backend& backend_;
    write_gate& gate_;
    finding_sink sink_;
    std::map<uuid, std::unique_ptr<workspace_state>> states_;
};

}  // namespace casebridge::bridge
