// One exchange for façades whose clients know objects by numbers, page by offset and write queries, over a store
// whose lists are chains of cursor pages. One object per bridge and thread. It knows requests, programs and
// stores, and no platform's details.
#pragma once

#include "bridge/records/record_children.hpp"
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
    // Lists of what hangs on cases that one request may read, over many cases: each is a request upstream.
    std::size_t child_reads = 500;
    std::size_t carry_files_up_to = 262144;  // bytes; of a file that the store does not take
    std::size_t most_state = 8U << 20U;  // bytes kept on one case: every read of it carries them
    std::map<std::string, std::string> user_names;  // e-mail, lower case → user name that clients see
    record_state_options state;
};

struct child_draft;
enum class pins_about;

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
    struct found_child;
    struct case_edit;
    struct family_reads;
    struct attachment_reads;
    struct kept_template;
    class case_subject;
    class child_subject;
    class attribute_subject;
    class tag_subject;
    using answer = platform::record_answer;
    using stored = platform::stored_case_ptr;

    record_state& state_of(const platform::workspace& where);
    task<result<answer>> dispatch(session& s);
    task<result<void>> load_references(session& s);
    void record(session& s, const result<answer>& done) const;
    // What a plan must pass before anything is sent.
    result<void> permit(session& s, const mapping::reverse_plan& plan) const;

    // record_access.cpp
    bool visible(const session& s, const platform::stored_case& c) const;
    bool admits(const session& s, const mapping::reverse_subject& in) const;
    result<void> check_own_access(session& s, const mapping::reverse_subject* current,
                                  const mapping::reverse_plan& plan) const;
    bool hides(const session& s) const;
    std::string place_name(const session& s, const walk& w) const;
    task<result<void>> survey_access(session& s);

    // record_cases.cpp
    task<result<stored>> find_case(session& s, platform::completion needs);
    task<result<stored>> find_by_number(session& s, std::int64_t number, platform::completion needs);
    task<result<stored>> owner_of_external_id(session& s, std::string_view id, platform::completion needs);
    task<result<stored>> find_by_external_id(session& s, std::string_view id, platform::completion needs);
    std::string show_case(session& s, const platform::stored_case& c) const;
    task<result<stored>> with_history(session& s, stored c);
    task<result<void>> add_history(session& s, stored& c);
    task<result<answer>> read_case(session& s);
    task<result<answer>> answer_case(session& s, stored c);
    task<result<answer>> remove_cases(session& s);
    task<result<void>> remove_one(session& s, const stored& c);
    task<result<stored>> write_case(session& s, const stored& before, const mapping::reverse_plan& plan);
    result<void> check_room(const mapping::reverse_plan& plan, const stored& before) const;
    task<result<stored>> put_case(session& s, stored before, const mapping::reverse_plan& plan);
    task<result<stored>> keep_refused(session& s, platform::case_store::written done);

    // record_nested.cpp
    task<result<answer>> create_case(session& s);
    task<result<answer>> update_case(session& s);
    enum class association_mode { append, remove, replace };
    struct associations {
        std::int64_t of = 0;  // the case itself; 0: it is yet to be made
        association_mode mode = association_mode::append;
        std::vector<std::int64_t> named, added, removed;  // cases, by their numbers
        std::vector<uuid> made;
    };
    task<result<stored>> change_case(session& s, std::int64_t number, associations& others);
    task<result<stored>> make_case(session& s, std::string own, json::value nested, std::string mark);
    task<result<stored>> hang_on(session& s, case_edit& e, stored now);
    task<result<stored>> find_made(session& s, std::string external_id, std::string mark);
    task<result<void>> plan_lists(session& s, case_edit& e, json::value document);
    std::string with_entry(mapping::reverse_plan& plan, std::string_view name, std::string_view text) const;

    // record_associations.cpp
    task<result<family_ptr>> read_other_case(session& s, std::int64_t number);
    task<result<void>> load_other_cases(session& s, std::vector<family_ptr> families,
                                        std::vector<const query::condition*> wanted);
    task<result<void>> load_shown_others(session& s, std::vector<family_ptr> families, wish w);
    std::vector<std::int64_t> associated_with(session& s, const platform::stored_case& c) const;
    task<result<associations>> associated_cases(session& s, json::value document, std::int64_t number);
    task<result<void>> name_associated(session& s, json::value list, associations& out);
    static void settle_associations(associations& a, const std::vector<std::int64_t>& before);
    task<result<void>> make_associated(session& s, json::value list, associations& out);
    task<void> remove_made(session& s, std::vector<uuid> made, failure& why);
    task<result<void>> link_others(session& s, std::int64_t number, associations others);
    task<result<void>> link_one(session& s, std::int64_t number, std::int64_t other, bool adds);

    // record_family.cpp
    using file_list = std::vector<std::pair<const family*, const family_child*>>;
    family_ptr make_family(session& s, const stored& c) const;
    task<result<void>> load_children(session& s, std::vector<family_ptr>& families, native_lists lists);
    void find_files(const family& f, const family_child* c, const wish& w, file_list& out) const;
    task<result<void>> load_files(session& s, file_list files);

    // record_show.cpp
    struct artifact_type {
        std::string name, document, intel;
        bool is_file = false, derived_link = false;
    };
    std::map<std::string, artifact_type, std::less<>> read_artifact_types() const;
    const artifact_type* find_artifact_type(std::string_view name) const;
    std::map<platform::record_kind, wish> members_of_children() const;
    mapping::reverse_subject subject_of(const family& f, const family_child& c) const;
    std::string show_child(session& s, const family& f, const family_child& c, const wish& w) const;
    void show_system_event(session& s, const family& f, std::string& out) const;
    void show_artifact_parts(session& s, const family& f, const family_child& c, const wish& w,
                             std::string& out) const;
    void show_relations(session& s, const family& f, const family_child& c, const wish& w,
                        std::string& out) const;
    std::string show_list(session& s, const family& f, const family_child* of, const child_kind& kind,
                          const wish& w) const;
    std::string show_allowed(session& s, json::value kept) const;
    std::string show_other_cases(session& s, json::value kept, const wish& w) const;
    std::string show_whole_case(session& s, const family& f, const wish& w) const;
    task<result<std::vector<std::string>>> show_cases(session& s, std::vector<stored> cases);

    // record_subjects.cpp
    bool child_matches(session& s, const family& f, const family_child& c, const query::condition* sub) const;
    bool case_matches(session& s, const family& f, const query::condition* sub) const;

    // record_child_lists.cpp
    task<result<std::vector<family_ptr>>> holders_of(session& s);
    task<result<void>> complete_holders(session& s, std::vector<family_ptr> families,
                                        platform::completion needs);
    std::vector<found_child> matching_children(session& s, const std::vector<family_ptr>& families) const;
    task<result<answer>> list_children(session& s);
    task<result<void>> show_children(session& s, std::vector<found_child> found, answer& out);
    task<result<found_child>> find_child(session& s, const child_kind& kind, std::int64_t number,
                                         platform::completion needs);
    task<result<std::int64_t>> find_task(session& s, std::string external_id);
    task<result<answer>> read_child(session& s, const child_kind& kind);

    // record_child_writes.cpp
    using relation_list = std::vector<std::pair<std::string_view, std::int64_t>>;
    struct child_place {
        std::int64_t case_number = 0;
        relation_list relations;  // own numbers of what it hangs on, under the members that name it
    };
    static std::string mark_of(const session& s);
    task<result<child_place>> find_place(session& s);
    task<result<void>> find_case_of(session& s, child_place& out);
    task<result<family_ptr>> open_place(session& s, const child_place& place);
    task<result<answer>> answer_child(session& s, family_ptr of, const child_kind& kind, std::int64_t own);
    task<result<bool>> still_there(session& s, case_edit& e, const child_kind& kind, std::int64_t own);
    task<result<answer>> create_child(session& s, const child_kind& kind);
    task<result<void>> change_child(session& s, case_edit& e, const family_child& c);
    static std::string edited_members(const family_child& c, std::string_view members);
    static std::string same_text(const family_child& c);
    task<result<answer>> update_child(session& s, const child_kind& kind);
    task<result<answer>> remove_children(session& s, const child_kind& kind);
    task<result<void>> remove_child(session& s, const child_kind& kind, std::int64_t number);
    task<result<void>> remove_whole(session& s, case_edit& e, platform::record_kind what, std::int64_t own);
    result<void> mark_deleted(session& s, case_edit& e, const family_child& c) const;

    // record_tasks.cpp
    static bool takes_assignee_away(const family_child& c, std::string_view members);
    static std::string lasting_members(const family_child& c);
    task<result<void>> replace_task(session& s, case_edit& e, family_child c, std::string members);
    task<result<void>> remove_obsolete(session& s, const case_edit& e);

    // record_drafts.cpp
    static std::string plain_members(json::value document);
    static std::string kept_document(const child_kind& kind, std::string_view members);
    static std::string changed_document(json::value document, std::string_view members);
    task<result<void>> plan_child(session& s, case_edit& e, const child_kind& kind, json::value document,
                                  std::size_t parent, relation_list relations);
    task<result<void>> plan_list(session& s, case_edit& e, const child_kind& kind, json::value collection,
                                 std::size_t parent, relation_list relations);
    result<void> prepare_task(const case_edit& e, const child_kind& kind, json::value document,
                              std::string& plain, relation_list& relations) const;
    result<void> prepare_artifact(session& s, json::value document, std::string& plain, child_draft& d) const;

    // record_edit.cpp
    task<result<void>> make_natives(session& s, case_edit& e, uuid id);
    void settle(session& s, case_edit& e, bool only_kept) const;
    void add_lists(const case_edit& e, const mapping::reverse_subject* current,
                   mapping::reverse_plan& plan) const;
    task<void> take_back(session& s, case_edit& e, uuid id, failure& why);
    task<result<stored>> look_for(session& s, const case_edit& e, std::int64_t number);
    task<result<stored>> commit(session& s, case_edit& e, mapping::reverse_plan plan);
    family_ptr family_after(session& s, const case_edit& e, const stored& now) const;

    // record_files.cpp
    task<result<void>> store_file(session& s, child_draft& d, uuid id);
    task<result<void>> know_files(session& s, case_edit& e);
    void keep_native(case_edit& e, const std::string& id) const;
    enum class file_need;
    task<result<file_need>> is_needed_elsewhere(session& s, uuid id, std::string hash);
    task<result<bool>> remove_file(session& s, uuid id, std::string attachment, std::string hash);
    task<result<void>> drop_file(session& s, uuid id, const child_draft& d);
    task<result<void>> remove_artifact(session& s, case_edit& e, family_child c);
    result<void> check_new_file(session& s, const case_edit& e, const family_child& c, std::string& plain,
                                child_draft& file) const;
    task<result<void>> replace_file(session& s, case_edit& e, const family_child& c,
                                    const mapping::reverse_plan& plan, child_draft file);
    task<result<void>> remove_replaced_file(session& s, const case_edit& e);

    // record_lists.cpp
    task<result<answer>> list_cases(session& s);
    task<result<void>> plan_walk(session& s, walk& w);
    task<result<void>> walk_as_needed(session& s, walk& w);
    task<result<void>> walk_whole(session& s, walk& w);
    task<result<void>> walk_onwards(session& s, walk& w);
    task<result<void>> keep_those(session& s, const query::condition& c, std::vector<found_case>& list);
    task<result<void>> keep_matching(session& s, walk& w, platform::store_page& page);
    task<result<answer>> finish_list(session& s, walk& w);
    task<result<void>> bind(session& s, query::filter& f);
    void bind_people(session& s, query::predicate& p) const;
    bool bind_tags(const numbered_list& tags, query::predicate& p) const;  // whether all of them are known
    bool may_become_tag(std::string_view name, const numbered_list& tags) const;
    // The cases that a condition pins down, if they are few: read one by one, those of them that match.
    task<result<std::optional<std::vector<found_case>>>> pinned_cases(session& s, const query::condition& c,
                                                                      pins_about about);
    result<found_case> show_found(session& s, const stored& c) const;
    // Every visible case that satisfies a condition, within the bound.
    task<result<std::vector<found_case>>> all_cases(session& s, const query::condition& c);

    // record_attributes.cpp
    task<result<answer>> read_attribute(session& s);
    task<result<answer>> list_attributes(session& s);
    task<result<answer>> write_attribute(session& s);

    // record_catalogues.cpp
    task<result<answer>> list_objects(session& s);
    task<result<std::vector<std::string>>> objects_of(session& s);

    // record_tags.cpp
    task<result<std::vector<family_ptr>>> cases_of_tags(session& s);
    struct having;  // the cases that have a tag
    std::vector<std::pair<std::int64_t, std::string>> tags_of(
        const session& s, const std::map<std::int64_t, having>& cases) const;
    task<result<answer>> list_tags_with_cases(session& s);
    task<result<void>> show_cases_of_tags(session& s, std::map<std::int64_t, having>& of, answer& page);
    task<result<void>> describe_tags(session& s, json::value document);
    task<result<void>> reload_tags(session& s);
    task<result<answer>> write_tag(session& s);
    bool is_taken(const session& s, std::string_view name, std::string_view own_id) const;
    task<result<std::string>> write_tag_name(session& s, const numbered* known, std::string_view name);
    task<void> describe_tag(session& s, std::string stored_id, json::value description);

    // record_templates.cpp
    using kept_templates = std::vector<std::shared_ptr<const kept_template>>;
    task<result<kept_templates>> read_templates(session& s);
    std::string show_template(session& s, const mapping::reverse_subject& in) const;
    task<result<std::vector<std::string>>> templates_of(session& s);
    task<result<void>> know_templates(session& s);
    static std::int64_t next_template(const kept_templates& all);
    task<result<answer>> write_template(session& s);

    records_options options_;
    const mapping::bundle& tables_;
    const platform::directory& accounts_;
    platform::case_store& store_;
    write_gate& gate_;
    std::function<void(mapping::finding_code)> findings_;
    record_write_sink writes_;
    const std::map<platform::record_kind, wish> child_members_;  // that programs show
    const std::map<std::string, artifact_type, std::less<>> artifact_types_;
    std::map<uuid, std::unique_ptr<record_state>> states_;
};

}  // namespace casebridge::bridge
