// The head of an answer, written by hand into a reused string.
#pragma once

#include "http/message.hpp"

#include <ctime>
#include <string>

namespace casebridge::server {

// "Sun, 06 Nov 1994 08:49:37 GMT", made once a second.
class date_text {
public:
    const std::string& at(std::time_t now);

private:
    std::time_t second_ = -1;
    std::string text_;
};

struct answer_head {
    const http::response& answer;
    const std::string& date;
    std::string_view request_id;   // empty: not echoed
    bool close = false;
    bool say_keep_alive = false;   // to an HTTP/1.0 client that asked for it
};

// Whether an answer of this status may carry a body at all (RFC 9110 §6.4.1).
bool may_have_body(unsigned status) noexcept;
// Content-Length is written unless the answer says no, or its status forbids one (RFC 9110 §8.6).
bool has_length(const http::response& answer) noexcept;

// Appends status line, fields and the empty line. Fields with control characters are left out: no
// value of a client or an upstream may end a line.
void append_head(std::string& out, const answer_head& head);

}  // namespace casebridge::server
