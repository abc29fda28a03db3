#include "platform/threatconnect/bodies.hpp"

#include "core/timestamp.hpp"
#include "http/message.hpp"
#include "json/writer.hpp"
#include "platform/threatconnect/assignees.hpp"

#include <algorithm>

namespace casebridge::platform::threatconnect {
namespace {

using sv = std::string_view;
using maybe = std::optional<complaint>;

constexpr sv modes[] = {"append", "delete", "replace"};
constexpr sv delete_mode = "delete", append_mode = "append", replace_mode = "replace";

std::size_t characters(sv utf8) noexcept {
    return static_cast<std::size_t>(std::count_if(
        utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

bool is_nothing(json::value v) noexcept { return !v.exists() || v.is_null(); }

// "", {}, [] or a list without entries.
bool is_empty(json::value v) noexcept {
    if (is_nothing(v)) return true;
    if (v.is_string()) return v.text().empty();
    if (v.is_array()) return v.size() == 0;
    if (!v.is_object()) return false;
    if (v.size() == 0) return true;
    const json::value data = v.member("data");
    return data.exists() && is_empty(data);
}

sv canonical(std::span<const sv> values, sv text) noexcept {
    for (const sv each : values)
        if (http::iequals(each, text)) return each;
    return {};
}

// One object of a body, and those inside it.
class body_reader {
public:
    body_reader(bool create, sv owner, json::writer& out) : create_(create), owner_(owner), out_(&out) {}

    maybe read_object(const object_model& object, json::value body, bool create, bool nested);

private:
    maybe check_required(const object_model& object, json::value body, bool nested) const;
    maybe read_member(const object_model& object, const field& f, json::value v, use u);
    maybe read_text(const object_model& object, const field& f, json::value v);
    maybe read_number(const object_model& object, const field& f, json::value v);
    maybe read_list(const object_model& object, const field& f, json::value v);
    maybe read_entry(const object_model& of, const field& f, json::value v, sv mode);
    maybe read_owner(json::value v) const;

    static complaint invalid(const object_model& object, const field& f, const std::string& how) {
        return {err::improper, "The " + std::string(f.name) + " for this " + std::string(object.entity) +
                                   " is invalid" + how};
    }
    static complaint required(const object_model& object, sv name) {
        return {err::missing,
                "The " + std::string(name) + " for this " + std::string(object.entity) + " is required"};
    }

    bool create_;
    sv owner_;
    json::writer* out_;
};

maybe body_reader::check_required(const object_model& object, json::value body, bool nested) const {
    for (const field& f : object.fields) {
        const bool wanted = f.post == use::must || (f.post == use::parent && !nested);
        if (!wanted || !is_nothing(body.member(f.name))) continue;
        if (f.alternative.empty() || is_nothing(body.member(f.alternative))) return required(object, f.name);
    }
    return std::nullopt;
}

maybe body_reader::read_object(const object_model& object, json::value body, bool create, bool nested) {
    if (create)
        if (auto wrong = check_required(object, body, nested)) return wrong;
    for (const auto item : body.members()) {
        const field* f = object.find(item.name());
        if (!f)
            return complaint{err::improper, "Unknown field '" + std::string(item.name()) + "' for this " +
                                                std::string(object.entity)};
        const use u = create ? f->post : f->put;
        if (u == use::fixed || u == use::moot || (u == use::parent && nested)) continue;
        if (u == use::unkept) {
            if (is_empty(item.val)) continue;
            return invalid(object, *f, ", there is no place for it on this server");
        }
        if (item.val.is_null()) {
            if (create || f->kind == shape::list) continue;
            if (u == use::must || f->post == use::must) return required(object, f->name);
        }
        if (auto wrong = read_member(object, *f, item.val, u)) return wrong;
    }
    return std::nullopt;
}

maybe body_reader::read_member(const object_model& object, const field& f, json::value v, use) {
    if (f.kind == shape::owner) return read_owner(v);
    if (f.kind == shape::list) return read_list(object, f, v);
    out_->key(f.name);
    if (f.kind == shape::assignee) {
        const auto who = read_assignee(v, object.entity);
        if (who.has_error()) return who.error();
        out_->raw(*who);
        return std::nullopt;
    }
    if (v.is_null()) {
        out_->null();
        return std::nullopt;
    }
    switch (f.kind) {
        case shape::text: return read_text(object, f, v);
        case shape::integer: return read_number(object, f, v);
        case shape::boolean: {
            const bool yes = v.is_true() || (v.is_string() && http::iequals(v.text(), "true"));
            const bool no = v.is_boolean() || (v.is_string() && http::iequals(v.text(), "false"));
            if (!yes && !no) return invalid(object, f, ", please enter true or false");
            out_->boolean(yes);
            return std::nullopt;
        }
        case shape::time: {
            const auto at = v.is_string() ? parse_iso8601(v.text()) : std::nullopt;
            if (!at) return invalid(object, f, ", please enter a date as 2024-01-02T03:04:05Z");
            std::string text;
            append_seconds(text, *at);
            out_->string(text);
            return std::nullopt;
        }
        default:
            if (!v.is_object() && !v.is_array()) return invalid(object, f, ", it must be an object");
            out_->copy(v);
            return std::nullopt;
    }
}

maybe body_reader::read_text(const object_model& object, const field& f, json::value v) {
    if (!json::has_text(v.type())) return invalid(object, f, ", it must be a string");
    const sv text = v.text();
    if (!f.values.empty()) {
        const sv known = canonical(f.values, text);
        if (known.empty()) {
            std::string list;
            for (const sv each : f.values) list.append(list.empty() ? "" : ", ").append(each);
            return invalid(object, f, " , please enter one of the following values: " + list);
        }
        out_->string(known);
        return std::nullopt;
    }
    const std::size_t n = characters(text);
    if (f.most == 0 && n < f.least) return invalid(object, f, ", it must not be empty");
    if (f.most != 0 && (n < f.least || n > f.most))
        return invalid(object, f,
                       ", please enter a " + std::string(f.name) + " between " + std::to_string(f.least) +
                           "-" + std::to_string(f.most) + " characters in length");
    out_->string(text);
    return std::nullopt;
}

maybe body_reader::read_number(const object_model& object, const field& f, json::value v) {
    const auto n = read_id(v);
    const auto least = static_cast<std::int64_t>(f.least), most = static_cast<std::int64_t>(f.most);
    if (!n || (most != 0 && (*n < least || *n > most)))
        return invalid(object, f,
                       most == 0 ? ", it must be an integer"
                                 : ", please enter a number between " + std::to_string(least) + "-" +
                                       std::to_string(most));
    out_->integer(*n);
    return std::nullopt;
}

maybe body_reader::read_owner(json::value v) const {
    if (v.is_null() || (v.is_string() && v.text() == owner_)) return std::nullopt;
    return complaint{err::mismatched, "The owners of the requested objects were different"};
}

maybe body_reader::read_list(const object_model& object, const field& f, json::value v) {
    if (!v.is_object()) return invalid(object, f, R"(, it must be an object as {"data":[]})");
    for (const auto item : v.members())
        if (item.name() != "data" && item.name() != "mode" && item.name() != "count")
            return invalid(object, f, ", unknown field '" + std::string(item.name()) + "'");
    sv mode = append_mode;
    if (const json::value given = v.member("mode"); !create_ && f.modes && !is_nothing(given)) {
        mode = canonical(modes, given.text());
        if (mode.empty())
            return invalid(object, f,
                           " , please enter one of the following values as its mode: append, delete, "
                           "replace");
    }
    const json::value data = v.member("data");
    if (is_nothing(data)) {
        if (mode == replace_mode) return required(object, std::string(f.name) + ".data");
        return std::nullopt;
    }
    if (!data.is_array()) return invalid(object, f, ", its data must be an array");
    if (f.most != 0 && data.size() > f.most)
        return invalid(object, f, ", please enter no more than " + std::to_string(f.most) + " entries");
    const object_model* of = find_object(f.of);
    out_->key(f.name).begin_object().key("data").begin_array();
    for (const auto each : data.elements())
        if (auto wrong = read_entry(*of, f, each.val, mode)) return wrong;
    out_->end_array();
    if (!create_) out_->member("mode", mode);
    out_->end_object();
    return std::nullopt;
}

// An entry with an id is one that exists already; where entries are taken away, only who they are matters.
maybe body_reader::read_entry(const object_model& of, const field& f, json::value v, sv mode) {
    if (!v.is_object()) return invalid(of, f, ", each of its entries must be an object");
    const json::value given = v.member("id");
    const auto id = is_nothing(given) ? std::nullopt : read_id(given);
    if (!is_nothing(given) && !id)
        return complaint{err::improper, "Please enter a valid id for this " + std::string(of.entity)};
    out_->begin_object();
    if (id) out_->member("id", *id);
    if (mode != delete_mode) {
        if (auto wrong = read_object(of, v, !id, true)) return wrong;
    } else if (const json::value name = v.member("name"); of.kind == record_kind::tag && name.is_string()) {
        out_->member("name", name.text());
    } else if (!id) {
        return required(of, of.kind == record_kind::tag ? "name" : "id");
    }
    out_->end_object();
    return std::nullopt;
}

}  // namespace

checked<std::string> read_body(const object_model& object, json::value body, bool create, sv owner) {
    if (!body.is_object()) return complaint{err::improper, "The request was not properly formed"};
    std::string out;
    json::writer w(out);
    w.begin_object();
    if (auto wrong = body_reader(create, owner, w).read_object(object, body, create, false)) return *wrong;
    w.end_object();
    return out;
}

}  // namespace casebridge::platform::threatconnect
