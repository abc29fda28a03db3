#include "fake_server.hpp"

#include "core/timestamp.hpp"
#include "http/target.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <ctime>

namespace casebridge::test {
namespace {

constexpr std::string_view unexpected =
    R"({"message":"An unexpected error occurred. Please try again later."})";

std::string date_of(std::int64_t micros) {
    const std::time_t seconds = micros / 1'000'000;
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 64> text{};
    std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return text.data();
}

bj::object list_item(const fake_case& c, bool payload, const std::vector<std::string>& fields) {
    bj::object o{{"id", c.id}, {"short_id", "CASE-000" + std::to_string(c.number)}};
    o["created_at"] = text_of(c.created);
    o["updated_at"] = text_of(c.updated);
    for (const auto& m : c.members) o[m.key()] = m.value();
    o["assignee"] = nullptr;
    o["tags"] = c.tags;
    o["dropdown_values"] = bj::array{};
    o["rows"] = bj::array{};
    o["durations"] = nullptr;
    o["field_values"] = nullptr;
    if (!fields.empty()) {
        bj::object values;
        for (const auto& id : fields)
            if (const auto* v = c.fields.if_contains(id); v != nullptr && !v->is_null()) values[id] = *v;
        o["field_values"] = std::move(values);
    }
    o["payload"] = payload ? c.payload : bj::value(nullptr);
    o["num_tasks_completed"] = 0;
    o["num_tasks_total"] = 0;
    return o;
}

bj::object single(const fake_case& c, const std::vector<std::string>& custom) {
    bj::object o = list_item(c, true, {});
    for (const char* name : {"durations", "field_values", "num_tasks_completed", "num_tasks_total"})
        o.erase(name);
    o["description"] = c.description;
    bj::array fields{{{"id", "id"}, {"reserved", true}, {"value", "5d1c9f7e-3f1b-4f0e-8c55-0d9b6a7c8e11"}}};
    for (const auto& id : custom) {
        const auto* v = c.fields.if_contains(id);
        fields.push_back(
            {{"id", id}, {"reserved", false}, {"value", v == nullptr ? bj::value(nullptr) : *v}});
    }
    o["fields"] = std::move(fields);
    return o;
}

std::vector<std::string> split(std::string_view path) {
    std::vector<std::string> out;
    while (!path.empty()) {
        path.remove_prefix(1);
        const auto slash = path.find('/');
        out.emplace_back(path.substr(0, slash));
        path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash);
    }
    return out;
}

}  // namespace

std::string text_of(std::int64_t micros) {
    std::string out;
    append_micros(out, instant{micros});
    return out;
}

std::string new_id(std::size_t n) {
    std::array<std::uint8_t, 16> raw{};
    for (std::size_t i = 0; i < raw.size(); ++i)
        raw[i] = static_cast<std::uint8_t>(n * 31 + i * 7 + (n >> 3));
    raw[15] = static_cast<std::uint8_t>(n);
    raw[14] = static_cast<std::uint8_t>(n >> 8);
    return uuid::from_bytes_v4(raw).to_string();
}

upstream::answer answer_of(unsigned status, std::string body) {
    upstream::answer a;
    a.status = status;
    a.content_type = "application/json";
    a.body = std::move(body);
    return a;
}

std::size_t fake_server::count(std::string_view entry) const {
    return static_cast<std::size_t>(std::count(log.begin(), log.end(), entry));
}

fake_case* fake_server::find(std::string_view id) {
    const auto found =
        std::find_if(cases.begin(), cases.end(), [&](const fake_case& c) { return c.id == id; });
    return found == cases.end() ? nullptr : &*found;
}

fake_case& fake_server::add(std::string summary, bj::value payload) {
    fake_case c;
    c.number = static_cast<int>(cases.size()) + 1;
    c.id = new_id(static_cast<std::size_t>(c.number));
    c.created = ++clock;
    c.updated = c.created - 1;
    c.members = {
        {"summary", std::move(summary)}, {"status", "new"}, {"priority", "high"}, {"severity", "low"}};
    c.description = "description of " + std::to_string(c.number);
    c.payload = std::move(payload);
    c.events.push_back({{"type", "case_created"}, {"created_at", text_of(c.created)}});
    cases.push_back(std::move(c));
    return cases.back();
}

task<result<upstream::answer>> fake_server::send(const upstream::call& c) {
    most_at_a_time = std::max(most_at_a_time, ++running_);
    const auto self = co_await boost::asio::this_coro::executor;
    co_await boost::asio::post(self, boost::asio::use_awaitable_t<boost::asio::io_context::executor_type>{});
    --running_;
    clock += 1000;
    targets.emplace_back(c.target);
    bodies.emplace_back(c.body);
    if (before) {
        if (auto instead = before(c); instead) co_return std::move(*instead);
    }
    upstream::answer a = route(c);
    a.fields.emplace_back("date", date_of(clock));
    if (after) {
        if (auto instead = after(c); instead) co_return std::move(*instead);
    }
    co_return a;
}

bool fake_server::knows_caller(const upstream::call& c) const {
    for (const auto& [name, value] : c.fields) {
        if (name == "Cookie" && sessions.contains(value)) return true;
        if (name == "Authorization" && keys_work && value == std::string("Bearer ") + good_key) return true;
    }
    return false;
}

upstream::answer fake_server::log_in(std::string_view body) {
    if (!logins_work || body != "username=bridge%40example.com&password=correct%20horse")
        return answer_of(400, R"({"detail":"LOGIN_BAD_CREDENTIALS"})");
    const std::string cookie = "fastapiusersauth=session-" + std::to_string(log.size());
    sessions.insert(cookie);
    upstream::answer a;
    a.status = 204;
    a.fields.emplace_back("Set-Cookie", cookie + "; HttpOnly; Max-Age=604800; Path=/; SameSite=lax");
    return a;
}

upstream::answer fake_server::route(const upstream::call& c) {
    const std::string_view whole = c.target;
    const std::string_view path = whole.substr(0, whole.find('?'));
    std::vector<std::string> parts = split(path.substr(4));   // "/api"
    std::map<std::string, std::vector<std::string>> query;
    if (whole.find('?') != std::string_view::npos)
        for (auto& p : http::parse_form(whole.substr(whole.find('?') + 1))) query[p.name].push_back(p.value);

    std::string entry(c.method);
    if (parts.size() > 1 && parts[0] == "workspaces") {
        if (!canonical && parts[2] != "members") {
            log.push_back(entry + " (canonical)");
            return answer_of(404, R"({"detail":"Not Found"})");
        }
        parts.erase(parts.begin(), parts.begin() + 2);
    }
    for (const auto& p : parts) entry += "/" + std::string(uuid::parse(p) ? "*" : p);
    entry.insert(c.method.size(), " ");
    log.push_back(entry);

    if (parts[0] == "info") return answer_of(200, R"({"version":"1.0.0-beta.50"})");
    if (parts[0] == "auth") return log_in(c.body);
    if (!knows_caller(c)) {
        const bool key = std::any_of(c.fields.begin(), c.fields.end(),
                                     [](const auto& f) { return f.first == "Authorization"; });
        return key ? answer_of(401, R"({"detail":"Unauthorized"})")
                   : answer_of(403, R"({"detail":"Forbidden"})");
    }
    if (!foreign_workspace.empty() && whole.find(foreign_workspace) != std::string_view::npos)
        return answer_of(403, R"({"detail":"Forbidden"})");
    if (parts[0] == "case-fields") return fields(c, parts.size() > 1 ? parts[1] : std::string_view{});
    if (parts[0] == "members")
        return answer_of(200,
                         R"([{"user_id":"7c0e6d5a-1b2c-4d3e-8f90-a1b2c3d4e5f6","email":"ana@example.com"}])");
    if (parts[0] == "users") return answer_of(200, bj::serialize(bj::object{{"id", own_id}}));
    if (parts[0] == "case-tags") return tag_definitions(c);
    if (parts.size() == 2 && parts[1] == "search") return search(query);
    if (parts.size() == 1) return create(c.body);
    std::string below;
    for (std::size_t i = 2; i < parts.size(); ++i) below += "/" + parts[i];
    return one_case(c, parts[1], below);
}

upstream::answer fake_server::search(const std::map<std::string, std::vector<std::string>>& query) {
    const auto one = [&](const char* name) {
        const auto found = query.find(name);
        return found == query.end() ? std::string() : found->second.back();
    };
    const bool payloads = knows_payloads && one("include_payload") == "true";
    if (one("limit") == "0") {
        bj::array detail{{{"type", "greater_than_equal"}, {"loc", {"query", "limit"}}}};
        if (knows_payloads)
            detail.push_back({{"type", "bool_parsing"}, {"loc", {"query", "include_payload"}}});
        return answer_of(422, bj::serialize(bj::object{{"detail", detail}}));
    }
    std::vector<const fake_case*> found;
    const auto time = [&](const char* name) { return parse_iso8601(one(name)).value_or(instant{}).micros; };
    for (const auto& c : cases) {
        if (!one("short_id").empty() && one("short_id") != std::to_string(c.number)) continue;
        if (!one("updated_after").empty() && c.updated < time("updated_after")) continue;
        if (!one("start_time").empty() && c.created < time("start_time")) continue;
        found.push_back(&c);
    }
    const bool by_update = one("order_by") == "updated_at";
    std::stable_sort(found.begin(), found.end(), [&](const fake_case* a, const fake_case* b) {
        return by_update ? a->updated < b->updated : a->created < b->created;
    });
    if (one("sort") == "desc") std::reverse(found.begin(), found.end());
    std::size_t at = one("cursor").empty() ? 0 : std::stoul(one("cursor"));
    const std::size_t end = std::min(found.size(), at + std::stoul(one("limit")));
    const auto fields = query.find("field_ids");
    bj::array items;
    for (; at < end; ++at) {
        if (payloads && found[at]->poisoned) return answer_of(500, std::string(unexpected));
        items.push_back(list_item(*found[at], payloads,
                                  fields == query.end() ? std::vector<std::string>{} : fields->second));
    }
    bj::object page{{"items", items},
                    {"next_cursor", nullptr},
                    {"prev_cursor", nullptr},
                    {"has_more", end < found.size()}};
    if (end < found.size()) page["next_cursor"] = std::to_string(end);
    page["has_previous"] = false;
    page["total_estimate"] = found.size();
    return answer_of(200, bj::serialize(page));
}

upstream::answer fake_server::create(std::string_view body) {
    bj::object o = bj::parse(body).as_object();
    fake_case& c = add("");
    for (const char* name : {"summary", "status", "priority", "severity"}) c.members[name] = o.at(name);
    c.description = std::string(o.at("description").as_string());
    if (const auto* p = o.if_contains("payload"); p != nullptr) c.payload = *p;
    if (const auto* f = o.if_contains("fields"); f != nullptr) c.fields = f->as_object();
    return answer_of(201, "null");
}

upstream::answer fake_server::patch(fake_case& c, std::string_view body) {
    bj::object o = bj::parse(body).as_object();
    bool moved = false;
    for (const auto& m : o) {
        if (m.key() == "payload") {
            moved = moved || c.payload != m.value();
            c.payload = m.value();
        } else if (m.key() == "description") {
            moved = true;
            c.description = std::string(m.value().as_string());
        } else if (m.key() == "fields") {
            for (const auto& f : m.value().as_object()) c.fields[f.key()] = f.value();
        } else {
            if (m.key() == "status" && c.members["status"] != m.value())
                c.events.push_back({{"type", m.value() == "closed" ? "case_closed" : "status_changed"},
                                    {"old", c.members["status"]},
                                    {"new", m.value()},
                                    {"created_at", text_of(clock)}});
            moved = moved || c.members[m.key()] != m.value();
            c.members[m.key()] = m.value();
        }
    }
    if (moved) touch(c);
    upstream::answer a = answer_of(204);
    return a;
}

upstream::answer fake_server::one_case(const upstream::call& c, std::string_view id, std::string_view below) {
    fake_case* found = find(id);
    if (found == nullptr && below == "/tasks" && c.method == "GET")
        return addons ? answer_of(200, "[]") : children(c, cases.front(), below);
    if (found == nullptr)
        return answer_of(404, R"({"detail":"Case with ID )" + std::string(id) + R"( not found"})");
    if (below == "/events") {
        bj::array newest(found->events.rbegin(), found->events.rend());
        const bj::object user{{"id", own_id}, {"email", "ana@example.com"}};
        return answer_of(200, bj::serialize(bj::object{{"events", newest}, {"users", bj::array{user}}}));
    }
    if (below.starts_with("/comments") || below.starts_with("/tasks") || below.starts_with("/attachments"))
        return children(c, *found, below);
    if (below.starts_with("/tags")) return change_tags(c, *found, below.substr(5));
    if (c.method == "PATCH") return patch(*found, c.body);
    if (c.method == "DELETE") {
        cases.erase(cases.begin() + (found - cases.data()));
        return answer_of(204);
    }
    if (found->poisoned) return answer_of(500, std::string(unexpected));
    return answer_of(200, bj::serialize(single(*found, custom_fields)));
}

upstream::answer fake_server::change_tags(const upstream::call& c, fake_case& on, std::string_view below) {
    const std::string wanted = c.method == "POST" ? std::string(bj::parse(c.body).at("tag_id").as_string())
                                                  : std::string(below.substr(1));
    for (const auto& t : tags) {
        if (t.at("id").as_string() != wanted) continue;
        const auto there = std::find_if(on.tags.begin(), on.tags.end(),
                                        [&](const bj::value& v) { return v.at("id") == t.at("id"); });
        if (c.method == "POST") {
            if (there == on.tags.end()) on.tags.push_back(t);
            return answer_of(201, bj::serialize(t));
        }
        if (there == on.tags.end()) return answer_of(500, std::string(unexpected));
        on.tags.erase(there);
        return answer_of(204);
    }
    return answer_of(404, R"({"detail":"Tag not found"})");
}

upstream::answer fake_server::tag_definitions(const upstream::call& c) {
    if (c.method == "GET") {
        bj::array out;
        for (const auto& t : tags) out.push_back(t);
        return answer_of(200, bj::serialize(out));
    }
    const std::string name(bj::parse(c.body).at("name").as_string());
    std::string ref;
    for (const char ch : name) ref += ch == ' ' || ch == '_' ? '-' : static_cast<char>(std::tolower(ch));
    for (const auto& t : tags)
        if (t.at("ref").as_string() == ref)
            return answer_of(400, R"({"detail":"Case tag with slug ')" + ref + R"(' already exists"})");
    bj::object made{{"id", new_id(5000 + tags.size())}, {"name", name}, {"ref", ref}, {"color", nullptr}};
    tags.push_back(made);
    return answer_of(201, bj::serialize(made));
}

}  // namespace casebridge::test
