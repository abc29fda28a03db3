#include "platform/tracecat/wire/form.hpp"
#include "platform/tracecat/wire/unicode.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace casebridge::platform::tracecat;

namespace {

const std::string type = "multipart/form-data; boundary=edge";

std::string part(const std::string& disposition, const std::string& data, const std::string& more = {}) {
    return "--edge\r\nContent-Disposition: form-data; " + disposition + "\r\n" + more + "\r\n" + data +
           "\r\n";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(multipart_bodies)

BOOST_AUTO_TEST_CASE(a_file_keeps_its_name_type_and_bytes) {
    const std::string bytes("\r\n\0--edg\xff\r\n\r\n", 13);
    const std::string body = part("name=\"file\"; filename=\"gr\xc3\xb6\xc3\x9f e.png\"", bytes,
                                  "content-type: image/png; x=1\r\n") +
                             part("name=note", "text") + "--edge--\r\n";
    const multipart m = read_multipart(type, body);
    BOOST_TEST_REQUIRE(m.parts.size() == 2u);
    BOOST_TEST(m.parts[0].name == "file");
    BOOST_TEST(m.parts[0].file);
    BOOST_TEST(m.parts[0].file_name == "gr\xc3\xb6\xc3\x9f e.png");
    BOOST_TEST(m.parts[0].content_type == "image/png; x=1");
    BOOST_TEST(m.parts[0].data == bytes);
    BOOST_TEST(!m.parts[1].file);
    const form f = read_form(type, body);
    BOOST_TEST_REQUIRE(f.fields.size() == 1u);        // of a form, files are left out
    BOOST_TEST(f.fields[0].value == "text");
}

BOOST_AUTO_TEST_CASE(an_empty_file_name_is_a_file_all_the_same) {
    const std::string body = part("name=\"file\"; filename=\"\"", "x") + "--edge--";  // parts point into it
    const multipart m = read_multipart(type, body);
    BOOST_TEST_REQUIRE(m.parts.size() == 1u);
    BOOST_TEST(m.parts[0].file);
    BOOST_TEST(m.parts[0].file_name.empty());
    BOOST_TEST(m.parts[0].content_type.empty());
}

BOOST_AUTO_TEST_CASE(what_is_no_multipart_body_is_told_apart) {
    BOOST_TEST((read_multipart("application/json", "{}").outcome == form::verdict::good));
    BOOST_TEST(read_multipart("application/json", "{}").parts.empty());
    BOOST_TEST((read_multipart("multipart/form-data", "x").outcome == form::verdict::no_boundary));
    for (const std::string bad : {"x", "--edgeX", "--edge\r\nno colon\r\n\r\nx\r\n--edge--"})
        BOOST_TEST((read_multipart(type, bad).outcome == form::verdict::malformed), bad);
    const std::string nameless[] = {"--edge\r\n\r\n", part("filename=\"x\"", "no name") + "--edge--",
                                    "--edge\r\nContent-Type: text/plain\r\n\r\nx\r\n--edge--"};
    for (const std::string& bad : nameless)
        BOOST_TEST((read_multipart(type, bad).outcome == form::verdict::no_name), bad);
}

// As Starlette 1.3 with python-multipart answered: what has not ended was not sent.
BOOST_AUTO_TEST_CASE(of_a_body_that_ends_too_soon_the_complete_parts_count) {
    const std::string whole = part("name=a", "x");
    for (const std::string rest : {"", "--ed", "--edge", "--edge-", "--edge\r\n", "--edge\r\nContent-Disp",
                                   "--edge\r\nContent-Disposition: form-data; name=b\r\n\r\ny",
                                   "--edge\r\nContent-Disposition: form-data; name=b\r\n\r\ny\r\n--edge"}) {
        const std::string body = whole + rest;
        const multipart m = read_multipart(type, body);
        const bool ended = rest.size() > 7;
        BOOST_TEST((m.outcome == form::verdict::good), rest);
        BOOST_TEST(m.parts.size() == (ended ? 1u : 0u), rest);
        BOOST_TEST((read_multipart(type, rest).outcome == form::verdict::good), rest);
        BOOST_TEST(read_multipart(type, rest).parts.empty(), rest);
    }
    const std::string other = "--edge\r\nContent-Disposition: attachment; name=a\r\n\r\nx\r\n--edge--";
    BOOST_TEST(read_multipart(type, other).parts.size() == 1u);
}

BOOST_AUTO_TEST_CASE(names_are_read_as_clients_write_them) {
    struct row {
        const char* disposition;
        const char* name;
        const char* file_name;
    };
    const row rows[] = {
        {"name=\"file\"; filename=\"a;b=\\\"c\\\\d.txt\"", "file", "a;b=\"c\\d.txt"},
        {"name=file;filename=plain.txt", "file", "plain.txt"},
        {"filename=\"x.txt\"; name=\"file\"", "file", "x.txt"},
        {"NAME=\"file\"; FileName=\"X.TXT\"", "file", "X.TXT"},
        {"name=\"file\"; filename=\"ascii.txt\"; filename*=UTF-8''%e2%82%ac%20rates.txt", "file",
         "\xe2\x82\xac rates.txt"},
        {"name=\"file\"; filename*=latin-1''x; filename=\"kept.txt\"", "file", "kept.txt"},
        {"name=\"file\"; filename=\"C:\\dir\\last.txt\"", "file", "last.txt"},
        {"name=\"file\"; filename=\"\xff.txt\"", "file", "\xef\xbf\xbd.txt"},
        {"name=\"file\"; filename=\"no end", "file", "no end"},
        {"name=\"\"; filename=\"x\"", "", "x"},
    };
    for (const row& r : rows) {
        const std::string body = part(r.disposition, "x") + "--edge--";
        const multipart m = read_multipart(type, body);
        BOOST_TEST_REQUIRE(m.parts.size() == 1u, r.disposition);
        BOOST_TEST(m.parts[0].name == r.name, r.disposition);
        BOOST_TEST(m.parts[0].file, r.disposition);
        BOOST_TEST(m.parts[0].file_name == r.file_name, r.disposition);
    }
    // A part that is called so is no file.
    const std::string body = part("name=\"filename=\"", "x") + "--edge--";
    const multipart m = read_multipart(type, body);
    BOOST_TEST_REQUIRE(m.parts.size() == 1u);
    BOOST_TEST(!m.parts[0].file);
}

BOOST_AUTO_TEST_CASE(bytes_are_not_copied_and_empty_ones_are_bytes) {
    const std::string body =
        part("name=\"file\"; filename=\"e\"", "") + part("name=a", "--edge") + "--edge--\r\ntail";
    const multipart m = read_multipart("Multipart/Form-Data; charset=x; boundary=\"edge\"", body);
    BOOST_TEST_REQUIRE(m.parts.size() == 2u);
    BOOST_TEST(m.parts[0].data.empty());
    BOOST_TEST(m.parts[1].data == "--edge");
    BOOST_TEST((m.parts[1].data.data() >= body.data() && m.parts[1].data.data() < body.data() + body.size()));
}

BOOST_AUTO_TEST_CASE(too_much_of_a_form_is_refused) {
    std::string many;
    for (int i = 0; i < 33; ++i) many += part("name=a", "x");
    BOOST_TEST((read_multipart(type, many + "--edge--").outcome == form_verdict::malformed));
    const std::string long_head(20000, 'x');
    BOOST_TEST((read_multipart(type, part("name=a", "x", "x: " + long_head + "\r\n") + "--edge--").outcome ==
                form_verdict::malformed));
    const std::string long_mark(300, 'b');
    BOOST_TEST(
        (read_multipart("multipart/form-data; boundary=" + long_mark, "--" + long_mark + "--").outcome ==
         form_verdict::no_boundary));
}

BOOST_AUTO_TEST_CASE(a_form_of_ours_is_read_as_it_was_meant) {
    for (const std::string name : {"a.txt", "gr\xc3\xb6\xc3\x9f.txt", "back\\slash.txt", "semi;colon=.txt"}) {
        const file_form f = form_around("edge-17", "file", name, "text/plain");
        const std::string bytes = "\r\n--edge-1\r\n";
        const std::string body = f.before + bytes + f.after;  // the parts point into it
        const multipart m = read_multipart(f.content_type, body);
        BOOST_TEST_REQUIRE(m.parts.size() == 1u, name);
        BOOST_TEST(m.parts[0].name == "file");
        BOOST_TEST(m.parts[0].file_name == name);
        BOOST_TEST(m.parts[0].content_type == "text/plain");
        BOOST_TEST(m.parts[0].data == bytes);
    }
    const file_form f = form_around("e", "file", "a\"\r\nX: y.txt", "text/plain");  // no field of its own
    BOOST_TEST(f.before.find("\r\nX:") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(blanks_beyond_ascii_are_stripped) {
    BOOST_TEST(python_strip("\xc2\xa0\t a b \xe3\x80\x80\x1f\xe2\x80\xa8") == "a b");
    BOOST_TEST(python_strip(" \n").empty());
    BOOST_TEST(python_strip("").empty());
    BOOST_TEST(python_strip("\xe2\x80\x8b") == "\xe2\x80\x8b");  // a zero-width space is none
}

BOOST_AUTO_TEST_SUITE_END()
