#include "platform/tracecat/facade/cursor.hpp"

#include "json/tape.hpp"
#include "json/writer.hpp"
#include "platform/tracecat/wire/unicode.hpp"

#include <array>

namespace casebridge::platform::tracecat {
namespace {

constexpr std::size_t longest_cursor = 8192;
constexpr std::size_t nonce_size = 8, id_size = 8;
constexpr std::int64_t format_version = 1;

void append_u64(std::string& out, std::uint64_t n) {
    for (unsigned shift = 64; shift > 0; shift -= 8)
        out += static_cast<char>(static_cast<std::uint8_t>(n >> (shift - 8)));
}

}  // namespace

std::string cursors::fingerprint(const uuid& workspace, const query::filter& filter,
                                 const page_request& page) {
    std::string text = workspace.to_string();
    text += page.descending ? "\ndesc " : "\nasc ";
    text += std::to_string(static_cast<int>(page.order));
    text += "\n" + query::canonical_text(filter);
    return hex_encode(as_text(sha256(text)));
}

std::string cursors::sign(std::string_view payload) const {
    std::string message = "casebridge.tracecat.cursor.v1";
    message += '\0';
    message += payload;
    return std::string(as_text(hmac_sha256(as_text(key_), message)));
}

std::string cursors::mask(std::string_view nonce) const {
    std::string message = "casebridge.tracecat.cursor-id.v1";
    message += '\0';
    message += nonce;
    return std::string(as_text(hmac_sha256(as_text(key_), message)).substr(0, id_size));
}

std::string cursors::seal_id(std::int64_t id) const {
    std::array<std::uint8_t, nonce_size> raw{};
    random_bytes(raw);
    std::string out(as_text(raw));
    const std::string m = mask(out);
    std::string plain;
    append_u64(plain, static_cast<std::uint64_t>(id));
    for (std::size_t i = 0; i < id_size; ++i) out += static_cast<char>(plain[i] ^ m[i]);
    return base64url_encode(out);
}

bool cursors::open_id(std::string_view sealed, std::int64_t& id) const {
    const auto raw = base64url_decode(sealed);
    if (!raw || raw->size() != nonce_size + id_size) return false;
    const std::string m = mask(std::string_view(*raw).substr(0, nonce_size));
    std::uint64_t n = 0;
    for (std::size_t i = 0; i < id_size; ++i)
        n = n << 8U | static_cast<std::uint8_t>((*raw)[nonce_size + i] ^ m[i]);
    id = static_cast<std::int64_t>(n);
    return true;
}

std::string cursors::write(const cursor& c, std::string_view fingerprint) const {
    std::string payload;
    json::writer w(payload);
    w.begin_object();
    w.member("version", format_version);
    w.member("direction", c.backward ? "backward" : "forward");
    w.member("boundary", c.inclusive ? "inclusive" : "exclusive");
    w.member("query_fingerprint", fingerprint);
    w.key("values").begin_array().integer(c.at.rank).string(seal_id(c.at.id)).end_array();
    if (c.total) w.member("total", static_cast<std::int64_t>(*c.total));
    w.end_object();
    return base64url_encode(payload) + "." + base64url_encode(sign(payload));
}

cursor_error cursors::read(std::string_view text, std::string_view fingerprint, cursor& out) const {
    const cursor_error bad = read_signed(text, fingerprint, out);
    if (bad != cursor_error::invalid || !previous_key_) return bad;
    return cursors(*previous_key_).read_signed(text, fingerprint, out);
}

cursor_error cursors::read_signed(std::string_view text, std::string_view fingerprint, cursor& out) const {
    const std::size_t dot = text.find('.');
    if (dot == std::string_view::npos) return cursor_error::invalid;
    const auto payload = base64url_decode(text.substr(0, dot));
    const auto signature = base64url_decode(text.substr(dot + 1));
    if (!payload || !signature || !equal_constant_time(*signature, sign(*payload)))
        return cursor_error::invalid;

    json::tape t;
    if (t.parse(*payload, json::policy{4}).has_error()) return cursor_error::invalid;
    const json::value root = t.root();
    std::int64_t version = 0;
    if (!root.member("version").to_int64(version) || version != format_version) return cursor_error::version;
    if (root.member("query_fingerprint").text() != fingerprint) return cursor_error::mismatch;
    out.backward = root.member("direction").text() == "backward";
    out.inclusive = root.member("boundary").text() == "inclusive";
    const json::value values = root.member("values");
    if (values.size() != 2) return cursor_error::invalid;
    if (!values.element(0).to_int64(out.at.rank)) return cursor_error::invalid;
    std::int64_t total = 0;
    if (root.member("total").to_int64(total) && total >= 0) out.total = static_cast<std::uint64_t>(total);
    return open_id(values.element(1).text(), out.at.id) ? cursor_error::none : cursor_error::invalid;
}

// pydantic shows the value as Python's repr, cut to 25 characters at the front and 24 at the end.
std::string overlong_cursor(std::string_view text) {
    if (count_characters(text) <= longest_cursor) return {};
    const std::string shown =
        "'" + std::string(text.substr(0, 24)) + "..." + std::string(text.substr(text.size() - 23)) + "'";
    return "1 validation error for PageParams\ncursor\n  String should have at most 8192 characters "
           "[type=string_too_long, input_value=" +
           shown +
           ", input_type=str]\n"
           "    For further information visit https://errors.pydantic.dev/2.12/v/string_too_long";
}

}  // namespace casebridge::platform::tracecat
