#include "support.hpp"

#include "platform/threatconnect/facade/bodies.hpp"

using namespace casebridge;
using namespace casebridge::platform::threatconnect;
using namespace casebridge::platform::threatconnect::test;

namespace {

checked<written_body> read_whole(std::string_view path, std::string_view body, bool create) {
    json::tape t;
    BOOST_REQUIRE_MESSAGE(t.parse(body, {}).has_value(), body);
    return read_body(*find_object(path), t.root(), create, "Acme");
}

checked<std::string> read(std::string_view path, std::string_view body, bool create) {
    auto whole = read_whole(path, body, create);
    if (whole.has_error()) return whole.error();
    return std::move(whole->text);
}

struct row {
    const char *path, *body, *out;
};

void taken(const row& r, bool create) {
    const auto got = read(r.path, r.body, create);
    BOOST_REQUIRE_MESSAGE(got.has_value(), r.body << ": " << (got.has_error() ? got.error().text : ""));
    BOOST_TEST(*got == r.out, r.body);
    // What is written is taken as it stands. (An owner is left out, and so is a mode on creates.)
    const auto again = read(r.path, *got, create);
    BOOST_REQUIRE_MESSAGE(again.has_value(), *got);
    BOOST_TEST(*again == *got);
}

struct refused_row {
    const char *path, *body;
    err code;
    const char* part;
};

void refused(const refused_row& r, bool create) {
    const auto got = read(r.path, r.body, create);
    BOOST_REQUIRE_MESSAGE(got.has_error(), r.body << " was taken as " << (got.has_value() ? *got : ""));
    BOOST_CHECK_MESSAGE(got.error().code == r.code, r.body << ": " << got.error().text);
    BOOST_TEST((got.error().text.find(r.part) != std::string::npos), r.body << ": " << got.error().text);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(facade_bodies)

BOOST_AUTO_TEST_CASE(creates_are_written_anew_in_one_form) {
    const row rows[] = {
        {"cases", R"({"name":"n","severity":"low","status":"OPEN"})",
         R"({"name":"n","severity":"Low","status":"Open"})"},
        {"cases", R"({"name":"n","severity":"Low","status":"Open","description":null,"xid":"0123456789"})",
         R"({"name":"n","severity":"Low","status":"Open","xid":"0123456789"})"},
        // Scalars for texts, read-only members, fractions and zones.
        {"cases",
         R"({"name":12,"severity":"Low","status":"Open","id":7,"owner":"Acme","caseOpenTime":"2024-01-02T03:04:05.678901"})",
         R"({"name":"12","severity":"Low","status":"Open","caseOpenTime":"2024-01-02T03:04:05Z"})"},
        {"cases",
         R"({"name":"n","severity":"Low","status":"Open","caseOpenTime":"2021-04-30","caseCloseTime":"2024-01-02T03:04:05+02:00"})",
         R"({"name":"n","severity":"Low","status":"Open","caseOpenTime":"2021-04-30T00:00:00Z","caseCloseTime":"2024-01-02T01:04:05Z"})"},
        // tcex sends a mode with creates, too; it means nothing there.
        {"cases",
         R"({"name":"n","severity":"Low","status":"Open","tags":{"data":[{"name":"A","description":"d"}],"mode":"append"},)"
         R"("artifacts":{"data":[{"summary":"s","type":"Host"}],"mode":"append"},"attributes":{"data":[{"type":"T","value":30,"source":"s","default":true,"caseId":4}]}})",
         R"({"name":"n","severity":"Low","status":"Open","tags":{"data":[{"name":"A","description":"d"}]},)"
         R"("artifacts":{"data":[{"summary":"s","type":"Host"}]},"attributes":{"data":[{"type":"T","value":"30","source":"s"}]}})"},
        // An ATT&CK tag by its technique (§6.1).
        {"cases",
         R"({"name":"n","severity":"Low","status":"Open","tags":{"data":[{"name":"vpn"},{"techniqueId":"T1110"}]}})",
         R"({"name":"n","severity":"Low","status":"Open","tags":{"data":[{"name":"vpn"},{"name":"T1110"}]}})"},
        {"tags", R"({"name":"t","owner":"Acme","description":""})", R"({"name":"t","description":""})"},
        {"caseAttributes",
         R"({"caseId":"12","type":"T","value":"v","default":true,"pinned":false,"source":"s"})",
         R"({"caseId":12,"type":"T","value":"v","source":"s"})"},
    };
    for (const row& r : rows) taken(r, true);
}

BOOST_AUTO_TEST_CASE(updates_keep_null_and_say_their_mode) {
    const row rows[] = {
        {"cases", "{}", "{}"},
        {"cases", R"({"description":null,"caseCloseTime":null})",
         R"({"description":null,"caseCloseTime":null})"},
        {"cases", R"({"xid":"some-other-xid","dateAdded":"2024-01-01T00:00:00Z","name":"n"})",
         R"({"name":"n"})"},
        {"cases", R"({"tags":{"data":[{"id":"9","name":"T"},{"name":"U"}]}})",
         R"({"tags":{"data":[{"id":9,"name":"T"},{"name":"U"}],"mode":"append"}})"},
        {"cases", R"({"tags":{"data":[{"id":3,"description":"d"},{"name":"A"}],"mode":"Delete"}})",
         R"({"tags":{"data":[{"id":3},{"name":"A"}],"mode":"delete"}})"},
        {"cases", R"({"tags":{"data":[{"techniqueId":"T1110"}],"mode":"delete"}})",
         R"({"tags":{"data":[{"name":"T1110"}],"mode":"delete"}})"},
        {"cases", R"({"attributes":{"data":[{"id":77,"value":"v"}],"mode":"DELETE"}})",
         R"({"attributes":{"data":[{"id":77}],"mode":"delete"}})"},
        {"cases", R"({"attributes":{"data":[{"id":77,"value":"v"}],"mode":"replace"}})",
         R"({"attributes":{"data":[{"id":77,"value":"v"}],"mode":"replace"}})"},
        {"cases", R"({"tags":{"data":[],"mode":"replace"}})", R"({"tags":{"data":[],"mode":"replace"}})"},
        {"cases", R"({"tags":null,"attributes":{},"notes":null})", "{}"},
        {"caseAttributes", R"({"value":"n","type":"ignored","caseId":3})", R"({"value":"n"})"},
    };
    for (const row& r : rows) taken(r, false);
}

BOOST_AUTO_TEST_CASE(an_assignee_comes_in_many_forms) {
    const row rows[] = {
        {"cases", R"({"assignee":{"type":"User","data":{"userName":"a@x"}}})",
         R"({"assignee":{"type":"User","data":{"userName":"a@x"}}})"},
        {"cases", R"({"assignee":{"data":{"id":"3"},"type":"user"}})",
         R"({"assignee":{"type":"User","data":{"id":3}}})"},
        {"cases", R"({"assignee":{"type":"Group","data":{"name":"SOC"}}})",
         R"({"assignee":{"type":"Group","data":{"name":"SOC"}}})"},
        {"cases", R"({"assignee":{"type":"user_group","data":{"id":1,"description":"x"}}})",
         R"({"assignee":{"type":"Group","data":{"id":1}}})"},
        {"cases", R"({"assignee":{"data":{"id":9,"userName":"a@b"},"type":null}})",
         R"({"assignee":{"type":"User","data":{"id":9,"userName":"a@b"}}})"},
        {"cases", R"({"assignee":{"data":{"id":9,"name":"g"}}})",
         R"({"assignee":{"type":"Group","data":{"id":9,"name":"g"}}})"},
        {"cases", R"({"assignee":{"data":{"id":9}}})", R"({"assignee":{"type":"User","data":{"id":9}}})"},
        {"cases", R"({"assignee":{"type":"None"}})", R"({"assignee":{"type":"None"}})"},
        {"cases", R"({"assignee":null})", R"({"assignee":{"type":"None"}})"},
    };
    for (const row& r : rows) taken(r, false);
    const refused_row bad[] = {
        {"cases", R"({"assignee":"a@x"})", err::improper, "must be an object"},
        {"cases", R"({"assignee":{"type":"Robot","data":{"id":1}}})", err::improper, "User, Group, None"},
        {"cases", R"({"assignee":{"type":"User"}})", err::missing, "data for this assignee"},
        {"cases", R"({"assignee":{"type":"User","data":{"name":"x"}}})", err::missing, "userName"},
        {"cases", R"({"assignee":{"type":"User","data":{"id":"x"}}})", err::improper, "valid id"},
        {"cases", R"({"assignee":{"kind":"User","data":{"id":1}}})", err::improper, "'kind'"},
    };
    for (const refused_row& r : bad) refused(r, false);
}

BOOST_AUTO_TEST_CASE(creates_name_what_is_missing_or_wrong) {
    const std::string long_name(256, 'x'), long_text(1501, 'x');
    const std::string too_long = R"({"severity":"Low","status":"Open","name":")" + long_name + "\"}";
    const std::string too_much =
        R"({"severity":"Low","status":"Open","name":"n","description":")" + long_text + "\"}";
    std::string many = R"({"severity":"Low","status":"Open","name":"n","tags":{"data":[)";
    for (int i = 0; i < 1001; ++i) many += std::string(i ? "," : "") + R"({"name":"t"})";
    many += "]}}";
    const refused_row rows[] = {
        {"cases", "[]", err::improper, "not properly formed"},
        {"cases", "{}", err::missing, "The name for this case is required"},
        {"cases", R"({"name":"n","severity":"Low"})", err::missing, "The status for this case is required"},
        {"cases", R"({"name":null,"severity":"Low","status":"Open"})", err::missing, "name"},
        {"cases", R"({"name":"","severity":"Low","status":"Open"})", err::improper,
         "between 1-255 characters"},
        {"cases", too_long.c_str(), err::improper, "between 1-255 characters"},
        {"cases", too_much.c_str(), err::improper, "between 0-1500 characters"},
        {"cases", R"({"name":"n","severity":"Huge","status":"Open"})", err::improper,
         "Low, Medium, High, Critical"},
        {"cases", R"({"name":"n","severity":"Low","status":{}})", err::improper, "must be a string"},
        {"cases", R"({"name":"n","severity":"Low","status":"Open","xid":"short"})", err::improper,
         "between 10-100"},
        {"cases", R"({"name":"n","severity":"Low","status":"Open","caseOpenTime":"soon"})", err::improper,
         "date"},
        {"cases", R"({"name":"n","severity":"Low","status":"Open","colour":"red"})", err::improper,
         "'colour'"},
        {"cases", R"({"name":"n","severity":"Low","status":"Open","tags":["a"]})", err::improper,
         "{\"data\":[]}"},
        {"cases", R"({"name":"n","severity":"Low","status":"Open","tags":{"data":["a"]}})", err::improper,
         "object"},
        {"cases", R"({"name":"n","severity":"Low","status":"Open","tags":{"data":[{}]}})", err::missing,
         "name"},
        {"cases", R"({"name":"n","severity":"Low","status":"Open","tags":{"data":[{"id":"x"}]}})",
         err::improper, "valid id"},
        {"cases",
         R"({"name":"n","severity":"Low","status":"Open","tags":{"data":[{"techniqueId":"T1","name":"n"}]}})",
         err::improper, "techniqueId"},
        {"cases", R"({"name":"a\u0000b","severity":"Low","status":"Open"})", err::improper,
         "The name for this case is invalid, it must not have a NUL character"},
        {"cases",
         R"({"name":"n","severity":"Low","status":"Open","notes":{"data":[{"text":"good"},{"text":"\u0000"}]}})",
         err::improper, "The text for this note is invalid, it must not have a NUL"},
        {"cases", R"({"name":"n","severity":"Low","status":"Open","tags":{"data":[{"techniqueId":""}]}})",
         err::improper, "between 1-128"},
        {"tags", R"({"techniqueId":"T1110"})", err::missing, "name"},
        {"cases", many.c_str(), err::improper, "no more than 1000"},
        {"tags", R"({"name":"t","owner":"Other"})", err::mismatched, "owners"},
        {"caseAttributes", R"({"type":"T","value":"v"})", err::missing, "caseId"},
        {"caseAttributes", R"({"caseId":"x","type":"T","value":"v"})", err::improper, "integer"},
        {"caseAttributes", R"({"caseId":1,"type":"T","value":""})", err::improper, "must not be empty"},
    };
    for (const refused_row& r : rows) refused(r, true);
}

BOOST_AUTO_TEST_CASE(updates_name_what_is_wrong) {
    const refused_row rows[] = {
        {"cases", R"({"name":null})", err::missing, "name"},
        {"cases", R"({"status":""})", err::improper, "Open, Closed"},
        {"cases", R"({"tags":{"data":[],"mode":"merge"}})", err::improper, "append, delete, replace"},
        {"cases", R"({"tags":{"mode":"replace"}})", err::missing, "tags.data"},
        {"cases", R"({"attributes":{"data":[{"type":"T"}],"mode":"delete"}})", err::missing, "id"},
        {"cases", R"({"attributes":{"data":[{"type":"T"}]}})", err::missing, "value"},
        {"cases", R"({"tags":{"data":[],"size":3}})", err::improper, "'size'"},
    };
    for (const refused_row& r : rows) refused(r, false);
}

BOOST_AUTO_TEST_CASE(limits_count_characters_not_bytes) {
    std::string name;
    for (int i = 0; i < 255; ++i) name += "\xF0\x9F\x98\x80";
    const std::string body = R"({"severity":"Low","status":"Open","name":")" + name + "\"}";
    BOOST_TEST(read("cases", body, true).has_value());
    const std::string more = R"({"severity":"Low","status":"Open","name":")" + name + "e\"}";
    BOOST_TEST(read("cases", more, true).has_error());
}

BOOST_AUTO_TEST_SUITE_END()
