// Readers of stored documents, kept from request to request: a reader that has grown to its documents' size
// allocates nothing.
#pragma once

#include "mapping/bundle.hpp"

#include <memory>
#include <vector>

namespace casebridge::bridge {

class reader_pool {
    using readers = std::vector<std::unique_ptr<mapping::stored_reader>>;

public:
    explicit reader_pool(const mapping::object_programs& programs)
        : programs_(programs), idle_(std::make_shared<readers>()) {}

    // A request that is cut off may end after the pool: its reader then dies with it.
    class lease {
    public:
        explicit lease(const reader_pool& from) : home_(from.idle_), reader_(from.take()) {}
        ~lease() { home_->push_back(std::move(reader_)); }
        lease(const lease&) = delete;
        lease& operator=(const lease&) = delete;
        mapping::stored_reader& operator*() const noexcept { return *reader_; }
        mapping::stored_reader* operator->() const noexcept { return reader_.get(); }

    private:
        std::shared_ptr<readers> home_;
        std::unique_ptr<mapping::stored_reader> reader_;
    };

private:
    std::unique_ptr<mapping::stored_reader> take() const {
        if (idle_->empty())
            return std::make_unique<mapping::stored_reader>(programs_.compiled->slots,
                                                            programs_.compiled->bag);
        auto reader = std::move(idle_->back());
        idle_->pop_back();
        return reader;
    }

    const mapping::object_programs& programs_;
    std::shared_ptr<readers> idle_;
};

}  // namespace casebridge::bridge
