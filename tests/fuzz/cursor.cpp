// Cursors as a client may send them: any text is refused, a cursor of ours reads back as it was written, by the key of
// now or the one before, and one that was changed anywhere is refused or, where the change meant nothing, still the same.
#include "platform/tracecat/facade/cursor.hpp"

#include <cstdint>
#include <cstdlib>
#include <cstring>

using namespace casebridge;
using namespace casebridge::platform;
using tracecat::cursor;
using tracecat::cursor_error;
using tracecat::cursors;

namespace {

constexpr std::string_view bound_to = "0f00ba4";

bool same(const cursor& a, const cursor& b) {
    return a.at == b.at && a.backward == b.backward && a.inclusive == b.inclusive && a.total == b.total;
}

void expect(bool held) {
    if (!held) std::abort();
}

// What the fuzzer makes of a cursor of ours, and what it changes in its text.
struct plan {
    std::int64_t rank = 0;
    std::int64_t id = 0;
    std::uint64_t total = 0;
    std::uint32_t at = 0;
    std::uint8_t by = 0;
    std::uint8_t flags = 0;
};

void ours(const plan& p) {
    static const digest before = sha256("the key before"), now = sha256("the key of now");
    static const cursors reader(now, before), older(before);
    cursor c;
    c.at = {p.rank, p.id};
    c.backward = (p.flags & 1U) != 0;
    c.inclusive = (p.flags & 2U) != 0;
    if ((p.flags & 4U) != 0) c.total = p.total >> 1U;
    std::string text = (p.flags & 8U) != 0 ? older.write(c, bound_to) : reader.write(c, bound_to);
    cursor back;
    expect(reader.read(text, bound_to, back) == cursor_error::none && same(c, back));
    expect(reader.read(text, "another query", back) == cursor_error::mismatch);
    auto& changed = text[p.at % text.size()];
    changed = static_cast<char>(static_cast<std::uint8_t>(changed) ^ p.by);
    cursor other;
    if (reader.read(text, bound_to, other) == cursor_error::none) expect(same(c, other));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const cursors strangers(sha256("a key that nobody has"));
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    cursor out;
    expect(strangers.read(text, bound_to, out) != cursor_error::none);  // nobody forges a signature
    tracecat::overlong_cursor(text);
    plan p;
    if (size < sizeof p) return 0;
    std::memcpy(&p, data, sizeof p);
    ours(p);
    return 0;
}
