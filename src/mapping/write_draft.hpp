// What one run of a write_program works with; for its own files only.
#pragma once

#include "json/writer.hpp"
#include "mapping/write_plan.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace casebridge::mapping {

struct write_program::draft {
    json::value document;
    const stored_reader* current;
    const field_set& fields;
    const references& refs;
    instant now;
    write_plan& plan;
    carry_writer carry;

    // A native member to set. Custom fields may set members that other rules look at or set themselves, so
    // nothing is written down before all steps have run.
    struct assignment {
        std::string member, text;  // text: JSON
        bool by_client = false;  // through a custom field: nobody else may set it
    };
    std::vector<assignment> set_members{};
    std::map<std::string, std::string> client_values{};  // JSON by field_def::path

    const assignment* find(std::string_view member) const {
        const auto it = std::find_if(set_members.begin(), set_members.end(),
                                     [&](const assignment& a) { return a.member == member; });
        return it == set_members.end() ? nullptr : &*it;
    }
    json::value native(const path& p) const { return current == nullptr ? json::value{} : current->at(p); }
    json::value entry(const std::string& rule) const {
        return current == nullptr ? json::value{} : current->carry().entry(rule);
    }
    // The text of a member as it will be after this write.
    std::string text_after(std::string_view member, const path& p) const {
        const assignment* a = find(member);
        json::tape t;
        if (a != nullptr && t.parse(a->text, {}).has_value()) return std::string(t.root().text());
        return std::string(native(p).text());
    }
    void set(std::string_view member, std::string_view json_text, bool by_client = false) {
        set_members.push_back({std::string(member), std::string(json_text), by_client});
    }
    void set_text(std::string_view member, std::string_view text, bool by_client = false) {
        std::string quoted;
        json::append_string(quoted, text);
        set(member, quoted, by_client);
    }
    void write_members() {
        std::stable_partition(set_members.begin(), set_members.end(),
                              [](const assignment& a) { return !a.by_client; });
        for (const auto& a : set_members) {
            if (!plan.members.empty()) plan.members += ',';
            json::append_string(plan.members, a.member);
            plan.members += ':';
            plan.members += a.text;
        }
    }
};

}  // namespace casebridge::mapping
