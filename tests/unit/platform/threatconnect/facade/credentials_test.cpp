#include "support.hpp"

using namespace casebridge;
using namespace casebridge::platform::threatconnect;
using namespace casebridge::platform::threatconnect::test;

namespace {

struct vector_row {
    const char *method, *target, *signature;
};

// Fact sheet §2.2: key, access id and time as in support.hpp.
constexpr vector_row vectors[] = {
    {"GET", "/api/v3/cases", "XHL3TkIGsCG9TBRTvv4UPmq7//kwz/0xsQqagLW+Ijk="},
    {"GET", "/api/v3/cases/42?fields=tags&fields=notes", "pgstdXgG9NGWC/lyjJWc5O1HAAXnlhZ/77tH4C4qp+M="},
    {"GET", "/api/v3/cases?resultStart=0&resultLimit=100&tql=name%20EQ%20%22Malware%20alert%22&fields=_all_",
     "i31P+cVoMkXhMSKbn/X0eZCPGZjg0rZ1lJQ+v9FKuDs="},
    {"GET", "/api/v3/cases?resultStart=0&resultLimit=100&tql=name+EQ+%22Malware+alert%22&fields=_all_",
     "8zyID7Rv0YauD5znCMKuwsKMPQ7jeYVMOU8BNfReLFA="},
    {"POST", "/api/v3/cases?fields=tags&fields=attributes&fields=notes",
     "ULohYtbUUxuVnbrxWo4u5WBDE6owAe3W03bWi/oG5eY="},
    {"PUT", "/api/v3/cases/42", "837vaJ9q5Nm2VjGLy68RAEnl0J8yO3uVsGX71mHMgfI="},
    {"DELETE", "/api/v3/notes/7", "h8G/xubTPR3mWlLMiV/BBjJS675tDbIEiFZ6VBJ8uDk="},
    {"OPTIONS", "/api/v3/cases?show=readOnly", "0mW4CzuYOzyVe5pN+P+wdnw6q0P1SngJX0kfGgS/1G0="},
};

std::string issued(world& w) {
    const auto res = w.ask("POST", "/api/v3/token/api");
    BOOST_TEST(res.status == 200u);
    const std::string quoted = at(res, "data");
    return quoted.substr(1, quoted.size() - 2);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(facade_credentials)

BOOST_AUTO_TEST_CASE(every_published_signature_is_accepted) {
    for (const auto& v : vectors) {
        world w;
        w.backend.say({R"({"id":42})"});
        const auto res = w.ask_signed(v.method, v.target, v.signature, "1700000000");
        BOOST_TEST(res.status != 401u, v.target << ": " << res.body);
        BOOST_TEST(res.status != 403u, v.target << ": " << res.body);
        BOOST_TEST(res.account == access_id);
    }
}

BOOST_AUTO_TEST_CASE(a_signature_counts_for_its_own_target_method_and_time_only) {
    for (const auto& v : vectors) {
        world w;
        const std::string target = v.target;
        const auto refused = [&](const char* method, const std::string& t, const char* time) {
            const auto res = w.ask_signed(method, t, v.signature, time);
            CHECK_REFUSED(res, 401u, "0x1002", "Signature data did not match expected result");
        };
        refused(v.method, target + (target.find('?') == std::string::npos ? "?" : "&") + "a=b", "1700000000");
        refused(v.method[0] == 'P' ? "DELETE" : "PUT", "/api/v3/cases/42?x=1", "1700000000");
        refused(v.method, target, "1700000001");
        BOOST_TEST(w.backend.calls.empty());
    }
}

// The third and the fourth vector decode to the same query.
BOOST_AUTO_TEST_CASE(a_target_that_was_encoded_anew_is_refused) {
    world w;
    CHECK_REFUSED(w.ask_signed("GET", vectors[3].target, vectors[2].signature, "1700000000"), 401u, "0x1002",
                  "Signature");
    std::string lower = vectors[2].target;
    for (const auto& [from, to] : {std::pair<std::string, std::string>{"%20", " "}, {"%22", "\""}}) {
        std::string t = lower;
        for (auto p = t.find(from); p != std::string::npos; p = t.find(from)) t.replace(p, 3, to);
        CHECK_REFUSED(w.ask_signed("GET", t, vectors[2].signature, "1700000000"), 401u, "0x1002",
                      "Signature");
    }
}

BOOST_AUTO_TEST_CASE(five_minutes_either_way_are_taken_six_are_not) {
    const auto at_clock = [](std::int64_t clock) {
        world w;
        w.clock = clock;
        return w.ask_signed("GET", vectors[0].target, vectors[0].signature, "1700000000");
    };
    BOOST_TEST(at_clock(now + 300).status == 200u);
    BOOST_TEST(at_clock(now - 300).status == 200u);
    CHECK_REFUSED(at_clock(now + 301), 401u, "0x1002", "Timestamp out of acceptable time range");
    CHECK_REFUSED(at_clock(now + 360), 401u, "0x1002", "Timestamp out of acceptable time range");
    CHECK_REFUSED(at_clock(now - 360), 401u, "0x1002", "Timestamp out of acceptable time range");
}

BOOST_AUTO_TEST_CASE(the_same_signature_may_be_sent_again) {
    world w;
    for (int i = 0; i < 3; ++i)
        BOOST_TEST(w.ask_signed("GET", vectors[0].target, vectors[0].signature, "1700000000").status == 200u);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_credentials_is_said_in_the_platforms_words) {
    world w;
    CHECK_REFUSED(w.ask("GET", "/api/v3/cases", {}, ""), 401u, "0x1002", "not authorized");
    CHECK_REFUSED(w.ask("GET", "/api/v3/cases", {}, "APIV2:wrong"), 401u, "0x1002", "Unauthorized");
    CHECK_REFUSED(w.ask_signed("GET", vectors[0].target, vectors[0].signature, ""), 401u, "0x1002",
                  "Invalid timestamp");
    CHECK_REFUSED(w.ask_signed("GET", vectors[0].target, vectors[0].signature, "yesterday"), 401u, "0x1002",
                  "Invalid timestamp");
    auto req = world::make("GET", "/api/v3/cases");
    req.fields = {{"Authorization", "Basic dTpw"}};
    CHECK_REFUSED(w.ask(req), 403u, "0x1003", "Access Denied");
    req.fields = {{"Authorization", "TC nobody:" + std::string(vectors[0].signature)},
                  {"Timestamp", "1700000000"}};
    CHECK_REFUSED(w.ask(req), 401u, "0x1002", "Access Denied");
    // A user without a secret cannot sign, with an empty key either.
    req.fields = {{"Authorization", "TC reader:" + hmac_signature("", "/api/v3/cases", "GET", now)},
                  {"Timestamp", "1700000000"}};
    CHECK_REFUSED(w.ask(req), 401u, "0x1002", "Access Denied");
    BOOST_TEST(w.backend.calls.empty());
}

BOOST_AUTO_TEST_CASE(a_timestamp_beside_a_token_means_nothing) {
    world w;
    auto req = world::make("GET", "/api/v3/cases");
    req.fields = {{"Authorization", std::string("TC-Token ") + token}, {"Timestamp", "12"}};
    BOOST_TEST(w.ask(req).status == 200u);
}

BOOST_AUTO_TEST_CASE(an_issued_token_lasts_four_hours_and_names_its_user) {
    world w;
    const std::string t = issued(w);
    BOOST_TEST(t.starts_with("APIV2:"));
    BOOST_TEST(t != issued(w));
    const auto res = w.ask("GET", "/api/v3/cases", {}, t);
    BOOST_TEST(res.status == 200u);
    BOOST_TEST(res.account == access_id);
    w.clock = now + 4 * 3600 - 1;
    BOOST_TEST(w.ask("GET", "/api/v3/cases", {}, t).status == 200u);
    w.clock = now + 4 * 3600;
    CHECK_REFUSED(w.ask("GET", "/api/v3/cases", {}, t), 401u, "0x1002", "Unauthorized");
}

BOOST_AUTO_TEST_CASE(another_process_with_the_same_key_takes_an_issued_token) {
    world w, replica;
    BOOST_TEST(replica.ask("GET", "/api/v3/cases", {}, issued(w)).status == 200u);
}

BOOST_AUTO_TEST_CASE(a_changed_token_is_nobodys) {
    world w;
    const std::string t = issued(w);
    for (const std::size_t i : {std::size_t{7}, t.size() / 2, t.size() - 2}) {
        std::string changed = t;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        BOOST_TEST(w.ask("GET", "/api/v3/cases", {}, changed).status == 401u);
    }
    BOOST_TEST(w.ask("GET", "/api/v3/cases", {}, t.substr(6)).status == 401u);
}

BOOST_AUTO_TEST_CASE(a_changed_secret_or_a_removed_user_voids_what_was_issued) {
    world w, other;
    const std::string t = issued(w);
    other.people.api_users[0].secret = "another";
    facade changed(other.opts, other.people, other.backend, plain_words);
    other.people.api_users.erase(other.people.api_users.begin());
    facade removed(other.opts, other.people, other.backend, plain_words);
    for (facade* f : {&changed, &removed}) {
        auto req = world::make("GET", "/api/v3/cases");
        req.fields = {{"Authorization", "TC-Token " + t}};
        http::response res;
        boost::asio::io_context context;
        boost::asio::co_spawn(context.get_executor(), f->handle(req, res), [](std::exception_ptr) {});
        context.run();
        BOOST_TEST(res.status == 401u);
    }
}

BOOST_AUTO_TEST_CASE(what_the_previous_key_sealed_stays_valid) {
    world w;
    const std::string t = issued(w);
    options o = w.opts;
    o.token_key.fill(9);
    facade without(o, w.people, w.backend, plain_words);
    o.previous_token_key = w.opts.token_key;
    facade with(o, w.people, w.backend, plain_words);
    for (const auto& [f, status] : {std::pair{&without, 401u}, std::pair{&with, 200u}}) {
        auto req = world::make("GET", "/api/v3/cases");
        req.fields = {{"Authorization", "TC-Token " + t}};
        http::response res;
        boost::asio::io_context context;
        boost::asio::co_spawn(context.get_executor(), f->handle(req, res), [](std::exception_ptr) {});
        context.run();
        BOOST_TEST(res.status == status);
    }
}

BOOST_AUTO_TEST_CASE(an_ended_token_is_renewed_for_a_day_without_credentials) {
    world w;
    const std::string t = issued(w);
    const auto renew = [&] { return w.ask("GET", "/api/appAuth?expiredToken=" + http::encode(t), {}, ""); };
    w.clock = now + 4 * 3600 + 24 * 3600 - 1;
    const auto res = renew();
    BOOST_TEST(at(res, "success") == "true");
    BOOST_TEST(at(res, "apiTokenExpires") == "\"" + std::to_string(w.clock + 4 * 3600) + "\"");
    const std::string fresh = at(res, "apiToken");
    BOOST_TEST(w.ask("GET", "/api/v3/cases", {}, fresh.substr(1, fresh.size() - 2)).status == 200u);
    w.clock = now + 4 * 3600 + 24 * 3600;
    BOOST_TEST(at(renew(), "success") == "false");
    BOOST_TEST(at(renew(), "message") == "\"Unauthorized\"");
    BOOST_TEST(at(w.ask("GET", "/appAuth", {}, ""), "success") == "false");
    BOOST_TEST(at(w.ask("GET", std::string("/appAuth?expiredToken=") + token, {}, ""), "success") == "true");
}

BOOST_AUTO_TEST_CASE(a_read_only_user_reads_and_writes_nothing) {
    world w;
    BOOST_TEST(w.ask("GET", "/api/v3/cases", {}, reader_token).status == 200u);
    const std::string body = R"({"name":"n","severity":"Low","status":"Open"})";
    CHECK_REFUSED(w.ask("POST", "/api/v3/cases", body, reader_token), 403u, "0x1003", "permission");
    CHECK_REFUSED(w.ask("PUT", "/api/v3/cases/1", "{}", reader_token), 403u, "0x1003", "permission");
    CHECK_REFUSED(w.ask("DELETE", "/api/v3/cases/1", "{}", reader_token), 403u, "0x1003", "permission");
    BOOST_TEST(w.backend.calls.size() == 1u);
}

BOOST_AUTO_TEST_CASE(only_the_callers_own_owner_is_open) {
    world w;
    BOOST_TEST(w.ask("GET", "/api/v3/cases?owner=Acme").status == 200u);
    CHECK_REFUSED(w.ask("GET", "/api/v3/cases?owner=Other+Org"), 403u, "0x1003", "Access Denied");
    BOOST_TEST(w.backend.calls.size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
