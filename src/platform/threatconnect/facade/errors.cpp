#include "platform/threatconnect/facade/errors.hpp"

#include "json/writer.hpp"
#include "platform/threatconnect/facade/envelope.hpp"

#include <array>
#include <stdexcept>

namespace casebridge::platform::threatconnect {
namespace {

struct row {
    std::string_view code;
    unsigned status;
    std::string_view text;
    std::string_view reason;   // for logs
};

constexpr std::array<row, 13> table{{
    {"0x1001", 400, "An unspecified issue exists with your request. Check your request and try again.",
     "bad_request"},
    {"0x1002", 401, "You are not authorized to perform the requested operation.", "unauthorized"},
    {"0x1003", 403, "You do not have permission to perform the requested operation.", "forbidden"},
    {"0x1004", 404, "The requested item(s) were not found.", "not_found"},
    {"0x1005", 405, "This operation is not supported.", "method_not_allowed"},
    {"0x1006", 409, "An item already exists with the same unique information.", "conflict"},
    {"0x1007", 500,
     "An internal error occurred while processing your request. If the problem persists contact your system "
     "administrator.",
     "internal"},
    {"0x2001", 400, "Syntax error(s) found with your TQL query. Check your query and try again.",
     "invalid_query"},
    {"0x2002", 400,
     "Your request could not be processed because it references items that cannot belong together.",
     "mismatched"},
    {"0x2003", 400, "Your request was missing required data and could not be processed.", "missing_data"},
    {"0x2004", 400, "An automated task could not run based on your request.", "playbook"},
    {"0x2005", 400, "The request does not match the expected format.", "invalid_value"},
    {"0x2006", 400, "The request cannot be completed because the item is referenced by other items.",
     "has_dependents"},
}};

const row& of(err code) noexcept { return table[static_cast<std::size_t>(code)]; }

}  // namespace

void throw_exception_from_error(const complaint& c, const boost::source_location&) {
    throw std::logic_error("value of a refused request: " + c.text);
}

wording words_of(const complaint& c) {
    const row& r = of(c.code);
    return {r.status, std::string(r.code), c.text.empty() ? std::string(r.text) : c.text};
}

void answer_error(http::response& res, const wording& w, generation g) {
    std::string body;
    json::writer out(body);
    out.begin_object();
    if (g == generation::v3) out.member("errCode", w.code);
    out.member("message", w.text).member("status", g == generation::v3 ? "Error" : "Failure").end_object();
    answer_json(res, w.status, std::move(body));
}

void answer_error(http::response& res, const complaint& c, generation g) {
    answer_error(res, words_of(c), g);
    res.reason = of(c.code).reason;
}

}  // namespace casebridge::platform::threatconnect
