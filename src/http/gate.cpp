#include "http/gate.hpp"

#include <boost/beast/http/error.hpp>
#include <boost/beast/http/rfc7230.hpp>

#include <algorithm>
#include <string>

namespace casebridge::http {

namespace {

namespace bhttp = boost::beast::http;

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

failure malformed(const char* why) { return fail(errc::malformed_request, why); }

// The fields that decide about framing; each is counted, since a second one is never harmless.
struct framing_fields {
    std::size_t hosts = 0;
    std::size_t lengths = 0;
    std::size_t codings = 0;
    std::size_t expectations = 0;
    std::string_view host;
    std::string_view length;
    std::string_view coding;
    std::string_view expectation;
    bool encoded = false;  // a Content-Encoding other than identity
    bool close = false;
    bool keep = false;
};

void note_connection(std::string_view value, framing_fields& seen) {
    for (const auto token : bhttp::token_list({value.data(), value.size()})) {
        const std::string_view text(token.data(), token.size());
        if (iequals(text, "close")) seen.close = true;
        if (iequals(text, "keep-alive")) seen.keep = true;
    }
}

struct noted_field {
    std::string_view name;
    void (*note)(std::string_view value, framing_fields& seen);
};

constexpr noted_field noted_fields[] = {
    {"Host", [](std::string_view v, framing_fields& seen) { ++seen.hosts, seen.host = v; }},
    {"Content-Length", [](std::string_view v, framing_fields& seen) { ++seen.lengths, seen.length = v; }},
    {"Transfer-Encoding", [](std::string_view v, framing_fields& seen) { ++seen.codings, seen.coding = v; }},
    {"Expect", [](std::string_view v, framing_fields& seen) { ++seen.expectations, seen.expectation = v; }},
    {"Content-Encoding",
     [](std::string_view v, framing_fields& seen) { seen.encoded |= !iequals(v, "identity"); }},
    {"Connection", &note_connection},
};

framing_fields collect(const request& head) {
    framing_fields seen;
    for (const auto& f : head.fields)
        for (const auto& row : noted_fields)
            if (iequals(f.name, row.name)) row.note(f.value, seen);
    return seen;
}

// RFC 9112 §3.2: origin-form only. Everything else is a proxy's or CONNECT's business; a fragment
// or a byte beyond visible ASCII is no target at all.
result<void> check_target(std::string_view target, const gate_limits& limits) {
    if (target.size() > limits.max_target_bytes)
        return fail(errc::target_too_long, "request target too long");
    if (target.empty() || target.front() != '/') return malformed("request target is not in origin-form");
    const bool clean =
        std::all_of(target.begin(), target.end(), [](char c) { return c > ' ' && c <= '~' && c != '#'; });
    if (!clean) return malformed("character not allowed in the request target");
    return {};
}

// RFC 9112 §3.2: exactly one Host. HTTP/1.0 may do without.
result<void> check_host(const framing_fields& seen, bool http_1_0) {
    if (seen.hosts > 1) return fail(errc::missing_host, "more than one Host field");
    if (seen.hosts == 0) {
        if (http_1_0) return {};
        return fail(errc::missing_host, "no Host field");
    }
    if (seen.host.empty()) return fail(errc::missing_host, "empty Host field");
    const bool clean = std::all_of(seen.host.begin(), seen.host.end(), [](char c) {
        return c > ' ' && c <= '~' && std::string_view("\"#/<>?@\\^`{|}").find(c) == std::string_view::npos;
    });
    if (!clean) return malformed("character not allowed in Host");
    return {};
}

// One plain decimal number: no sign, list, leading zero, or value beyond 18 digits.
result<std::uint64_t> parse_length(std::string_view text) {
    const bool digits = !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
    if (!digits || (text.size() > 1 && text.front() == '0')) return malformed("bad Content-Length");
    if (text.size() > 18) return fail(errc::body_too_large, "Content-Length above any limit");
    std::uint64_t value = 0;
    for (const char c : text) value = value * 10 + static_cast<std::uint64_t>(c - '0');
    return value;
}

result<void> decide_body(const framing_fields& seen, framing& out) {
    if (seen.codings > 0 && seen.lengths > 0)
        return malformed("Transfer-Encoding together with Content-Length");
    if (seen.codings > 0 && out.http_1_0) return malformed("Transfer-Encoding in an HTTP/1.0 request");
    if (seen.codings > 1) return malformed("more than one Transfer-Encoding field");
    if (seen.lengths > 1) return malformed("more than one Content-Length field");
    if (seen.codings == 1) {
        if (!iequals(seen.coding, "chunked"))
            return fail(errc::unsupported_transfer_coding, "Transfer-Encoding is not exactly chunked");
        out.body = body_kind::chunked;
    }
    if (seen.lengths == 1) {
        CB_TRY(out.length, parse_length(seen.length));
        out.body = out.length > 0 ? body_kind::length : body_kind::none;
    }
    return {};
}

result<void> check_expectation(const framing_fields& seen, framing& out) {
    if (seen.expectations == 0) return {};
    if (seen.expectations > 1 || !iequals(seen.expectation, "100-continue"))
        return fail(errc::unsupported_expectation, "Expect is not 100-continue");
    out.expects_continue = !out.http_1_0;  // RFC 9110 §10.1.1: ignored in HTTP/1.0
    return {};
}

}  // namespace

result<void> head_scanner::end_line(std::string_view line) {
    ++lines_;
    if (lines_ == 1) {
        if (line.empty()) return malformed("empty line before the request line");
        return {};
    }
    if (line.empty()) {
        complete_ = true;
        return {};
    }
    if (line.front() == ' ' || line.front() == '\t') return malformed("folded header line");
    if (lines_ - 1 > limits_.max_fields) return fail(errc::header_too_large, "too many header fields");
    return {};
}

result<void> head_scanner::check_size(std::size_t size) const {
    // The longest method, the version and the blanks are well below the margin; check_head is exact.
    constexpr std::size_t margin = 64;
    if (lines_ == 0 && size > limits_.max_target_bytes + margin)
        return fail(errc::target_too_long, "request target too long");
    if (size > limits_.max_head_bytes) return fail(errc::header_too_large, "header section too large");
    return {};
}

result<std::size_t> head_scanner::scan(std::string_view bytes) {
    while (at_ < bytes.size()) {
        const auto c = static_cast<unsigned char>(bytes[at_]);
        if ((c >= 0x20 && c != 0x7F && (c < 0x80 || lines_ > 0)) || c == '\t') {
            ++at_;
            continue;
        }
        if (c != '\r') return malformed("control character in the head");
        if (at_ + 1 == bytes.size()) break;  // its LF has not arrived yet
        if (bytes[at_ + 1] != '\n') return malformed("CR without LF");
        CB_CHECK(check_size(at_ + 2));
        CB_CHECK(end_line(bytes.substr(line_start_, at_ - line_start_)));
        at_ += 2;
        line_start_ = at_;
        if (complete_) return at_;
    }
    CB_CHECK(check_size(at_));
    return std::size_t{0};
}

void head_scanner::reset() noexcept {
    at_ = 0;
    line_start_ = 0;
    lines_ = 0;
    complete_ = false;
}

result<framing> check_head(const request& head, http_version version, const gate_limits& limits) {
    framing out;
    out.http_1_0 = version == http_version::v1_0;
    if (head.method == "CONNECT") return malformed("CONNECT is not served");
    CB_CHECK(check_target(head.target, limits));
    const auto seen = collect(head);
    if (head.fields.size() > limits.max_fields) return fail(errc::header_too_large, "too many header fields");
    CB_CHECK(decide_body(seen, out));
    CB_CHECK(check_host(seen, out.http_1_0));
    CB_CHECK(check_expectation(seen, out));
    if (seen.encoded) return fail(errc::unsupported_content_coding, "Content-Encoding other than identity");
    out.keep_alive = !seen.close && (!out.http_1_0 || seen.keep);
    return out;
}

failure parse_failure(const boost::system::error_code& ec) {
    using bhttp::error;
    if (ec == error::header_limit) return fail(errc::header_too_large, "header section too large");
    if (ec == error::body_limit) return fail(errc::body_too_large, "body too large");
    if (ec == error::bad_transfer_encoding) return malformed("contradictory Transfer-Encoding");
    if (ec == error::buffer_overflow) return malformed("chunk extension or trailer too long");
    // Anything that is not the parser's own comes from the socket.
    const bool parsing = ec.category() == bhttp::make_error_code(error::bad_value).category();
    if (!parsing || ec == error::end_of_stream || ec == error::partial_message)
        return fail(errc::connection_closed, "the client went away");
    return fail(errc::malformed_request, ec.message());
}

unsigned refusal_status(const failure& why) noexcept {
    struct row {
        errc code;
        unsigned status;
    };
    static constexpr row rows[] = {
        {errc::malformed_request, 400},
        {errc::missing_host, 400},
        {errc::target_too_long, 414},
        {errc::header_too_large, 431},
        {errc::body_too_large, 413},
        {errc::unsupported_transfer_coding, 501},
        {errc::unsupported_content_coding, 415},
        {errc::unsupported_expectation, 417},
        {errc::request_timeout, 408},
        {errc::connection_closed, 400},
        {errc::overloaded, 503},
        {errc::draining, 503},
    };
    for (const auto& r : rows)
        if (r.code == why.code) return r.status;
    return 500;
}

}  // namespace casebridge::http
