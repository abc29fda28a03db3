// Records as the JSON that a client gets: default fields, what fields= asks for, nested collections,
// in the key order of the tables. Absent values are left out, never null (fact sheet §1.3).
#pragma once

#include "sandbox/threatconnect/context.hpp"

#include "json/writer.hpp"

#include <map>
#include <string>

namespace casebridge::sandbox::threatconnect {

// fields=a&fields=b.c as a tree.
struct field_tree {
    std::map<std::string, field_tree, std::less<>> below;
    bool everything = false;       // _all_

    void add(std::string_view dotted);
    const field_tree* find(std::string_view name) const;
};

class renderer {
public:
    renderer(const store& s, const context& c) : store_(s), context_(c) {}

    void object(json::writer& w, const record& r, const field_tree& fields) const;
    std::string text(const record& r, const field_tree& fields) const;

private:
    void field(json::writer& w, const record& r, const field_def& f, const field_tree* below) const;
    void user(json::writer& w, id_type id, bool details) const;
    void assignee(json::writer& w, const record& r) const;
    void collection(json::writer& w, const record& r, const field_def& f, const field_tree& below) const;
    void parent(json::writer& w, const record& r, const field_def& f, const field_tree& below) const;
    void parent_object(json::writer& w, std::string_view name, object_type t, id_type id,
                       const field_tree& below) const;

    const store& store_;
    const context& context_;
};

}  // namespace casebridge::sandbox::threatconnect
