// Any bytes: the tape either refuses them with a place inside the text, or writes them back as a document
// that reads to the same bytes again.
#include "json/tape.hpp"
#include "json/writer.hpp"

#include <cstdint>
#include <cstdlib>

using namespace casebridge;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    json::tape t;
    if (t.parse(text, {}).has_error()) {
        if (t.error_offset() > size) std::abort();
        return 0;
    }
    std::string once, twice;
    json::append_value(once, t.root());
    for (std::uint32_t i = 0; i < t.size(); ++i) {
        if (t.begin_of(i) >= t.end_of(i) || t.end_of(i) > size) std::abort();
    }
    json::tape again;
    if (again.parse(once, {}).has_error()) std::abort();
    json::append_value(twice, again.root());
    if (once != twice) std::abort();
    return 0;
}
