// Any request body: what the Python reader calls good is a document for the tape, and places of errors lie
// inside the text.
#include "platform/tracecat/wire/python_json.hpp"
#include "json/tape.hpp"

#include <cstdint>
#include <cstdlib>

using namespace casebridge;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string body(reinterpret_cast<const char*>(data), size);
    platform::tracecat::python_json out;
    platform::tracecat::read_python_json(body, out);
    using verdict = platform::tracecat::python_json::verdict;
    if (out.outcome == verdict::malformed && out.position > size) std::abort();
    if (out.outcome != verdict::good) return 0;
    json::tape t;
    const auto read = t.parse(out.text, {.max_depth = 20'000});
    // Python takes exponents of any length, the tape those of some ten digits; the façade refuses such a body.
    if (read.has_error() && read.error().detail.find("exponent") == std::string::npos) std::abort();
    return 0;
}
