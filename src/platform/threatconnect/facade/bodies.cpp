#include "platform/threatconnect/facade/bodies.hpp"

#include "core/base64.hpp"
#include "core/timestamp.hpp"
#include "http/message.hpp"
#include "json/writer.hpp"
#include "platform/threatconnect/facade/assignees.hpp"

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

complaint invalid(const object_model& object, const field& f, const std::string& how) {
    return {err::improper,
            "The " + std::string(f.name) + " for this " + std::string(object.entity) + " is invalid" + how};
}

complaint required(const object_model& object, sv name) {
    return {err::missing,
            "The " + std::string(name) + " for this " + std::string(object.entity) + " is required"};
}

// No backend stores one, and what is written before it would have to be taken back.
bool has_nul(sv text) noexcept { return text.find('\0') != sv::npos; }

complaint nul_in(const object_model& object, const field& f) {
    return invalid(object, f, ", it must not have a NUL character");
}

// Base64 as programs wrap it, in lines.
std::string without_blanks(sv text) {
    std::string out;
    out.reserve(text.size());
    std::copy_if(text.begin(), text.end(), std::back_inserter(out),
                 [](char c) { return c != ' ' && c != '\n' && c != '\r' && c != '\t'; });
    return out;
}

bool decode_file(sv text, std::string& bytes) {
    const auto size = decoded_base64_length(text);
    bytes.resize(size.value_or(0));
    return size && decode_base64(text, bytes.data());
}

std::string length_wanted(const field& f) {
    return ", please enter a " + std::string(f.name) + " between " + std::to_string(f.least) + "-" +
           std::to_string(f.most) + " characters in length";
}

// One object of a body, and those inside it.
class body_reader {
public:
    body_reader(bool create, sv owner, json::writer& out, std::vector<std::string>& contents)
        : create_(create), owner_(owner), out_(&out), contents_(&contents) {}

    maybe read_object(const object_model& object, json::value body, bool create, bool nested);

private:
    maybe check_required(const object_model& object, json::value body, bool nested) const;
    maybe read_member(const object_model& object, const field& f, json::value v);
    maybe read_scalar(const object_model& object, const field& f, json::value v);
    maybe read_file(const object_model& object, const field& f, json::value v);
    maybe read_text(const object_model& object, const field& f, json::value v);
    maybe read_number(const object_model& object, const field& f, json::value v);
    maybe read_list(const object_model& object, const field& f, json::value v);
    maybe read_entry(const object_model& of, const field& f, json::value v, sv mode);
    maybe name_entry(const object_model& of, json::value v, bool has_id);
    maybe call_entry(const object_model& of, json::value name);
    maybe read_owner(json::value v) const;

    bool create_;
    sv owner_;
    json::writer* out_;
    std::vector<std::string>* contents_;
};

// A nearer parent does for all others (§4.3, §4.4).
maybe body_reader::check_required(const object_model& object, json::value body, bool nested) const {
    const bool placed =
        nested || std::any_of(object.fields.begin(), object.fields.end(), [&](const field& f) {
            return f.post == use::near_parent && !is_nothing(body.member(f.name));
        });
    for (const field& f : object.fields) {
        const bool wanted = f.post == use::must || (f.post == use::parent && !placed);
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
            if (create || f->kind == shape::list || f->kind == shape::file) continue;
            if (u == use::must || f->post == use::must) return required(object, f->name);
        }
        if (u == use::near_parent && nested)
            return invalid(object, *f, ", the parent is the object around it");
        if (auto wrong = read_member(object, *f, item.val)) return wrong;
    }
    return std::nullopt;
}

maybe body_reader::read_member(const object_model& object, const field& f, json::value v) {
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
    if (f.kind == shape::file) return read_file(object, f, v);
    if (f.kind != shape::one) return read_scalar(object, f, v);
    if (!v.is_object()) return invalid(object, f, ", it must be an object");
    return read_entry(*find_object(f.of), f, v, append_mode);
}

maybe body_reader::read_scalar(const object_model& object, const field& f, json::value v) {
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
    if (has_nul(text)) return nul_in(object, f);
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
    if (f.most != 0 && (n < f.least || n > f.most)) return invalid(object, f, length_wanted(f));
    out_->string(text);
    return std::nullopt;
}

maybe body_reader::read_number(const object_model& object, const field& f, json::value v) {
    const auto n = read_id(v);
    const auto least = static_cast<std::int64_t>(f.least), most = static_cast<std::int64_t>(f.most);
    if (!n || *n < least || (most != 0 && *n > most))
        return invalid(object, f,
                       most != 0 ? ", please enter a number between " + std::to_string(least) + "-" +
                                       std::to_string(most)
                       : least != 0 ? ", please enter a number from " + std::to_string(least)
                                    : ", it must be an integer");
    out_->integer(*n);
    return std::nullopt;
}

maybe body_reader::read_file(const object_model& object, const field& f, json::value v) {
    std::string bytes;
    const bool good =
        v.is_string() && (decode_file(v.text(), bytes) || decode_file(without_blanks(v.text()), bytes));
    if (!good) return invalid(object, f, ", it must be Base64");
    out_->begin_object().member("content", static_cast<std::int64_t>(contents_->size())).end_object();
    contents_->push_back(std::move(bytes));
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
    const json::value given = v.member("mode");
    const bool says = !create_ && f.modes && !is_nothing(given);
    sv mode = f.whole && !create_ ? replace_mode : append_mode;
    if (says) {
        mode = canonical(modes, given.text());
        if (mode.empty())
            return invalid(object, f,
                           " , please enter one of the following values as its mode: append, delete, "
                           "replace");
    }
    const json::value data = v.member("data");
    if (is_nothing(data)) {
        if (says && mode == replace_mode) return required(object, std::string(f.name) + ".data");
        return std::nullopt;
    }
    if (!data.is_array()) return invalid(object, f, ", its data must be an array");
    // A client that names users in a way that it cannot send sends none (§6.4): that opens nothing.
    if (f.whole && !says && data.size() == 0) return std::nullopt;
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

// Entries that are taken away, and those of some objects, are only named; of others an id says which one to change.
maybe body_reader::read_entry(const object_model& of, const field& f, json::value v, sv mode) {
    if (!v.is_object()) return invalid(of, f, ", each of its entries must be an object");
    if (const json::value name = of.or_called_by.empty() ? json::value{} : v.member(of.or_called_by);
        name.is_string() && v.size() == 1)
        return call_entry(of, name);
    const json::value given = v.member("id");
    const auto id = is_nothing(given) ? std::nullopt : read_id(given);
    if (!is_nothing(given) && !id)
        return complaint{err::improper, "Please enter a valid id for this " + std::string(of.entity)};
    const bool named = mode == delete_mode || !of.made_inside || (id && of.listed == entry::referred);
    if (id && !named && of.listed == entry::elsewhere)
        return complaint{err::improper,
                         "An existing " + std::string(of.entity) + " is changed by its own endpoint"};
    out_->begin_object();
    if (id) out_->member("id", *id);
    if (auto wrong = named ? name_entry(of, v, id.has_value()) : read_object(of, v, !id, true)) return wrong;
    out_->end_object();
    return std::nullopt;
}

maybe body_reader::name_entry(const object_model& of, json::value v, bool has_id) {
    const json::value name = of.called_by.empty() ? json::value{} : v.member(of.called_by);
    const bool called = name.is_string() && !name.text().empty();
    if (called && (!has_id || of.listed == entry::changed)) out_->member(of.called_by, name.text());
    if (has_id || called) return std::nullopt;
    if (of.missing.empty() || v.size() == 0) return required(of, of.called_by.empty() ? "id" : of.called_by);
    return complaint{err::improper, "A new " + std::string(of.entity) + " cannot be created: " +
                                        std::string(of.missing) + "; an existing one is named by its id"};
}

maybe body_reader::call_entry(const object_model& of, json::value name) {
    out_->begin_object();
    if (auto wrong = read_member(of, *of.find(of.called_by), name)) return wrong;
    out_->end_object();
    return std::nullopt;
}

}  // namespace

checked<written_body> read_body(const object_model& object, json::value body, bool create, sv owner) {
    if (!body.is_object()) return complaint{err::improper, "The request was not properly formed"};
    written_body out;
    json::writer w(out.text);
    w.begin_object();
    body_reader reader(create, owner, w, out.contents);
    if (auto wrong = reader.read_object(object, body, create, false)) return *wrong;
    w.end_object();
    return out;
}

checked<std::string> read_reason(const object_model& object, json::value body) {
    if (object.reason.empty()) return std::string();
    const json::value given = body.member(object.reason);
    if (is_nothing(given)) return required(object, object.reason);
    const field& f = *object.find(object.reason);
    const sv text = given.text();
    if (has_nul(text)) return nul_in(object, f);
    const std::size_t n = characters(text);
    if (given.is_string() && n >= f.least && n <= f.most) return std::string(text);
    return invalid(object, f, length_wanted(f));
}

}  // namespace casebridge::platform::threatconnect
