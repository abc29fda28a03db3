// What a real Tracecat answered, held against the façade: status, content type, the headers that matter,
// whether the security headers are there, and of every error the whole body. Ids are masked.
#include "support.hpp"

#include "http/target.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cctype>
#include <cstdint>

using namespace casebridge;
using namespace casebridge::platform;
using namespace casebridge::platform::tracecat;
using namespace casebridge::platform::tracecat::test;

namespace {

struct exclusion {
    const char* group;
    const char* name;        // the whole name, or its beginning when it ends in '*'
    const char* reason;
};

constexpr const char* administration = "the bridge administrates no accounts or workspaces";
constexpr const char* later = "served once the bridge has a counterpart for it";
constexpr const char* store_quirk = "a weakness of Tracecat's store that the bridge does not have";
constexpr const char* abbreviated = "the recorded request is abbreviated; a test of its own sends it";

const exclusion exclusions[] = {
    {"auth", "register*", administration},
    {"auth", "update me*", administration},
    {"auth", "superuser *", administration},
    {"auth", "login of the deactivated user", administration},
    {"auth", "me with the session of a deactivated user", administration},
    {"auth", "cases with the session of a deactivated user", administration},
    {"auth", "forgot password*", administration},
    {"auth", "reset password*", administration},
    {"auth", "login with multipart form", abbreviated},
    {"workspaces", "create *", administration},
    {"workspaces", "add *", administration},
    {"workspaces", "rename workspace", administration},
    {"workspaces", "set workspace*", administration},
    {"workspaces", "delete workspace", administration},
    {"workspaces", "delete workspace again", administration},
    {"workspaces", "cases of a*", administration},
    {"organization", "invite*", administration},
    {"organization", "organization/members*", later},
    {"organization", "organization/domains*", later},
    {"permissions", "service accounts*", administration},
    {"cases", "get fails while*", store_quirk},
    {"batch", "update: 1001 ids", abbreviated},
    {"tags", "events of the case", later},
    {"limits", "INTEGER field*", store_quirk},
    {"limits", "payload number one*", store_quirk},
    {"limits", "payload number 1e22: read", store_quirk},
    {"limits", "payload with*", abbreviated},
    {"limits", "100000 nested lists", abbreviated},
    {"limits", "500 nested lists*", abbreviated},
    {"limits", "description of 5 million*", abbreviated},
    {"limits", "unknown field: *", administration},
    {"limits", "multipart without boundary*", later},
};

bool begins(std::string_view text, std::string_view pattern) {
    if (!pattern.ends_with('*')) return text == pattern;
    pattern.remove_suffix(1);
    return text.starts_with(pattern);
}

std::string mask_ids(std::string text) {
    constexpr std::size_t length = 36;
    for (std::size_t i = 0; i + length <= text.size(); ++i) {
        const std::string_view piece = std::string_view(text).substr(i, length);
        const bool shaped = piece[8] == '-' && piece[13] == '-' && piece[18] == '-' && piece[23] == '-';
        if (shaped && uuid::parse(piece)) text.replace(i, length, "<uuid>");
    }
    return text;
}

std::string compact(json::value v) {
    std::string out;
    json::append_value(out, v);
    return out;
}

std::string unmask(std::string text) {
    for (std::size_t at; (at = text.find("<password>")) != std::string::npos;) text.replace(at, 10, password);
    return text;
}

// Bodies that were no UTF-8 are recorded with one character per byte.
std::string bytes_of(std::string_view text) {
    std::string out;
    bool high = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<std::uint8_t>(text[i]);
        if (c < 0x80) {
            out += text[i];
        } else if ((c == 0xC2 || c == 0xC3) && i + 1 < text.size()) {
            out += static_cast<char>(
                static_cast<std::uint8_t>((c & 3U) << 6U | (static_cast<std::uint8_t>(text[++i]) & 0x3FU)));
            high = true;
        } else {
            return std::string(text);
        }
    }
    return high ? out : std::string(text);
}

std::string body_of(json::value request) {
    const json::value body = request.member("body");
    const std::string_view kind = request.member("body_kind").text();
    if (kind == "json") return unmask(compact(body));
    if (kind == "text") return bytes_of(body.text());
    std::string out;
    if (kind == "form") {
        for (const auto pair : body.members()) {
            if (!out.empty()) out += '&';
            out += http::encode(pair.name()) + "=" + http::encode(unmask(std::string(pair.val.text())));
        }
    }
    return out;
}

http::request request_of(json::value exchange, const world& w) {
    const json::value r = exchange.member("request");
    http::request req;
    req.method = std::string(r.member("method").text());
    req.target = std::string(r.member("path").text());
    if (!r.member("query").text().empty()) req.target += "?" + std::string(r.member("query").text());
    req.fields.push_back({"host", "127.0.0.1:8000"});
    const std::string_view actor = exchange.member("actor").text();
    for (const auto h : r.member("headers").members()) {
        std::string value(h.val.text());
        const std::size_t at = value.find("<session>");
        if (at != std::string::npos) value.replace(at, 9, w.session(actor));
        req.fields.push_back({std::string(h.name()), value});
    }
    req.body = body_of(r);
    return req;
}

std::string difference(json::value expected, const http::response& got) {
    std::int64_t status = 0;
    expected.member("status").to_int64(status);
    if (status != got.status)
        return "status " + std::to_string(status) + ", not " + std::to_string(got.status) + " " +
               got.body.substr(0, 200);
    const json::value headers = expected.member("headers");
    if (headers.member("content-type").text() != got.content_type) return "content type " + got.content_type;
    for (const char* name :
         {"allow", "www-authenticate", "location", "access-control-allow-origin", "vary",
          "access-control-allow-credentials", "access-control-allow-methods", "access-control-max-age"}) {
        if (status == 201) continue;     // the façade adds a Location
        if (headers.member(name).text() != header(got, name))
            return std::string(name) + ": " + header(got, name);
    }
    if (headers.member("content-length").exists() == got.no_length) return "content-length";
    if (expected.member("security_headers").is_true() == header(got, "x-content-type-options").empty())
        return "security headers";
    const json::value body = expected.member("body");
    if (expected.member("body_kind").text() == "empty") return got.body.empty() ? "" : "body " + got.body;
    if (status < 400 && !body.is_null()) return got.body.empty() ? "empty body" : "";
    const std::string want = mask_ids(body.is_string() ? std::string(body.text()) : compact(body));
    return want == mask_ids(got.body)
               ? ""
               : "body\n  want " + want.substr(0, 600) + "\n  got  " + got.body.substr(0, 600);
}

const exclusion* excluded(std::string_view group, std::string_view name) {
    const auto at = std::find_if(std::begin(exclusions), std::end(exclusions), [&](const exclusion& e) {
        return group == e.group && begins(name, e.name);
    });
    return at == std::end(exclusions) ? nullptr : &*at;
}

bool comparable(json::value e) {
    const std::string_view query = e.member("request").member("query").text();
    const std::string_view body = e.member("request").member("body").text();
    if (e.member("config").text() != "oss") return false;  // other configurations of Tracecat
    if (query.find('<') != std::string_view::npos || body.starts_with('<')) return false;   // abbreviated
    return query.find("cursor=eyJ") == std::string_view::npos;  // signed by the recorded server
}

std::size_t replay(const std::string& group) {
    world w(without_addons());
    const std::string text =
        read_file(std::string(CASEBRIDGE_SOURCE_DIR) + "/tests/data/recordings/tracecat/" + group + ".json");
    json::tape t;
    BOOST_REQUIRE(t.parse(text, json::policy{1000}).has_value());
    std::size_t compared = 0;
    for (const auto e : t.root().member("exchanges").elements()) {
        const std::string_view name = e.val.member("name").text();
        if (excluded(group, name) || !comparable(e.val)) continue;
        const http::response got = w.ask(request_of(e.val, w));
        const std::string wrong = difference(e.val.member("response"), got);
        BOOST_CHECK_MESSAGE(wrong.empty(), group << " | " << name << " | " << wrong);
        ++compared;
    }
    return compared;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(recorded_answers)

// The numbers keep the replay from silently comparing less.
BOOST_AUTO_TEST_CASE(meta) { BOOST_TEST(replay("meta") >= 24U); }
BOOST_AUTO_TEST_CASE(auth) { BOOST_TEST(replay("auth") >= 20U); }
BOOST_AUTO_TEST_CASE(cases) { BOOST_TEST(replay("cases") >= 80U); }
BOOST_AUTO_TEST_CASE(permissions) { BOOST_TEST(replay("permissions") >= 25U); }
BOOST_AUTO_TEST_CASE(workspaces) { BOOST_TEST(replay("workspaces") >= 15U); }
BOOST_AUTO_TEST_CASE(organization) { BOOST_TEST(replay("organization") >= 7U); }
BOOST_AUTO_TEST_CASE(search) { BOOST_TEST(replay("search") >= 90U); }
BOOST_AUTO_TEST_CASE(tags) { BOOST_TEST(replay("tags") >= 40U); }
BOOST_AUTO_TEST_CASE(batch) { BOOST_TEST(replay("batch") >= 18U); }
BOOST_AUTO_TEST_CASE(limits) { BOOST_TEST(replay("limits") >= 10U); }
BOOST_AUTO_TEST_CASE(paging) { BOOST_TEST(replay("paging") >= 6U); }

BOOST_AUTO_TEST_SUITE_END()
