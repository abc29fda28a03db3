#include "mapping/state_line.hpp"

#include "mapping/text_limit.hpp"

#include <algorithm>

namespace casebridge::mapping {
namespace {

// The line that begins at that place, without its end; servers and people may turn \n into \r\n.
std::string_view line_at(std::string_view text, std::size_t start) {
    std::string_view line = text.substr(start, text.find('\n', start) - start);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

bool holds_state(std::string_view line, std::string_view marker) {
    if (!line.starts_with(marker)) return false;
    carry_state probe;
    probe.offer(line.substr(marker.size()), 0);
    return probe.present();
}

}  // namespace

void offer_state_lines(std::string_view text, std::string_view marker, carry_state& into) {
    if (text.find(marker) == std::string_view::npos) return;
    for (std::size_t start = 0; start < text.size();) {
        const std::string_view line = line_at(text, start);
        if (line.starts_with(marker)) into.offer(line.substr(marker.size()), 0);
        const std::size_t end = text.find('\n', start);
        if (end == std::string_view::npos) return;
        start = end + 1;
    }
}

std::string without_state_lines(std::string_view text, std::string_view marker) {
    std::string out;
    for (std::size_t start = 0; start < text.size();) {
        const std::size_t end = std::min(text.find('\n', start), text.size() - 1) + 1;
        if (!holds_state(line_at(text, start), marker))
            out += text.substr(start, end - start);
        else if (end == text.size() && out.ends_with('\n'))
            out.pop_back();  // the break before the line is ours as well
        start = end;
    }
    return out;
}

std::string with_state_line(std::string text, std::string_view marker, std::string_view state) {
    if (!text.empty()) text += '\n';
    return text.append(marker).append(state);
}

std::size_t room_for_state(std::string_view text, std::string_view marker, std::size_t most) noexcept {
    const std::size_t taken = utf16_length(text) + (text.empty() ? 0 : 1) + utf16_length(marker);
    return taken < most ? most - taken : 0;
}

}  // namespace casebridge::mapping
