#include "sandbox/threatconnect/errors.hpp"

#include "json/writer.hpp"

#include <array>
#include <stdexcept>

namespace casebridge::sandbox::threatconnect {

namespace {

struct row {
    std::string_view code;
    unsigned status;
    std::string_view text;
};

// In the order of err; texts as the vendor's table has them.
constexpr std::array<row, 13> rows{{
    {"0x1001", 400, "An unspecified issue exists with your request. Check your request and try again."},
    {"0x1002", 401, "You are not authorized to perform the requested operation."},
    {"0x1003", 403, "You do not have permission to perform the requested operation."},
    {"0x1004", 404, "The requested item(s) were not found."},
    {"0x1005", 405, "This operation is not supported."},
    {"0x1006", 409, "An item already exists with the same unique information."},
    {"0x1007", 500,
     "An internal error occurred while processing your request. If the problem persists contact "
     "your system administrator."},
    {"0x2001", 400, "Syntax error(s) found with your TQL query. Check your query and try again."},
    {"0x2002", 400,
     "Your request could not be processed because it references items that cannot belong together."},
    {"0x2003", 400, "Your request was missing required data and could not be processed."},
    {"0x2004", 400, "An automated task could not run based on your request."},
    {"0x2005", 400, "The request does not match the expected format."},
    {"0x2006", 400, "The request cannot be completed because the item is referenced by other items."},
}};

const row& of(err code) { return rows[static_cast<std::size_t>(code)]; }

}  // namespace

unsigned api_error::status() const noexcept { return of(code).status; }

std::string_view api_error::err_code() const noexcept { return of(code).code; }

std::string api_error::body() const {
    std::string out;
    json::writer w(out);
    w.begin_object().member("errCode", err_code()).member("message", message).member("status", "Error");
    w.end_object();
    return out;
}

api_error fail(err code, std::string message) {
    if (message.empty()) message = of(code).text;
    return {code, std::move(message)};
}

void throw_exception_from_error(const api_error& e, const boost::source_location&) {
    throw std::logic_error("value of a failed outcome: " + e.message);
}

}  // namespace casebridge::sandbox::threatconnect
