// A façade with API users, and an exchange that remembers what it was asked and answers what it is told.
#pragma once

#include "platform/threatconnect/facade/facade.hpp"
#include "platform/threatconnect/wire/auth.hpp"

#include "http/target.hpp"
#include "json/tape.hpp"
#include "json/writer.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <deque>
#include <exception>
#include <string>
#include <vector>

namespace casebridge::platform::threatconnect::test {

// The key and times of the fact sheet's vectors (§2.2).
inline constexpr const char* secret = "bridge-test-secret-0123456789ABCDEF";
inline constexpr const char* access_id = "12345678901234567890";
inline constexpr const char* token = "APIV2:writer-token";
inline constexpr const char* reader_token = "APIV2:reader-token";
inline constexpr std::int64_t now = 1700000000;

struct asked {
    record_request request;      // its document and views are gone: see below
    std::string document, query, order;
};

class told_exchange : public record_exchange {
public:
    task<result<record_answer>> run(const record_request& r) override {
        asked a{r, {}, {}, {}};
        if (r.document.exists()) json::append_value(a.document, r.document);
        a.query = r.wanted.is_everything() ? "" : query::to_text(r.wanted);
        for (const auto& level : r.order)
            a.order += std::string(level.by->name) + (level.descending ? " desc;" : " asc;");
        calls.push_back(std::move(a));
        if (answers.empty()) co_return record_answer{};
        auto next = std::move(answers.front());
        answers.pop_front();
        co_return next;
    }

    void say(std::vector<std::string> documents, bool more = false, std::optional<std::uint64_t> total = {}) {
        record_answer a;
        a.documents = std::move(documents);
        a.more = more;
        a.total = total;
        answers.push_back(std::move(a));
    }
    void fail_with(failure f) { answers.push_back(std::move(f)); }
    const asked& last() const {
        BOOST_REQUIRE(!calls.empty());
        return calls.back();
    }

    std::vector<asked> calls;
    std::deque<result<record_answer>> answers;
};

inline directory make_directory() {
    directory d;
    const uuid home = *uuid::parse("11111111-1111-4111-8111-111111111111");
    workspace w;
    w.id = home;
    w.name = "SOC";
    w.organization = "Acme";
    d.workspaces.push_back(w);
    api_user writer;
    writer.access_id = access_id;
    writer.secret = secret;
    writer.tokens = {token};
    writer.first_name = "Bridge";
    writer.last_name = "Svc";
    writer.pseudonym = "bridge";
    writer.workspace = home;
    writer.read_write = true;
    api_user reader;
    reader.access_id = "reader";
    reader.tokens = {reader_token};
    reader.workspace = home;
    d.api_users = {writer, reader};
    return d;
}

inline wording plain_words(const failure& why) {
    switch (why.code) {
        case errc::invalid_query: return {400, "0x2001", why.detail};
        case errc::invalid_document: return {400, "0x1001", "Invalid JSON: " + why.detail};
        case errc::read_only:
        case errc::deletes_disabled: return {403, "0x1003", why.detail};
        case errc::upstream_timeout: return {504, "0x1007", "The backend did not answer in time"};
        default: return {500, "0x1007", why.detail};
    }
}

struct world {
    explicit world(options o = {}) : opts(with_keys(std::move(o))) {}

    options with_keys(options o) const {
        o.token_key.fill(1);
        o.link_key.fill(2);
        o.public_url = "https://tc.example.org";
        o.now = [this] { return clock; };
        return o;
    }

    http::response ask(const http::request& req) {
        http::response res;
        boost::asio::io_context context;
        std::exception_ptr failed;
        boost::asio::co_spawn(context.get_executor(), face.handle(req, res),
                              [&](std::exception_ptr e) { failed = e; });
        context.run();
        if (failed) std::rethrow_exception(failed);
        return res;
    }

    static http::request make(std::string method, std::string target, std::string body = {}) {
        http::request req;
        req.method = std::move(method);
        req.target = std::move(target);
        req.body = std::move(body);
        return req;
    }

    http::response ask(std::string method, std::string target, std::string body = {},
                       std::string_view with = token) {
        http::request req = make(std::move(method), std::move(target), std::move(body));
        if (!with.empty()) req.fields.push_back({"Authorization", "TC-Token " + std::string(with)});
        return ask(req);
    }

    http::response ask_signed(std::string method, std::string target, std::string_view signature,
                              std::string_view timestamp) {
        http::request req = make(std::move(method), std::move(target));
        req.fields.push_back(
            {"Authorization", "TC " + std::string(access_id) + ":" + std::string(signature)});
        if (!timestamp.empty()) req.fields.push_back({"Timestamp", std::string(timestamp)});
        return ask(req);
    }

    std::int64_t clock = now;
    directory people = make_directory();
    told_exchange backend;
    options opts;
    facade face{opts, people, backend, plain_words};
};

inline std::string header(const http::response& res, std::string_view name) {
    for (const auto& [key, value] : res.fields)
        if (http::iequals(key, name)) return value;
    return {};
}

// The value at a dotted path ("data.0.name") as compact JSON; "absent" if there is none.
inline std::string at(std::string_view body, std::string_view path) {
    json::tape t;
    BOOST_REQUIRE_MESSAGE(t.parse(body, {}).has_value(), "not JSON: " << body);
    json::value v = t.root();
    while (!path.empty() && v.exists()) {
        const std::string_view part = path.substr(0, path.find('.'));
        path.remove_prefix(std::min(path.size(), part.size() + 1));
        v = v.is_array() ? v.element(static_cast<std::uint32_t>(std::stoul(std::string(part))))
                         : v.member(part);
    }
    if (!v.exists()) return "absent";
    std::string out;
    json::append_value(out, v);
    return out;
}
inline std::string at(const http::response& res, std::string_view path) { return at(res.body, path); }

// That a request is refused, and how. Not a function, so that the line is the caller's.
#define CHECK_REFUSED(res, with_status, with_code, part)                                                    \
    do {                                                                                                    \
        const http::response& refused_ = (res);                                                             \
        BOOST_TEST(refused_.status == (with_status), refused_.status << " " << refused_.body);              \
        BOOST_TEST(at(refused_, "errCode") == "\"" with_code "\"", refused_.body);                          \
        BOOST_TEST(at(refused_, "status") == "\"Error\"");                                                  \
        BOOST_TEST((at(refused_, "message").find(part) != std::string::npos), refused_.body);               \
        BOOST_TEST(refused_.content_type == "application/json");                                            \
    } while (false)

}  // namespace casebridge::platform::threatconnect::test
