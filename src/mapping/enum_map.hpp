// A compiled pair of enums: a fine one (left) and a coarse one (right), with the rule that lets a carried
// fine value refine the native coarse one and never contradict it. Pure and tiny, so that its laws can be
// checked over every state when a table is loaded (laws.hpp).
#pragma once

#include "mapping/model.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::mapping {

class enum_map {
public:
    static constexpr int none = -1;

    explicit enum_map(const enum_spec& spec);

    int left_of(std::string_view text) const noexcept;    // index, or none; exact
    int right_of(std::string_view text) const noexcept;   // ASCII letter case ignored
    int refiner_of(
        std::string_view text) const noexcept; // index of a refining value, none if it refines nothing
    const std::string& left(int i) const { return left_[static_cast<std::size_t>(i)]; }
    const std::string& right(int i) const { return right_[static_cast<std::size_t>(i)]; }
    const std::string& refiner(int i) const { return refiners_[static_cast<std::size_t>(i)]; }
    int left_count() const noexcept { return static_cast<int>(left_.size()); }
    int right_count() const noexcept { return static_cast<int>(right_.size()); }
    int refiner_count() const noexcept { return static_cast<int>(refiners_.size()); }
    bool one_sided() const noexcept { return right_.empty() || left_.empty(); }
    bool refined() const noexcept { return !refiners_.empty(); }
    int unknown_left() const noexcept { return unknown_left_; }

    // The class of a fine value: the right value that stands for it.
    int coarse(int left) const { return coarse_[static_cast<std::size_t>(left)]; }
    // The class of a right value: itself, or of one that is finer than its class ("also"), the one it belongs to.
    int class_of(int right) const { return class_[static_cast<std::size_t>(right)]; }
    bool is_also(int right) const { return class_of(right) != right; }

    // The native side of an object: a coarse value and, where the table refines, another member's value.
    struct native {
        int right = none;
        int refiner = none;
        bool operator==(const native&) const = default;
    };
    // What is carried: the fine value and what the natives alone read as when it was written.
    struct carried {
        int left = none;
        int base = none;
        bool operator==(const carried&) const = default;
    };

    // What the natives read as when nothing is carried.
    int base(native n) const noexcept;

    // Every left value that an object with this right value may read as: plain, carried, refined or stale.
    std::vector<int> readings(int right) const;

    enum class verdict { plain, refined, stale, witness };
    struct reading {
        int left;
        verdict how;
    };
    // none in c.left: nothing (usable) is carried. witness_holds: false if another witness of the table changed.
    reading read(native n, carried c, bool witness_holds = true) const noexcept;

    struct writing {
        native to;
        carried keep;  // left == none: nothing needs to be carried
        bool touched;  // false: the value is what is there already; write nothing
    };
    // What is written so that the object reads as the fine value. refiner_is_ours: false if somebody else sets
    // the refining member in the same write; then it is left alone.
    writing write(native n, carried c, int left, bool witness_holds = true,
                  bool refiner_is_ours = true) const noexcept;

    // Where the left side stores: the fine value that makes an object read as the coarse one. What is there
    // already (none: a new object) stays if it does.
    int write_coarse(int stored_left, int right) const noexcept;
    // What it reads as on the right side. kept: a right value that is finer than its class, carried beside the left
    // one (none: nothing is); it shows while the class holds.
    int show_right(int stored_left, int kept) const noexcept;

private:
    int stale(int was, int right) const noexcept;
    bool managed(int refiner) const noexcept;

    std::vector<std::string> left_, right_, refiners_;
    std::vector<int> coarse_;  // by left
    std::vector<int> class_;  // by right
    std::vector<int> pick_;  // by right; of one that is finer than its class, what it reads as
    std::vector<std::vector<int>> refine_;  // [right][refiner] → left or none
    std::vector<std::vector<int>> stale_;  // [was][right] → left or none
    std::vector<bool> managed_;  // by refiner
    std::vector<int> sets_;  // by left: refiner that a write sets, or none
    int unknown_left_ = none;
    bool refine_write_ = false;
};

}  // namespace casebridge::mapping
