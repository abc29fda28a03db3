// The access log's line, and what must never be in it.
#include "observe/log.hpp"
#include "unit/http/gate_rows.hpp"
#include "unit/server/fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <mutex>

using namespace casebridge;
using namespace casebridge::test;

namespace {

std::mutex lines_mutex;
std::string lines;

void collect(std::string_view line) {
    const std::lock_guard lock(lines_mutex);
    lines.append(line).append("\n");
}

// What is logged while `requests` are sent and answered until the server closes.
std::string logged(const std::string& requests) {
    {
        const std::lock_guard lock(lines_mutex);
        lines.clear();
    }
    observe::set_writer(&collect);
    {
        running s([](server::options& o) { o.access_log = true; });
        auto c = s.connect();
        c.send(requests);
        c.read_to_end();
    }
    observe::set_writer(nullptr);
    const std::lock_guard lock(lines_mutex);
    return lines;
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

BOOST_AUTO_TEST_SUITE(access_log)

BOOST_AUTO_TEST_CASE(names_the_request_and_keeps_its_content_out) {
    const auto text = logged(
        "POST /cases/secret-path?token=secret-query HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
        "X-Request-Id: 1d-7\r\nAuthorization: secret-header\r\nContent-Length: 11\r\n\r\nsecret-body");
    for (const auto* part :
         {R"("msg":"request")", R"("bridge":"test")", R"("method":"POST")", R"("route":"test")",
          R"("status":200)", R"("peer":"127.0.0.1")", R"("request_id":"1d-7")", R"("bytes_in":)",
          R"("bytes_out":)", R"("start":"20)", R"("trace_id":")", R"("filter":"")", R"("duration_ms":)",
          R"("upstream_requests":0)", R"("reason":"")"})
        BOOST_TEST(holds(text, part), part << " is missing in " << text);
    BOOST_TEST(!holds(text, "secret"));
}

BOOST_AUTO_TEST_CASE(names_the_reason_of_a_refusal) {
    const auto text = logged("GET /secret?secret HTTP/1.1\r\n\r\n");
    BOOST_TEST(holds(text, R"("status":400)"));
    BOOST_TEST(holds(text, R"("reason":"missing_host")"));
    BOOST_TEST(!holds(text, "secret"));
}

BOOST_AUTO_TEST_CASE(an_exception_is_logged_with_its_request) {
    const auto text = logged("GET /throw HTTP/1.1\r\nHost: a\r\nX-Request-Id: 1d-8\r\n\r\n");
    BOOST_TEST(holds(text, R"("level":"error")"));
    BOOST_TEST(holds(text, R"("what":"a bug")"));
    BOOST_TEST(holds(text, R"("reason":"internal")"));
    BOOST_TEST(holds(text, R"("request_id":"1d-8")"));
}

BOOST_AUTO_TEST_SUITE_END()
