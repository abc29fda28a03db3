#include "bridge/children/file_memory.hpp"

#include "core/crypto.hpp"

namespace casebridge::bridge {
namespace {

std::string hash_of(std::string_view text) {
    const digest d = sha256(text);
    return std::string(as_text(d));
}

}  // namespace

const file_facts* file_memory::find(std::string_view place, std::int64_t number,
                                    std::string_view document) const {
    const auto at = known_.find({std::string(place), number});
    return at == known_.end() || at->second.document != hash_of(document) ? nullptr : &at->second.facts;
}

void file_memory::learn(std::string_view place, std::int64_t number, std::string_view document,
                        file_facts facts) {
    const key k{std::string(place), number};
    const bool fresh = known_.insert_or_assign(k, entry{hash_of(document), std::move(facts)}).second;
    if (!fresh) return;
    order_.push_back(k);
    if (order_.size() <= most_) return;
    known_.erase(order_.front());
    order_.pop_front();
}

}  // namespace casebridge::bridge
