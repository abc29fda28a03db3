// One exchange: an operation of a façade, carried out on a backend, through the tables. One object per bridge
// and thread. It knows operations, programs and backends, and no platform's details.
#pragma once

#include "bridge/children/file_memory.hpp"
#include "bridge/reader_pool.hpp"
#include "bridge/workspace_state.hpp"
#include "bridge/write_gate.hpp"
#include "bridge/write_record.hpp"
#include "mapping/bundle.hpp"
#include "mapping/child_states.hpp"
#include "platform/backend.hpp"
#include "platform/operation.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace casebridge::bridge {

struct file_shelf;

class case_log;
class history_page;
struct case_event;
struct case_past;
struct stored_child;

struct exchange_options {
    bool strict = false;  // refuse writes that would lose something
    bool shadow = false;  // plan and log writes, then refuse them
    bool honour_user_access = true;
    std::size_t scan_bound = 10000;  // cases that one list may read to sort, search or count them here
    std::size_t scan_page = 1000;
    bool case_addons = true;  // lists count tasks
    bool visible_authors = false;  // a comment's author also stands on the first line of its text
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
    task<result<platform::reply_ptr>> fetch_case(session& s, platform::child_kinds with = {});
    // What hangs on a case and custom fields list. only: of these fields; null: of all.
    platform::child_kinds listed_in(const mapping::field_set& fields,
                                    const std::vector<std::string>* only) const;
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

    // Items of lists say how many tasks a case has.
    bool counts_tasks(const session& s) const noexcept;
    // scan_cases.cpp
    task<result<bool>> read_whole(session& s, listing& l, bool has_other_way);
    std::int64_t rank_of_fine(const session& s, json::value stored) const;
    task<result<void>> keep(session& s, listing& l, platform::reply_ptr part,
                            std::vector<candidate> candidates);
    task<result<void>> keep_matching(session& s, const listing& l, std::vector<candidate>& candidates);
    task<result<platform::outcome>> count_cases(session& s);

    // render_page.cpp
    task<result<void>> complete_page(session& s, listing& l);
    task<result<platform::outcome>> render_page(session& s, listing& l, std::optional<std::uint64_t> total);

    // write_cases.cpp
    void sign_new_case(const session& s, const mapping::field_set& fields, mapping::write_plan& plan) const;
    task<result<std::int64_t>> find_made(session& s, std::string external_id, failure why);
    task<result<platform::outcome>> create_case(session& s);
    task<result<platform::outcome>> update_case(session& s);
    task<result<platform::outcome>> remove_case(session& s);
    // Under the case's lock; stored: as it was read under it.
    task<result<void>> change_stored_case(session& s, std::int64_t number, json::value stored,
                                          const mapping::field_set& fields, const people& who,
                                          case_past& past);
    result<void> permit(session& s, const mapping::write_plan& plan) const;
    // closure.cpp. Fails with invalid_value at "/status/closure" (detail: JSON list of ids) where a case is closed that
    // lacks what it must have.
    result<void> check_closure(session& s, const mapping::stored_reader& current,
                               const mapping::field_set& fields) const;

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
    struct family;
    task<result<platform::outcome>> change_case_tag(session& s);
    task<result<tag_entry>> put_right_tag(session& s, const family& f, const tag_entry& meant,
                                          const platform::reply& now);

    // case_family.cpp: a case with what hangs on it
    task<result<family>> fetch_family(session& s, platform::child_kinds with);
    task<result<write_gate::pass>> lock_case(session& s, std::int64_t number);
    // The same under the case's write lock, which lasts as long as the family.
    task<result<family>> lock_family(session& s, platform::child_kinds with);
    task<result<family>> read_family(session& s, std::int64_t number, platform::child_kinds with);
    // Writes a child of it, after what must be checked of the plan. Where the answer is lost, looks whether it was
    // done: nothing that exists is called a failure without saying so.
    task<result<platform::backend::child_written>> write_child(session& s, const family& f,
                                                               platform::child_write w);
    task<result<platform::backend::child_written>> finish_child(session& s, platform::child_write w,
                                                                std::int64_t number, failure why);
    task<result<platform::backend::child_written>> look_for_child(session& s, const family& f,
                                                                  platform::child_write w, failure why);
    // The texts of the files that children's states name, in one request for all of them.
    task<result<void>> fetch_child_spills(session& s, std::int64_t case_number,
                                          std::vector<stored_child>& all);
    struct child_work;
    task<result<child_work>> begin_child_write(session& s, platform::child what, std::string object);
    task<void> find_left_states(session& s, platform::child what, child_work& w);
    // The child with its states; told: the event that it makes.
    task<result<void>> drop_child(session& s, const child_work& w, platform::child what,
                                  const stored_child& c, case_event told);
    // What is wrong with an id that no child of the case has: it is on another case, or on none. missing: of no case.
    task<failure> missing_child(session& s, platform::child what, std::optional<std::int64_t> number,
                                errc missing, std::string pointer);
    // comments.cpp, tasks.cpp, attachments.cpp, field_definitions.cpp, read_history.cpp
    task<result<platform::outcome>> run_comment(session& s);
    task<result<platform::outcome>> list_comments(session& s);
    task<result<platform::outcome>> create_comment(session& s);
    task<result<platform::outcome>> change_comment(session& s);
    task<result<void>> check_parent(session& s, const child_work& w);
    std::string comment_document(const session& s, const std::string& mark) const;
    task<result<void>> edit_comment(session& s, const child_work& w, const stored_child& c);
    task<result<void>> remove_comment(session& s, const child_work& w, const stored_child& c);
    task<result<platform::outcome>> run_task(session& s);
    task<result<platform::outcome>> list_tasks(session& s);
    task<result<platform::outcome>> create_task(session& s);
    task<result<platform::outcome>> change_task(session& s);
    task<result<platform::outcome>> remove_task(session& s);
    task<result<child_work>> begin_task_write(session& s, std::optional<std::int64_t>& number);
    task<result<platform::outcome>> run_attachment(session& s);
    task<result<platform::outcome>> list_attachments(session& s);
    task<result<platform::outcome>> read_attachment(session& s);
    task<result<platform::outcome>> create_attachment(session& s);
    task<result<platform::outcome>> store_attachment(session& s, const child_work& w,
                                                     const std::string& sha256, const std::string& mark);
    task<result<platform::outcome>> remove_attachment(session& s);
    file_shelf shelf_of(session& s, const family& f) const;
    task<result<void>> describe(session& s, file_shelf& files, std::string_view only_named, unsigned reads);
    result<void> has_room(const session& s, const file_shelf& files) const;
    task<result<platform::outcome>> write_field(session& s);
    task<result<platform::outcome>> create_field(session& s, const mapping::field_set& fields);
    task<result<platform::outcome>> change_field(session& s, const mapping::field_set& fields);
    task<result<void>> keep_definition(session& s, std::optional<std::int64_t> number,
                                       const mapping::client_field& f);
    task<result<platform::outcome>> read_history(session& s);
    task<result<bool>> read_history_files(session& s, std::int64_t number, case_log& log);
    std::string history_document(const session& s, const family& found, const people& who,
                                 const case_log& log) const;
    void derive_from_case(const session& s, json::value stored, const people& who, history_page& page) const;
    void derive_from_children(const session& s, const family& of, const people& who,
                              history_page& page) const;
    void add_shown(const mapping::view_program& view, const mapping::stored_reader& reader,
                   const mapping::references& refs, std::string_view on, history_page& page) const;

    // history.cpp. A thing as it is shown came, went or changed ("comment:create"): the session's next event, by the
    // rows of the event table; more: further members of it.
    void happened(session& s, std::string_view on, json::value document, std::string_view more = {}) const;
    // What the session's events, and what people looked at meanwhile, become in the next write of its case.
    std::vector<std::string> history_of(session& s) const;
    void note_view(const session& s, std::int64_t number) const;
    // What the session's write needs to know of its case's history; a repeated attempt has told it already.
    static void begin_past(session& s, case_past now);
    // How long the case's history is, before it is written.
    case_past past_of(std::int64_t number, const mapping::child_states& states) const;
    case_past past_of(std::int64_t number, json::value stored_case) const;
    // What these events, and what people looked at meanwhile, become in a write of that case.
    std::vector<std::string> write_down(const session& s, std::vector<case_event> events,
                                        case_past& past) const;
    std::vector<case_event> changes_of(const session& s, const mapping::stored_reader& current,
                                       const mapping::field_set& fields, const people& who,
                                       const mapping::ledger& lost) const;
    void note_refused_history(session& s) const;
    // After a write that went well; locked: by the caller, within the process.
    task<void> settle_history(session& s, case_past& past, bool locked);
    // False: nothing was folded. least: entries that are worth it.
    task<bool> fold_history(session& s, std::int64_t number, std::size_t least);
    static std::string case_key(const session& s, std::int64_t number);
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
    file_memory files_;
    std::map<uuid, std::unique_ptr<workspace_state>> states_;
};

}  // namespace casebridge::bridge
