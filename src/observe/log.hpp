// Structured logs: one JSON object per line on standard output. Levels: debug, info, warn, error.
// Values given here must be free of secrets; as a second line of defence every text is searched for
// the secrets that observe/redact.hpp knows.
//
// Writing is asynchronous: a reader of our output that stops reading never stops a request. When
// the queue is full the oldest lines go; dropped_lines() says how many.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace casebridge::observe {

enum class level { debug, info, warn, error, off };

struct entry {
    std::string_view key;
    std::variant<std::string_view, std::int64_t, double, bool> value;
};

void set_level(level l);
// For callers that would otherwise build expensive values.
bool enabled(level l) noexcept;
std::optional<level> level_from_string(std::string_view name) noexcept;
const char* to_string(level l) noexcept;
// {"time":"2026-01-01T00:00:00.000Z","level":"info","msg":…,<entries>}
void log(level l, std::string_view message, std::initializer_list<entry> entries = {});
// Waits, a second at most, until everything logged so far is written.
void flush();
std::uint64_t dropped_lines();

// Where finished lines (without the line end) go instead of standard output; nullptr: back there.
// For tests; called on the thread that logs.
using line_writer = void (*)(std::string_view line);
void set_writer(line_writer w);

// The line that log() would write, without the line end.
std::string render_line(level l, std::string_view message, std::initializer_list<entry> entries);
// Writes a finished line, whatever the level.
void write_line(const std::string& line);

}  // namespace casebridge::observe
