#include "query/tql.hpp"

namespace casebridge::query {

std::string tql_string(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\' || c == '\'' || c == '`') out += '\\';
        out += c;
    }
    return out + "\"";
}

std::string tql_time(instant t) {
    std::string out;
    append_seconds(out, t);
    out[10] = ' ';
    out.pop_back();
    return "\"" + out + "\"";
}

}  // namespace casebridge::query
