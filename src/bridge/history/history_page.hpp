// The answer to a question for a case's history: events from the log, from what people looked at, and from what is
// there although nobody wrote down how it came, each once, the newest first.
#pragma once

#include "bridge/history/history.hpp"
#include "bridge/people.hpp"
#include "mapping/event_types.hpp"

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::bridge {

class history_page {
public:
    history_page(const mapping::event_types& types, const people& who) : types_(types), who_(who) {}

    // First what was written down. The log must outlive the page.
    void add_log(const case_log& log);
    // members: JSON members without braces; user: empty: nobody.
    void add(const mapping::event_type& type, std::string_view members, instant at, std::string user);

    // Whether the log tells of a thing by its id, of anything that this makes, of a change to that value at that time.
    bool tells_of(std::string_view on, std::string_view id) const;
    bool tells_of(std::string_view on) const;
    bool tells_of_change(std::string_view on, std::string_view to, instant at) const;
    bool has_view(const std::string& user, instant at) const;

    std::string document() const;

private:
    struct line {
        const mapping::event_type* type;
        json::value what;
        std::int64_t at;
        std::string user;
        bool logged;
    };
    void add_line(line l);
    json::value keep(std::string text);
    const mapping::event_types& types_;
    const people& who_;
    std::vector<line> lines_;
    std::set<std::pair<std::int64_t, std::string>> looks_;  // when, and who
    std::int64_t begin_ = 0;  // when the case was made; the backend's times may be whole seconds
    std::set<std::pair<std::string_view, std::string>> told_;  // what makes the event, and the thing's id
    std::vector<std::unique_ptr<std::string>> texts_;
    std::vector<std::unique_ptr<json::tape>> tapes_;
};

}  // namespace casebridge::bridge
