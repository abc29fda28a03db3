// What happens to a case, as the left platform's clients are told it: its types of events, which change of which
// member makes which one, and what each of them says. Rows of the event table ("types" in mappings/event.jsonc), in
// the order in which one write makes them. docs/history.md has the whole.
#pragma once

#include "json/jsonc.hpp"
#include "mapping/fields.hpp"
#include "mapping/ledger.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::mapping {

struct event_member {
    enum class kind { id, user, text, number, any, changes };
    std::string name;
    kind is = kind::any;
    // Where it comes from: a path in the document of what the event is about, or of a change "@before", "@after",
    // "@member" (its name), "@changes" (of custom fields, one by one); empty: whoever makes the event says it.
    std::string from;
    bool early = false;  // told before the type
};

struct event_type {
    std::string name;
    // What makes it: the id of a rule of the case whose value changes, or a word: "create", "view", "comment:create".
    std::string on;
    std::string from, to;  // only from, or to, this value
    std::string where, unless;  // only if the document has, or has not, this member
    std::vector<event_member> members;
    // Where nothing was written down, what is there tells when it came about, and by whom. shown: paths in the left
    // document of what it is about; stored: members of the stored case, while its rule reads as that value.
    std::string shown_time, shown_user;
    std::string stored_time, stored_user, stored_rule, stored_value;
    std::string stored_members;  // what it says then: JSON members, no braces
};

// How the left platform calls what every event has.
struct event_frame {
    std::string events = "events", people = "users", type = "type", user = "user_id", at = "created_at";
};

class event_types {
public:
    struct told {
        std::string type;
        std::string members;  // "old":"new",…: no braces, no type
    };
    // Whether an event may name that user.
    using known_user = std::function<bool(std::string_view id)>;

    // cases: the table of cases, whose rules the rows name.
    static event_types read(const json::jsonc_document& file, const table* cases,
                            std::vector<json::diagnostic>& findings);

    const std::vector<event_type>& all() const noexcept { return types_; }
    const event_type* find(std::string_view name) const noexcept;
    const event_frame& frame() const noexcept { return frame_; }

    // Whether a document changes anything that makes an event.
    bool concerns(const table& cases, json::value update) const;
    // What an update makes happen. before: the case as it was shown. What was lost does not happen.
    std::vector<told> of_update(const table& cases, const field_set& fields, json::value before,
                                json::value update, const ledger& notes) const;
    // The event of a thing that came, went or changed, from its document as it is shown.
    std::optional<told> of_document(std::string_view on, json::value document) const;

    // Appends an event as clients get it. event: its members, hostile input; only those of the type are told, and of
    // users only known ones. user: empty: nobody. time: quoted text.
    void append(std::string& out, const event_type& type, json::value event, std::string_view user,
                std::string_view time, const known_user& known) const;

private:
    std::vector<event_type> types_;
    event_frame frame_;
};

// What a dotted path leads to.
json::value value_at(json::value v, std::string_view dotted);

}  // namespace casebridge::mapping
