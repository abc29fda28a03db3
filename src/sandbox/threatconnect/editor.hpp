// Creating, changing and deleting, with everything that ThreatConnect does by itself around it (fact
// sheet §4, §6). A write is checked completely before anything is changed, so that a refused request
// leaves no trace.
#pragma once

#include "sandbox/threatconnect/context.hpp"
#include "sandbox/threatconnect/document.hpp"

namespace casebridge::sandbox::threatconnect {

class editor {
public:
    editor(store& s, const context& c) : store_(s), context_(c) {}

    outcome<id_type> create(object_type t, const boost::json::value& body);
    outcome<void> update(record& r, const boost::json::value& body);
    // body: of the DELETE request, null if there is none.
    outcome<void> remove(record& r, const boost::json::value& body);

    // For a case that was loaded as it stands: gives it an xid if it has none, indexes it, and adds its
    // first event.
    void adopt_case(record& c);

    // The record that a list, a read or a write by the caller may touch; null if there is none.
    record* visible(object_type t, id_type id);

private:
    // editor_checks.cpp: resolve references and refuse, change nothing. "existing" is null on create.
    struct parents {
        record* case_ = nullptr;
        record* task = nullptr;
        record* artifact = nullptr;
        record* event = nullptr;
    };
    outcome<void> check(document& d, const record* existing);
    outcome<void> check_case(document& d, const record* existing);
    outcome<void> check_task(document& d, const record* existing);
    outcome<void> check_artifact(document& d, const record* existing);
    outcome<void> check_attribute(document& d, const record* existing);
    outcome<void> check_attribute_counts(const std::vector<const document*>& added, const record* c,
                                         const nested_documents* within);
    outcome<void> check_tag(document& d, const record* existing);
    outcome<void> check_nested(document& d, const record* existing);
    outcome<void> check_entry(document& e, const nested_documents& n, const record* parent);
    outcome<void> resolve_tag(document& e, collection_mode mode);
    outcome<void> resolve_user(document& e);
    outcome<void> resolve_assignee(document& d);
    outcome<id_type> assignee_user(const boost::json::object& data);
    outcome<id_type> assignee_group(const boost::json::object& data);
    outcome<parents> find_parents(const document& d);

    // editor_apply.cpp: cannot fail.
    record& add(const document& d, const parents& of);
    void defaults(record& r, const document& d);
    void case_defaults(record& r);
    void task_defaults(record& r);
    void artifact_defaults(record& r);
    bool copy_values(record& r, const document& d, bool creating);
    bool apply_nested(record& r, const document& d, bool creating);
    bool apply_collection(record& r, const nested_documents& n);
    bool apply_tags(record& r, const nested_documents& n);
    bool apply_attributes(record& r, const nested_documents& n);
    bool apply_users(record& r, const nested_documents& n);
    bool apply_cases(record& r, const nested_documents& n);
    bool apply_children(record& r, const nested_documents& n);
    bool change_attribute(record& r, const document& d);
    void status_changed(record& r, std::string_view before, const document& d);
    void case_created_event(record& c);
    record& tag_for(const document& d);
    void file_changed(record& r);
    void touch(record& r);
    std::string now() const { return time_text(context_.now, context_.fractions); }

    store& store_;
    const context& context_;
};

// Whether artifacts of the type hold a file (§7).
bool is_file_type(const store& s, std::string_view artifact_type);

}  // namespace casebridge::sandbox::threatconnect
