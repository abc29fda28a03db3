#include "platform/tracecat/facade/child_answers.hpp"

#include "json/writer.hpp"
#include "platform/tracecat/facade/errors.hpp"
#include "platform/tracecat/wire/uuid_text.hpp"

#include <algorithm>

namespace casebridge::platform::tracecat {
namespace {

using a = action;

// pointer: what the failure is about, as platform::exchange says. Empty text: the row of the route table has
// it.
struct words_row {
    action what;
    errc code;
    std::string_view pointer;
    unsigned status;
    std::string_view text;
};
constexpr words_row rows[] = {
    {a::create_comment, errc::unresolved_reference, "/parent_id", 400, "Parent comment not found"},
    {a::create_comment, errc::unresolved_reference, "/parent_id/case", 400,
     "Parent comment must belong to the same case"},
    {a::create_comment, errc::conflict, "/parent_id/parent_id", 400, "Replies cannot have replies"},
    {a::create_comment, errc::conflict, "/parent_id/deleted_at", 400, "Cannot reply to a deleted comment"},
    {a::update_comment, errc::forbidden, "/comment", 403, "You cannot update this comment"},
    {a::update_comment, errc::conflict, "/comment/deleted_at", 400, "Deleted comments cannot be updated"},
    {a::delete_comment, errc::forbidden, "/comment", 403, "You can only delete your own comments"},
    {a::create_task, errc::not_found, "", 404, "Case not found"},
    {a::create_task, errc::unresolved_reference, "/assignee_id", 0, ""},
    {a::update_task, errc::not_found, "/task", 404, "Task not found"},
    {a::update_task, errc::unresolved_reference, "/task/case", 0, ""},
    {a::update_task, errc::unresolved_reference, "/assignee_id", 0, ""},
    {a::delete_task, errc::not_found, "/task", 404, "Task not found"},
    {a::delete_task, errc::unresolved_reference, "/task/case", 0, ""},
};

}  // namespace

std::string array_of(const std::vector<item>& items) {
    std::string out;
    json::writer w(out);
    w.begin_array();
    for (const item& i : items) w.raw(i.document);
    w.end_array();
    return out;
}

std::string place_of_child(const context& c, std::string_view collection, const uuid& id) {
    std::string out = c.found.api_prefix ? "/api" : "";
    out += "/workspaces/" + c.where->id.to_string() + "/cases/" + c.case_id().to_string() + "/";
    return out.append(collection).append("/").append(id.to_string());
}

bool word_of_child(context& c, const failure& why) {
    if (why.code == errc::not_found && why.pointer == "/comment") {
        const uuid id = uuid_value(*c.found.find("comment_id"));
        answer_detail(c.res, 404, "Comment with ID " + id.to_string() + " not found");
        return true;
    }
    if (why.code == errc::not_found && c.what() == action::list_tasks) {
        answer_json(c.res, 200, "[]");  // whether the case exists is not looked at
        return true;
    }
    const auto row = std::find_if(std::begin(rows), std::end(rows), [&](const words_row& r) {
        return r.what == c.what() && r.code == why.code && r.pointer == why.pointer;
    });
    if (row == std::end(rows)) return false;
    const fixed_answer& said = c.found.row->answer;
    if (row->text.empty())
        answer_json(c.res, said.status, std::string(said.body));
    else
        answer_detail(c.res, row->status, row->text);
    return true;
}

}  // namespace casebridge::platform::tracecat
