#include "upstream/body_pieces.hpp"

#include "core/base64.hpp"

namespace casebridge::upstream {
namespace {

// Divisible by three, so that no piece but the last one is padded.
constexpr std::size_t encoded_at_a_time = 48 * 1024;
// A file is not given out whole either: the buffers of TLS and of the kernel take little at a time, and between two
// pieces the call can be ended.
constexpr std::size_t given_at_a_time = 256 * 1024;

}  // namespace

std::string_view body_pieces::next() {
    while (!parts_.empty() && at_ == parts_.front().bytes.size()) {
        parts_ = parts_.subspan(1);
        at_ = 0;
    }
    if (parts_.empty()) return {};
    const body_part& part = parts_.front();
    const std::string_view piece = part.bytes.substr(at_, part.base64 ? encoded_at_a_time : given_at_a_time);
    at_ += piece.size();
    if (!part.base64) return piece;
    encoded_.resize(base64_length(piece.size()));
    encode_base64(piece, encoded_.data());
    return encoded_;
}

}  // namespace casebridge::upstream
