#include "micro/handwritten.hpp"

#include "core/slug.hpp"
#include "core/timestamp.hpp"
#include "mapping/forms.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include <charconv>
#include <stdexcept>

namespace casebridge::bench {
namespace {

namespace bj = boost::json;

constexpr std::size_t block_size = 4 << 20;   // a page of 100 fits

std::string_view text_of(const bj::value* v) {
    return v != nullptr && v->is_string() ? std::string_view(v->get_string()) : std::string_view{};
}

const bj::value* member_of(const bj::value* v, std::string_view name) {
    const bj::object* o = v == nullptr ? nullptr : v->if_object();
    return o == nullptr ? nullptr : o->if_contains(name);
}

// "2026-03-09T08:20:27.622Z" is "2026-03-09T08:20:27.622000Z" on the other side.
bj::value time_value(const bj::value* v, bj::storage_ptr arena) {
    const std::string_view t = text_of(v);
    if (t.empty()) return bj::value(nullptr, arena);
    if (t.size() >= 22 && t.size() <= 27 && t.back() == 'Z' && t[19] == '.') {
        const std::string_view fraction = t.substr(20, t.size() - 21);
        char text[27];
        std::copy_n(t.data(), 19, text);
        if (fraction.find_first_not_of('0') == std::string_view::npos) {
            text[19] = 'Z';
            return bj::value(bj::string(std::string_view(text, 20), arena));
        }
        text[19] = '.';
        std::fill_n(std::copy(fraction.begin(), fraction.end(), text + 20), 6 - fraction.size(), '0');
        text[26] = 'Z';
        return bj::value(bj::string(std::string_view(text, 27), arena));
    }
    std::string other;
    if (const auto parsed = parse_iso8601(t)) append_micros(other, *parsed);
    return bj::value(bj::string(other.empty() ? t : std::string_view(other), arena));
}

struct pair {
    std::string_view fine, coarse;
};
constexpr std::array status_pairs{
    pair{"new", "Open"},   pair{"in_progress", "Open"}, pair{"on_hold", "Open"},   pair{"unknown", "Open"},
    pair{"other", "Open"}, pair{"closed", "Closed"},    pair{"resolved", "Closed"}};
constexpr std::array severity_pairs{pair{"low", "Low"},           pair{"medium", "Medium"},
                                    pair{"high", "High"},         pair{"critical", "Critical"},
                                    pair{"informational", "Low"}, pair{"fatal", "Critical"},
                                    pair{"unknown", "Medium"},    pair{"other", "Medium"}};

template <std::size_t N>
std::string_view coarse_of(const std::array<pair, N>& pairs, std::string_view fine) {
    for (const auto& p : pairs) {
        if (p.fine == fine) return p.coarse;
    }
    return {};
}

template <std::size_t N>
std::string_view pick_of(const std::array<pair, N>& pairs, std::string_view coarse) {
    for (const auto& p : pairs) {
        if (p.coarse == coarse) return p.fine;
    }
    return "unknown";
}

std::string_view plain_status(std::string_view status, std::string_view resolution) {
    if (status == "Open" && resolution == "In Progress / Investigating") return "in_progress";
    if (status == "Open" && resolution == "Deferred / Delayed") return "on_hold";
    return pick_of(status_pairs, status);
}

// A carried value refines the native one as long as that has not changed since.
template <std::size_t N>
std::string_view refined(const std::array<pair, N>& pairs, std::string_view native, std::string_view plain,
                         const bj::value* entry, std::string_view witness) {
    const bj::array* e = entry == nullptr ? nullptr : entry->if_array();
    if (e == nullptr || e->size() < 2) return plain;
    const std::string_view fine = text_of(&(*e)[0]);
    if (coarse_of(pairs, fine) != native) {
        const bool reopened = (fine == "resolved" || fine == "closed") && native == "Open" && plain == "new";
        return reopened ? "in_progress" : plain;
    }
    const std::string_view then = e->size() > 2 ? text_of(&(*e)[2]) : std::string_view{};
    const bool unchanged = then.empty() || then.substr(0, 19) == witness.substr(0, 19);
    return unchanged && text_of(&(*e)[1]) == plain ? fine : plain;
}

// ThreatConnect's own members that are shown as custom fields.
struct native_field {
    std::string_view id, member, inner;
    enum { text, time, as_is, artifacts, timeline } how;
};
constexpr std::array native_fields{
    native_field{"tc_resolution", "resolution", "", native_field::text},
    native_field{"tc_case_open_time", "caseOpenTime", "", native_field::time},
    native_field{"tc_case_close_time", "caseCloseTime", "", native_field::time},
    native_field{"tc_case_occurrence_time", "caseOccurrenceTime", "", native_field::time},
    native_field{"tc_case_detection_time", "caseDetectionTime", "", native_field::time},
    native_field{"tc_detection_due", "detectionDue", "", native_field::time},
    native_field{"tc_detection_overdue", "detectionOverdue", "", native_field::as_is},
    native_field{"tc_time_to_detect", "timeToDetect", "", native_field::as_is},
    native_field{"tc_response_due", "responseDue", "", native_field::time},
    native_field{"tc_response_overdue", "responseOverdue", "", native_field::as_is},
    native_field{"tc_time_to_respond", "timeToRespond", "", native_field::as_is},
    native_field{"tc_created_by", "createdBy", "userName", native_field::text},
    native_field{"tc_case_open_user", "caseOpenUser", "userName", native_field::text},
    native_field{"tc_case_close_user", "caseCloseUser", "userName", native_field::text},
    native_field{"tc_case_occurrence_user", "caseOccurrenceUser", "userName", native_field::text},
    native_field{"tc_case_detection_user", "caseDetectionUser", "userName", native_field::text},
    native_field{"tc_xid", "xid", "", native_field::text},
    native_field{"tc_owner", "owner", "", native_field::text},
    native_field{"tc_artifacts", "artifacts", "data", native_field::artifacts},
    native_field{"tc_timeline", "workflowEvents", "data", native_field::timeline},
};
constexpr std::array artifact_members{"id",     "type",      "summary",  "intelType",
                                      "source", "fieldName", "dateAdded"};
constexpr std::array timeline_members{"id", "eventDate", "summary", "user", "dateAdded"};
constexpr std::size_t reserved_count = 4;   // id, case_id, created_at, updated_at stand before them

bool is_true(const bj::value* v) { return v != nullptr && v->is_bool() && v->get_bool(); }

bool is_listed(const bj::value& entry, bool artifacts) {
    if (!artifacts)
        return !is_true(member_of(&entry, "systemGenerated")) && !is_true(member_of(&entry, "deleted"));
    const std::string_view type = text_of(member_of(&entry, "type"));
    return type != "File" && !type.ends_with(" File") &&
           !text_of(member_of(&entry, "summary")).starts_with("casebridge-state-");
}

template <std::size_t N>
bj::value listed(const bj::value* list, const std::array<const char*, N>& members, bool artifacts,
                 bj::storage_ptr arena) {
    bj::array out(arena);
    if (list == nullptr || !list->is_array()) return bj::value(nullptr, arena);
    for (const auto& entry : list->get_array()) {
        if (!is_listed(entry, artifacts)) continue;
        bj::object& shown = out.emplace_back(bj::object(N, arena)).get_object();
        for (const char* name : members) {
            const bj::value* v = member_of(&entry, name);
            if (v != nullptr && v->is_object()) v = member_of(v, "userName");
            if (v != nullptr) shown.emplace(name, *v);
        }
    }
    return out.empty() ? bj::value(nullptr, arena) : bj::value(std::move(out));
}

}  // namespace

struct handwritten::source {
    const bj::object* stored = nullptr;
    std::int64_t number = 0;
    std::array<char, 36> id{};
    std::vector<const bj::value*>* values = nullptr;   // of attribute fields, by field index
    bj::value state;
    const bj::value* entries = nullptr;

    const bj::value* at(std::string_view name) const { return stored->if_contains(name); }
    const bj::value* entry(std::string_view rule) const { return member_of(entries, rule); }
};

handwritten::handwritten(const world& w) : world_(w), block_(new unsigned char[block_size]) {
    for (const auto& [number, document] : w.users()) users_.emplace(number, bj::parse(document));
    for (const auto& f : w.fields().all()) {
        definitions_.push_back(bj::parse(f.definition).as_object());
        definitions_.back()["value"] = nullptr;   // the last member, replaced in each copy
        by_id_.emplace(f.id, definitions_.size() - 1);
        if (f.from == mapping::field_def::source::attribute)
            by_attribute_.emplace(f.path, definitions_.size() - 1);
    }
    for (std::size_t i = 0; i < native_fields.size(); ++i) {
        if (definitions_.at(reserved_count + i).at("id").as_string() != native_fields[i].id) {
            throw std::runtime_error(
                "the hand-written translation does not follow mappings/case.jsonc any more");
        }
    }
    values_.resize(definitions_.size());
}

std::string_view handwritten::id_text(bridge::id_kind kind, std::int64_t number,
                                      std::array<char, 36>& text) const {
    static constexpr char digits[] = "0123456789abcdef";
    const uuid id = world_.ids().encode(kind, number);
    char* p = text.data();
    for (std::size_t i = 0; i < 16; ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) *p++ = '-';
        *p++ = digits[id.bytes[i] >> 4];
        *p++ = digits[id.bytes[i] & 15];
    }
    return {text.data(), text.size()};
}

handwritten::source handwritten::look_through(const bj::object& stored, bj::storage_ptr arena) {
    source s;
    s.stored = &stored;
    s.number = stored.at("id").to_number<std::int64_t>();
    id_text(bridge::id_kind::case_, s.number, s.id);
    std::fill(values_.begin(), values_.end(), nullptr);
    s.values = &values_;
    std::int64_t revision = 0;
    const bj::value* bag = member_of(stored.if_contains("attributes"), "data");
    if (bag == nullptr || !bag->is_array()) return s;
    for (const auto& a : bag->get_array()) {
        const std::string_view type = text_of(member_of(&a, "type"));
        const bj::value* value = member_of(&a, "value");
        if (type == "Bridge State") {
            bj::error_code ec;
            bj::value state = bj::parse(text_of(value), ec, arena);
            const bj::value* r = member_of(&state, "r");
            const bj::value* v = member_of(&state, "v");
            if (ec || r == nullptr || !r->is_int64() || r->get_int64() < revision || v == nullptr || *v != 1)
                continue;
            revision = r->get_int64();
            s.state = std::move(state);
        } else if (const auto f = by_attribute_.find(type); f != by_attribute_.end()) {
            values_[f->second] = value;
        }
    }
    s.entries = member_of(&s.state, "s");
    return s;
}

bj::value handwritten::field_value(std::size_t index, const source& s, bj::storage_ptr arena) const {
    if (index < reserved_count) {
        std::array<char, 36> text{};
        if (index == 0) return bj::value(bj::string(id_text(bridge::id_kind::row, s.number, text), arena));
        if (index == 1) return bj::value(bj::string(std::string_view(s.id.data(), s.id.size()), arena));
        return time_value(s.at("dateAdded"), arena);
    }
    if (index >= reserved_count + native_fields.size()) {
        const bj::value* v = (*s.values)[index];
        return v == nullptr ? bj::value(nullptr, arena) : bj::value(*v, arena);
    }
    const native_field& f = native_fields[index - reserved_count];
    const bj::value* v = s.at(f.member);
    if (!f.inner.empty()) v = member_of(v, f.inner);
    if (f.how == native_field::time) return time_value(v, arena);
    if (f.how == native_field::artifacts) return listed(v, artifact_members, true, arena);
    if (f.how == native_field::timeline) return listed(v, timeline_members, false, arena);
    if (v == nullptr)
        return index == reserved_count ? bj::value("Not Specified", arena) : bj::value(nullptr, arena);
    return bj::value(*v, arena);
}

bj::array handwritten::tags(const source& s, bj::storage_ptr arena) const {
    bj::array out(arena);
    const bj::value* data = member_of(s.at("tags"), "data");
    if (data == nullptr || !data->is_array()) return out;
    out.reserve(data->get_array().size());
    for (const auto& t : data->get_array()) {
        std::array<char, 36> id{};
        const std::string_view name = text_of(member_of(&t, "name"));
        bj::object tag(4, arena);
        tag.emplace("id", id_text(bridge::id_kind::tag, t.at("id").to_number<std::int64_t>(), id));
        tag.emplace("name", name);
        tag.emplace("ref", slug(name));
        tag.emplace("color", nullptr);
        out.emplace_back(std::move(tag));
    }
    return out;
}

// The members that both shapes begin with.
void handwritten::translate_common(const source& s, bj::object& out) const {
    out.emplace("id", std::string_view(s.id.data(), s.id.size()));
    char short_id[32] = "CASE-";
    char digits[20];
    const auto [end, error] = std::to_chars(digits, digits + sizeof digits, s.number);
    const auto count = static_cast<std::size_t>(end - digits);
    const std::size_t zeros = count < 4 ? 4 - count : 0;
    std::fill_n(short_id + 5, zeros, '0');
    std::copy_n(digits, count, short_id + 5 + zeros);
    out.emplace("short_id", std::string_view(short_id, 5 + zeros + count));
    out.emplace("created_at", time_value(s.at("dateAdded"), out.storage()));
    out.emplace("updated_at", time_value(s.at("lastUpdated"), out.storage()));
    out.emplace("summary", text_of(s.at("name")));
    const std::string_view status = text_of(s.at("status"));
    const std::string_view resolution = text_of(s.at("resolution"));
    out.emplace("status", refined(status_pairs, status, plain_status(status, resolution), s.entry("status"),
                                  text_of(s.at("caseCloseTime"))));
    const std::string_view priority = text_of(s.entry("priority"));
    out.emplace("priority", priority.empty() ? std::string_view("unknown") : priority);
    const std::string_view severity = text_of(s.at("severity"));
    out.emplace("severity", refined(severity_pairs, severity, pick_of(severity_pairs, severity),
                                    s.entry("severity"), {}));
}

bj::value handwritten::assignee(const source& s, bj::storage_ptr arena) const {
    const bj::value* id = member_of(member_of(s.at("assignee"), "data"), "id");
    const auto user = id != nullptr && id->is_int64() ? users_.find(id->get_int64()) : users_.end();
    return user == users_.end() ? bj::value(nullptr, arena) : bj::value(user->second, arena);
}

bj::value handwritten::payload(const source& s, bj::storage_ptr arena) const {
    const bj::value* entry = s.entry("payload");
    return entry == nullptr ? bj::value(nullptr, arena) : bj::value(*entry, arena);
}

bj::object handwritten::translate_read(const source& s, bj::storage_ptr arena) const {
    bj::object out(15, arena);
    translate_common(s, out);
    out.emplace("description", text_of(s.at("description")));
    bj::array fields(arena);
    fields.reserve(definitions_.size());
    for (std::size_t i = 0; i < definitions_.size(); ++i) {
        bj::object field(definitions_[i], arena);
        (field.end() - 1)->value() = field_value(i, s, arena);
        fields.emplace_back(std::move(field));
    }
    out.emplace("fields", std::move(fields));
    out.emplace("assignee", assignee(s, arena));
    out.emplace("payload", payload(s, arena));
    out.emplace("tags", tags(s, arena));
    out.emplace("dropdown_values", bj::array(arena));
    out.emplace("rows", bj::array(arena));
    return out;
}

bj::object handwritten::translate_item(const source& s, const std::vector<std::string>& field_ids,
                                       bj::storage_ptr arena) const {
    bj::object out(17, arena);
    translate_common(s, out);
    out.emplace("assignee", assignee(s, arena));
    out.emplace("tags", tags(s, arena));
    out.emplace("dropdown_values", bj::array(arena));
    out.emplace("rows", bj::array(arena));
    out.emplace("durations", nullptr);
    if (field_ids.empty()) {
        out.emplace("field_values", nullptr);
    } else {
        bj::object values(field_ids.size(), arena);
        for (const auto& id : field_ids) {
            const auto f = by_id_.find(id);
            if (f == by_id_.end()) continue;
            bj::value v = field_value(f->second, s, arena);
            if (!v.is_null()) values.emplace(id, std::move(v));
        }
        out.emplace("field_values", std::move(values));
    }
    out.emplace("payload", payload(s, arena));
    out.emplace("num_tasks_completed", 0);
    out.emplace("num_tasks_total", 0);
    return out;
}

void handwritten::write(const bj::value& v, std::string& out) {
    out.resize(out.capacity());
    std::size_t used = 0;
    serializer_.reset(&v);
    while (!serializer_.done()) {
        if (used == out.size()) out.resize(out.size() * 2);
        used += serializer_.read(out.data() + used, out.size() - used).size();
    }
    out.resize(used);
}

bj::value handwritten::parse(std::string_view document, bj::storage_ptr arena) {
    parser_.reset(std::move(arena));
    parser_.write(document);
    return parser_.release();
}

void handwritten::read(std::string_view document, std::string& out) {
    bj::monotonic_resource arena(block_.get(), block_size);
    const bj::value stored = parse(document, &arena);
    write(translate_read(look_through(stored.as_object(), &arena), &arena), out);
}

void handwritten::item(std::string_view document, const std::vector<std::string>& field_ids,
                       std::string& out) {
    bj::monotonic_resource arena(block_.get(), block_size);
    const bj::value stored = parse(document, &arena);
    write(translate_item(look_through(stored.as_object(), &arena), field_ids, &arena), out);
}

void handwritten::page(std::string_view document, const std::vector<std::string>& field_ids,
                       std::string& out) {
    bj::monotonic_resource arena(block_.get(), block_size);
    const bj::value stored = parse(document, &arena);
    const bj::array& cases = stored.at("data").as_array();
    bj::array items(&arena);
    items.reserve(cases.size());
    for (const auto& c : cases)
        items.emplace_back(translate_item(look_through(c.as_object(), &arena), field_ids, &arena));
    write(std::move(items), out);
}

void handwritten::copy(std::string_view document, std::string& out) {
    bj::monotonic_resource arena(block_.get(), block_size);
    write(parse(document, &arena), out);
}

}  // namespace casebridge::bench
