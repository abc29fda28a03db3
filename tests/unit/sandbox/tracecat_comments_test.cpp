#include "tracecat_bench.hpp"

#include <boost/test/unit_test.hpp>

using namespace casebridge::sandbox::tracecat;

namespace {

struct talk : bench {
    std::string at = new_case() + "/comments";
    std::string of = at.substr(0, at.size() - 9);

    std::string say(const std::string& content, const std::string& parent = {},
                    const std::string& who = "admin") {
        boost::json::object body;
        body["content"] = content;
        if (!parent.empty()) body["parent_id"] = parent;
        BOOST_TEST_REQUIRE(post(at, boost::json::serialize(body), who).status == 201u);
        const reply all = get(at);
        return reply::value_text(all.list().back().at("id"));
    }
    std::string contents() {
        std::string out;
        const reply all = get(at);
        for (const auto& c : all.list()) out += reply::value_text(c.at("content")) + "|";
        return out;
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(tracecat_comments)

BOOST_AUTO_TEST_CASE(a_comment_is_trimmed_as_python_trims) {
    talk t;
    t.say(" \t\xc2\xa0 padded \xe3\x80\x80\n");
    BOOST_TEST(t.contents() == "padded|");
    BOOST_TEST(t.post(t.at, "{\"content\":\"\xe2\x80\x83 \"}").text.find("cannot be blank") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(threads_stand_in_the_order_of_their_roots) {
    talk t;
    const auto first = t.say("first"), second = t.say("second");
    t.say("to second", second);
    t.say("to first", first);
    t.say("again to second", second);
    const reply threads = t.get(t.at + "/threads");
    BOOST_TEST(threads.list().size() == 2u);
    const auto& one = threads.list()[0].as_object();
    const auto& two = threads.list()[1].as_object();
    BOOST_TEST(reply::value_text(one.at("comment").at("content")) == "first");
    BOOST_TEST(one.at("reply_count").as_int64() == 1);
    BOOST_TEST(two.at("reply_count").as_int64() == 2);
    BOOST_TEST(two.at("last_activity_at") == two.at("replies").as_array()[1].at("updated_at"));
    BOOST_TEST(t.contents() == "first|second|to second|to first|again to second|");
}

BOOST_AUTO_TEST_CASE(threads_need_the_add_on_and_replies_do_too) {
    talk t;
    const auto root = t.say("root");
    BOOST_TEST(t.ask("GET", t.at + "/threads", {}, "admin", false).status == 403u);
    const std::string body = "{\"content\":\"x\",\"parent_id\":\"" + root + "\"}";
    BOOST_TEST(t.ask("POST", t.at, body, "admin", false).at("type") == "EntitlementRequired");
    BOOST_TEST(t.ask("POST", t.at, R"({"content":"y","parent_id":null})", "admin", false).status == 201u);
}

BOOST_AUTO_TEST_CASE(a_thread_has_one_level) {
    talk t;
    const auto root = t.say("root");
    const auto answered = t.say("reply", root);
    const auto refusal = [&](const std::string& parent, const std::string& where) {
        return t.post(where, R"({"content":"x","parent_id":")" + parent + "\"}").detail();
    };
    BOOST_TEST(refusal(answered, t.at) == "Replies cannot have replies");
    BOOST_TEST(refusal(root, t.new_case() + "/comments") == "Parent comment must belong to the same case");
    BOOST_TEST(refusal("5b1e1f0a-9d1c-4c55-8f6e-0a7c3d2e1b90", t.at) == "Parent comment not found");
    t.remove(t.at + "/" + root);
    BOOST_TEST(refusal(root, t.at) == "Cannot reply to a deleted comment");
}

BOOST_AUTO_TEST_CASE(a_root_with_replies_stays_as_a_deleted_comment) {
    talk t;
    const auto root = t.say("root"), other = t.say("other"), answered = t.say("reply", root);
    BOOST_TEST(t.remove(t.at + "/" + root).status == 204u);
    BOOST_TEST(t.contents() == "Comment deleted|other|reply|");
    const auto stone = t.get(t.at).list()[0].as_object();
    BOOST_TEST(stone.at("is_deleted").as_bool());
    BOOST_TEST(!stone.at("deleted_at").is_null());
    BOOST_TEST(!stone.at("user").is_null());
    BOOST_TEST(t.newest_event(t.of).at("delete_mode").as_string() == "soft");
    const auto before = t.history(t.of);
    BOOST_TEST(t.remove(t.at + "/" + root).status == 204u);        // nothing more happens
    BOOST_TEST(t.history(t.of) == before);
    BOOST_TEST(t.patch(t.at + "/" + root, R"({"content":"x"})").detail() ==
               "Deleted comments cannot be updated");
    t.remove(t.at + "/" + answered);
    BOOST_TEST(t.newest_event(t.of).at("delete_mode").as_string() == "hard");
    BOOST_TEST(t.newest_event(t.of).at("type").as_string() == "comment_reply_deleted");
    BOOST_TEST(t.contents() == "Comment deleted|other|");
    t.remove(t.at + "/" + other);
    BOOST_TEST(t.contents() == "Comment deleted|");
}

BOOST_AUTO_TEST_CASE(only_the_author_edits_and_nobody_is_excepted) {
    talk t;
    const auto by_editor = t.at + "/" + t.say("mine", {}, "editor");
    for (const std::string who : {"admin", "lead", "key"})
        BOOST_TEST(t.patch(by_editor, R"({"content":"x"})", who).detail() ==
                   "You cannot update this comment");
    BOOST_TEST(t.patch(by_editor, R"({"content":"better"})", "editor").status == 204u);
    BOOST_TEST(t.contents() == "better|");
    BOOST_TEST(!t.get(t.at).list()[0].at("last_edited_at").is_null());
    BOOST_TEST(t.remove(by_editor, "admin").detail() == "You can only delete your own comments");
    BOOST_TEST(t.remove(by_editor, "editor").json.at("error").at("code").as_string() == "insufficient_scope");
}

BOOST_AUTO_TEST_CASE(a_comment_of_a_key_can_never_be_touched) {
    talk t;
    const auto own = t.at + "/" + t.say("by key", {}, "key");
    BOOST_TEST(t.get(t.at).list()[0].at("user").is_null());
    for (const std::string who : {"key", "admin"}) {
        BOOST_TEST(t.patch(own, R"({"content":"x"})", who).status == 403u);
        BOOST_TEST(t.remove(own, who).status == 403u);
    }
    BOOST_TEST(t.contents() == "by key|");
    BOOST_TEST(t.newest_event(t.of).contains("user_id") == false);
}

BOOST_AUTO_TEST_CASE(edits_without_content_say_what_is_missing) {
    talk t;
    const auto own = t.at + "/" + t.say("text");
    const auto before = t.history(t.of);
    BOOST_TEST(t.patch(own, "{}").status == 204u);
    BOOST_TEST(t.history(t.of) == before);
    BOOST_TEST(t.patch(own, R"({"content":null})").detail() == "Comment content is required");
    BOOST_TEST(t.patch(own, R"({"parent_id":null})").detail() ==
               "Changing a comment parent is not supported");
}

BOOST_AUTO_TEST_CASE(an_event_of_a_comment_tells_its_thread_before_its_type) {
    talk t;
    const auto root = t.say("root");
    t.say("reply", root);
    const std::string text = t.get(t.of + "/events").text;
    const auto comment = text.find("\"comment_id\""), parent = text.find("\"parent_id\""),
               thread = text.find("\"thread_root_id\""), type = text.find("\"comment_reply_created\"");
    BOOST_TEST(comment < parent);
    BOOST_TEST(parent < thread);
    BOOST_TEST(thread < type);
    BOOST_TEST(t.history(t.of) == "comment_reply_created comment_created");
}

BOOST_AUTO_TEST_SUITE_END()
