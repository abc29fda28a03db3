#include "tracecat_bench.hpp"

#include "core/crypto.hpp"
#include "platform/tracecat/wire/attachment_rules.hpp"

#include <boost/test/unit_test.hpp>

using namespace casebridge::sandbox::tracecat;
using casebridge::platform::tracecat::recognised_type;

namespace {

const std::string png("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16);

struct shelf : bench {
    std::string of = new_case(), other = new_case();

    reply put(const std::string& where, const std::string& name, const std::string& type,
              const std::string& bytes, const std::string& who = "admin") {
        const std::string body = "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" +
                                 name + "\"\r\nContent-Type: " + type + "\r\n\r\n" + bytes +
                                 "\r\n--edge--\r\n";
        return ask("POST", where + "/attachments", body, who, true, "multipart/form-data; boundary=edge");
    }
    std::string names(const std::string& where) {
        std::string out;
        const reply all = get(where + "/attachments");
        for (const auto& a : all.list()) out += reply::value_text(a.at("file_name")) + " ";
        return out;
    }
    std::string error(const reply& r) { return reply::value_text(r.json.at("detail").at("error")); }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(tracecat_attachments)

BOOST_AUTO_TEST_CASE(an_upload_is_told_with_its_hash_and_size) {
    shelf s;
    const reply r = s.put(s.of, "notes.txt", "text/plain; charset=utf-8", "line\r\n--edg is not the end\n");
    BOOST_TEST(r.status == 201u);
    BOOST_TEST(r.at("size") == "27");
    BOOST_TEST(r.at("content_type") == "text/plain");
    const auto hash = casebridge::sha256("line\r\n--edg is not the end\n");
    BOOST_TEST(r.at("sha256") == casebridge::hex_encode(casebridge::as_text(hash)));
    BOOST_TEST(r.at("creator_id") == s.id_of("admin").to_string());
}

BOOST_AUTO_TEST_CASE(the_same_bytes_are_one_file_of_the_workspace) {
    shelf s;
    const reply first = s.put(s.of, "a.png", "image/png", png, "editor");
    const reply again = s.put(s.of, "b.png", "image/png", png);
    BOOST_TEST(again.text == first.text);
    BOOST_TEST(s.history(s.of) == "attachment_created");
    const reply there = s.put(s.other, "c.png", "image/png", png);
    BOOST_TEST(there.at("file_id") == first.at("file_id"));
    BOOST_TEST(there.at("file_name") == "a.png");                // the first name wins
    BOOST_TEST(there.at("creator_id") == s.id_of("editor").to_string());
    BOOST_TEST((there.at("id") != first.at("id")));
}

BOOST_AUTO_TEST_CASE(a_deletion_reaches_every_case_and_an_upload_brings_all_back) {
    shelf s;
    const reply first = s.put(s.of, "a.png", "image/png", png);
    s.put(s.other, "b.png", "image/png", png);
    const auto path = s.of + "/attachments/" + first.at("id");
    BOOST_TEST(s.remove(path).status == 204u);
    BOOST_TEST(s.names(s.of).empty());
    BOOST_TEST(s.names(s.other).empty());
    BOOST_TEST(s.history(s.other) == "attachment_created");        // told in the one case only
    BOOST_TEST(s.history(s.of) == "attachment_deleted attachment_created");
    BOOST_TEST(s.get(path).status == 404u);
    BOOST_TEST(s.remove(path).status == 404u);
    const reply back = s.put(s.other, "new.png", "image/png", png);
    BOOST_TEST(back.at("file_name") == "a.png");
    BOOST_TEST(s.names(s.of) == "a.png ");
    BOOST_TEST(s.get(path).status == 200u);
    BOOST_TEST(s.history(s.other) == "attachment_created attachment_created");
}

BOOST_AUTO_TEST_CASE(the_creator_an_admin_and_a_key_may_delete) {
    shelf s;
    const auto path = s.of + "/attachments/" + s.put(s.of, "a.txt", "text/plain", "a").at("id");
    BOOST_TEST(s.remove(path, "editor").detail() == "You don't have permission to delete this attachment");
    BOOST_TEST(s.remove(path, "viewer").status == 403u);
    BOOST_TEST(s.remove(path, "key").status == 204u);
    const auto own = s.of + "/attachments/" + s.put(s.of, "b.txt", "text/plain", "b", "editor").at("id");
    BOOST_TEST(s.remove(own, "editor").status == 204u);
}

BOOST_AUTO_TEST_CASE(the_link_delivers_the_bytes_and_no_other_signature_does) {
    shelf s;
    const reply put = s.put(s.of, "a.png", "image/png", png);
    const auto link = s.get(s.of + "/attachments/" + put.at("id")).at("download_url");
    const std::string prefix = "http://127.0.0.1:8000";
    BOOST_TEST(link.starts_with(prefix));
    const reply bytes = s.ask("GET", link.substr(prefix.size()), {}, "");
    BOOST_TEST(bytes.status == 200u);
    BOOST_TEST(bytes.text == png);
    auto forged = link.substr(prefix.size());
    forged.back() = forged.back() == '0' ? '1' : '0';                // of the time of expiry
    BOOST_TEST(s.ask("GET", forged, {}, "").status == 403u);
    const auto shown = s.get(s.of + "/attachments/" + put.at("id") + "?preview=1").at("download_url");
    BOOST_TEST((link.find("response-content-disposition") != std::string::npos));
    BOOST_TEST((shown.find("response-content-disposition") == std::string::npos));
}

BOOST_AUTO_TEST_CASE(a_case_holds_ten_files) {
    shelf s;
    for (int i = 0; i < 10; ++i)
        BOOST_TEST(s.put(s.of, "f.txt", "text/plain", "file " + std::to_string(i)).status == 201u);
    const reply eleventh = s.put(s.of, "f.txt", "text/plain", "file 10");
    BOOST_TEST(eleventh.status == 409u);
    BOOST_TEST(eleventh.json.at("detail").at("current_count").as_int64() == 10);
    BOOST_TEST(s.put(s.other, "f.txt", "text/plain", "file 10").status == 201u);
}

BOOST_AUTO_TEST_CASE(files_are_refused_by_name_type_and_content) {
    shelf s;
    const auto refused = [&](const std::string& name, const std::string& type, const std::string& bytes) {
        const reply r = s.put(s.of, name, type, bytes);
        return std::to_string(r.status) + " " + (r.status == 201 ? "" : s.error(r));
    };
    BOOST_TEST(refused("a.json", "application/json", "{}") == "415 unsupported_file_extension");
    BOOST_TEST(refused("a", "text/plain", "x") == "415 unsupported_file_extension");
    BOOST_TEST(refused("../a.txt", "text/plain", "x") == "400 file_validation_failed");
    BOOST_TEST(refused("a.txt", "application/octet-stream", "x") == "415 unsupported_content_type");
    BOOST_TEST(refused("a.png", "image/png", "plain text") == "415 unsupported_content_type");
    BOOST_TEST(refused("a.txt", "text/plain", png) == "415 unsupported_content_type");
    BOOST_TEST(refused("a.pdf", "text/plain", "plain") == "201 ");      // the extension is not compared
    BOOST_TEST(refused("A.CSV", "text/csv", "a,b\n1,2\n") == "201 ");
    BOOST_TEST(s.put(s.of, "e.txt", "text/plain", "").detail() ==
               "Failed to read file content: File appears to be empty or unreadable");
}

BOOST_AUTO_TEST_CASE(contents_are_recognised_by_their_first_bytes) {
    BOOST_TEST(recognised_type(png) == "image/png");
    BOOST_TEST(recognised_type("%PDF-1.4") == "application/pdf");
    BOOST_TEST(recognised_type("\xff\xd8\xff\xe0") == "image/jpeg");
    BOOST_TEST(recognised_type("GIF89a...") == "image/gif");
    BOOST_TEST(recognised_type("RIFF1234WEBPVP8 ") == "image/webp");
    BOOST_TEST(
        recognised_type("PK\x03\x04....[Content_Types].xml....word/document.xml").ends_with("document"));
    BOOST_TEST(recognised_type("PK\x03\x04....xl/workbook.xml").ends_with("sheet"));
    BOOST_TEST(recognised_type("PK\x03\x04....other").empty());
    BOOST_TEST(recognised_type("gr\xc3\xb6\xc3\x9f"
                               "e\n") == "text/plain");
    BOOST_TEST(recognised_type(std::string_view("a\0b", 3)).empty());
    BOOST_TEST(recognised_type("\xff\xfe").empty());
}

BOOST_AUTO_TEST_SUITE_END()
