#include "worlds.hpp"

#include "bridge/exchange.hpp"
#include "core/crypto.hpp"
#include "platform/threatconnect/client/backend.hpp"
#include "platform/tracecat/facade/facade.hpp"
#include "sandbox/threatconnect/service.hpp"

#include <algorithm>
#include <stdexcept>

namespace casebridge::sequences {
namespace {

namespace bj = boost::json;
namespace tracecat = platform::tracecat;
namespace threatconnect = platform::threatconnect;

constexpr const char* workspace_id = "11111111-1111-4111-8111-111111111111";
const std::string root = std::string("/workspaces/") + workspace_id;

platform::directory make_directory() {
    platform::directory d;
    platform::workspace w;
    w.id = *uuid::parse(workspace_id);
    w.name = "SOC";
    w.upstream = "sandbox";
    w.credential = "bridge";
    w.organization = "Demo Organization";
    d.workspaces.push_back(w);
    for (const char* name : {"ana", "bob"}) {
        platform::account a;
        a.id = *uuid::parse(name[0] == 'a' ? "aaaaaaaa-0000-4000-8000-000000000001"
                                           : "bbbbbbbb-0000-4000-8000-000000000002");
        a.email = std::string(name) + "@example.com";
        a.password_hash = "x";
        a.workspaces[w.id] = platform::role::admin;
        d.accounts.push_back(a);
    }
    return d;
}

const std::vector<std::string> statuses{"new", "in_progress", "on_hold", "resolved", "closed", "other"};
const std::vector<std::string> severities{"informational", "low", "medium", "high", "critical", "fatal"};
const std::vector<std::string> priorities{"low", "medium", "high", "critical"};
const std::vector<std::string> task_statuses{"todo", "in_progress", "completed", "blocked"};
const std::vector<std::string> texts{
    "short",   "Zeile eins\nZeile zwei", "quotes \" and \\ and {\"json\":1}", std::string(1600, 'x'),
    "Größe €", "[casebridge] {\"v\":1}"};

template <class T>
const T& pick(const std::vector<T>& from, unsigned i) {
    return from[i % from.size()];
}

std::string as_text(const bj::value& v) { return std::string(v.as_string()); }

class forward_world final : public world {
public:
    forward_world()
        : sandbox_({}),
          client_([this](const http::request& q, http::response& s) { sandbox_.handle(q, s); }),
          backend_(client_, backend_options()),
          exchange_({}, shipped_tables(), accounts_, backend_, gate_, {}),
          facade_(facade_options(), accounts_, exchange_, passwords_, revoked_, [](const failure& f) {
              const auto row = shipped_tables().errors().answer(f, shipped_tables().left().platform);
              return tracecat::wording{row.status, row.text};
          }) {
        const tracecat::sessions logins(key(), accounts_, revoked_, tracecat::system_seconds);
        for (const auto& a : accounts_.accounts) cookies_.push_back("fastapiusersauth=" + logins.issue(a));
        for (const auto& c : {"Urgent", "Low Noise"}) {
            const auto made = send("POST", root + "/case-tags",
                                   bj::serialize(bj::object{{"name", c}, {"color", "#123456"}}), 0, {});
            if (made.status != 201) throw std::logic_error("a tag cannot be defined: " + made.body);
        }
        empty_ = read();
    }

    std::size_t kinds() const override { return std::size(names_); }
    std::string name_of(unsigned kind) const override { return names_[kind % kinds()]; }
    direct_client& upstream() override { return client_; }
    bj::value empty() const override { return empty_; }
    answer ask(const action& a) override { return send(a.method, a.target, a.body, who_, a.fields); }

    std::optional<action> plan(const step& s, const bj::value& model) override;
    bj::value read() override;

private:
    static digest key() {
        digest d{};
        d.fill(7);
        return d;
    }
    static threatconnect::backend_options backend_options() {
        threatconnect::backend_options o;
        o.realm = "http://sandbox.test/api";
        o.base_path = "/api";
        threatconnect::credential c;
        c.name = "bridge";
        c.token = "APIV2:demo-token";
        o.credentials.push_back(c);
        o.carry_attribute = shipped_tables().object("case").source->carry->attribute;
        o.file_type = shipped_tables().object("case").source->carry->spill_type;
        return o;
    }
    static tracecat::options facade_options() {
        tracecat::options o;
        o.session_key = o.cursor_key = key();
        return o;
    }

    answer send(std::string_view method, const std::string& target, const std::string& body, unsigned who,
                headers fields) {
        fields.emplace_back("Cookie", cookies_.at(who % cookies_.size()));
        const bool typed = std::any_of(fields.begin(), fields.end(),
                                       [](const auto& f) { return f.first == "Content-Type"; });
        if (!typed && !body.empty()) fields.emplace_back("Content-Type", "application/json");
        const http::request req = make_request(method, target, body, fields);
        http::response res;
        run_to_the_end(facade_.handle(req, res));
        return answer_of(res);
    }
    bj::value get(const std::string& target) {
        const answer a = send("GET", root + target, {}, 0, {});
        if (a.status != 200)
            throw std::logic_error("GET " + target + ": " + std::to_string(a.status) + " " + a.body);
        return bj::parse(a.body);
    }

    bool plan_case(const step& s, bj::object& one, action& a);
    bool plan_comment(const step& s, bj::object& one, action& a);
    bool plan_task(const step& s, bj::object& one, action& a);
    bool plan_file(const step& s, bj::object& one, action& a);
    bj::object read_case(const std::string& id);
    std::string email_of(const bj::value& user) const {
        return user.is_null() ? "" : as_text(user.at("email"));
    }

    static constexpr const char* names_[] = {"create case",     "change status",   "change summary",
                                             "change severity", "change priority", "change description",
                                             "change payload",  "assign",          "remove case",
                                             "comment",         "reply",           "edit comment",
                                             "remove comment",  "make task",       "change task",
                                             "remove task",     "add tag",         "remove tag",
                                             "upload",          "remove file",     "comment",
                                             "comment",         "make task",       "upload",
                                             "change task",     "change status"};

    sandbox::threatconnect::service sandbox_;
    direct_client client_;
    platform::directory accounts_ = make_directory();
    bridge::write_gate gate_;
    threatconnect::backend backend_;
    bridge::exchange exchange_;
    tracecat::password_checks passwords_;
    tracecat::revocations revoked_;
    tracecat::facade facade_;
    std::vector<std::string> cookies_;
    bj::value empty_;
    unsigned who_ = 0;
};

bj::object forward_world::read_case(const std::string& id) {
    const bj::value c = get("/cases/" + id);
    bj::object out;
    for (const char* same : {"id", "summary", "description", "status", "priority", "severity", "payload"})
        out[same] = c.at(same);
    out["assignee"] = c.at("assignee").is_null() ? bj::value() : bj::value(email_of(c.at("assignee")));
    bj::array tags;
    for (const auto& t : c.at("tags").as_array()) tags.push_back(t.at("name"));
    std::sort(tags.begin(), tags.end(),
              [](const bj::value& a, const bj::value& b) { return as_text(a) < as_text(b); });
    out["tags"] = tags;
    bj::array comments;
    const bj::value all_comments = get("/cases/" + id + "/comments");
    for (const auto& k : all_comments.as_array()) {
        comments.push_back({{"id", k.at("id")},
                            {"content", k.at("content")},
                            {"author", email_of(k.at("user"))},
                            {"parent", k.at("parent_id")},
                            {"deleted", k.at("is_deleted")},
                            {"edited", !k.at("last_edited_at").is_null()}});
    }
    out["comments"] = comments;
    bj::array tasks;
    const bj::value all_tasks = get("/cases/" + id + "/tasks");
    for (const auto& t : all_tasks.as_array()) {
        bj::object task;
        for (const char* same : {"id", "title", "description", "priority", "status"}) task[same] = t.at(same);
        task["assignee"] = t.at("assignee").is_null() ? bj::value() : bj::value(email_of(t.at("assignee")));
        tasks.push_back(task);
    }
    const auto by_title = [](const bj::value& a, const bj::value& b) {
        return as_text(a.at("title")) < as_text(b.at("title"));
    };
    std::sort(tasks.begin(), tasks.end(), by_title);
    out["tasks"] = tasks;
    bj::array files;
    const bj::value all_files = get("/cases/" + id + "/attachments");
    for (const auto& f : all_files.as_array()) {
        files.push_back({{"id", f.at("id")},
                         {"name", f.at("file_name")},
                         {"size", f.at("size")},
                         {"sha256", f.at("sha256")},
                         {"type", f.at("content_type")}});
    }
    const auto by_name = [](const bj::value& a, const bj::value& b) {
        return as_text(a.at("name")) < as_text(b.at("name"));
    };
    std::sort(files.begin(), files.end(), by_name);
    out["files"] = files;
    return out;
}

// Only the cases that the sequence made: the demo's own are the same throughout.
bj::value forward_world::read() {
    bj::array out;
    bj::value page = get("/cases?limit=200&sort=asc");
    for (const auto& item : page.at("items").as_array()) {
        if (as_text(item.at("created_at")) < "2026") continue;  // the published ones
        out.push_back(read_case(as_text(item.at("id"))));
    }
    return out;
}

bool forward_world::plan_case(const step& s, bj::object& one, action& a) {
    const std::string kind = name_of(s.what);
    a.method = "PATCH";
    a.expected = 204;
    bj::object body;
    const auto change = [&](const char* member, bj::value v) { one[member] = body[member] = std::move(v); };
    if (kind == "change status") {
        const std::string& to = pick(statuses, s.other);
        change("status", bj::value(to));
    } else if (kind == "change summary") {
        change("summary", bj::value("Changed " + std::to_string(s.other) +
                                    (s.other % 5 == 0 ? std::string(300, 's') : "")));
    } else if (kind == "change severity") {
        change("severity", bj::value(pick(severities, s.other)));
    } else if (kind == "change priority") {
        change("priority", bj::value(pick(priorities, s.other)));
    } else if (kind == "change description") {
        change("description", bj::value(pick(texts, s.other)));
    } else if (kind == "change payload") {
        change("payload",
               s.other % 4 == 0 ? bj::value() : bj::value({{"n", s.other}, {"t", pick(texts, s.other)}}));
    } else if (kind == "assign") {
        const auto& who = accounts_.accounts[s.other % 2];
        const bool nobody = s.other % 3 == 0;
        body["assignee_id"] = nobody ? bj::value() : bj::value(who.id.to_string());
        one["assignee"] = nobody ? bj::value() : bj::value(who.email);
    } else {
        return false;
    }
    a.body = bj::serialize(body);
    return true;
}

bool forward_world::plan_comment(const step& s, bj::object& one, action& a) {
    const std::string kind = name_of(s.what);
    auto& comments = one["comments"].as_array();
    const std::string me = accounts_.accounts[s.who % 2].email;
    a.target += "/comments";
    const bj::object fresh{{"id", "?"},        {"content", pick(texts, s.other)},
                           {"author", me},     {"parent", nullptr},
                           {"deleted", false}, {"edited", false}};
    if (kind == "comment") {
        comments.push_back(fresh);
        a.method = "POST";
        a.expected = 201;
        a.body = bj::serialize(bj::object{{"content", pick(texts, s.other)}});
        return true;
    }
    if (comments.empty()) return false;
    const std::size_t at = s.on % comments.size();
    bj::object& that = comments[at].as_object();
    if (kind == "reply") {
        if (!that["parent"].is_null() || that["deleted"].as_bool()) return false;
        bj::object reply = fresh;
        reply["parent"] = that["id"];
        a.body = bj::serialize(bj::object{{"content", pick(texts, s.other)}, {"parent_id", that["id"]}});
        comments.push_back(reply);
        a.method = "POST";
        a.expected = 201;
        return true;
    }
    if (as_text(that["author"]) != me || that["deleted"].as_bool()) return false;
    a.target += "/" + as_text(that["id"]);
    if (kind == "edit comment") {
        a.method = "PATCH";
        a.expected = 204;
        const std::string text = "edited " + std::to_string(s.other);
        if (as_text(that["content"]) != text) that["edited"] = "?";
        that["content"] = text;
        a.body = bj::serialize(bj::object{{"content", text}});
        return true;
    }
    a.method = "DELETE";
    a.expected = 204;
    const bool replied = std::any_of(comments.begin(), comments.end(),
                                     [&](const bj::value& c) { return c.at("parent") == that["id"]; });
    if (!replied) {
        a.removes = true;
        comments.erase(comments.begin() + static_cast<std::ptrdiff_t>(at));
    } else {
        that["content"] = "Comment deleted";
        that["deleted"] = true;
        that["edited"] = "?";
    }
    return true;
}

bool forward_world::plan_task(const step& s, bj::object& one, action& a) {
    const std::string kind = name_of(s.what);
    auto& tasks = one["tasks"].as_array();
    a.target += "/tasks";
    const auto in_order = [&] {
        std::stable_sort(tasks.begin(), tasks.end(), [](const bj::value& x, const bj::value& y) {
            return as_text(x.at("title")) < as_text(y.at("title"));
        });
    };
    if (kind == "make task") {
        const std::string title = "Task " + std::to_string(tasks.size()) + "-" + std::to_string(s.other);
        const bj::object body{{"title", title},
                              {"status", pick(task_statuses, s.other)},
                              {"priority", pick(priorities, s.other)},
                              {"description", pick(texts, s.other % 3)}};
        a.method = "POST";
        a.expected = 201;
        a.body = bj::serialize(body);
        bj::object task = body;
        task["id"] = "?";
        task["assignee"] = nullptr;
        tasks.push_back(task);
        in_order();
        return true;
    }
    if (tasks.empty()) return false;
    const std::size_t at = s.on % tasks.size();
    bj::object& that = tasks[at].as_object();
    a.target += "/" + as_text(that["id"]);
    if (kind == "remove task") {
        a.method = "DELETE";
        a.expected = 204;
        a.removes = true;
        tasks.erase(tasks.begin() + static_cast<std::ptrdiff_t>(at));
        return true;
    }
    a.method = "PATCH";
    a.expected = 200;
    const auto& who = accounts_.accounts[s.who % 2];
    a.body = bj::serialize(bj::object{{"status", pick(task_statuses, s.other)},
                                      {"priority", pick(priorities, s.other + 1)},
                                      {"assignee_id", who.id.to_string()}});
    that["status"] = pick(task_statuses, s.other);
    that["priority"] = pick(priorities, s.other + 1);
    that["assignee"] = who.email;
    return true;
}

bool forward_world::plan_file(const step& s, bj::object& one, action& a) {
    auto& files = one["files"].as_array();
    a.target += "/attachments";
    if (name_of(s.what) == "upload") {
        if (files.size() >= 9) return false;
        const std::string name =
            "file-" + std::to_string(files.size()) + "-" + std::to_string(s.other) + ".txt";
        const std::string bytes = "content of " + name + std::string(s.other * 37, '.');
        const digest d = sha256(bytes);
        files.push_back({{"id", "?"},
                         {"name", name},
                         {"size", bytes.size()},
                         {"sha256", hex_encode(casebridge::as_text(d))},
                         {"type", "text/plain"}});
        std::sort(files.begin(), files.end(), [](const bj::value& x, const bj::value& y) {
            return as_text(x.at("name")) < as_text(y.at("name"));
        });
        a.method = "POST";
        a.expected = 201;
        a.fields.emplace_back("Content-Type", "multipart/form-data; boundary=bbb");
        a.body = "--bbb\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name +
                 "\"\r\nContent-Type: text/plain\r\n\r\n" + bytes + "\r\n--bbb--\r\n";
        return true;
    }
    if (files.empty()) return false;
    const std::size_t at = s.on % files.size();
    a.method = "DELETE";
    a.expected = 204;
    a.removes = true;
    a.target += "/" + as_text(files[at].at("id"));
    files.erase(files.begin() + static_cast<std::ptrdiff_t>(at));
    return true;
}

std::optional<world::action> forward_world::plan(const step& s, const bj::value& model) {
    const std::string kind = name_of(s.what);
    action a;
    a.after = model;
    who_ = s.who;
    auto& cases = a.after.as_array();
    if (kind == "create case" || cases.empty()) {
        if (cases.size() >= 2) return std::nullopt;
        const bj::object body{{"summary", "Case " + std::to_string(s.other)},
                              {"description", pick(texts, s.other)},
                              {"status", pick(statuses, s.other)},
                              {"priority", pick(priorities, s.other)},
                              {"severity", pick(severities, s.other)},
                              {"payload", bj::object{{"made", s.other}}}};
        a.method = "POST";
        a.target = root + "/cases";
        a.body = bj::serialize(body);
        a.expected = 201;
        bj::object one = body;
        one["id"] = "?";
        one["assignee"] = nullptr;
        one["comments"] = bj::array();
        one["tasks"] = bj::array();
        one["tags"] = bj::array();
        one["files"] = bj::array();
        cases.push_back(one);
        return a;
    }
    const std::size_t at = s.on % cases.size();
    bj::object& one = cases[at].as_object();
    a.target = root + "/cases/" + as_text(one["id"]);
    if (kind == "remove case") {
        a.method = "DELETE";
        a.expected = 204;
        a.removes = true;
        cases.erase(cases.begin() + static_cast<std::ptrdiff_t>(at));
        return a;
    }
    if (kind.ends_with("tag")) {
        const char* name = s.other % 2 == 0 ? "Low Noise" : "Urgent";
        auto& tags = one["tags"].as_array();
        const auto there = std::find(tags.begin(), tags.end(), bj::value(name));
        a.target += "/tags";
        if (kind == "add tag") {
            a.method = "POST";
            a.expected = 201;
            a.body = bj::serialize(bj::object{{"tag_id", name}});
            if (there == tags.end()) tags.push_back(name);
            std::sort(tags.begin(), tags.end(),
                      [](const bj::value& x, const bj::value& y) { return as_text(x) < as_text(y); });
            return a;
        }
        if (there == tags.end()) return std::nullopt;
        tags.erase(there);
        a.method = "DELETE";
        a.expected = 204;
        a.removes = true;
        a.target += s.other % 2 == 0 ? "/low-noise" : "/urgent";
        return a;
    }
    const bool planned = kind.starts_with("change task") || kind.ends_with(" task") ? plan_task(s, one, a)
                         : kind.ends_with("comment") || kind == "reply"             ? plan_comment(s, one, a)
                         : kind == "upload" || kind.ends_with("file")               ? plan_file(s, one, a)
                                                                                    : plan_case(s, one, a);
    return planned ? std::optional(a) : std::nullopt;
}

}  // namespace

std::unique_ptr<world> make_forward_world() { return std::make_unique<forward_world>(); }

}  // namespace casebridge::sequences
