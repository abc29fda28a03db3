// Writes to one case are serial within the process: neither platform has conditional writes, so a
// read-modify-write that another one crosses would lose something (design §4). Shared by all threads.
#pragma once

#include "bridge/access_memory.hpp"
#include "bridge/history/view_memory.hpp"
#include "http/keyed_gate.hpp"

#include <atomic>
#include <cstdint>

namespace casebridge::bridge {

class write_gate : public http::keyed_gate {
public:
    // Counts changes of tag definitions, so that no thread answers from what it remembered before one.
    std::uint64_t tag_changes() const noexcept { return tag_changes_.load(std::memory_order_acquire); }
    void note_tag_change() noexcept { tag_changes_.fetch_add(1, std::memory_order_acq_rel); }
    // The same of definitions of custom fields.
    std::uint64_t field_changes() const noexcept { return field_changes_.load(std::memory_order_acquire); }
    void note_field_change() noexcept { field_changes_.fetch_add(1, std::memory_order_acq_rel); }
    // Who looked at which case.
    view_memory& views() noexcept { return views_; }
    access_memory& access() noexcept { return access_; }

private:
    std::atomic<std::uint64_t> tag_changes_{0}, field_changes_{0};
    view_memory views_;
    access_memory access_;
};

}  // namespace casebridge::bridge
