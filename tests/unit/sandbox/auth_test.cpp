// Signatures by the test vectors of ThreatConnect fact sheet §2.2, and the refusals of §1.4.
#include "support.hpp"

#include <boost/test/unit_test.hpp>

namespace tc = casebridge::sandbox::threatconnect;

namespace {

constexpr std::string_view key = "bridge-test-secret-0123456789ABCDEF";

struct vector_row {
    const char* method;
    const char* target;
    const char* signature;
};
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

// A stand-in that knows the vectors' key, at the vectors' time.
struct signed_bench : tc::bench {
    signed_bench() {
        now.micros = 1'700'000'000LL * 1'000'000;
        tc::credential c;
        c.who = {4, {1}, false};
        c.access_id = "99995678901234567890";
        c.secret = key;
        under_test.logins().add(c);
    }
    tc::answer ask_signed(std::string method, std::string target, std::string_view signature,
                          std::string stamp) {
        return ask(std::move(method), std::move(target), {},
                   "TC 99995678901234567890:" + std::string(signature), std::move(stamp));
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(sandbox_auth)

BOOST_AUTO_TEST_CASE(signatures_are_those_of_the_published_vectors) {
    for (const auto& v : vectors)
        BOOST_TEST(tc::signature(key, v.target, v.method, "1700000000") == v.signature, v.target);
    BOOST_TEST(tc::signature("clé-ü", "/api/v3/cases", "GET", "1700000000") ==
               "11zELqPET6Tz6JrVI03B2PtzmslKBXhZLVcl1A0zWSk=");
    BOOST_TEST(tc::signature("test", "test", "GET", "1587340800") ==
               "p5a/YiTRs7sNMp/PEDgZxky8lJDRLbza1pi8erjURrU=");
}

BOOST_AUTO_TEST_CASE(a_signature_is_checked_against_the_raw_target) {
    signed_bench b;
    BOOST_TEST(b.ask_signed("GET", vectors[2].target, vectors[2].signature, "1700000000").status == 200u);
    BOOST_TEST(b.ask_signed("GET", vectors[3].target, vectors[3].signature, "1700000000").status == 200u);
    const auto swapped = b.ask_signed("GET", vectors[2].target, vectors[3].signature, "1700000000");
    BOOST_TEST(swapped.status == 401u);
    BOOST_TEST(swapped.code() == "0x1002");
    BOOST_TEST(swapped.message() == "Signature data did not match expected result");
    BOOST_TEST(b.ask_signed("OPTIONS", vectors[7].target, vectors[7].signature, "1700000000").status == 200u);
}

BOOST_AUTO_TEST_CASE(a_timestamp_holds_for_five_minutes_either_way) {
    for (const auto& [off, good] :
         {std::pair{0, true}, {300, true}, {-300, true}, {301, false}, {-301, false}}) {
        signed_bench b;
        b.pass(off);
        const auto a = b.ask_signed("GET", vectors[0].target, vectors[0].signature, "1700000000");
        BOOST_TEST(a.status == (good ? 200u : 401u), off);
        if (!good) BOOST_TEST(a.message() == "Timestamp out of acceptable time range");
    }
    signed_bench b;
    BOOST_TEST(b.ask_signed("GET", vectors[0].target, vectors[0].signature, "soon").message() ==
               "Invalid timestamp");
    BOOST_TEST(b.ask_signed("GET", vectors[0].target, vectors[0].signature, "").message() ==
               "Invalid timestamp");
}

BOOST_AUTO_TEST_CASE(a_token_needs_no_timestamp_and_a_wrong_one_is_unauthorized) {
    tc::bench b;
    BOOST_TEST(b.get("cases").status == 200u);
    const auto wrong = b.ask("GET", "/api/v3/cases", {}, "TC-Token APIV2:other");
    BOOST_TEST(wrong.status == 401u);
    BOOST_TEST(wrong.message() == "Unauthorized");
    BOOST_TEST(wrong.json.as_object().at("status").as_string() == "Error");
}

BOOST_AUTO_TEST_CASE(no_supported_authorization_is_forbidden) {
    tc::bench b;
    BOOST_TEST(b.ask("GET", "/api/v3/cases", {}, "").status == 403u);
    BOOST_TEST(b.ask("GET", "/api/v3/cases", {}, "Basic eDp5").status == 403u);
    BOOST_TEST(b.ask("GET", "/api/v3/cases", {}, "TC 123").message() == "Access Denied");
    BOOST_TEST(b.ask("GET", "/api/v3/cases", {}, "TC nobody:sig", "1").status == 401u);
}

BOOST_AUTO_TEST_CASE(an_issued_token_works_for_four_hours_and_can_be_renewed) {
    tc::bench b;
    const auto issued = b.post("token/api", "");
    BOOST_TEST(issued.status == 200u);
    const std::string token(issued.data().as_string());
    BOOST_TEST(token.starts_with("APIV2:4:"));
    BOOST_TEST(b.ask("GET", "/api/v3/cases", {}, "TC-Token " + token).status == 200u);
    b.pass(4 * 3600 + 1);
    BOOST_TEST(b.ask("GET", "/api/v3/cases", {}, "TC-Token " + token).status == 401u);
    const auto renewed = b.ask("GET", "/api/appAuth?expiredToken=" + casebridge::http::encode(token), {}, "");
    BOOST_TEST(renewed.json.as_object().at("success").as_bool());
    const std::string fresh(renewed.json.as_object().at("apiToken").as_string());
    BOOST_TEST(b.ask("GET", "/api/v3/cases", {}, "TC-Token " + fresh).status == 200u);
    const auto refused = b.ask("GET", "/api/appAuth?expiredToken=x", {}, "");
    BOOST_TEST(!refused.json.as_object().at("success").as_bool());
}

BOOST_AUTO_TEST_CASE(a_read_only_credential_reads_and_does_not_write) {
    tc::bench b;
    tc::credential c;
    c.who = {4, {1}, true};
    c.token = "APIV2:reader";
    b.under_test.logins().add(c);
    BOOST_TEST(b.ask("GET", "/api/v3/cases/1", {}, "TC-Token APIV2:reader").status == 200u);
    BOOST_TEST(b.ask("PUT", "/api/v3/cases/1", "{}", "TC-Token APIV2:reader").code() == "0x1003");
    BOOST_TEST(b.ask("DELETE", "/api/v3/cases/1", {}, "TC-Token APIV2:reader").status == 403u);
}

BOOST_AUTO_TEST_SUITE_END()
