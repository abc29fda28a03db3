// A Tracecat server of a few lines of memory behind the interface of an upstream client, and a store in front of it.
// Written from the fact sheet; its clock stands in another month than ours.
#pragma once

#include "core/uuid.hpp"
#include "platform/tracecat/client/store.hpp"
#include "upstream/client.hpp"

#include <boost/json.hpp>

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace casebridge::test {

namespace bj = boost::json;
namespace tracecat = platform::tracecat::client;

inline constexpr const char* workspace_id = "a3b92b3a-81a3-4481-83a5-de4bf26872a3";
inline constexpr const char* good_key = "tc_ws_sk_abcdefghijkl_unit-test-key";

struct fake_case {
    std::string id;
    int number = 0;
    std::int64_t created = 0, updated = 0;
    bj::object members;  // summary, status, priority, severity
    std::string description;
    bj::value payload;  // object or null
    bool poisoned = false;  // its payload cannot be written
    bj::object fields;
    bj::array tags, events;  // events: oldest first here
    bj::array comments, tasks, attachments;
};

class fake_server final : public upstream::client {
public:
    task<result<upstream::answer>> send(const upstream::call& c) override;
    upstream::statistics stats() const override { return {}; }
    void close() override {}
    result<std::unique_ptr<upstream::client>> sibling(const upstream::base_url& origin) const override {
        return elsewhere ? elsewhere(origin) : upstream::client::sibling(origin);
    }
    std::function<result<std::unique_ptr<upstream::client>>(const upstream::base_url&)> elsewhere;

    // What is there.
    std::vector<fake_case> cases;
    std::vector<bj::object> tags;
    std::vector<std::string> custom_fields{"risk_score"};
    bj::object definitions;  // of those that were made here, by id
    std::set<std::string> sessions;
    bool keys_work = true, logins_work = true;
    bool canonical = true, knows_payloads = true;
    bool whole_seconds = false;  // times of changes: a façade over ThreatConnect has no finer ones
    bool addons = true;  // tasks and replies
    std::string foreign_workspace;  // 403 there
    std::int64_t clock = 1767225600'000000;  // 2026-01-01; a millisecond passes with each request

    // What was asked: "GET /cases/search", "POST /auth/login"; ids are "*".
    std::vector<std::string> log;
    std::vector<std::string> targets, bodies;
    std::size_t count(std::string_view entry) const;
    std::size_t most_at_a_time = 0;

    // Called before a request is carried out; an answer stands in for it. After: when it was carried out.
    std::function<std::optional<result<upstream::answer>>(const upstream::call&)> before, after;

    fake_case& add(std::string summary, bj::value payload = nullptr);
    void touch(fake_case& c) { c.updated = whole_seconds ? ++clock / 1'000'000 * 1'000'000 : ++clock; }
    fake_case* find(std::string_view id);
    bj::object& add_comment(fake_case& on, std::string content, std::optional<std::string> by);

private:
    upstream::answer log_in(std::string_view body);
    upstream::answer route(const upstream::call& c);
    upstream::answer search(const std::map<std::string, std::vector<std::string>>& query);
    upstream::answer one_case(const upstream::call& c, std::string_view id, std::string_view below);
    upstream::answer create(std::string_view body);
    upstream::answer patch(fake_case& c, std::string_view body);
    upstream::answer change_tags(const upstream::call& c, fake_case& on, std::string_view below);
    upstream::answer tag_definitions(const upstream::call& c);
    // fake_children.cpp; below: "/comments", "/tasks/<id>"
    upstream::answer fields(const upstream::call& c, std::string_view id);
    upstream::answer children(const upstream::call& c, fake_case& on, std::string_view below);
    upstream::answer comments(const upstream::call& c, fake_case& on, std::string_view id);
    upstream::answer tasks(const upstream::call& c, fake_case& on, std::string_view id);
    bool knows_caller(const upstream::call& c) const;

    std::size_t running_ = 0, children_ = 0;
};

inline constexpr const char* own_id = "7c0e6d5a-1b2c-4d3e-8f90-a1b2c3d4e5f6";  // of the login
std::string new_id(std::size_t n);
std::string text_of(std::int64_t micros);

upstream::answer answer_of(unsigned status, std::string body = {});

// A store with its memory; several stores may share one.
struct client_under_test {
    explicit client_under_test(fake_server& server, tracecat::login_credential credential = login(),
                               std::shared_ptr<tracecat::store_memory> memory = nullptr,
                               tracecat::index_limits limits = {});
    static tracecat::login_credential login() { return {"main", "bridge@example.com", "correct horse", {}}; }
    static tracecat::login_credential key() { return {"main", {}, {}, good_key}; }
    static tracecat::login_credential both() {
        return {"main", "bridge@example.com", "correct horse", good_key};
    }

    std::shared_ptr<tracecat::store_memory> memory;
    tracecat::store store;
    platform::workspace where;
    platform::call_context context();

    // Each runs to its end.
    platform::store_page list(platform::store_listing what = {});
    result<platform::store_page> try_list(platform::store_listing what = {});
    result<platform::stored_case_ptr> read(std::int64_t number, platform::completion needs = {true, false});
    result<platform::stored_case_ptr> read(const uuid& id, platform::completion needs = {true, false});
    result<std::optional<std::int64_t>> find(std::string_view external_id);
    result<platform::case_store::written> create(platform::store_change change);
    result<platform::case_store::written> update(const platform::stored_case& before,
                                                 platform::store_change change);
    result<void> remove(const uuid& id);
    using child = platform::case_store::child;
    using texts = std::vector<platform::case_store::workspace_text>;
    result<texts> list_texts();
    result<void> write_text(std::string name, std::optional<std::string> text);
    result<bool> offers(child what);
    result<platform::reply_ptr> children(const uuid& of, child what);
    result<platform::reply_ptr> create_child(const uuid& of, child what, std::string_view members);
    result<platform::reply_ptr> update_child(const uuid& of, child what, const uuid& id,
                                             std::string_view members);
    result<void> remove_child(const uuid& of, child what, const uuid& id);
    result<platform::reply_ptr> upload(const uuid& of, std::string_view name, std::string_view content_type,
                                       std::string_view bytes);
    result<std::string> download(const uuid& of, const uuid& attachment, std::string_view sha256 = {});
    result<platform::reply_ptr> catalogue(platform::case_store::catalogue what);
    unsigned requests = 0;  // of the last one
};

}  // namespace casebridge::test
