// The bag that a reverse_writer writes: entries that lie in the state, and those that are custom fields of the
// store.
#include "core/crypto.hpp"
#include "mapping/reverse_draft.hpp"
#include "mapping/text_limit.hpp"

#include <array>

namespace casebridge::mapping {
namespace {

using field_link = reverse_references::field_link;

// An entry as it will be.
struct draft_entry {
    std::int64_t own = 0;
    std::string type, value, source, made, changed, by;
    bool has_source = false;
    const field_link* field = nullptr;  // it lies in that custom field, which holds a value and nothing else
};

draft_entry copy_of(const bag_entry& e) {
    const auto text = [&](const char* key) { return std::string(e.stored.member(key).text()); };
    return {e.own,     text("t"), text("v"), text("s"),
            text("a"), text("m"), text("u"), e.stored.member("s").is_string()};
}

// The state's entries; empty: none.
std::string render(const std::vector<draft_entry>& list) {
    std::string out;
    json::writer w(out);
    for (const auto& e : list) {
        if (e.field != nullptr) continue;
        if (out.empty()) w.begin_array();
        w.begin_object().member("n", std::string_view(std::to_string(e.own))).member("t", e.type);
        w.member("v", e.value);
        if (e.has_source) w.member("s", e.source);
        w.member("a", e.made).member("m", e.changed);
        if (!e.by.empty()) w.member("u", e.by);
        w.end_object();
    }
    if (!out.empty()) w.end_array();
    return out;
}

std::int64_t fresh_number(const std::vector<draft_entry>& a, const std::vector<draft_entry>& b) {
    for (;;) {
        std::array<std::uint8_t, 4> bytes{};
        random_bytes(bytes);
        std::int64_t n = bytes[0] & 0x7F;
        for (std::size_t i = 1; i < bytes.size(); ++i) n = n << 8 | bytes[i];
        const auto taken = [n](const draft_entry& e) { return e.own == n; };
        if (n != 0 && std::none_of(a.begin(), a.end(), taken) && std::none_of(b.begin(), b.end(), taken))
            return n;
    }
}

// What the document's members are called.
struct entry_names {
    std::string_view number, type, value, source;
    explicit entry_names(const rule& bag) {
        for (const auto& m : bag.entry) {
            if (m.from == bag_member::source::number) number = m.name;
            if (m.from != bag_member::source::text) continue;
            if (m.key == "t") type = m.name;
            if (m.key == "v") value = m.name;
            if (m.key == "s") source = m.name;
        }
    }
};

// One write of the bag.
class bag_write {
public:
    bag_write(const rule& bag, std::string at, std::int64_t holder, const reverse_references& refs,
              instant now)
        : names_(bag), at_(std::move(at)), holder_(holder), refs_(refs) {
        append_seconds(stamp_, now);
    }

    void take(std::vector<draft_entry> present, collection_mode mode) {
        mode_ = mode;
        before_ = std::move(present);
        if (mode != collection_mode::replace) list_ = before_;
    }
    result<void> apply(json::value e);
    const std::vector<draft_entry>& list() const noexcept { return list_; }
    // A source was given for which there is no place.
    bool lost_source() const noexcept { return lost_source_; }

private:
    result<draft_entry> find_or_make(json::value e) const;
    result<void> set(draft_entry& x, json::value e);
    bool names(json::value e, const draft_entry& x) const {
        std::int64_t number = 0;
        if (e.member(names_.number).to_int64(number)) return refs_.child_number(holder_, x.own) == number;
        return x.type == e.member(names_.type).text() && x.value == e.member(names_.value).text();
    }

    const entry_names names_;
    const std::string at_;
    const std::int64_t holder_;
    const reverse_references& refs_;
    std::string stamp_;
    collection_mode mode_ = collection_mode::append;
    std::vector<draft_entry> before_, list_;
    bool lost_source_ = false;
};

result<draft_entry> bag_write::find_or_make(json::value e) const {
    const bool has_number = e.member(names_.number).is_number();
    const auto known =
        std::find_if(before_.begin(), before_.end(), [&](const draft_entry& x) { return names(e, x); });
    if (has_number && known == before_.end())
        return fail(errc::unresolved_reference, std::string(e.member(names_.number).text()), at_);
    // Appending what is there already makes a second one, as the platform does; replacing keeps it.
    if (known != before_.end() && (has_number || mode_ == collection_mode::replace)) return *known;
    draft_entry x;
    x.own = fresh_number(before_, list_);
    x.made = x.changed = stamp_;
    x.by = refs_.caller();
    const std::string_view type = e.member(names_.type).text();
    x.field = refs_.field_of_type(type);
    const auto kind = refs_.find_attribute_type(type);
    if (!kind && x.field == nullptr) return fail(errc::unknown_field, std::string(type), at_);
    x.type = kind ? kind->name : x.field->type;
    if (x.field != nullptr) x.own = x.field->own;
    return x;
}

result<void> bag_write::set(draft_entry& x, json::value e) {
    const json::value value = e.member(names_.value), source = e.member(names_.source);
    const draft_entry was = x;
    if (value.is_string()) x.value = value.text();
    if (source.is_string() && x.field == nullptr) x.source = source.text(), x.has_source = true;
    lost_source_ = lost_source_ || (x.field != nullptr && source.is_string() && !source.text().empty());
    if (x.value.empty()) return fail(errc::invalid_value, "an entry needs a value", at_);
    const auto kind = refs_.find_attribute_type(x.type);
    if (kind && kind->max > 0 && utf16_length(x.value) > kind->max)
        return fail(errc::invalid_value,
                    x.type + " holds at most " + std::to_string(kind->max) + " characters", at_);
    std::string decoded;
    if (x.field != nullptr && !append_decoded(decoded, x.field->coding, x.value))
        return fail(errc::invalid_value, "\"" + x.value + "\" is not a value of " + x.type, at_);
    if (x.value != was.value || x.source != was.source) x.changed = stamp_;
    return {};
}

result<void> bag_write::apply(json::value e) {
    if (mode_ == collection_mode::remove) {
        std::erase_if(list_, [&](const draft_entry& x) { return names(e, x); });
        return {};
    }
    CB_TRY(draft_entry x, find_or_make(e));
    CB_CHECK(set(x, e));
    const auto there =
        std::find_if(list_.begin(), list_.end(), [&](const draft_entry& y) { return y.own == x.own; });
    const bool has_number = e.member(names_.number).is_number();
    const auto kind = refs_.find_attribute_type(x.type);
    const std::size_t most = x.field != nullptr ? 1 : kind ? kind->most : 0;
    const auto count = static_cast<std::size_t>(
        std::count_if(list_.begin(), list_.end(), [&](const draft_entry& y) { return y.type == x.type; }));
    if (there == list_.end() || (x.field != nullptr && !has_number)) {
        if (most > 0 && count >= most && there == list_.end())
            return fail(errc::invalid_value, "a case has at most " + std::to_string(most) + " of " + x.type,
                        at_);
        if (x.field != nullptr && there != list_.end() && there->value != x.value)
            return fail(errc::invalid_value, "a case has at most 1 of " + x.type, at_);
    }
    if (there != list_.end())
        *there = std::move(x);
    else
        list_.push_back(std::move(x));
    return {};
}

// Custom fields that are to change: {"id":value or null}; empty: none.
std::string changed_fields(const std::vector<draft_entry>& before, const std::vector<draft_entry>& after) {
    const auto same = [](const draft_entry& x) {
        return [&x](const draft_entry& y) { return y.field == x.field; };
    };
    std::string out;
    json::writer w(out);
    const auto add = [&](const draft_entry& x, const std::string& value) {
        if (out.empty()) w.begin_object();
        w.key(x.field->id).raw(value);
    };
    for (const auto& x : after) {
        if (x.field == nullptr) continue;
        const auto was = std::find_if(before.begin(), before.end(), same(x));
        std::string value;
        append_decoded(value, x.field->coding, x.value);
        if (was == before.end() || was->value != x.value) add(x, value);
    }
    for (const auto& x : before) {
        if (x.field != nullptr && std::none_of(after.begin(), after.end(), same(x))) add(x, "null");
    }
    if (!out.empty()) w.end_object();
    return out;
}

}  // namespace

result<void> reverse_writer::plan_bag(const reverse_member& m, json::value v, draft& d) const {
    CB_TRY(const collection_mode mode, mode_of(v, m.name));
    std::vector<draft_entry> before;
    if (d.current != nullptr) {
        for (const auto& e : bag_entries(d.current->state.entry(m.name))) before.push_back(copy_of(e));
        for (const auto& [id, value] : d.current->document.member(m.by->values_as).members()) {
            const auto* field = d.refs.field_of_id(id.text());
            if (field == nullptr || value.is_null()) continue;
            draft_entry& x = before.emplace_back();
            x.own = field->own;
            x.type = field->type;
            x.value = text_of_field(*field, value);
            x.field = field;
        }
    }
    const std::int64_t holder = d.current == nullptr ? 0 : program_->number_of(*d.current, d.refs);
    bag_write write(*m.by, "/" + m.name, holder, d.refs, d.now);
    write.take(before, mode);
    for (const auto& [none, e] : elements_of(v).elements()) CB_CHECK(write.apply(e));
    if (write.lost_source()) d.plan.notes.note(finding_code::loss_no_carry, m.by->id);
    if (std::string fields = changed_fields(before, write.list()); !fields.empty())
        d.put_native(m.by->written_by(), std::move(fields));
    d.state.put(m.name, render(write.list()));
    return {};
}

}  // namespace casebridge::mapping
