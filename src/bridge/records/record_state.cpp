#include "bridge/records/record_state.hpp"

#include <algorithm>
#include <iterator>

namespace casebridge::bridge {
namespace {

bool fresh(http::time_point at, std::chrono::seconds age) {
    return at != http::time_point{} && http::clock::now() - at < age;
}

}  // namespace

checkpoint checkpoint_book::find(const std::string& list, std::uint64_t offset) {
    const auto it = lists_.find(list);
    if (it == lists_.end() || !fresh(it->second.used, age_)) return {};
    it->second.used = http::clock::now();
    const auto after = it->second.places.upper_bound(offset);
    if (after == it->second.places.begin()) return {};
    const auto at = std::prev(after);
    return {at->first, at->second};
}

void checkpoint_book::add(const std::string& list, checkpoint c) {
    if (c.cursor.empty()) return;
    if (!lists_.contains(list) && lists_.size() >= most_) {
        const auto oldest = std::min_element(lists_.begin(), lists_.end(), [](const auto& a, const auto& b) {
            return a.second.used < b.second.used;
        });
        lists_.erase(oldest);
    }
    entry& e = lists_[list];
    if (!fresh(e.used, age_)) e.places.clear();
    e.used = http::clock::now();
    e.places.insert_or_assign(c.found, std::move(c.cursor));
}

task<result<record_state::list>> record_state::load_users(platform::call_context& ctx) {
    if (users_ && fresh(users_at_, options_.people_age)) co_return users_;
    CB_CO_TRY(const auto members,
              co_await store_->list_catalogue(ctx, platform::case_store::catalogue::members));
    users_ = std::make_shared<const numbered_list>(make_users(from_, members->data));
    users_at_ = http::clock::now();
    co_return users_;
}

task<result<record_state::list>> record_state::load_tags(platform::call_context& ctx) {
    if (tags_ && fresh(tags_at_, options_.tags_age)) co_return tags_;
    CB_CO_TRY(const auto tags, co_await store_->list_catalogue(ctx, platform::case_store::catalogue::tags));
    CB_CO_TRY(const auto texts, co_await store_->list_texts(ctx));
    tags_ = std::make_shared<const numbered_list>(make_tags(from_, tags->data, texts));
    tags_at_ = http::clock::now();
    co_return tags_;
}

task<result<record_state::field_list>> record_state::load_fields(platform::call_context& ctx) {
    if (fields_ && fresh(fields_at_, options_.fields_age)) co_return fields_;
    CB_CO_TRY(const auto fields,
              co_await store_->list_catalogue(ctx, platform::case_store::catalogue::fields));
    using links = std::vector<mapping::reverse_references::field_link>;
    fields_ = std::make_shared<const links>(make_fields(from_, fields->data));
    fields_at_ = http::clock::now();
    co_return fields_;
}

const record_state::list& record_state::groups() {
    if (!groups_) groups_ = std::make_shared<const numbered_list>(make_groups(from_));
    return groups_;
}

}  // namespace casebridge::bridge
