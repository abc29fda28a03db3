// Any bytes as a request head, fed in two pieces: the scanner never runs past what it was given and says the
// same as when it sees everything at once.
#include "http/gate.hpp"

#include <cstdint>
#include <cstdlib>

using namespace casebridge;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const http::gate_limits limits{.max_head_bytes = 512, .max_target_bytes = 64, .max_fields = 8};
    http::head_scanner whole(limits);
    const auto at_once = whole.scan(bytes);
    if (at_once.has_value() && *at_once > size) std::abort();
    http::head_scanner pieces(limits);
    const auto first = pieces.scan(bytes.substr(0, size / 2));
    if (first.has_error()) {
        if (!at_once.has_error()) std::abort();
        return 0;
    }
    if (*first > 0) {
        if (at_once.has_error() || *at_once != *first) std::abort();
        return 0;
    }
    const auto second = pieces.scan(bytes);
    if (second.has_error() != at_once.has_error()) std::abort();
    if (second.has_value() && *second != *at_once) std::abort();
    return 0;
}
