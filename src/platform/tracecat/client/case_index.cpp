#include "platform/tracecat/client/case_index.hpp"

#include <limits>

namespace casebridge::platform::tracecat::client {
namespace {

constexpr std::size_t overhead = 320;   // of an entry: nodes of the list and the maps, roughly

std::size_t size_of(const known_case& c) {
    return overhead + c.updated.size() + (c.description ? c.description->size() : 0) + c.history.size() +
           c.state.size();
}

}  // namespace

known_case_ptr case_index::find(const uuid& id) {
    const std::lock_guard lock(mutex_);
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) return nullptr;
    cases_.splice(cases_.begin(), cases_, found->second);
    return *found->second;
}

known_case_ptr case_index::find(const uuid& id, std::string_view updated) {
    known_case_ptr out = find(id);
    return out && out->updated == updated ? out : nullptr;
}

std::optional<uuid> case_index::id_of(std::int64_t number) const {
    const std::lock_guard lock(mutex_);
    const auto found = by_number_.find(number);
    return found == by_number_.end() ? std::nullopt : std::optional(found->second);
}

void case_index::put(known_case what) {
    const std::lock_guard lock(mutex_);
    const auto found = by_id_.find(what.id);
    if (found != by_id_.end()) {
        const known_case& had = **found->second;
        if (had.updated == what.updated) {
            if (!what.description) what.description = had.description;
            if (what.history.empty()) what.history = had.history;
        }
        if (what.state.empty()) what.state = had.state;
        drop(found->second);
    }
    add(std::make_shared<const known_case>(std::move(what)));
}

void case_index::forget(const uuid& id, bool state) {
    const std::lock_guard lock(mutex_);
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) return;
    known_case next = **found->second;
    next.description.reset();
    next.history.clear();
    if (state) next.state.clear();
    drop(found->second);
    add(std::make_shared<const known_case>(std::move(next)));
}

void case_index::erase(const uuid& id) {
    const std::lock_guard lock(mutex_);
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) return;
    forget_external_id((*found->second)->number);
    drop(found->second);
}

void case_index::erase(std::int64_t number) {
    const std::lock_guard lock(mutex_);
    forget_external_id(number);
    const auto id = by_number_.find(number);
    if (id == by_number_.end()) return;
    drop(by_id_.find(id->second)->second);
}

void case_index::note_external_id(std::int64_t number, std::string_view external_id) {
    const std::lock_guard lock(mutex_);
    const auto had = external_id_of_.find(number);
    if (had != external_id_of_.end() && had->second == external_id) return;
    forget_external_id(number);
    if (external_id.empty()) return;
    if (external_ids_.size() >= limits_.external_ids) {
        complete_since_.reset();   // from now on an id that is not known may exist nevertheless
        forget_external_id(external_ids_.begin()->second);
    }
    external_ids_.emplace(std::string(external_id), number);
    external_id_of_.emplace(number, std::string(external_id));
}

std::optional<std::int64_t> case_index::number_of(std::string_view external_id) const {
    const std::lock_guard lock(mutex_);
    const auto found =
        external_ids_.lower_bound({std::string(external_id), std::numeric_limits<std::int64_t>::min()});
    if (found == external_ids_.end() || found->first != external_id) return std::nullopt;
    return found->second;
}

std::optional<std::int64_t> case_index::complete_since() const {
    const std::lock_guard lock(mutex_);
    return complete_since_;
}

void case_index::note_complete(std::int64_t since) {
    const std::lock_guard lock(mutex_);
    complete_since_ = since;
}

std::size_t case_index::size() const {
    const std::lock_guard lock(mutex_);
    return cases_.size();
}

std::size_t case_index::bytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
}

void case_index::add(known_case_ptr what) {
    bytes_ += size_of(*what);
    // A number whose case was replaced by another one (fact sheet §8 no. 21) belongs to the latest.
    by_number_.insert_or_assign(what->number, what->id);
    cases_.push_front(std::move(what));
    by_id_.insert_or_assign(cases_.front()->id, cases_.begin());
    while (cases_.size() > 1 && (cases_.size() > limits_.cases || bytes_ > limits_.bytes))
        drop(std::prev(cases_.end()));
}

void case_index::drop(order::iterator at) {
    const known_case& gone = **at;
    bytes_ -= size_of(gone);
    const auto number = by_number_.find(gone.number);
    if (number != by_number_.end() && number->second == gone.id) by_number_.erase(number);
    by_id_.erase(gone.id);
    cases_.erase(at);
}

void case_index::forget_external_id(std::int64_t number) {
    const auto had = external_id_of_.find(number);
    if (had == external_id_of_.end()) return;
    external_ids_.erase({had->second, number});
    external_id_of_.erase(had);
}

}  // namespace casebridge::platform::tracecat::client
