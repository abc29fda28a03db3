// The files of one case, each with its state; or with one that is made up from what is known of it.
#pragma once

#include "bridge/children/file_memory.hpp"
#include "bridge/children/stored_child.hpp"

#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::bridge {

// Rules of the table of files that the bridge looks at by itself.
namespace file_rules {
inline constexpr std::string_view name = "file_name", media = "content_type", hash = "sha256", size = "size",
                                  creator = "creator_id";
}

struct file_shelf {
    std::vector<stored_child> all;

    const stored_child* find(std::int64_t number) const;
    // Whose state says that.
    const stored_child* find(std::string_view rule, std::string_view text) const;
    std::size_t bytes() const;  // of those whose size is known
    // Gives a file the state that it would have, above one that it has already.
    void stand_in(stored_child& c, std::string_view file_name, const file_facts& facts);

private:
    std::deque<std::string> texts_;  // of states that were made up
};

// A state that remembers for which bytes it was written, by the backend's mark of them; and whether it is for others
// than those that are there now, because somebody replaced them on the backend.
std::string with_mark(std::string state, std::string_view mark);
bool is_outdated(const stored_child& c, std::string_view mark);

// What the table's rows say of a file by its name, else by its media type.
struct file_sort {
    std::string type, media;
};
file_sort sort_of_file(const mapping::table& files, std::string_view name, std::string_view media);

}  // namespace casebridge::bridge
