// A ThreatConnect client before the façade, the Tracecat stand-in behind it.
#include "worlds.hpp"

#include "bridge/records/records.hpp"
#include "core/crypto.hpp"
#include "platform/threatconnect/facade/facade.hpp"
#include "platform/tracecat/client/store.hpp"
#include "sandbox/tracecat/data.hpp"
#include "sandbox/tracecat/service.hpp"

#include <algorithm>
#include <stdexcept>

namespace casebridge::sequences {
namespace {

namespace bj = boost::json;
namespace tracecat = platform::tracecat::client;
namespace threatconnect = platform::threatconnect;

constexpr const char* api_token = "APIV2:sequences-token";
constexpr const char* api_user_name = "90000000000000000009";

platform::directory make_directory() {
    platform::directory d;
    platform::workspace w;
    w.id = *uuid::parse(sandbox::tracecat::demo_workspace_id);
    w.name = "Demo Workspace";
    w.upstream = "sandbox";
    w.credential = "bridge";
    w.organization = "Demo Organization";
    d.workspaces.push_back(w);
    platform::api_user u;
    u.access_id = api_user_name;
    u.tokens = {api_token};
    u.workspace = w.id;
    u.read_write = true;
    d.api_users.push_back(u);
    return d;
}

tracecat::store_options store_options() {
    tracecat::store_options o;
    o.realm = "http://sandbox.test";
    tracecat::login_credential c;
    c.name = "bridge";
    c.email = "demo@casebridge.test";
    c.password = "demo-password";
    o.credentials.push_back(c);
    return o;
}

const std::vector<std::string> severities{"Low", "Medium", "High", "Critical"};
const std::vector<std::string> resolutions{"Escalated", "False Positive", "Not Specified",
                                           "Deferred / Delayed"};
const std::vector<std::string> task_statuses{"Open", "Closed", "Reopened", "Pending"};
const std::vector<std::string> texts{"short",
                                     "Zeile eins\nZeile zwei",
                                     "quotes \" and \\ and {\"json\":1}",
                                     std::string(26000, 'y'),
                                     "Größe €",
                                     "4"};

template <class T>
const T& pick(const std::vector<T>& from, unsigned i) {
    return from[i % from.size()];
}
std::string as_text(const bj::value& v) { return std::string(v.as_string()); }

bj::value or_null(const bj::value& from, const char* member) {
    const auto* there = from.as_object().if_contains(member);
    return there == nullptr ? bj::value() : *there;
}

std::string xid_of(std::size_t cases, const step& s) {
    return "sequence-" + std::to_string(cases) + "-" + std::to_string(s.other);
}

void sort_by(bj::array& list, const char* member) {
    std::stable_sort(list.begin(), list.end(), [&](const bj::value& a, const bj::value& b) {
        return as_text(a.at(member)) < as_text(b.at(member));
    });
}

class reverse_world final : public world {
public:
    reverse_world()
        : data_(1),
          sandbox_(data_, {}),
          client_([this](const http::request& q, http::response& s) { sandbox_.handle(q, s); }),
          memory_(std::make_shared<tracecat::store_memory>()),
          store_(client_, store_options(), memory_),
          records_(options_of_records(), shipped_tables(), accounts_, store_, gate_, {}, {}),
          facade_(facade_options(), accounts_, records_, [](const failure& f) {
              const auto row = shipped_tables().errors().answer(f, shipped_tables().right().platform);
              return threatconnect::wording{row.status, row.code, row.text};
          }) {
        sandbox::tracecat::add_demo_data(data_);
        empty_ = read();
    }

    std::size_t kinds() const override { return std::size(names_); }
    std::string name_of(unsigned kind) const override { return names_[kind % kinds()]; }
    direct_client& upstream() override { return client_; }
    bj::value empty() const override { return empty_; }
    answer ask(const action& a) override { return send(a.method, a.target, a.body, a.fields); }
    std::optional<action> plan(const step& s, const bj::value& model) override;
    bj::value read() override;

private:
    static bridge::records_options options_of_records() { return {}; }
    static threatconnect::options facade_options() {
        threatconnect::options o;
        o.token_key.fill(3);
        o.link_key.fill(4);
        o.public_url = "https://facade.test";
        return o;
    }
    answer send(std::string_view method, const std::string& target, const std::string& body, headers fields) {
        fields.emplace_back("Authorization", std::string("TC-Token ") + api_token);
        if (!body.empty()) fields.emplace_back("Content-Type", "application/json");
        const http::request req = make_request(method, "/api/v3" + target, body, fields);
        http::response res;
        run_to_the_end(facade_.handle(req, res));
        return answer_of(res);
    }
    bj::value get(const std::string& target) {
        const answer a = send("GET", target, {}, {});
        if (a.status != 200)
            throw std::logic_error("GET " + target + ": " + std::to_string(a.status) + " " + a.body);
        const bj::value whole = bj::parse(a.body);
        return whole.at("data");
    }
    bj::object read_case(const bj::value& c);
    bool plan_case(const step& s, bj::object& one, action& a);
    bool plan_child(const step& s, bj::object& one, action& a);
    void plan_new_case(const step& s, bj::array& cases, action& a);

    static constexpr const char* names_[] = {
        "create case",       "change name",        "change status",   "change severity",
        "change resolution", "change description", "remove case",     "add tag",
        "remove tag",        "make notes",         "change notes",    "remove notes",
        "make tasks",        "change tasks",       "remove tasks",    "make artifacts",
        "change artifacts",  "remove artifacts",   "make events",     "remove events",
        "make files",        "change files",       "make attributes", "change attributes",
        "remove attributes", "make notes",         "make artifacts",  "make files"};

    sandbox::tracecat::store data_;
    sandbox::tracecat::service sandbox_;
    direct_client client_;
    platform::directory accounts_ = make_directory();
    bridge::write_gate gate_;
    std::shared_ptr<tracecat::store_memory> memory_;
    tracecat::store store_;
    bridge::records records_;
    threatconnect::facade facade_;
    bj::value empty_;
};

bj::object reverse_world::read_case(const bj::value& c) {
    bj::object out;
    for (const char* same : {"id", "xid", "name", "description", "status", "severity", "resolution"})
        out[same] = or_null(c, same);
    const auto list = [&](const char* member) -> const bj::array& {
        return c.at(member).at("data").as_array();
    };
    bj::array tags, notes, tasks, artifacts, events, attributes;
    for (const auto& t : list("tags")) tags.push_back(bj::object{{"name", t.at("name")}});
    for (const auto& n : list("notes")) {
        notes.push_back({{"id", n.at("id")},
                         {"text", n.at("text")},
                         {"author", or_null(n, "author")},
                         {"edited", n.at("edited")}});
    }
    for (const auto& t : list("tasks")) {
        tasks.push_back({{"id", t.at("id")},
                         {"name", t.at("name")},
                         {"status", t.at("status")},
                         {"phase", t.at("workflowPhase")},
                         {"due", or_null(t, "dueDate")},
                         {"required", t.at("required")}});
    }
    for (const auto& a : list("artifacts")) {
        bj::value content;
        if (as_text(a.at("type")) == "Log File") {
            const bj::value one = get("/artifacts/" + bj::serialize(a.at("id")) + "?fields=fileData");
            content = or_null(one, "fileData");
        }
        artifacts.push_back({{"id", a.at("id")},
                             {"summary", a.at("summary")},
                             {"type", a.at("type")},
                             {"source", or_null(a, "source")},
                             {"content", content}});
    }
    for (const auto& e : list("workflowEvents")) {
        if (e.at("systemGenerated").as_bool()) continue;
        const bj::value deleted = or_null(e, "deleted");
        events.push_back({{"id", e.at("id")},
                          {"summary", e.at("summary")},
                          {"deleted", deleted.is_bool() && deleted.as_bool()}});
    }
    for (const auto& a : list("attributes"))
        attributes.push_back({{"id", a.at("id")}, {"type", a.at("type")}, {"value", a.at("value")}});
    sort_by(tags, "name");
    sort_by(notes, "text");
    sort_by(tasks, "name");
    sort_by(artifacts, "summary");
    sort_by(events, "summary");
    sort_by(attributes, "value");
    out["tags"] = tags;
    out["notes"] = notes;
    out["tasks"] = tasks;
    out["artifacts"] = artifacts;
    out["events"] = events;
    out["attributes"] = attributes;
    return out;
}

bj::value reverse_world::read() {
    bj::array out;
    const bj::value all =
        get("/cases?resultLimit=100&fields=tags&fields=notes&fields=tasks&fields=artifacts&fields="
            "workflowEvents&fields=attributes");
    for (const auto& c : all.as_array()) out.push_back(read_case(c));
    sort_by(out, "xid");
    return out;
}

// A case with something of everything, in one request.
void reverse_world::plan_new_case(const step& s, bj::array& cases, action& a) {
    const std::string xid = xid_of(cases.size(), s);
    bj::object body{{"name", "Case " + std::to_string(s.other)},
                    {"xid", xid},
                    {"status", "Open"},
                    {"severity", pick(severities, s.other)},
                    {"description", "d" + std::to_string(s.other)}};
    bj::object one{{"id", "?"},
                   {"xid", xid},
                   {"name", body["name"]},
                   {"status", "Open"},
                   {"severity", body["severity"]},
                   {"description", body["description"]},
                   {"resolution", "Not Specified"}};
    for (const char* list : {"tags", "notes", "tasks", "artifacts", "events", "attributes"})
        one[list] = bj::array();
    if (s.other % 2 == 0) {
        const auto collection = [](bj::object entry) {
            bj::array entries;
            entries.push_back(std::move(entry));
            return bj::object{{"data", entries}};
        };
        body["tags"] = collection({{"name", "Phishing"}});
        body["notes"] = collection({{"text", "n" + std::to_string(s.other)}});
        body["tasks"] = collection({{"name", "t" + std::to_string(s.other)}});
        body["artifacts"] = collection({{"type", "Host"}, {"summary", "h" + std::to_string(s.other)}});
        one["tags"].as_array().push_back(bj::object{{"name", "Phishing"}});
        one["notes"].as_array().push_back({{"id", "?"},
                                           {"text", "n" + std::to_string(s.other)},
                                           {"author", api_user_name},
                                           {"edited", false}});
        one["tasks"].as_array().push_back({{"id", "?"},
                                           {"name", "t" + std::to_string(s.other)},
                                           {"status", "Open"},
                                           {"phase", 0},
                                           {"due", nullptr},
                                           {"required", false}});
        one["artifacts"].as_array().push_back({{"id", "?"},
                                               {"summary", "h" + std::to_string(s.other)},
                                               {"type", "Host"},
                                               {"source", nullptr},
                                               {"content", nullptr}});
    }
    a.method = "POST";
    a.target = "/cases";
    a.expected = 201;
    a.body = bj::serialize(body);
    cases.push_back(one);
    sort_by(cases, "xid");
}

bool reverse_world::plan_case(const step& s, bj::object& one, action& a) {
    const std::string kind = name_of(s.what);
    a.method = "PUT";
    a.expected = 200;
    bj::object body;
    const auto change = [&](const char* member, bj::value v) { one[member] = body[member] = std::move(v); };
    if (kind == "change name") {
        change("name", bj::value("Changed " + std::to_string(s.other)));
    } else if (kind == "change status") {
        change("status", bj::value(s.other % 2 == 0 ? "Open" : "Closed"));
    } else if (kind == "change severity") {
        change("severity", bj::value(pick(severities, s.other)));
    } else if (kind == "change resolution") {
        change("resolution", bj::value(pick(resolutions, s.other)));
    } else if (kind == "change description") {
        change("description", bj::value("description " + std::to_string(s.other)));
    } else if (kind.ends_with(" tag")) {
        const char* name = s.other % 2 == 0 ? "Phishing" : "Something New";
        auto& tags = one["tags"].as_array();
        const bj::object entry{{"name", name}};
        const auto there = std::find(tags.begin(), tags.end(), bj::value(entry));
        if (kind == "add tag" && there == tags.end()) tags.push_back(entry);
        if (kind == "remove tag" && there != tags.end()) tags.erase(there);
        sort_by(tags, "name");
        bj::array entries;
        entries.push_back(entry);
        body["tags"] = bj::object{{"data", entries}, {"mode", kind == "add tag" ? "append" : "delete"}};
    } else {
        return false;
    }
    a.body = bj::serialize(body);
    return true;
}

// What is written of each kind of child, and how it then reads.
bool reverse_world::plan_child(const step& s, bj::object& one, action& a) {
    std::string kind = name_of(s.what);
    const std::string verb = kind.substr(0, kind.find(' '));
    kind.erase(0, kind.find(' ') + 1);
    const bool file = kind == "files";
    const std::string member = file ? "artifacts" : kind;
    auto& list = one[member].as_array();
    const std::string path = kind == "events"       ? "/workflowEvents"
                             : kind == "attributes" ? "/caseAttributes"
                                                    : "/" + member;
    const std::string mark = std::to_string(s.other) + "-" + std::to_string(list.size());
    const bj::value bytes(base64_encode("bytes " + mark + std::string(s.other * 31, '.')));
    bj::object body, shown{{"id", "?"}};
    const char* sorted = "text";
    if (kind == "notes") {
        body["text"] = shown["text"] = pick(texts, s.other) + mark;
        shown["author"] = api_user_name;
        shown["edited"] = verb == "change";
    } else if (kind == "tasks") {
        sorted = "name";
        body["name"] = shown["name"] = "Task " + mark;
        body["status"] = shown["status"] = pick(task_statuses, s.other);
        body["dueDate"] = shown["due"] = "2030-01-02T03:04:05Z";
        body["required"] = shown["required"] = s.other % 2 == 0;
        shown["phase"] = verb == "make" ? 3 : 0;
        if (verb == "make") body["workflowPhase"] = 3;
    } else if (kind == "artifacts" || file) {
        sorted = "summary";
        body["summary"] = shown["summary"] = (file ? "log-" : "host-") + mark + (file ? ".txt" : ".example");
        body["source"] = shown["source"] = "source " + mark;
        shown["type"] = file ? "Log File" : "Host";
        shown["content"] = file ? bytes : bj::value();
        if (verb == "make") body["type"] = shown["type"];
        if (file) body["fileData"] = bytes;
    } else if (kind == "events") {
        sorted = "summary";
        body["summary"] = shown["summary"] = "Event " + mark;
        shown["deleted"] = false;
    } else {
        sorted = "value";
        body["type"] = shown["type"] = "Description";
        body["value"] = shown["value"] = "value " + mark;
    }
    if (verb == "make") {
        body["caseId"] = one["id"];
        a.method = "POST";
        a.target = path;
        a.expected = 201;
        a.body = bj::serialize(body);
        list.push_back(shown);
        sort_by(list, sorted);
        return true;
    }
    std::vector<std::size_t> own;
    for (std::size_t i = 0; i < list.size(); ++i) {
        const bool a_file = member == "artifacts" && as_text(list[i].at("type")) == "Log File";
        if ((member != "artifacts" || a_file == file || verb == "remove") &&
            !(kind == "events" && list[i].at("deleted").as_bool()))
            own.push_back(i);
    }
    if (own.empty()) return false;
    bj::object& that = list[own[s.on % own.size()]].as_object();
    a.target = path + "/" + bj::serialize(that["id"]);
    if (verb == "remove") {
        a.method = "DELETE";
        a.expected = 200;
        a.removes = true;
        if (kind == "events") {
            a.body = R"({"deletedReason":"twice"})";
            that["deleted"] = true;
            a.removes = false;
        } else {
            list.erase(list.begin() + static_cast<std::ptrdiff_t>(own[s.on % own.size()]));
        }
        return true;
    }
    body.erase("type");
    shown["id"] = that["id"];
    if (kind == "tasks") shown["phase"] = that["phase"];
    that = shown;
    sort_by(list, sorted);
    a.method = "PUT";
    a.expected = 200;
    a.body = bj::serialize(body);
    return true;
}

std::optional<world::action> reverse_world::plan(const step& s, const bj::value& model) {
    const std::string kind = name_of(s.what);
    action a;
    a.after = model;
    auto& cases = a.after.as_array();
    if (kind == "create case" || cases.empty()) {
        const bj::value xid(xid_of(cases.size(), s));
        const auto taken = [&](const bj::value& c) { return c.at("xid") == xid; };
        if (cases.size() >= 2 || std::any_of(cases.begin(), cases.end(), taken)) return std::nullopt;
        plan_new_case(s, cases, a);
        return a;
    }
    const std::size_t at = s.on % cases.size();
    bj::object& one = cases[at].as_object();
    a.target = "/cases/" + bj::serialize(one["id"]);
    if (kind == "remove case") {
        a.method = "DELETE";
        a.expected = 200;
        a.removes = true;
        cases.erase(cases.begin() + static_cast<std::ptrdiff_t>(at));
        return a;
    }
    const bool child = kind.ends_with("s") && (kind.starts_with("make") || kind.starts_with("remove") ||
                                               kind.starts_with("change "));
    const bool of_case = kind == "change status";
    const bool planned = child && !of_case ? plan_child(s, one, a) : plan_case(s, one, a);
    return planned ? std::optional(a) : std::nullopt;
}

}  // namespace

std::unique_ptr<world> make_reverse_world() { return std::make_unique<reverse_world>(); }

}  // namespace casebridge::sequences
