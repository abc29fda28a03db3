#include "fake_server.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace casebridge;
using namespace casebridge::test;
using child = platform::case_store::child;
using instead = std::optional<result<upstream::answer>>;

const std::string colleague = "11c00000-0000-4000-8000-00000000c011";

result<upstream::answer> broken() { return fail(errc::upstream_reset, "connection broke"); }

struct setting {
    fake_server server;
    client_under_test bridge;
    uuid of;
    explicit setting(tracecat::login_credential who = client_under_test::login()) : bridge(server, who) {
        server.add("a case");
        of = *uuid::parse(server.cases.front().id);
        bridge.list({});
    }
    fake_case& stored() { return server.cases.front(); }
    // What the server did is lost on the way back.
    void lose(std::string_view method) {
        server.after = [method](const upstream::call& c) -> instead {
            if (c.method == method) return broken();
            return std::nullopt;
        };
    }
    // It never arrives.
    void refuse(std::string_view method) {
        server.before = [method](const upstream::call& c) -> instead {
            if (c.method == method) return broken();
            return std::nullopt;
        };
    }
    // Others write the same at the same moment.
    void others_write(std::string content, std::optional<std::string> by, unsigned times = 1) {
        server.after = [=, this](const upstream::call& c) -> instead {
            if (c.method == "POST" && c.target.ends_with("/comments"))
                for (unsigned i = 0; i < times; ++i) server.add_comment(stored(), content, by);
            return std::nullopt;
        };
    }
};

uuid id_of(const result<platform::reply_ptr>& r) {
    BOOST_REQUIRE(r.has_value());
    const auto id = uuid::parse((*r)->data.member("id").text());
    BOOST_REQUIRE(id.has_value());
    return *id;
}

uuid id_of(const bj::value& v) { return *uuid::parse(std::string(v.at("id").as_string())); }

}  // namespace

BOOST_AUTO_TEST_SUITE(store_children)

BOOST_AUTO_TEST_CASE(a_new_comment_is_found_in_the_list_by_its_trimmed_text) {
    setting s;
    s.server.add_comment(s.stored(), "older", colleague);
    const auto made =
        s.bridge.create_child(s.of, child::comment, R"("content":" \n looked into it \u00a0\n")");
    // This server trims less than the bridge does: what is looked for is what Tracecat makes of it.
    BOOST_TEST(made.has_error());
    const auto plain = s.bridge.create_child(s.of, child::comment, R"("content":"  looked into it \n")");
    BOOST_TEST((id_of(plain) == id_of(s.stored().comments.back())));
    BOOST_TEST((*plain)->data.member("content").text() == "looked into it");
    BOOST_TEST(s.bridge.requests == 2U);
}

BOOST_AUTO_TEST_CASE(the_same_text_twice_is_two_comments) {
    setting s;
    const uuid first = id_of(s.bridge.create_child(s.of, child::comment, R"("content":"ok")"));
    const uuid second = id_of(s.bridge.create_child(s.of, child::comment, R"("content":"ok")"));
    BOOST_TEST((first != second));
    BOOST_TEST((first == id_of(s.stored().comments[0])));
    BOOST_TEST((second == id_of(s.stored().comments[1])));
}

BOOST_AUTO_TEST_CASE(a_colleague_who_writes_the_same_at_the_same_time_keeps_theirs) {
    setting s;
    s.others_write("ok", colleague, 3);
    const auto made = s.bridge.create_child(s.of, child::comment, R"("content":"ok")");
    BOOST_TEST((id_of(made) == id_of(s.stored().comments[0])));
    BOOST_TEST(s.server.count("GET /users/me") == 1U);
    // Who the login is does not change.
    const auto again = s.bridge.create_child(s.of, child::comment, R"("content":"ok")");
    BOOST_TEST((id_of(again) == id_of(s.stored().comments[4])));
    BOOST_TEST(s.server.count("GET /users/me") == 1U);
}

BOOST_AUTO_TEST_CASE(an_old_comment_of_the_same_text_is_not_the_new_one) {
    setting s;
    s.server.add_comment(s.stored(), "ok", own_id);
    s.server.clock += 60'000'000;
    s.bridge.list({});  // the time is known from answers
    s.refuse("POST");
    const auto made = s.bridge.create_child(s.of, child::comment, R"("content":"ok")");
    BOOST_REQUIRE(made.has_error());
    BOOST_TEST((made.error().code == errc::upstream_reset));
    BOOST_TEST(s.stored().comments.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_comment_whose_answer_was_lost_is_found_and_not_repeated) {
    setting s;
    s.lose("POST");
    const auto made = s.bridge.create_child(s.of, child::comment, R"("content":"ok")");
    BOOST_TEST((id_of(made) == id_of(s.stored().comments.front())));
    BOOST_TEST(s.stored().comments.size() == 1U);
    BOOST_TEST(s.server.count("POST /cases/*/comments") == 1U);
}

BOOST_AUTO_TEST_CASE(a_comment_that_never_arrived_is_not_taken_for_a_colleagues) {
    setting s;
    s.server.before = [&](const upstream::call& c) -> instead {
        if (c.method != "POST") return std::nullopt;
        s.server.add_comment(s.stored(), "ok", colleague);
        return broken();
    };
    const auto made = s.bridge.create_child(s.of, child::comment, R"("content":"ok")");
    BOOST_REQUIRE(made.has_error());
    BOOST_TEST((made.error().code == errc::upstream_reset));
    BOOST_TEST(s.server.count("POST /cases/*/comments") == 0U);
}

BOOST_AUTO_TEST_CASE(a_reply_is_not_taken_for_a_comment_nor_for_anothers_reply) {
    setting s;
    const uuid root = id_of(s.bridge.create_child(s.of, child::comment, R"("content":"root")"));
    const std::string reply = R"("content":"ok","parent_id":")" + root.to_string() + "\"";
    const uuid replied = id_of(s.bridge.create_child(s.of, child::comment, reply));
    BOOST_TEST((replied == id_of(s.stored().comments[1])));
    s.lose("POST");
    const uuid plain = id_of(s.bridge.create_child(s.of, child::comment, R"("content":"ok")"));
    BOOST_TEST((plain == id_of(s.stored().comments[2])));
}

BOOST_AUTO_TEST_CASE(a_comment_written_by_a_key_is_nobodys) {
    setting s(client_under_test::key());
    s.others_write("ok", own_id);
    const auto made = s.bridge.create_child(s.of, child::comment, R"("content":"ok")");
    BOOST_TEST((id_of(made) == id_of(s.stored().comments[0])));
    BOOST_TEST(s.server.count("GET /users/me") == 0U);
}

BOOST_AUTO_TEST_CASE(reads_go_by_the_key_and_writes_by_the_login_where_there_are_both) {
    setting s(client_under_test::both());
    s.others_write("ok", std::nullopt);
    const auto made = s.bridge.create_child(s.of, child::comment, R"("content":"ok")");
    BOOST_TEST((id_of(made) == id_of(s.stored().comments[0])));
    BOOST_TEST(s.stored().comments[0].at("user").is_object());
    const auto edited = s.bridge.update_child(s.of, child::comment, id_of(made), R"("content":"done")");
    BOOST_TEST((id_of(edited) == id_of(made)));
}

BOOST_AUTO_TEST_CASE(an_edited_comment_is_read_back) {
    setting s;
    const uuid id = id_of(s.bridge.create_child(s.of, child::comment, R"("content":"ok")"));
    const auto now = s.bridge.update_child(s.of, child::comment, id, R"("content":"better")");
    BOOST_TEST((id_of(now) == id));
    BOOST_TEST((*now)->data.member("content").text() == "better");
    BOOST_TEST(s.bridge.requests == 2U);
}

BOOST_AUTO_TEST_CASE(an_edit_whose_answer_was_lost_counts_if_it_was_done) {
    setting s;
    const uuid id = id_of(s.bridge.create_child(s.of, child::comment, R"("content":"ok")"));
    s.lose("PATCH");
    BOOST_TEST(s.bridge.update_child(s.of, child::comment, id, R"("content":"better")").has_value());
    s.refuse("PATCH");
    const auto lost = s.bridge.update_child(s.of, child::comment, id, R"("content":"best")");
    BOOST_REQUIRE(lost.has_error());
    BOOST_TEST((lost.error().code == errc::upstream_reset));
    BOOST_TEST(s.server.count("PATCH /cases/*/comments/*") == 1U);
}

BOOST_AUTO_TEST_CASE(what_the_server_says_against_it_is_kept) {
    setting s;
    const uuid theirs = id_of(bj::value(s.server.add_comment(s.stored(), "mine", colleague)));
    const auto edit = s.bridge.update_child(s.of, child::comment, theirs, R"("content":"better")");
    BOOST_REQUIRE(edit.has_error());
    BOOST_TEST((edit.error().code == errc::upstream_forbidden));
    BOOST_TEST(edit.error().detail == "You cannot update this comment");
    const auto removal = s.bridge.remove_child(s.of, child::comment, theirs);
    BOOST_REQUIRE(removal.has_error());
    BOOST_TEST(removal.error().detail == "You can only delete your own comments");
    BOOST_TEST(s.stored().comments.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_removal_of_what_is_gone_succeeds) {
    setting s;
    const uuid id = id_of(s.bridge.create_child(s.of, child::comment, R"("content":"ok")"));
    BOOST_TEST(s.bridge.remove_child(s.of, child::comment, id).has_value());
    BOOST_TEST(s.bridge.requests == 1U);
    BOOST_TEST(s.stored().comments.empty());
    BOOST_TEST(s.bridge.remove_child(s.of, child::comment, id).has_value());
    const auto edit = s.bridge.update_child(s.of, child::comment, id, R"("content":"better")");
    BOOST_REQUIRE(edit.has_error());
    BOOST_TEST((edit.error().code == errc::not_found));
}

BOOST_AUTO_TEST_CASE(a_removal_whose_answer_was_lost_is_looked_after) {
    setting s;
    const uuid id = id_of(s.bridge.create_child(s.of, child::comment, R"("content":"ok")"));
    s.refuse("DELETE");
    BOOST_TEST(s.bridge.remove_child(s.of, child::comment, id).has_error());
    s.server.before = nullptr;
    s.lose("DELETE");
    BOOST_TEST(s.bridge.remove_child(s.of, child::comment, id).has_value());
    BOOST_TEST(s.server.count("DELETE /cases/*/comments/*") == 1U);
}

BOOST_AUTO_TEST_CASE(a_task_answers_itself) {
    setting s;
    const auto made = s.bridge.create_child(s.of, child::task, R"("title":"Call","status":"todo")");
    BOOST_TEST((id_of(made) == id_of(s.stored().tasks.front())));
    BOOST_TEST(s.bridge.requests == 1U);
    const auto now = s.bridge.update_child(s.of, child::task, id_of(made), R"("status":"completed")");
    BOOST_TEST((*now)->data.member("status").text() == "completed");
    BOOST_TEST(s.bridge.requests == 1U);
    BOOST_TEST(s.bridge.remove_child(s.of, child::task, id_of(made)).has_value());
    BOOST_TEST(s.stored().tasks.empty());
}

BOOST_AUTO_TEST_CASE(a_task_whose_answer_was_lost_is_found_and_not_repeated) {
    setting s;
    const std::string same =
        R"("title":"Call","status":"todo","priority":"high","assignee_id":")" + std::string(own_id) + "\"";
    const uuid first = id_of(s.bridge.create_child(s.of, child::task, same));
    s.lose("POST");
    const uuid second = id_of(s.bridge.create_child(s.of, child::task, same));
    BOOST_TEST((first != second));
    BOOST_TEST(s.stored().tasks.size() == 2U);
    // The next one never arrives; the two that are there are others.
    s.refuse("POST");
    BOOST_TEST(s.bridge.create_child(s.of, child::task, same).has_error());
}

BOOST_AUTO_TEST_CASE(whether_there_are_tasks_is_asked_once_and_again_when_it_turns_out_wrong) {
    setting s;
    BOOST_TEST(s.bridge.offers(child::comment).value());
    BOOST_TEST(s.bridge.requests == 0U);
    BOOST_TEST(s.bridge.offers(child::task).value());
    BOOST_TEST(s.bridge.requests == 1U);
    BOOST_TEST(s.bridge.offers(child::task).value());
    BOOST_TEST(s.bridge.requests == 0U);
    s.server.addons = false;
    const auto made = s.bridge.create_child(s.of, child::task, R"("title":"Call")");
    BOOST_REQUIRE(made.has_error());
    BOOST_TEST(made.error().detail == "Failed to create task");
    BOOST_TEST(!s.bridge.offers(child::task).value());
    BOOST_TEST(s.bridge.requests == 1U);
    BOOST_TEST(!s.bridge.offers(child::task).value());
    BOOST_TEST(s.bridge.requests == 0U);
    const auto list = s.bridge.children(s.of, child::task);
    BOOST_REQUIRE(list.has_error());
    BOOST_TEST(list.error().detail == "Feature 'case_addons' requires an upgraded plan.");
}

BOOST_AUTO_TEST_CASE(lists_come_as_the_server_has_them) {
    setting s;
    s.server.add_comment(s.stored(), "one", colleague);
    s.server.add_comment(s.stored(), "two", std::nullopt);
    s.stored().attachments.push_back({{"id", new_id(77)}, {"file_name", "a.txt"}});
    const auto comments = s.bridge.children(s.of, child::comment);
    BOOST_TEST((*comments)->data.size() == 2U);
    const auto events = s.bridge.children(s.of, child::event);
    BOOST_TEST((*events)->data.member("events").size() == 1U);
    BOOST_TEST((*events)->data.member("users").size() == 1U);
    const auto files = s.bridge.children(s.of, child::attachment);
    BOOST_TEST((*files)->data.size() == 1U);
    BOOST_TEST(s.bridge.remove_child(s.of, child::attachment, *uuid::parse(new_id(77))).has_value());
    BOOST_TEST(s.stored().attachments.empty());
    const auto none = s.bridge.children(*uuid::parse(new_id(4321)), child::comment);
    BOOST_REQUIRE(none.has_error());
    BOOST_TEST((none.error().code == errc::not_found));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_stored_or_written_is_refused_before_it_is_sent) {
    setting s;
    const auto nul = s.bridge.create_child(s.of, child::comment, R"("content":"a\u0000b")");
    BOOST_REQUIRE(nul.has_error());
    BOOST_TEST((nul.error().code == errc::invalid_value));
    const auto event = s.bridge.create_child(s.of, child::event, R"("type":"case_created")");
    BOOST_REQUIRE(event.has_error());
    BOOST_TEST((event.error().code == errc::not_supported));
    BOOST_TEST(s.bridge.remove_child(s.of, child::event, s.of).has_error());
    BOOST_TEST(s.server.count("POST /cases/*/comments") == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
