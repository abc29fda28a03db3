// How many connections a bridge holds, in total and per client address: one object for all of its
// threads. A connection holds a lease for as long as it is open.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <variant>

namespace casebridge::server {

enum class over_limit { total, address };

class connection_budget : public std::enable_shared_from_this<connection_budget> {
public:
    class lease {
    public:
        lease() = default;
        lease(lease&& other) noexcept;
        lease& operator=(lease&& other) noexcept;
        ~lease();

    private:
        friend class connection_budget;
        lease(std::shared_ptr<connection_budget> owner, std::string address);
        void release() noexcept;

        std::shared_ptr<connection_budget> owner_;
        std::string address_;
    };

    connection_budget(std::size_t max_total, std::size_t max_per_address);
    std::variant<lease, over_limit> acquire(const std::string& address);
    void set_limits(std::size_t max_total, std::size_t max_per_address);  // leases that are held stay
    std::size_t held() const;

private:
    void give_back(const std::string& address) noexcept;

    mutable std::mutex mutex_;
    std::size_t max_total_;
    std::size_t max_per_address_;
    std::size_t total_ = 0;
    std::unordered_map<std::string, std::size_t> per_address_;
};

}  // namespace casebridge::server
