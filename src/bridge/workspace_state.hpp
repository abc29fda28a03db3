// What a thread remembers of one workspace for a little while, so that a request does not ask for it anew:
// people, custom fields, tags. Never the truth: each part is read again when it is older than its limit, or
// when an id turns up that it does not hold.
#pragma once

#include "bridge/people.hpp"
#include "mapping/fields.hpp"
#include "platform/backend.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace casebridge::bridge {

struct tag_entry {
    std::int64_t number = 0;
    std::string name;
    std::string ref;
    std::string document;     // façade's tag object
    std::string stored;       // backend's
    std::string state_text;   // the text in it that holds carried state, if there is one
};

// By id, else by exact ref, else by the ref that the text would make (Tracecat fact sheet §1.3, §3.3).
const tag_entry* find_entry(const std::vector<tag_entry>& tags, const id_codec& ids, const std::string& text);

struct state_options {
    std::chrono::seconds people_age{60};
    std::chrono::seconds fields_age{60};
    std::chrono::seconds tags_age{15};
    std::chrono::seconds history_pause{600};  // after the backend had no room for an entry of a history
};

class workspace_state {
public:
    workspace_state(const platform::workspace& where, const mapping::bundle& tables,
                    const platform::directory& accounts, platform::backend& backend, const digest& id_key,
                    state_options opts);

    const platform::workspace& where() const noexcept { return *where_; }
    const id_codec& ids() const noexcept { return ids_; }
    people_sources sources() const noexcept { return {tables_, accounts_, where_, &ids_, backend_}; }
    const platform::backend& backend() const noexcept { return *backend_; }

    // Snapshots stay valid for as long as somebody holds them.
    task<result<std::shared_ptr<const people>>> load_people(platform::call_context& ctx);
    task<result<std::shared_ptr<const mapping::field_set>>> load_fields(platform::call_context& ctx);
    task<result<std::shared_ptr<const std::vector<tag_entry>>>> load_tags(platform::call_context& ctx);
    // What is remembered and fresh, without a coroutine that would only say so; null: load it.
    std::shared_ptr<const people> known_people() const noexcept;
    std::shared_ptr<const mapping::field_set> known_fields() const noexcept;
    bool knows_tags() const noexcept;
    // What is being read at that moment is not remembered either.
    void forget_tags() noexcept {
        tags_.reset();
        ++tags_forgotten_;
    }
    void forget_fields() noexcept {
        fields_.reset();
        ++fields_forgotten_;
    }
    // changes: how many there have been in the process; what was remembered before the last one is old.
    void expect_tag_changes(std::uint64_t changes) noexcept;
    void expect_field_changes(std::uint64_t changes) noexcept;
    // What is remembered of a tag's state_text; nothing is asked for.
    std::string_view tag_state_text(std::int64_t number) const noexcept;
    // With a case's tags the backend shows the texts that hold their state.
    bool states_shown() const noexcept { return states_shown_; }
    void note_states_shown() noexcept { states_shown_ = true; }

    // Cases that the backend restricts to certain users exist here: it cannot count for those who may not see
    // them.
    bool restricted() const noexcept { return restricted_; }
    void note_restricted() noexcept { restricted_ = true; }

    // Characters that an entry of a case's history may have; 0: there is no place for one, as far as is known.
    std::size_t history_room() const noexcept;
    void note_history_refused() noexcept { history_refused_at_ = http::clock::now(); }

private:
    std::string translate_one(const char* object, json::value stored) const;
    task<result<std::vector<mapping::client_field>>> load_client_fields(platform::call_context& ctx);

    const platform::workspace* where_;
    const mapping::bundle* tables_;
    const platform::directory* accounts_;
    platform::backend* backend_;
    state_options options_;
    id_codec ids_;
    bool restricted_ = false;
    bool states_shown_ = false;
    std::uint64_t tag_changes_ = 0, field_changes_ = 0;
    std::uint64_t tags_forgotten_ = 0, fields_forgotten_ = 0;
    std::shared_ptr<const people> people_;
    std::shared_ptr<const mapping::field_set> fields_;
    std::shared_ptr<const std::vector<tag_entry>> tags_;
    std::size_t carry_max_ = 0;
    http::time_point people_at_{}, fields_at_{}, tags_at_{}, history_refused_at_{};
};

}  // namespace casebridge::bridge
