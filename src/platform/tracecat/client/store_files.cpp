// Files of a case (Tracecat fact sheet §3.7): a form with one part on the way in, on the way out a link to another
// origin that is good for seconds.
#include "core/crypto.hpp"
#include "http/message.hpp"
#include "platform/tracecat/client/doubt.hpp"
#include "platform/tracecat/client/open_answer.hpp"
#include "platform/tracecat/client/store.hpp"
#include "platform/tracecat/wire/attachment_rules.hpp"
#include "platform/tracecat/wire/multipart.hpp"

#include <algorithm>
#include <array>

namespace casebridge::platform::tracecat::client {
namespace {

using sv = std::string_view;

constexpr std::size_t most_origins = 8;  // object stores that are remembered
constexpr unsigned link_tries = 2;

// What an administrator of Tracecat can do about a refusal.
struct refusal_row {
    unsigned status;
    sv error;  // detail.error; empty: any other
    sv advice;
};
constexpr std::array refusals{
    refusal_row{415, "unsupported_file_extension",
                "a workspace administrator can allow it in the setting allowed_attachment_extensions"},
    refusal_row{
        415, "unsupported_content_type",
        "a workspace administrator can allow it in the setting allowed_attachment_mime_types, or switch "
        "off validate_attachment_magic_number"},
    refusal_row{409, "max_attachments_exceeded", "the server limits the number of attachments of a case"},
    refusal_row{413, "storage_limit_exceeded", "the server limits the bytes of a case's attachments"},
    refusal_row{400, "file_validation_failed", "the name must be a plain file name"},
    refusal_row{400, "", "the server limits the size of a file, and takes no empty ones"},
    refusal_row{422, "", "the server could not read the upload"},
};

// The part's type has to be what the bytes look like, whatever the file is called (§3.7).
std::string declared_type(sv name, sv content_type, sv bytes) {
    const sv found = recognised_type(bytes);
    if (found == "text/plain" && extension_of(name) == ".csv") return "text/csv";
    if (!found.empty()) return std::string(found);
    return bare_content_type(content_type);
}

std::string random_boundary() {
    std::array<std::uint8_t, 16> raw{};
    random_bytes(raw);
    return "casebridge-" + hex_encode(as_text(raw));
}

// The server does not want this file, whoever sends it.
std::optional<failure> refusal_of(const upstream::answer& a) {
    json::tape tape;
    if (tape.parse(a.body, answer_policy).has_error()) return std::nullopt;
    const sv error = tape.root().member("detail").member("error").text();
    for (const auto& row : refusals) {
        if (row.status != a.status || (!row.error.empty() && row.error != error)) continue;
        const auto said = check_answer(a);
        if (said.has_value()) return std::nullopt;
        return fail(errc::not_supported, "Tracecat does not take this file: " + said.error().detail + "; " +
                                             std::string(row.advice));
    }
    return std::nullopt;
}

struct place_of_file {
    upstream::base_url origin;
    std::string target;
};

// The link is opaque (§3.7): only its origin is read.
result<place_of_file> take_apart(sv url) {
    const auto scheme_end = url.find("://");
    const auto path = scheme_end == sv::npos ? sv::npos : url.find_first_of("/?#", scheme_end + 3);
    if (path == sv::npos || url[path] != '/')
        return fail(errc::upstream_malformed, "a download link without a path");
    place_of_file out;
    auto origin = upstream::parse_base_url(url.substr(0, path));
    if (origin.has_error()) return fail(errc::upstream_malformed, "a download link that cannot be followed");
    out.origin = std::move(*origin);
    out.target = std::string(url.substr(path, url.find('#') - path));
    return out;
}

bool is_expected(sv bytes, sv sha256_hex) {
    if (sha256_hex.empty()) return true;
    const digest found = sha256(bytes);
    return http::iequals(hex_encode(as_text(found)), sha256_hex);
}

}  // namespace

task<result<reply_ptr>> store::upload(call_context& ctx, const uuid& of, sv name, sv content_type, sv bytes) {
    CB_CO_TRY(const auto where, co_await locate(ctx));
    const file_form form =
        form_around(random_boundary(), "file", name, declared_type(name, content_type, bytes));
    const std::array<upstream::body_part, 3> parts{upstream::body_part{form.before, false},
                                                   upstream::body_part{bytes, false},
                                                   upstream::body_part{form.after, false}};
    target t(where, case_path(of, "/attachments"));
    request r("POST", std::move(t.text));
    r.content_type = form.content_type;
    r.parts = parts;
    auto answer = co_await send(ctx, r);
    // The same bytes on the same case are the same attachment: sending them again doubles nothing.
    if (is_in_doubt(answer) && (answer.has_error() || answer->status >= 300)) answer = co_await send(ctx, r);
    if (answer.has_error()) co_return answer.error();
    if (auto refused = refusal_of(*answer)) co_return *std::move(refused);
    auto made = open_answer(std::move(*answer));
    if (made.has_error()) note_failure(ctx, of, child::attachment, made.error());
    co_return made;
}

result<upstream::client*> store::client_of(const upstream::base_url& origin) {
    const std::string key = origin.scheme + "://" + origin.host + ":" + std::to_string(origin.port);
    if (const auto known = elsewhere_.find(key); known != elsewhere_.end()) return known->second.get();
    if (elsewhere_.size() >= most_origins)
        return fail(errc::upstream_malformed, "the server refers to too many places for its files");
    CB_TRY(auto made, client_.sibling(origin));
    return elsewhere_.emplace(key, std::move(made)).first->second.get();
}

// Neither credential nor trace goes there: it is another server.
task<result<upstream::answer>> store::fetch(call_context& ctx, std::string url) {
    CB_CO_TRY(auto at, take_apart(url));
    CB_CO_TRY(upstream::client* const from, client_of(at.origin));
    upstream::call call;
    call.method = "GET";
    call.target = std::move(at.target);
    call.account = ctx.account;
    call.deadline = ctx.deadline;
    const auto start = http::clock::now();
    auto answer = co_await from->send(call);
    ctx.requests += 1;
    ctx.time += std::chrono::duration_cast<std::chrono::microseconds>(http::clock::now() - start);
    co_return answer;
}

task<result<std::string>> store::download(call_context& ctx, const uuid& of, const uuid& attachment,
                                          sv sha256) {
    CB_CO_TRY(const auto where, co_await locate(ctx));
    const target t(where, case_path(of, "/attachments/" + attachment.to_string()));
    for (unsigned tries = 1;; ++tries) {
        CB_CO_TRY(const auto found, co_await get(ctx, t.text));
        CB_CO_TRY(auto answer, co_await fetch(ctx, std::string(found->data.member("download_url").text())));
        // A link lives for seconds, and the clocks of two servers may differ by more.
        if (answer.status == 403 && tries < link_tries) continue;
        if (answer.status == 404) co_return fail(errc::not_found, "the file's bytes are gone");
        if (answer.status != 200)
            co_return fail(errc::upstream_error,
                           "the object store answered " + std::to_string(answer.status));
        if (!is_expected(answer.body, sha256))
            co_return fail(errc::upstream_malformed, "a file whose bytes are not those that its hash names");
        co_return std::move(answer.body);
    }
}

}  // namespace casebridge::platform::tracecat::client
