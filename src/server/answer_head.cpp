#include "server/answer_head.hpp"

#include <boost/beast/http/status.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

namespace casebridge::server {

namespace {

void append_number(std::string& out, std::size_t value) {
    std::array<char, 24> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out.append(digits.data(), end);
}

bool is_clean(std::string_view text) noexcept {
    return std::none_of(text.begin(), text.end(), [](char c) {
        const auto b = static_cast<unsigned char>(c);
        return (b < 0x20 && b != '\t') || b == 0x7F;
    });
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
    if (!is_clean(name) || !is_clean(value)) return;
    out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

const std::string& date_text::at(std::time_t now) {
    if (now == second_) return text_;
    static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm utc{};
    gmtime_r(&now, &utc);
    std::array<char, 64> buffer;
    const int size = std::snprintf(buffer.data(), buffer.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                                   days[utc.tm_wday], utc.tm_mday, months[utc.tm_mon], utc.tm_year + 1900,
                                   utc.tm_hour, utc.tm_min, utc.tm_sec);
    text_.assign(buffer.data(), static_cast<std::size_t>(size));
    second_ = now;
    return text_;
}

bool may_have_body(unsigned status) noexcept { return status >= 200 && status != 204 && status != 304; }

bool has_length(const http::response& answer) noexcept {
    return !answer.no_length && may_have_body(answer.status);
}

void append_head(std::string& out, const answer_head& head) {
    const auto& answer = head.answer;
    out.append("HTTP/1.1 ");
    append_number(out, answer.status);
    out.push_back(' ');
    const auto reason = boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(answer.status));
    out.append(reason.data(), reason.size()).append("\r\n");
    append_field(out, "Date", head.date);
    if (!answer.content_type.empty()) append_field(out, "Content-Type", answer.content_type);
    if (has_length(answer)) {
        out.append("Content-Length: ");
        append_number(out, answer.body.size());
        out.append("\r\n");
    }
    for (const auto& [name, value] : answer.fields) append_field(out, name, value);
    out.append(answer.constant_fields);
    if (!head.request_id.empty()) append_field(out, "X-Request-Id", head.request_id);
    if (head.close)
        out.append("Connection: close\r\n");
    else if (head.say_keep_alive)
        out.append("Connection: keep-alive\r\n");
    out.append("\r\n");
}

}  // namespace casebridge::server
