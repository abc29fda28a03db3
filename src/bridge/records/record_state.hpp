// What a thread remembers of one workspace for a little while: people, groups, tags, where pages of lists
// begin. Never the truth: each part is read again when it is older than its limit.
#pragma once

#include "bridge/records/record_directory.hpp"
#include "platform/case_store.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <string>

namespace casebridge::bridge {

// Where in a list of the store a client's offset lies. Remembered, so that a client that pages through all of a
// list by offsets costs a number of requests that grows with the list and not with its square.
struct checkpoint {
    std::uint64_t found = 0;  // matching cases before this place
    std::string cursor;  // of the page that begins here; empty: the first
};

class checkpoint_book {
public:
    explicit checkpoint_book(std::chrono::seconds age, std::size_t lists) : age_(age), most_(lists) {}
    // The last place at or before the offset.
    checkpoint find(const std::string& list, std::uint64_t offset);
    void add(const std::string& list, checkpoint c);
    void forget(const std::string& list) { lists_.erase(list); }

private:
    struct entry {
        std::map<std::uint64_t, std::string> places;
        http::time_point used{};
    };
    std::chrono::seconds age_;
    std::size_t most_;
    std::map<std::string, entry> lists_;
};

struct record_state_options {
    std::chrono::seconds people_age{60};
    std::chrono::seconds fields_age{60};
    std::chrono::seconds tags_age{15};
    std::chrono::seconds checkpoint_age{600};
    std::size_t checkpoint_lists = 256;
};

class record_state {
public:
    record_state(directory_sources from, platform::case_store& store, record_state_options opts)
        : from_(from), store_(&store), options_(opts), places_(opts.checkpoint_age, opts.checkpoint_lists) {}

    // Snapshots stay valid for as long as somebody holds them.
    using list = std::shared_ptr<const numbered_list>;
    task<result<list>> load_users(platform::call_context& ctx);
    task<result<list>> load_tags(platform::call_context& ctx);
    using field_list = std::shared_ptr<const std::vector<mapping::reverse_references::field_link>>;
    task<result<field_list>> load_fields(platform::call_context& ctx);
    const list& groups();
    void forget_tags() noexcept { tags_.reset(); }
    // changes: how many there have been in the process; what was remembered before the last one is old.
    void expect_tag_changes(std::uint64_t changes) noexcept {
        if (changes != tag_changes_) forget_tags();
        tag_changes_ = changes;
    }

    const directory_sources& sources() const noexcept { return from_; }
    checkpoint_book& places() noexcept { return places_; }

private:
    directory_sources from_;
    platform::case_store* store_;
    record_state_options options_;
    checkpoint_book places_;
    list users_, groups_, tags_;
    field_list fields_;
    http::time_point users_at_{}, fields_at_{}, tags_at_{};
    std::uint64_t tag_changes_ = 0;
};

}  // namespace casebridge::bridge
