// The parts of a body one piece after the other. What is to be encoded is encoded a piece at a time, into one
// buffer; everything else is given out where it lies.
#pragma once

#include "upstream/client.hpp"

#include <span>
#include <string>
#include <string_view>

namespace casebridge::upstream {

class body_pieces {
public:
    // The parts, and what they point to, outlive this.
    explicit body_pieces(std::span<const body_part> parts) noexcept : parts_(parts) {}

    // The next piece, valid until the next call; empty: that was all.
    std::string_view next();

private:
    std::span<const body_part> parts_;
    std::size_t at_ = 0;  // bytes of the first part that are done
    std::string encoded_;
};

}  // namespace casebridge::upstream
