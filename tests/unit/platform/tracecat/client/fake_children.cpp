#include "fake_server.hpp"

#include <algorithm>

namespace casebridge::test {
namespace {

constexpr const char* no_addons =
    R"({"type":"EntitlementRequired","message":"Feature 'case_addons' requires an upgraded plan.","detail":{"entitlement":"case_addons"}})";

upstream::answer detail(unsigned status, std::string_view text) {
    return answer_of(status, bj::serialize(bj::object{{"detail", text}}));
}

bj::value* find_in(bj::array& all, std::string_view id) {
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const bj::value& v) { return v.at("id").as_string() == id; });
    return found == all.end() ? nullptr : &*found;
}

bool by_key(const upstream::call& c) {
    return std::any_of(c.fields.begin(), c.fields.end(),
                       [](const auto& f) { return f.first == "Authorization"; });
}

std::string trimmed(std::string text) {
    const auto first = text.find_first_not_of(" \n");
    const auto last = text.find_last_not_of(" \n");
    return first == std::string::npos ? std::string() : text.substr(first, last - first + 1);
}

}  // namespace

upstream::answer fake_server::fields(const upstream::call& c, std::string_view id) {
    if (c.method == "GET") {
        bj::array out{{{"id", "id"}, {"reserved", true}}};
        for (const auto& field : custom_fields) {
            bj::object one{{"id", field}, {"reserved", false}, {"options", nullptr}};
            if (const auto* made = definitions.if_contains(field); made != nullptr) one = made->as_object();
            out.push_back(std::move(one));
        }
        return answer_of(200, bj::serialize(out));
    }
    const bj::object sent = bj::parse(c.body).as_object();
    if (c.method == "PATCH") {
        definitions.at(id).as_object()["options"] = sent.at("options");
        return answer_of(204);
    }
    const std::string name(sent.at("name").as_string());
    custom_fields.push_back(name);
    definitions[name] = bj::object{{"id", name}, {"reserved", false}, {"options", sent.at("options")}};
    return answer_of(201, "null");
}

bj::object& fake_server::add_comment(fake_case& on, std::string content, std::optional<std::string> by) {
    bj::object made{{"id", new_id(9000 + ++children_)}, {"created_at", text_of(++clock)}};
    made["content"] = std::move(content);
    made["parent_id"] = nullptr;
    made["workflow"] = nullptr;
    made["user"] = by ? bj::value(bj::object{{"id", *by}}) : bj::value(nullptr);
    made["is_deleted"] = false;
    on.comments.push_back(std::move(made));
    return on.comments.back().as_object();
}

upstream::answer fake_server::children(const upstream::call& c, fake_case& on, std::string_view below) {
    const auto slash = below.find('/', 1);
    const auto kind = below.substr(0, slash);
    const auto id = slash == std::string_view::npos ? std::string_view{} : below.substr(slash + 1);
    if (kind == "/comments") return comments(c, on, id);
    if (kind == "/tasks") return tasks(c, on, id);
    if (c.method == "GET") return answer_of(200, bj::serialize(on.attachments));
    bj::value* found = find_in(on.attachments, id);
    if (found == nullptr) return detail(404, "Attachment " + std::string(id) + " not found");
    on.attachments.erase(found);
    return answer_of(204);
}

upstream::answer fake_server::comments(const upstream::call& c, fake_case& on, std::string_view id) {
    if (c.method == "GET") return answer_of(200, bj::serialize(on.comments));
    if (c.method == "POST") {
        const bj::object sent = bj::parse(c.body).as_object();
        auto& made = add_comment(on, trimmed(std::string(sent.at("content").as_string())),
                                 by_key(c) ? std::nullopt : std::optional<std::string>(own_id));
        if (const auto* parent = sent.if_contains("parent_id"); parent != nullptr)
            made["parent_id"] = *parent;
        return answer_of(201, "null");
    }
    bj::value* found = find_in(on.comments, id);
    if (found == nullptr) return detail(404, "Comment with ID " + std::string(id) + " not found");
    const bj::value& by = found->at("user");
    const bool own = !by_key(c) && by.is_object() && by.at("id").as_string() == own_id;
    if (c.method == "PATCH") {
        if (!own) return detail(403, "You cannot update this comment");
        const bj::object sent = bj::parse(c.body).as_object();
        for (const auto& m : sent) found->as_object()[m.key()] = m.value();
        return answer_of(204);
    }
    if (!own) return detail(403, "You can only delete your own comments");
    on.comments.erase(found);
    return answer_of(204);
}

upstream::answer fake_server::tasks(const upstream::call& c, fake_case& on, std::string_view id) {
    if (!addons) {
        if (c.method == "GET") return answer_of(403, no_addons);
        return c.method == "DELETE" ? detail(500, "Failed to delete task")
                                    : detail(400, "Failed to create task");
    }
    if (c.method == "GET") return answer_of(200, bj::serialize(on.tasks));
    if (c.method == "POST") {
        bj::object made{{"id", new_id(9000 + ++children_)},
                        {"created_at", text_of(++clock)},
                        {"description", nullptr},
                        {"priority", "unknown"},
                        {"status", "todo"},
                        {"assignee", nullptr}};
        const bj::object sent = bj::parse(c.body).as_object();
        for (const auto& m : sent) {
            if (m.key() == "assignee_id")
                made["assignee"] = bj::object{{"id", m.value()}};
            else
                made[m.key()] = m.value();
        }
        on.tasks.push_back(made);
        return answer_of(201, bj::serialize(made));
    }
    bj::value* found = find_in(on.tasks, id);
    if (found == nullptr) return detail(404, "Task not found");
    if (c.method == "DELETE") {
        on.tasks.erase(found);
        return answer_of(204);
    }
    const bj::object sent = bj::parse(c.body).as_object();
    for (const auto& m : sent) found->as_object()[m.key()] = m.value();
    return answer_of(200, bj::serialize(*found));
}

}  // namespace casebridge::test
