#include "platform/threatconnect/envelope.hpp"

#include "json/writer.hpp"

namespace casebridge::platform::threatconnect {

void answer_json(http::response& res, unsigned status, std::string body) {
    res.status = status;
    res.content_type = "application/json";
    res.body = std::move(body);
}

void answer_object(http::response& res, unsigned status, std::string_view data, std::string_view message) {
    std::string body;
    json::writer out(body);
    out.begin_object();
    if (!data.empty()) out.key("data").raw(data);
    if (!message.empty()) out.member("message", message);
    out.member("status", "Success").end_object();
    answer_json(res, status, std::move(body));
}

void answer_page(http::response& res, std::string_view data, const page_frame& frame) {
    std::string body;
    body.reserve(data.size() + frame.next.size() + frame.prev.size() + 64);
    json::writer out(body);
    out.begin_object();
    if (!frame.next.empty()) out.member("next", std::string_view(frame.next));
    out.key("data").raw(data);
    if (!frame.prev.empty()) out.member("prev", std::string_view(frame.prev));
    if (frame.count) out.member("count", static_cast<std::int64_t>(*frame.count));
    out.member("status", "Success").end_object();
    answer_json(res, 200, std::move(body));
}

}  // namespace casebridge::platform::threatconnect
