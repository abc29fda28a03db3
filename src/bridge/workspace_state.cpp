#include "bridge/workspace_state.hpp"

#include "bridge/workspace_references.hpp"
#include "core/slug.hpp"
#include "json/writer.hpp"

#include <algorithm>
#include <array>

namespace casebridge::bridge {
namespace {

bool fresh(http::time_point at, std::chrono::seconds age) {
    return at != http::time_point{} && http::clock::now() - at < age;
}

}  // namespace

const tag_entry* find_entry(const std::vector<tag_entry>& tags, const id_codec& ids,
                            const std::string& text) {
    const auto find = [&](auto&& matches) -> const tag_entry* {
        const auto it = std::find_if(tags.begin(), tags.end(), matches);
        return it == tags.end() ? nullptr : &*it;
    };
    const auto by_ref = [&](const std::string& ref) {
        return find([&](const tag_entry& t) { return t.ref == ref; });
    };
    const auto id = uuid::parse(text);
    if (id) {
        if (const auto number = ids.decode(id_kind::tag, *id))
            return find([wanted = *number](const tag_entry& t) { return t.number == wanted; });
        return by_ref(text);
    }
    const tag_entry* exact = by_ref(text);
    return exact != nullptr ? exact : by_ref(slug(text));
}

workspace_state::workspace_state(const platform::workspace& where, const mapping::bundle& tables,
                                 const platform::directory& accounts, platform::backend& backend,
                                 const digest& id_key, state_options opts)
    : where_(&where),
      tables_(&tables),
      accounts_(&accounts),
      backend_(&backend),
      options_(opts),
      ids_(id_key) {}

std::string workspace_state::translate_one(const char* object, json::value stored) const {
    const auto& programs = tables_->object(object);
    mapping::stored_reader reader(programs.compiled->slots, programs.compiled->bag);
    reader.read(stored, nullptr);
    mapping::ledger notes;
    std::string out;
    programs.view("read").run(reader, workspace_references(*this, nullptr), {}, out, notes);
    return out;
}

std::shared_ptr<const people> workspace_state::known_people() const noexcept {
    return fresh(people_at_, options_.people_age) ? people_ : nullptr;
}

std::shared_ptr<const mapping::field_set> workspace_state::known_fields() const noexcept {
    return fresh(fields_at_, options_.fields_age) ? fields_ : nullptr;
}

std::size_t workspace_state::history_room() const noexcept {
    return fresh(history_refused_at_, options_.history_pause) ? 0 : carry_max_;
}

bool workspace_state::knows_tags() const noexcept { return tags_ && fresh(tags_at_, options_.tags_age); }

task<result<std::shared_ptr<const people>>> workspace_state::load_people(platform::call_context& ctx) {
    if (people_ && fresh(people_at_, options_.people_age)) co_return people_;
    CB_CO_TRY(const auto users, co_await backend_->list_catalogue(ctx, platform::catalogue::users));
    CB_CO_TRY(const auto groups, co_await backend_->list_catalogue(ctx, platform::catalogue::groups));
    people_ = std::make_shared<const people>(build_people(sources(), users, groups));
    people_at_ = http::clock::now();
    co_return people_;
}

// Where the backend's credential may not see definitions, or the backend has no such thing, there are none.
task<result<std::vector<mapping::client_field>>> workspace_state::load_client_fields(
    platform::call_context& ctx) {
    std::vector<mapping::client_field> out;
    auto pages = co_await backend_->list_catalogue(ctx, platform::catalogue::field_definitions);
    if (pages.has_error()) {
        static constexpr std::array no_such_thing{400U, 403U, 404U, 405U, 501U};
        if (std::find(no_such_thing.begin(), no_such_thing.end(), ctx.status) != no_such_thing.end())
            co_return out;
        co_return std::move(pages).error();
    }
    for (const auto& page : *pages) {
        for (const auto& [none, v] : page->data.elements()) {
            std::int64_t number = 0;
            if (!v.member("id").to_int64(number)) continue;
            auto f = mapping::read_client_field(v.member("description").text(), number, tables_->left());
            if (f) out.push_back(std::move(*f));
        }
    }
    co_return out;
}

task<result<std::shared_ptr<const mapping::field_set>>> workspace_state::load_fields(
    platform::call_context& ctx) {
    if (fields_ && fresh(fields_at_, options_.fields_age)) co_return fields_;
    const auto before = fields_forgotten_;
    CB_CO_TRY(const auto pages, co_await backend_->list_catalogue(ctx, platform::catalogue::bag_types));
    std::vector<mapping::bag_type> types;
    for (const auto& page : pages) {
        for (const auto& [none, v] : page->data.elements()) {
            mapping::bag_type t;
            std::int64_t max = 0;
            t.name = v.member("name").text();
            v.member("id").to_int64(t.number);
            if (v.member("maxSize").to_int64(max) && max > 0) t.max = static_cast<std::size_t>(max);
            t.definition = translate_one("field", v);
            types.push_back(std::move(t));
        }
    }
    CB_CO_TRY(const auto made, co_await load_client_fields(ctx));
    const auto& table = *tables_->object("case").source;
    fields_ = std::make_shared<const mapping::field_set>(
        mapping::build_fields(table, tables_->left(), types, made));
    fields_at_ = before == fields_forgotten_ ? http::clock::now() : http::time_point{};
    carry_max_ = fields_->carry_max();
    co_return fields_;
}

task<result<std::shared_ptr<const std::vector<tag_entry>>>> workspace_state::load_tags(
    platform::call_context& ctx) {
    if (tags_ && fresh(tags_at_, options_.tags_age)) co_return tags_;
    const auto before = tags_forgotten_;
    CB_CO_TRY(const auto pages, co_await backend_->list_catalogue(ctx, platform::catalogue::tags));
    const auto& carry = tables_->object("tag").source->carry;
    auto list = std::make_shared<std::vector<tag_entry>>();
    for (const auto& page : pages) {
        for (const auto& [none, v] : page->data.elements()) {
            tag_entry t;
            t.name = v.member("name").text();
            t.ref = slug(t.name);
            if (!v.member("id").to_int64(t.number)) continue;
            t.document = translate_one("tag", v);
            json::append_value(t.stored, v);
            if (carry) t.state_text = v.member(carry->member).text();
            list->push_back(std::move(t));
        }
    }
    tags_ = std::move(list);
    tags_at_ = before == tags_forgotten_ ? http::clock::now() : http::time_point{};
    co_return tags_;
}

void workspace_state::expect_tag_changes(std::uint64_t changes) noexcept {
    if (changes != tag_changes_) forget_tags();
    tag_changes_ = changes;
}

void workspace_state::expect_field_changes(std::uint64_t changes) noexcept {
    if (changes != field_changes_) forget_fields();
    field_changes_ = changes;
}

std::string_view workspace_state::tag_state_text(std::int64_t number) const noexcept {
    if (!tags_) return {};
    for (const tag_entry& t : *tags_) {
        if (t.number == number) return t.state_text;
    }
    return {};
}

}  // namespace casebridge::bridge
