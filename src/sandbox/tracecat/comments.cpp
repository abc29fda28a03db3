// Comments of a case, and their threads of one level (Tracecat fact sheet §3.1).
#include "platform/tracecat/wire/unicode.hpp"
#include "sandbox/tracecat/child_models.hpp"
#include "sandbox/tracecat/routes.hpp"

#include <algorithm>

namespace casebridge::sandbox::tracecat {
namespace {

using sv = std::string_view;

constexpr sv erased_content = "Comment deleted";

void write_comment(json::writer& w, const context& c, const comment& k) {
    w.begin_object().member("id", k.id.to_string());
    write_time(w, "created_at", k.created_at);
    write_time(w, "updated_at", k.updated_at);
    w.member("content", k.deleted_at ? erased_content : sv(k.content));
    write_id(w, "parent_id", k.parent);
    w.key("workflow").null();
    if (c.how.version == release::today) w.key("agent").null();   // fact sheet §6.3
    write_user(w, "user", c.data, k.user);
    write_time(w, "last_edited_at", k.last_edited_at);
    write_time(w, "deleted_at", k.deleted_at);
    w.member("is_deleted", k.deleted_at.has_value()).key("mentions").begin_array().end_array();
    w.end_object();
}

comment* find_comment(incident& c, const uuid& id) noexcept {
    const auto at =
        std::find_if(c.comments.begin(), c.comments.end(), [&](const comment& k) { return k.id == id; });
    return at == c.comments.end() ? nullptr : &*at;
}

bool has_replies(const incident& c, const comment& root) noexcept {
    return std::any_of(c.comments.begin(), c.comments.end(),
                       [&](const comment& k) { return k.parent == root.id; });
}

// "comment_created" of a root, "comment_reply_created" of a reply.
void record_comment(context& c, incident& where, const comment& k, sv what, sv delete_mode = {}) {
    static constexpr sv names[][2] = {{"comment_created", "comment_reply_created"},
                                      {"comment_updated", "comment_reply_updated"},
                                      {"comment_deleted", "comment_reply_deleted"}};
    boost::json::object data;
    data["comment_id"] = k.id.to_string();
    if (k.parent) data["parent_id"] = k.parent->to_string();
    data["thread_root_id"] = k.parent.value_or(k.id).to_string();
    if (!delete_mode.empty()) data["delete_mode"] = delete_mode;
    for (const auto& [of_root, of_reply] : names)
        if (of_root.ends_with(what))
            c.data.record(where, k.parent ? of_reply : of_root, std::move(data), c.who.user_id());
}

// The case and the comment that the path names, or the 404.
comment* named(context& c, incident*& where) {
    where = c.find_case();
    if (!where) {
        answer_case_missing(c);
        return nullptr;
    }
    comment* k = find_comment(*where, c.id("comment_id"));
    if (!k)
        wire::answer_detail(c.res, 404, "Comment with ID " + c.id("comment_id").to_string() + " not found");
    return k;
}

// Keys have no comments of their own, superusers no exception.
bool is_author(const context& c, const comment& k) noexcept {
    return c.who.human && k.user == c.who.human->id;
}

void list(context& c) {
    const incident* where = c.find_case();
    if (!where) return answer_case_missing(c);
    std::string body;
    json::writer w(body);
    w.begin_array();
    for (const comment& k : where->comments) write_comment(w, c, k);
    w.end_array();
    wire::answer_json(c.res, 200, std::move(body));
}

void threads(context& c) {
    if (!require_addons(c)) return;
    const incident* where = c.find_case();
    if (!where) return answer_case_missing(c);
    std::string body;
    json::writer w(body);
    w.begin_array();
    for (const comment& root : where->comments) {
        if (root.parent) continue;
        instant latest = root.updated_at;
        std::int64_t replies = 0;
        w.begin_object().key("comment");
        write_comment(w, c, root);
        w.key("replies").begin_array();
        for (const comment& k : where->comments) {
            if (k.parent != root.id) continue;
            write_comment(w, c, k);
            latest = std::max(latest, k.updated_at);
            ++replies;
        }
        w.end_array().member("reply_count", replies);
        write_time(w, "last_activity_at", latest);
        w.end_object();
    }
    w.end_array();
    wire::answer_json(c.res, 200, std::move(body));
}

// Why that comment cannot be answered; empty if it can.
sv refuse_parent(const context& c, incident& where, const uuid& parent) {
    const comment* k = find_comment(where, parent);
    if (k) {
        if (k->parent) return "Replies cannot have replies";
        return k->deleted_at ? "Cannot reply to a deleted comment" : sv();
    }
    for (const auto& [id, other] : c.where->cases)
        if (find_comment(*other, parent)) return "Parent comment must belong to the same case";
    return "Parent comment not found";
}

void create(context& c) {
    incident* where = c.find_case();
    if (!where) return answer_case_missing(c);
    const json::value parent = c.document().member("parent_id");
    const json::value workflow = c.document().member("workflow_id");
    if ((given(parent) || given(workflow)) && !require_addons(c)) return;
    if (given(workflow)) return wire::answer_detail(c.res, 400, "Workflow not found");
    comment k;
    if (given(parent)) {
        k.parent = wire::uuid_value(parent.text());
        const sv why = refuse_parent(c, *where, *k.parent);
        if (!why.empty()) return wire::answer_detail(c.res, 400, why);
    }
    if (unstorable(c, "content")) return answer_generic_error(c);
    k.id = c.data.new_id();
    k.created_at = k.updated_at = c.data.now();
    k.content = wire::python_strip(c.document().member("content").text());
    k.user = c.who.user_id();
    where->comments.push_back(k);
    record_comment(c, *where, k, "_created");
    answer_null(c);
}

void edit(context& c) {
    incident* where = nullptr;
    comment* k = named(c, where);
    if (!k) return;
    if (!is_author(c, *k)) return wire::answer_detail(c.res, 403, "You cannot update this comment");
    if (k->deleted_at) return wire::answer_detail(c.res, 400, "Deleted comments cannot be updated");
    if (c.document().member("parent_id").exists())
        return wire::answer_detail(c.res, 400, "Changing a comment parent is not supported");
    const json::value content = c.document().member("content");
    if (content.is_null()) return wire::answer_detail(c.res, 400, "Comment content is required");
    if (!content.exists()) return wire::answer_nothing(c.res);
    if (unstorable(c, "content")) return answer_generic_error(c);
    k->content = wire::python_strip(content.text());
    k->updated_at = c.data.now();
    k->last_edited_at = c.data.now();
    record_comment(c, *where, *k, "_updated");
    wire::answer_nothing(c.res);
}

// A root with replies stays as a stone in its place; everything else goes for good.
void remove(context& c) {
    incident* where = nullptr;
    comment* k = named(c, where);
    if (!k) return;
    if (!is_author(c, *k)) return wire::answer_detail(c.res, 403, "You can only delete your own comments");
    wire::answer_nothing(c.res);
    if (k->deleted_at) return;
    if (has_replies(*where, *k)) {
        k->updated_at = c.data.now();
        k->deleted_at = c.data.now();
        record_comment(c, *where, *k, "_deleted", "soft");
        return;
    }
    const comment gone = *k;
    where->comments.erase(where->comments.begin() + (k - where->comments.data()));
    record_comment(c, *where, gone, "_deleted", "hard");
}

constexpr sv all = "/cases/{case_id}/comments";
constexpr sv in_threads = "/cases/{case_id}/comments/threads";
constexpr sv one = "/cases/{case_id}/comments/{comment_id}";
const route rows[] = {
    of_workspace("GET", all, "case:read", list),
    of_workspace("GET", in_threads, "case:read", threads),
    of_workspace("POST", all, "case:update", create, &comment_create),
    of_workspace("PATCH", one, "case:update", edit, &comment_update),
    of_workspace("DELETE", one, "case:delete", remove),
};

}  // namespace

route_list comment_routes() { return rows; }

}  // namespace casebridge::sandbox::tracecat
