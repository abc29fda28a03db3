// Workflow templates: an API makes and changes them, and none makes one active (ThreatConnect fact sheet §4.7).
#include "support.hpp"

#include <boost/test/unit_test.hpp>

namespace tc = casebridge::sandbox::threatconnect;

BOOST_AUTO_TEST_SUITE(sandbox_templates)

BOOST_AUTO_TEST_CASE(a_template_is_made_inactive_and_of_version_one) {
    tc::bench b;
    const auto made = b.post("workflowTemplates", R"({"name":"phishing","description":"d"})");
    BOOST_TEST(made.status == 201u);
    const auto& t = made.data().as_object();
    BOOST_TEST(!t.at("active").as_bool());
    BOOST_TEST(t.at("version").as_int64() == 1);
    const std::string id = std::to_string(t.at("id").as_int64());
    BOOST_TEST(b.ids("workflowTemplates", "name STARTSWITH \"phish\"") == id);
    BOOST_TEST(b.ids("workflowTemplates", "active = true and name = \"phishing\"") == "");
    const auto changed = b.put("workflowTemplates/" + id, R"({"name":"malware"})");
    BOOST_TEST(changed.data().as_object().at("name").as_string() == "malware");
    BOOST_TEST(changed.data().as_object().at("description").as_string() == "d");
    BOOST_TEST(b.remove("workflowTemplates/" + id).status == 200u);
    BOOST_TEST(b.get("workflowTemplates/" + id).status == 404u);
}

BOOST_AUTO_TEST_CASE(what_a_template_may_not_be_is_refused) {
    tc::bench b;
    const std::string longest(1500, 'x');
    BOOST_TEST(b.post("workflowTemplates", R"({"name":"n","description":")" + longest + R"("})").status ==
               201u);
    for (const std::string& body :
         {std::string("{}"), std::string(R"({"name":""})"), R"({"name":")" + std::string(256, 'n') + R"("})",
          R"({"name":"n","description":")" + longest + R"(x"})", std::string(R"({"name":"n","active":true})"),
          std::string(R"({"name":"n","version":0})")})
        BOOST_TEST(b.post("workflowTemplates", body).status >= 400u, body.substr(0, 40));
}

BOOST_AUTO_TEST_CASE(templates_belong_to_their_owner) {
    tc::bench b;
    const auto made = b.post("workflowTemplates", R"({"name":"ours"})");
    const std::string id = std::to_string(made.data().as_object().at("id").as_int64());
    BOOST_TEST(b.get("workflowTemplates/" + id + "?owner=Demo%20Organization").status == 200u);
    BOOST_TEST(b.post("cases",
                      R"({"name":"n","severity":"Low","status":"Open","workflowTemplate":{"id":)" + id + "}}")
                   .status == 201u);
}

BOOST_AUTO_TEST_SUITE_END()
