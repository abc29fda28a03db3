#include "platform/threatconnect/facade/envelope.hpp"

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

void open_object(std::string& body) { body += R"({"data":)"; }

void close_object(http::response& res, unsigned status, std::string body, std::string_view message) {
    if (!message.empty()) {
        body += R"(,"message":)";
        json::append_string(body, message);
    }
    body += R"(,"status":"Success"})";
    answer_json(res, status, std::move(body));
}

void open_page(std::string& body, const page_frame& frame) {
    body += '{';
    if (!frame.next.empty()) {
        body += R"("next":)";
        json::append_string(body, frame.next);
        body += ',';
    }
    body += R"("data":)";
}

void close_page(http::response& res, std::string body, const page_frame& frame) {
    if (!frame.prev.empty()) {
        body += R"(,"prev":)";
        json::append_string(body, frame.prev);
    }
    if (frame.count) body += R"(,"count":)" + std::to_string(*frame.count);
    body += R"(,"status":"Success"})";
    answer_json(res, 200, std::move(body));
}

}  // namespace casebridge::platform::threatconnect
