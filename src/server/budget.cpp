#include "server/budget.hpp"

#include <utility>

namespace casebridge::server {

connection_budget::lease::lease(std::shared_ptr<connection_budget> owner, std::string address)
    : owner_(std::move(owner)), address_(std::move(address)) {}

connection_budget::lease::lease(lease&& other) noexcept
    : owner_(std::move(other.owner_)), address_(std::move(other.address_)) {}

connection_budget::lease& connection_budget::lease::operator=(lease&& other) noexcept {
    if (this != &other) {
        release();
        owner_ = std::move(other.owner_);
        address_ = std::move(other.address_);
    }
    return *this;
}

connection_budget::lease::~lease() { release(); }

void connection_budget::lease::release() noexcept {
    if (!owner_) return;
    owner_->give_back(address_);
    owner_.reset();
}

connection_budget::connection_budget(std::size_t max_total, std::size_t max_per_address)
    : max_total_(max_total), max_per_address_(max_per_address) {}

std::variant<connection_budget::lease, over_limit> connection_budget::acquire(const std::string& address) {
    const std::lock_guard lock(mutex_);
    if (total_ >= max_total_) return over_limit::total;
    const auto known = per_address_.find(address);
    const std::size_t before = known == per_address_.end() ? 0 : known->second;
    if (before >= max_per_address_) return over_limit::address;
    per_address_[address] = before + 1;
    ++total_;
    return lease(shared_from_this(), address);
}

void connection_budget::set_limits(std::size_t max_total, std::size_t max_per_address) {
    const std::lock_guard lock(mutex_);
    max_total_ = max_total;
    max_per_address_ = max_per_address;
}

std::size_t connection_budget::held() const {
    const std::lock_guard lock(mutex_);
    return total_;
}

void connection_budget::give_back(const std::string& address) noexcept {
    const std::lock_guard lock(mutex_);
    --total_;
    const auto known = per_address_.find(address);
    if (known != per_address_.end() && --known->second == 0) per_address_.erase(known);
}

}  // namespace casebridge::server
