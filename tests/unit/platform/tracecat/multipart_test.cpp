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
    const multipart m = read_multipart(type, part("name=\"file\"; filename=\"\"", "x") + "--edge--");
    BOOST_TEST_REQUIRE(m.parts.size() == 1u);
    BOOST_TEST(m.parts[0].file);
    BOOST_TEST(m.parts[0].file_name.empty());
    BOOST_TEST(m.parts[0].content_type.empty());
}

BOOST_AUTO_TEST_CASE(what_is_no_multipart_body_is_told_apart) {
    BOOST_TEST((read_multipart("application/json", "{}").outcome == form::verdict::good));
    BOOST_TEST(read_multipart("application/json", "{}").parts.empty());
    BOOST_TEST((read_multipart("multipart/form-data", "x").outcome == form::verdict::no_boundary));
    for (const std::string& bad : {std::string("x"), std::string("--edge"), std::string("--edge\r\n\r\n"),
                                   part("filename=\"x\"", "no name"), part("name=a", "no end")})
        BOOST_TEST((read_multipart(type, bad).outcome == form::verdict::malformed));
}

BOOST_AUTO_TEST_CASE(blanks_beyond_ascii_are_stripped) {
    BOOST_TEST(python_strip("\xc2\xa0\t a b \xe3\x80\x80\x1f\xe2\x80\xa8") == "a b");
    BOOST_TEST(python_strip(" \n").empty());
    BOOST_TEST(python_strip("").empty());
    BOOST_TEST(python_strip("\xe2\x80\x8b") == "\xe2\x80\x8b");        // a zero-width space is none
}

BOOST_AUTO_TEST_SUITE_END()
