#include "core/base64.hpp"
#include "core/crypto.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>

using namespace casebridge;

namespace {

std::string noise(std::size_t size) {
    std::string out(size, '\0');
    std::uint32_t state = 12345;
    for (char& c : out) {
        state = state * 1664525 + 1013904223;
        c = static_cast<char>(state >> 24);
    }
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(base64)

BOOST_AUTO_TEST_CASE(the_rfcs_own_examples_come_out) {
    const std::pair<std::string, std::string> rows[] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
    };
    for (const auto& [bytes, text] : rows) {
        std::string out = ">";
        append_base64(out, bytes);
        BOOST_TEST(out == ">" + text);
        BOOST_TEST(base64_length(bytes.size()) == text.size());
        BOOST_TEST((decoded_base64_length(text) == bytes.size()));
        BOOST_TEST((base64_decode(text) == bytes));
    }
}

BOOST_AUTO_TEST_CASE(every_length_comes_back_in_place_and_from_the_middle_of_a_text) {
    for (std::size_t size = 0; size < 200; ++size) {
        const std::string bytes = noise(size);
        std::string text = base64_encode(bytes);
        std::string in_place = text;
        BOOST_TEST(decode_base64_in_place(in_place));
        BOOST_TEST((in_place == bytes));
        std::string around = "{\"fileData\":\"" + text + "\"}";
        BOOST_TEST(decode_base64_in_place(around, 13, text.size()));
        BOOST_TEST((around == bytes));
    }
}

BOOST_AUTO_TEST_CASE(twenty_megabytes_come_back) {
    const std::string bytes = noise(20 * 1024 * 1024 + 1);
    std::string text = base64_encode(bytes);
    BOOST_TEST(text.size() == base64_length(bytes.size()));
    const char* const place = text.data();
    BOOST_TEST_REQUIRE(decode_base64_in_place(text));
    BOOST_TEST((text == bytes));
    BOOST_TEST((text.data() == place));  // nothing was copied
}

BOOST_AUTO_TEST_CASE(only_the_strict_form_is_read) {
    for (const std::string bad : {"Z", "Zg", "Zg=", "Zg===", "=Zg=", "Z=g=", "Zh==", "Zm9=", "Zm9v\n",
                                  "Zm 9v", "Zm9v====", "Zg==Zg==", "Zm-_", "====", "\xc3\xa4\xc3\xa4"}) {
        std::string text = bad;
        BOOST_TEST(!decode_base64_in_place(text), bad);
        BOOST_TEST(!base64_decode(bad), bad);
    }
    // Every byte that is no digit, at each of the four places.
    for (int byte = 0; byte < 256; ++byte) {
        for (std::size_t at = 0; at < 4; ++at) {
            std::string text = "AAAAAAAA";
            text[at] = static_cast<char>(byte);
            const bool digit = std::isalnum(byte) != 0 || byte == '+' || byte == '/';
            BOOST_TEST(decode_base64_in_place(text) == digit);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
