// Beast's response parser behind the little that a connection needs of it, with the framing rules
// that Beast 345 lacks (engineering anchors §B1). One object per connection, begun anew per answer.
#pragma once

#include "upstream/client.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/system/error_code.hpp>

#include <memory>
#include <string>
#include <utility>

namespace casebridge::upstream {

class response_parser {
public:
    explicit response_parser(const options& opts);
    ~response_parser();
    response_parser(const response_parser&) = delete;
    response_parser& operator=(const response_parser&) = delete;

    // skip_body: the answer to HEAD, which has a body's fields but no body.
    void begin(bool skip_body);
    // Bytes used, and an error other than "more is needed". Stops after the head until accept_head() was
    // called, so that the framing is judged before anything of the body.
    std::pair<std::size_t, boost::system::error_code> put(boost::asio::const_buffer data);
    boost::system::error_code put_eof();

    bool head_done() const;
    bool done() const;
    bool keep_alive() const;              // only when done
    unsigned status() const;              // only when head_done
    const char* framing_flaw() const;     // null: none
    void accept_head();                   // goes on with the body
    answer take();                        // only when done
    std::string progress() const;         // " after 120 of 500 bytes" where the length is known

private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace casebridge::upstream
