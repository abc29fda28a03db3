#include "app/identity_table.hpp"

#include "http/message.hpp"

#include <algorithm>
#include <functional>
#include <set>
#include <string_view>
#include <tuple>

namespace casebridge::app {
namespace {

using sv = std::string_view;

std::string lower(sv text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

std::string local_part(const side_user& u) { return lower(sv(u.login).substr(0, u.login.find('@'))); }

void append_cell(std::string& out, sv text) {
    if (text.find_first_of(",\"\r\n") == sv::npos) {
        out += text;
        return;
    }
    out += '"';
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    out += '"';
}

class matcher {
public:
    matcher(const std::vector<side_user>& left, const std::vector<side_user>& right)
        : left_(left), right_(right), rows_(left.size()), taken_(right.size()) {
        for (std::size_t i = 0; i < left.size(); ++i) rows_[i].tracecat = left[i];
    }

    void by_configuration(const std::map<std::string, std::string>& configured) {
        for (std::size_t i = 0; i < left_.size(); ++i) {
            const auto named = configured.find(lower(left_[i].login));
            if (named == configured.end()) continue;
            const std::size_t at = find(named->second);
            settled_.insert(i);
            if (at < right_.size()) {
                join(i, at, user_match::configured);
                continue;
            }
            rows_[i].match = user_match::configured_unknown;
            rows_[i].threatconnect.login = named->second;
        }
    }
    void by_login() {
        for (std::size_t i = 0; i < left_.size(); ++i) {
            const std::size_t at = find(left_[i].login);
            if (!settled_.contains(i) && at < right_.size() && !taken_[at])
                join(i, at, user_match::same_name);
        }
    }
    // Only where both keys are nobody else's.
    void by(const std::function<std::string(const side_user&)>& left_key,
            const std::function<std::string(const side_user&)>& right_key, user_match how) {
        std::map<std::string, std::vector<std::size_t>> lefts, rights;
        for (std::size_t i = 0; i < left_.size(); ++i)
            if (!settled_.contains(i)) lefts[left_key(left_[i])].push_back(i);
        for (std::size_t i = 0; i < right_.size(); ++i)
            if (!taken_[i]) rights[right_key(right_[i])].push_back(i);
        for (const auto& [key, who] : lefts) {
            const auto found = rights.find(key);
            if (!key.empty() && who.size() == 1 && found != rights.end() && found->second.size() == 1)
                join(who.front(), found->second.front(), how);
        }
    }
    std::vector<identity_row> take() {
        for (std::size_t i = 0; i < right_.size(); ++i) {
            if (taken_[i]) continue;
            identity_row alone;
            alone.threatconnect = right_[i];
            rows_.push_back(std::move(alone));
        }
        return std::move(rows_);
    }

private:
    std::size_t find(sv login) const {
        const auto at = std::find_if(right_.begin(), right_.end(),
                                     [&](const side_user& u) { return http::iequals(u.login, login); });
        return static_cast<std::size_t>(at - right_.begin());
    }
    void join(std::size_t left, std::size_t right, user_match how) {
        rows_[left].threatconnect = right_[right];
        rows_[left].match = how;
        taken_[right] = true;
        settled_.insert(left);
    }

    const std::vector<side_user>& left_;
    const std::vector<side_user>& right_;
    std::vector<identity_row> rows_;
    std::vector<bool> taken_;
    std::set<std::size_t> settled_;
};

}  // namespace

const char* to_string(user_match m) noexcept {
    switch (m) {
        case user_match::configured: return "configured";
        case user_match::same_name: return "same name";
        case user_match::likely_local_part: return "suggested: part before the @";
        case user_match::likely_name: return "suggested: same first and last name";
        case user_match::configured_unknown: return "configured, but no such user";
        case user_match::none: break;
    }
    return "unmatched";
}

std::vector<identity_row> match_users(const std::vector<side_user>& tracecat,
                                      const std::vector<side_user>& threatconnect,
                                      const std::map<std::string, std::string>& configured) {
    matcher m(tracecat, threatconnect);
    const auto login = [](const side_user& u) { return lower(u.login); };
    const auto name = [](const side_user& u) { return lower(u.name); };
    m.by_configuration(configured);
    m.by_login();
    m.by(local_part, login, user_match::likely_local_part);
    m.by(local_part, local_part, user_match::likely_local_part);
    m.by(name, name, user_match::likely_name);
    return m.take();
}

std::string to_csv(const std::vector<identity_row>& rows) {
    std::string out =
        "bridge,workspace,tracecat_email,tracecat_id,tracecat_name,"
        "threatconnect_user,threatconnect_id,threatconnect_name,match\r\n";
    for (const identity_row& r : rows) {
        bool first = true;
        for (const sv cell : {sv(r.bridge), sv(r.workspace), sv(r.tracecat.login), sv(r.tracecat.id),
                              sv(r.tracecat.name), sv(r.threatconnect.login), sv(r.threatconnect.id),
                              sv(r.threatconnect.name), sv(to_string(r.match))}) {
            if (!first) out += ',';
            first = false;
            append_cell(out, cell);
        }
        out += "\r\n";
    }
    return out;
}

}  // namespace casebridge::app
