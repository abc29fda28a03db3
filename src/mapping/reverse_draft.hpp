// What one run of a reverse_writer works with; for its own files only.
#pragma once

#include "json/writer.hpp"
#include "mapping/reverse_writer.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace casebridge::mapping {

struct reverse_writer::draft {
    const reverse_subject* current;
    const reverse_references& refs;
    instant now;
    reverse_plan& plan;
    state_writer state;
    std::vector<std::pair<std::string, std::string>> set{};  // native members and their JSON
    std::vector<std::string> written{};                      // members of the right document that changed

    json::value stored(const dotted_path& p) const {
        return current == nullptr ? json::value{} : follow(current->document, p);
    }
    void put_native(std::string_view member, std::string json_text) {
        set.emplace_back(std::string(member), std::move(json_text));
    }
    void put_native_text(std::string_view member, std::string_view text) {
        std::string quoted;
        json::append_string(quoted, text);
        put_native(member, std::move(quoted));
    }
    bool sets_native(std::string_view member) const {
        return std::any_of(set.begin(), set.end(), [&](const auto& s) { return s.first == member; });
    }
    bool wrote(std::string_view member) const {
        return std::find(written.begin(), written.end(), member) != written.end();
    }
};

// How a collection is written: {"data":[…],"mode":"append"}.
enum class collection_mode { append, remove, replace };
result<collection_mode> mode_of(json::value collection, std::string_view member);
json::value elements_of(json::value collection) noexcept;

}  // namespace casebridge::mapping
