// Any body of a write: what is taken is written anew in a form that reads as itself, and can be shown again. Any
// state of a page link: it is a deflated text or it is not.
#include "platform/threatconnect/facade/bodies.hpp"
#include "platform/threatconnect/facade/deflate.hpp"
#include "platform/threatconnect/facade/projection.hpp"

#include <cstdint>
#include <cstdlib>

using namespace casebridge;
using namespace casebridge::platform::threatconnect;

namespace {

void check(const object_model& object, json::value body, bool create) {
    const auto once = read_body(object, body, create, "Acme");
    if (once.has_error()) return;
    json::tape tape;
    if (tape.parse(once->text, {}).has_error()) std::abort();
    if (!once->contents.empty()) return;  // a file's place in it is no file
    const auto twice = read_body(object, tape.root(), create, "Acme");
    if (twice.has_error() || twice->text != once->text) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    constexpr std::size_t most = 1 << 20;
    if (const auto plain = inflate(text, most); plain && plain->size() > most) std::abort();
    if (inflate(deflate(text), size) != text) std::abort();

    json::tape tape;
    json::policy strict;
    strict.refuse_duplicate_keys = true;
    if (tape.parse(text, strict).has_error()) return 0;
    field_tree all;
    all.add("_all_");
    for (const object_model& object : objects()) {
        if (!object.kind) continue;
        check(object, tape.root(), true);
        check(object, tape.root(), false);
        std::string shown;
        json::tape again;
        surroundings with;
        append_shown(shown, object, tape.root(), all, with);
        // Bare lists become {"data":[…]}, so it may be deeper.
        if (again.parse(shown, {.max_depth = 256}).has_error()) std::abort();
    }
    return 0;
}
