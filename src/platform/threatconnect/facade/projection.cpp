#include "platform/threatconnect/facade/projection.hpp"

#include "core/base64.hpp"
#include "json/writer.hpp"

#include <algorithm>
#include <optional>

namespace casebridge::platform::threatconnect {
namespace {

using sv = std::string_view;

// How far below the object asked for members can be asked for.
constexpr int deepest_asked = 4;

class painter {
public:
    painter(std::string& out, surroundings& with) : out_(&out), w_(out), with_(&with) {
        with.written.resize(with.contents.size());
    }

    void write(const object_model& object, json::value document, const field_tree& asked) {
        const bool nearer = has_nearer_parent(object, document);
        w_.begin_object();
        for (const field& f : object.fields) {
            const bool wanted = asked.asks_for(f.asked_name()) || asked.asks_for(f.name);
            if (!wanted && (f.shown == show::asked || (f.shown == show::farther && nearer))) continue;
            const json::value v = document.member(f.name);
            if (has_value(f, v)) {
                w_.key(f.name);
                write_value(f, v, asked);
            } else if (!f.otherwise.empty()) {
                w_.key(f.name).raw(f.otherwise);
            } else if (f.kind == shape::list && wanted && !f.told) {
                w_.key(f.name).raw(R"({"data":[]})");
            }
        }
        w_.end_object();
    }

private:
    static bool has_nearer_parent(const object_model& object, json::value document) {
        return std::any_of(object.fields.begin(), object.fields.end(), [&](const field& f) {
            return f.post == use::near_parent && !document.member(f.name).is_null() &&
                   document.member(f.name).exists();
        });
    }

    // Nobody is assigned: the member is not there (§12 trap 13).
    bool has_value(const field& f, json::value v) const {
        if (!v.exists() || v.is_null()) return false;
        if (f.kind == shape::assignee) return v.is_object() && v.member("data").is_object();
        return f.kind != shape::file || v.is_string() || content_of(v).has_value();
    }

    std::optional<std::size_t> content_of(json::value v) const {
        std::int64_t n = -1;
        v.member("content").to_int64(n);
        const auto size = static_cast<std::int64_t>(with_->contents.size());
        return n < 0 || n >= size ? std::nullopt : std::optional(static_cast<std::size_t>(n));
    }

    void write_value(const field& f, json::value v, const field_tree& asked) {
        switch (f.kind) {
            case shape::list: write_list(f, v, asked.below(f.name)); break;
            case shape::assignee: write_assignee(v); break;
            case shape::file: write_file(v); break;
            case shape::link: write_link(v); break;
            case shape::user: {
                const bool details = !f.asked_as.empty() && asked.asks_for(f.asked_as);
                write(*find_object(details ? "security/users" : f.of), v, asked.below(f.name));
                break;
            }
            case shape::one:
                if (const object_model* of = find_object(f.of); of && v.is_object())
                    write(*of, v, asked.below(f.name));
                else
                    w_.copy(v);
                break;
            default: w_.copy(v);
        }
    }

    // {"data":[…]}, also where the document has a bare list or nothing.
    void write_list(const field& f, json::value v, const field_tree& asked) {
        w_.begin_object().key("data").begin_array();
        const object_model* of = find_object(f.of);
        for (const auto each : (v.is_array() ? v : v.member("data")).elements())
            if (of && each.val.is_object()) write(*of, each.val, asked);
        w_.end_array().end_object();
    }

    void write_assignee(json::value v) {
        const bool group = v.member("type").text() == "Group";
        w_.begin_object().member("type", group ? "Group" : "User").key("data");
        write(*find_object(group ? "group" : "user"), v.member("data"), {});
        w_.end_object();
    }

    void write_file(json::value v) {
        const auto n = content_of(v);
        if (!n) {
            w_.copy(v);
            return;
        }
        std::string& bytes = with_->contents[*n];
        auto& place = with_->written[*n];
        w_.raw("\"");
        if (place.at != 0) {
            out_->append(*out_, place.at, place.size);
        } else {
            place = {out_->size(), base64_length(bytes.size())};
            append_base64(*out_, bytes);
            std::string().swap(bytes);
        }
        *out_ += '"';
    }

    void write_link(json::value v) {
        const sv text = v.text();
        if (text.starts_with('/'))
            w_.string(with_->public_url + std::string(text));
        else
            w_.copy(v);
    }

    std::string* out_;
    json::writer w_;
    surroundings* with_;
};

void collect_asked(const object_model& object, const field_tree& asked, const std::string& before, int depth,
                   std::set<std::string, std::less<>>& out) {
    for (const field& f : object.fields) {
        if (!asked.asks_for(f.asked_name()) && !asked.asks_for(f.name)) continue;
        if (f.shown == show::asked || !f.asked_as.empty()) out.insert(before + std::string(f.name));
        const bool nested = f.kind == shape::list || f.kind == shape::one;
        const field_tree& below = asked.below(f.name);
        const object_model* of = nested && !below.empty() && depth > 0 ? find_object(f.of) : nullptr;
        if (of) collect_asked(*of, below, before + std::string(f.name) + '.', depth - 1, out);
    }
}

}  // namespace

void field_tree::add(sv dotted) {
    const sv head = dotted.substr(0, dotted.find('.'));
    if (head.empty()) return;
    if (head == "_all_") {
        all_ = true;
        return;
    }
    field_tree& part = parts_[std::string(head)];
    if (head.size() < dotted.size()) part.add(dotted.substr(head.size() + 1));
}

const field_tree& field_tree::below(sv name) const {
    static const field_tree nothing;
    const auto at = parts_.find(name);
    return at == parts_.end() ? nothing : at->second;
}

std::set<std::string, std::less<>> asked_members(const object_model& object, const field_tree& asked) {
    std::set<std::string, std::less<>> out;
    collect_asked(object, asked, {}, deepest_asked, out);
    return out;
}

void append_shown(std::string& out, const object_model& object, json::value document, const field_tree& asked,
                  surroundings& with) {
    painter(out, with).write(object, document, asked);
}

}  // namespace casebridge::platform::threatconnect
