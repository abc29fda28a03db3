#include "core/crypto.hpp"
#include "fake_server.hpp"
#include "platform/tracecat/wire/multipart.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace casebridge;
using namespace casebridge::test;
using instead = std::optional<result<upstream::answer>>;
namespace wire = platform::tracecat;

const std::string png("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16);
const std::string attachment_id = "55c00000-0000-4000-8000-00000000c055";

std::string field_of(const upstream::call& c, std::string_view name) {
    for (const auto& [n, value] : c.fields)
        if (http::iequals(n, name)) return value;
    return {};
}

std::string hash_of(std::string_view bytes) {
    const digest d = sha256(bytes);
    return hex_encode(as_text(d));
}

// An object store: what is asked of it, and what it says.
struct other_server final : upstream::client {
    struct seen {
        std::vector<upstream::base_url> origins;
        std::vector<std::string> targets;
        std::vector<upstream::headers> fields;
        std::vector<upstream::answer> answers;  // the last one again and again
    };
    explicit other_server(seen& to) : log(to) {}
    task<result<upstream::answer>> send(const upstream::call& c) override {
        log.targets.push_back(c.target);
        log.fields.push_back(c.fields);
        co_return log.answers[std::min(log.targets.size(), log.answers.size()) - 1];
    }
    upstream::statistics stats() const override { return {}; }
    void close() override {}
    seen& log;
};

struct setting {
    fake_server server;
    client_under_test bridge;
    uuid of;
    other_server::seen store;
    std::string url = "http://files.test:9000/bucket/attachments/ab%20c?Signature=a%2Bb&Expires=17";
    std::vector<wire::multipart> forms;
    std::vector<std::string> bodies;
    std::vector<upstream::answer> upload_answers{answer_of(201, R"({"id":")" + attachment_id + R"("})")};

    setting() : bridge(server) {
        server.add("a case");
        of = *uuid::parse(server.cases.front().id);
        bridge.list({});
        server.elsewhere =
            [this](const upstream::base_url& origin) -> result<std::unique_ptr<upstream::client>> {
            store.origins.push_back(origin);
            return std::make_unique<other_server>(store);
        };
        server.before = [this](const upstream::call& c) -> instead {
            if (c.target.find("/attachments") == std::string::npos) return std::nullopt;
            if (c.method == "GET")
                return answer_of(200,
                                 R"({"download_url":")" + url + R"(","file_name":"a","content_type":"b"})");
            bodies.push_back(upstream::whole_body(c));
            forms.push_back(wire::read_multipart(field_of(c, "content-type"), bodies.back()));
            return upload_answers[std::min(forms.size(), upload_answers.size()) - 1];
        };
    }
    const wire::form_part& only_part() {
        BOOST_REQUIRE(!forms.empty());
        BOOST_REQUIRE(forms.back().parts.size() == 1);
        return forms.back().parts.front();
    }
    result<std::string> download(std::string_view sha256 = {}) {
        return bridge.download(of, *uuid::parse(attachment_id), sha256);
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(store_files)

BOOST_AUTO_TEST_CASE(a_file_is_one_part_of_a_form_and_its_bytes_are_not_touched) {
    setting s;
    const std::string bytes = png + std::string(300'000, '\r') + "\n--casebridge-\r\n--";
    const auto made = s.bridge.upload(s.of, "bild \xc3\xbc\"1\".png", "", bytes);
    BOOST_TEST_REQUIRE(made.has_value());
    BOOST_TEST((*made)->data.member("id").text() == attachment_id);
    const wire::form_part& part = s.only_part();
    BOOST_TEST(part.name == "file");
    BOOST_TEST(part.file_name == "bild \xc3\xbc%221%22.png");  // as browsers write it
    BOOST_TEST(part.content_type == "image/png");
    BOOST_TEST((part.data == bytes));
    BOOST_TEST(s.bridge.requests == 1U);
}

// Tracecat compares the declared type with the bytes, not with the name.
BOOST_AUTO_TEST_CASE(the_declared_type_is_what_the_bytes_look_like) {
    struct row {
        std::string name, given, bytes, declared;
    };
    const row rows[] = {
        {"a.png", "application/octet-stream", png, "image/png"},
        {"a.csv", "", "a,b\n1,2\n", "text/csv"},
        {"A.CSV", "text/plain", "a,b\n", "text/csv"},
        {"a.txt", "application/json", "{}", "text/plain"},
        {"a.pdf", "", "%PDF-1.7\n", "application/pdf"},
        {"a.pdf", "application/pdf", "plain", "text/plain"},
        {"a.bin", "application/x-thing; q=1", std::string("\0\1\2", 3), "application/x-thing"},
        {"a.bin", "", std::string("\0\1\2", 3), "application/octet-stream"},
    };
    for (const row& r : rows) {
        setting s;
        BOOST_TEST(s.bridge.upload(s.of, r.name, r.given, r.bytes).has_value(), r.name);
        BOOST_TEST(s.only_part().content_type == r.declared, r.name);
    }
}

BOOST_AUTO_TEST_CASE(a_refusal_says_why_and_what_can_be_changed) {
    struct row {
        unsigned status;
        std::string detail, sentence, advice;
    };
    const row rows[] = {
        {415, R"({"error":"unsupported_file_extension","message":"File extension .exe is not allowed"})",
         "File extension .exe is not allowed", "allowed_attachment_extensions"},
        {415, R"({"error":"unsupported_content_type","message":"Unknown or unsupported file type"})",
         "Unknown or unsupported file type", "validate_attachment_magic_number"},
        {409, R"({"error":"max_attachments_exceeded","message":"Case already has 10 attachments."})",
         "Case already has 10 attachments.", "number of attachments"},
        {413, R"({"error":"storage_limit_exceeded","message":"Case storage limit exceeded"})",
         "Case storage limit exceeded", "bytes of a case"},
        {400, R"("Failed to read file content: File appears to be empty or unreadable")",
         "File appears to be empty or unreadable", "no empty ones"},
        {400, R"({"error":"file_validation_failed","message":"Invalid file name"})", "Invalid file name",
         "plain file name"},
    };
    for (const row& r : rows) {
        setting s;
        s.upload_answers = {answer_of(r.status, R"({"detail":)" + r.detail + "}")};
        const auto refused = s.bridge.upload(s.of, "a.exe", "", "MZ");
        BOOST_TEST_REQUIRE(refused.has_error());
        BOOST_TEST((refused.error().code == errc::not_supported), refused.error().detail);
        BOOST_TEST(refused.error().detail.find(r.sentence) != std::string::npos, refused.error().detail);
        BOOST_TEST(refused.error().detail.find(r.advice) != std::string::npos, refused.error().detail);
        BOOST_TEST(s.forms.size() == 1U);
    }
    for (const unsigned status : {500U, 503U, 404U}) {
        setting s;
        s.upload_answers = {answer_of(status, R"({"detail":"no"})")};
        const auto failed = s.bridge.upload(s.of, "a.txt", "", "text");
        BOOST_TEST_REQUIRE(failed.has_error());
        BOOST_TEST((failed.error().code != errc::not_supported), status);
    }
}

// The same bytes on the same case are the same attachment.
BOOST_AUTO_TEST_CASE(an_upload_whose_answer_was_lost_is_sent_once_more) {
    setting s;
    s.upload_answers = {answer_of(502), answer_of(201, R"({"id":")" + attachment_id + R"("})")};
    BOOST_TEST(s.bridge.upload(s.of, "a.txt", "", "text").has_value());
    BOOST_TEST_REQUIRE(s.forms.size() == 2U);
    BOOST_TEST((s.bodies[0] == s.bodies[1]));
    setting twice;
    twice.upload_answers = {answer_of(502)};
    BOOST_TEST(twice.bridge.upload(twice.of, "a.txt", "", "text").has_error());
    BOOST_TEST(twice.forms.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_link_is_followed_as_it_is_and_nothing_of_ours_goes_along) {
    setting s;
    s.store.answers = {answer_of(200, "bytes")};
    const auto got = s.download(hash_of("bytes"));
    BOOST_TEST_REQUIRE(got.has_value());
    BOOST_TEST(*got == "bytes");
    BOOST_TEST_REQUIRE(s.store.origins.size() == 1U);
    BOOST_TEST(s.store.origins[0].scheme == "http");
    BOOST_TEST(s.store.origins[0].host == "files.test");
    BOOST_TEST(s.store.origins[0].port == 9000);
    BOOST_TEST(s.store.targets[0] == "/bucket/attachments/ab%20c?Signature=a%2Bb&Expires=17");
    BOOST_TEST(s.store.fields[0].empty());  // no cookie, no key, no trace
    BOOST_TEST(s.bridge.requests == 2U);
    BOOST_TEST(s.download().has_value());
    BOOST_TEST(s.store.origins.size() == 1U);  // the way there is known
}

BOOST_AUTO_TEST_CASE(a_link_that_ran_out_is_asked_for_again_once) {
    setting s;
    s.store.answers = {answer_of(403, "<Error/>"), answer_of(200, "bytes")};
    BOOST_TEST(s.download().has_value());
    BOOST_TEST(s.store.targets.size() == 2U);
    setting never;
    never.store.answers = {answer_of(403, "<Error/>")};
    const auto failed = never.download();
    BOOST_TEST_REQUIRE(failed.has_error());
    BOOST_TEST((failed.error().code == errc::upstream_error));
    BOOST_TEST(never.store.targets.size() == 2U);
}

BOOST_AUTO_TEST_CASE(other_bytes_than_the_hash_names_are_no_answer) {
    setting s;
    s.store.answers = {answer_of(200, "other bytes")};
    const auto got = s.download(hash_of("bytes"));
    BOOST_TEST_REQUIRE(got.has_error());
    BOOST_TEST((got.error().code == errc::upstream_malformed));
    setting gone;
    gone.store.answers = {answer_of(404, "<Error/>")};
    const auto missing = gone.download();
    BOOST_TEST_REQUIRE(missing.has_error());
    BOOST_TEST((missing.error().code == errc::not_found));
}

BOOST_AUTO_TEST_CASE(only_links_of_the_web_are_followed) {
    for (const std::string url :
         {"", "file:///etc/passwd", "ftp://a/b", "/relative", "http://user:secret@host/x", "http://host",
          "http:///x", "https://host:99999/x", "gopher://host:70/x"}) {
        setting s;
        s.url = url;
        s.store.answers = {answer_of(200, "bytes")};
        const auto got = s.download();
        BOOST_TEST_REQUIRE(got.has_error(), url);
        BOOST_TEST((got.error().code == errc::upstream_malformed), url);
        BOOST_TEST(s.store.targets.empty(), url);
    }
}

// Who answers with ever new names must not make the bridge keep ever more connections.
BOOST_AUTO_TEST_CASE(places_of_files_are_few) {
    setting s;
    s.store.answers = {answer_of(200, "bytes")};
    std::size_t good = 0;
    for (int i = 0; i < 20; ++i) {
        s.url = "https://files-" + std::to_string(i) + ".test/x";
        if (s.download().has_value()) ++good;
    }
    BOOST_TEST(good == 8U);
}

BOOST_AUTO_TEST_SUITE_END()
