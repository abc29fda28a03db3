#include "sandbox/tracecat/store.hpp"

#include "http/message.hpp"
#include "platform/tracecat/wire/unicode.hpp"
#include "sandbox/tracecat/search.hpp"

#include <algorithm>
#include <cstring>

namespace casebridge::sandbox::tracecat {
namespace {

constexpr std::size_t task_completed = 2;    // index into the task statuses

// A fresh case is updated 4 to 16 ms before it was created, at the start of its transaction (fact sheet §8, 11),
// which is not before the end of the one that made the case before it.
instant first_update(const workspace& w, const incident& c) {
    const std::int64_t lead = 4000 + c.number * 7919 % 12000;
    const instant start{c.created_at.micros - lead};
    const auto before = w.by_number.rbegin();
    if (before == w.by_number.rend() || before->second->created_at >= c.created_at) return start;
    return std::max(start, before->second->created_at);
}

}  // namespace

std::size_t uuid_hash::operator()(const uuid& u) const noexcept {
    std::size_t out = 0;
    std::memcpy(&out, u.bytes.data(), sizeof out);
    return out;
}

const dropdown_option* dropdown_definition::find(const uuid& option) const noexcept {
    for (const dropdown_option& o : options)
        if (o.id == option) return &o;
    return nullptr;
}

std::size_t incident::tasks_completed() const noexcept {
    return static_cast<std::size_t>(
        std::count_if(tasks.begin(), tasks.end(), [](const task& t) { return t.status == task_completed; }));
}

incident* workspace::find_case(const uuid& wanted) const noexcept {
    const auto at = cases.find(wanted);
    return at == cases.end() ? nullptr : at->second.get();
}

tag* workspace::find_tag(const uuid& wanted) noexcept {
    for (tag& t : tags)
        if (t.id == wanted) return &t;
    return nullptr;
}

field_definition* workspace::find_field(std::string_view wanted) noexcept {
    for (field_definition& f : fields)
        if (f.id == wanted) return &f;
    return nullptr;
}

dropdown_definition* workspace::find_dropdown(const uuid& wanted) noexcept {
    for (dropdown_definition& d : dropdowns)
        if (d.id == wanted) return &d;
    return nullptr;
}

dropdown_definition* workspace::find_dropdown(std::string_view ref) noexcept {
    for (dropdown_definition& d : dropdowns)
        if (d.ref == ref) return &d;
    return nullptr;
}

std::int64_t rank_of(const incident& c, order o) noexcept {
    switch (o) {
        case order::created_at: return c.created_at.micros;
        case order::updated_at: return c.updated_at.micros;
        case order::priority: return static_cast<std::int64_t>(c.priority);
        case order::severity: return static_cast<std::int64_t>(c.severity);
        case order::status: return static_cast<std::int64_t>(c.status);
        case order::tasks: return static_cast<std::int64_t>(c.tasks.size());
    }
    return 0;
}

std::string short_id(std::int64_t number) {
    constexpr std::size_t digits = 4;
    std::string n = std::to_string(number);
    if (n.size() < digits) n.insert(0, digits - n.size(), '0');
    return "CASE-" + n;
}

user* store::find_user(const uuid& id) noexcept {
    for (user& u : users)
        if (u.id == id) return &u;
    return nullptr;
}

user* store::find_user(std::string_view email) noexcept {
    for (user& u : users)
        if (http::iequals(u.email, email)) return &u;
    return nullptr;
}

workspace* store::find_workspace(const uuid& id) noexcept {
    for (workspace& w : workspaces)
        if (w.id == id) return &w;
    return nullptr;
}

workspace& store::add_workspace(const uuid& id, std::string name) {
    workspace& w = workspaces.emplace_back();
    w.id = id;
    w.name = std::move(name);
    const auto reserved = [&](const char* column, field_type type, std::optional<std::string> fallback) {
        field_definition f;
        f.id = column;
        f.type = type;
        f.nullable = false;
        f.fallback = std::move(fallback);
        f.reserved = true;
        w.fields.push_back(std::move(f));
    };
    reserved("id", field_type::uuid, std::nullopt);
    reserved("case_id", field_type::uuid, std::nullopt);
    reserved("created_at", field_type::timestamptz, "now()");
    reserved("updated_at", field_type::timestamptz, "now()");
    return w;
}

uuid store::new_id() {
    std::array<std::uint8_t, 16> raw{};
    for (std::size_t i = 0; i < raw.size(); i += 8) {
        const std::uint64_t word = random_();
        std::memcpy(raw.data() + i, &word, sizeof word);
    }
    return uuid::from_bytes_v4(raw);
}

instant store::now() {
    const instant clock = instant::now();
    last_ = clock > last_ ? clock : instant{last_.micros + 1};
    return last_;
}

incident& store::add_case(workspace& w, incident c) {
    c.id = new_id();
    c.number = ++w.last_number;
    if (c.created_at.micros == 0) c.created_at = now();
    c.updated_at = first_update(w, c);
    c.field_row = new_id();
    c.fields_at = c.updated_at;
    fold_texts(c);
    auto owned = std::make_unique<incident>(std::move(c));
    incident& added = *owned;
    w.by_number.emplace(added.number, &added);
    w.cases.emplace(added.id, std::move(owned));
    place(w, added);
    return added;
}

void store::change(workspace& w, incident& c, const std::function<void(incident&)>& edit, bool touch) {
    displace(w, c);
    edit(c);
    if (touch) c.updated_at = now();
    fold_texts(c);
    place(w, c);
}

void store::remove_case(workspace& w, const uuid& id) {
    const auto at = w.cases.find(id);
    if (at == w.cases.end()) return;
    displace(w, *at->second);
    w.by_number.erase(at->second->number);
    w.cases.erase(at);
}

event& store::record(incident& c, std::string_view type, boost::json::object data, std::optional<uuid> by) {
    event e;
    e.id = new_id();
    const auto known = event_types();
    e.type = *std::find(known.begin(), known.end(), type);
    e.data = std::move(data);
    e.user = by;
    e.at = now();
    return c.events.emplace_back(std::move(e));
}

void store::fold_texts(incident& c) {
    c.folded = fold(c.summary);
    c.folded_summary = c.folded.size();
    c.folded += '\0';
    c.folded += fold(c.description);
}

void store::place(workspace& w, incident& c) {
    for (std::size_t o = 0; o < orders; ++o)
        w.by[o].emplace(position{rank_of(c, static_cast<order>(o)), c.id}, &c);
}

void store::displace(workspace& w, incident& c) {
    for (std::size_t o = 0; o < orders; ++o) w.by[o].erase(position{rank_of(c, static_cast<order>(o)), c.id});
}

}  // namespace casebridge::sandbox::tracecat
