// Builds the next state to carry from the one that is there and what a write changes: within the bag
// entry's size, the largest entries going into files of their own.
#pragma once

#include "mapping/carry.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace casebridge::mapping {

struct write_plan;

class carry_writer {
public:
    struct limits {
        std::size_t max = 0;          // characters of the bag entry; 0: there is no place for a carry
        bool spill = false;           // files are allowed
        std::string spill_prefix;
        std::string table_hash;
        std::string
            child;  // kind of the child that the state names (child_states.hpp); empty: the object's own
        std::int64_t number = 0;  // of the child; 0: not known yet
    };

    explicit carry_writer(const carry_state* current);

    bool has(std::string_view rule) const noexcept;
    // entry: JSON; empty: nothing is carried for the rule any more.
    void put(const std::string& rule, std::string entry);
    void finish(const limits& l, write_plan& plan);

private:
    struct item {
        std::string rule;
        std::string entry;            // inline JSON, or
        std::string reference;        // the JSON of a reference to a file
        bool changed = false;
    };
    item* find(std::string_view rule) noexcept;
    std::string render(const limits& l) const;
    void spill_largest_until_it_fits(const limits& l, write_plan& plan);
    void drop_what_has_no_place(const limits& l, write_plan& plan);

    const carry_state* current_;
    std::vector<item> items_;
    std::int64_t revision_ = 1;
    bool changed_ = false;
};

}  // namespace casebridge::mapping
