#include "mapping/error_table.hpp"

namespace casebridge::mapping {
namespace {

// Names of all failures that can reach a client; 7xx never do.
std::vector<std::string> failure_names() {
    std::vector<std::string> out;
    for (int n = 0; n < 700; ++n) {
        const char* name = to_string(static_cast<errc>(n));
        if (errc_from_string(name) == static_cast<errc>(n)) out.emplace_back(name);
    }
    return out;
}

}  // namespace

error_table error_table::read(const json::jsonc_document& doc, std::vector<json::diagnostic>& findings) {
    error_table t;
    for (const auto& [name, row] : doc.root().member("errors").members()) {
        const auto code = errc_from_string(name.text());
        if (!code) {
            const std::string near = json::nearest(name.text(), failure_names());
            findings.push_back(doc.about(name, "no failure is called \"" + std::string(name.text()) + "\"",
                                         near.empty() ? "remove the row" : "did you mean \"" + near + "\"?"));
            continue;
        }
        for (const auto& [platform, answer] : row.members()) {
            std::int64_t status = 500;
            answer.member("status").to_int64(status);
            t.rows_[*code][std::string(platform.text())] = {static_cast<unsigned>(status),
                                                            std::string(answer.member("code").text()),
                                                            std::string(answer.member("text").text())};
        }
    }
    for (const auto& name : failure_names()) {
        if (t.rows_.contains(*errc_from_string(name))) continue;
        findings.push_back(doc.about(doc.root().member("errors"), "no row for the failure \"" + name + "\"",
                                     "add one, with an answer for each platform"));
    }
    return t;
}

error_row error_table::answer(const failure& f, std::string_view platform) const {
    error_row row{500, {}, "{detail}"};
    if (const auto it = rows_.find(f.code); it != rows_.end()) {
        if (const auto p = it->second.find(platform); p != it->second.end()) row = p->second;
    }
    static constexpr std::string_view mark = "{detail}";
    if (const auto at = row.text.find(mark); at != std::string::npos) {
        row.text.replace(at, mark.size(), f.detail.empty() ? to_string(f.code) : f.detail);
    }
    return row;
}

}  // namespace casebridge::mapping
