// Writing a history down: events packed into entries of a limited size.
#include "bridge/history/history.hpp"
#include "core/crypto.hpp"
#include "json/writer.hpp"
#include "mapping/carry.hpp"
#include "mapping/text_limit.hpp"

#include <array>

namespace casebridge::bridge {
namespace {

constexpr std::size_t least_text = 8;  // characters to which a text may be shortened
constexpr std::string_view ellipsis = "\xE2\x80\xA6";

// All of an entry up to its events.
std::string beginning(const history_stamp& stamp, std::string_view user, std::int64_t part) {
    std::string out;
    json::writer w(out);
    w.begin_object().member("v", std::int64_t{1});
    w.key("of").begin_array().string(history_kind).integer(0).end_array();
    w.member("r", stamp.at.micros).member("t", stamp.nonce).key("s").begin_object();
    if (!user.empty()) w.member("u", user);
    if (part > 0) w.member("p", part);
    w.key("e");
    return out + '[';
}
constexpr std::string_view ending = "]}}";

std::string event_text(const case_event& e, std::string_view members) {
    std::string out;
    json::writer w(out);
    w.begin_object().member("type", e.type);
    if (e.at) w.member("at", e.at->micros);
    if (e.at && !e.by.empty()) w.member("by", e.by);
    out.append(members.empty() ? "" : ",").append(members);
    return out + '}';
}

std::size_t cut_before(std::string_view text, std::size_t at) {
    while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) --at;  // not within a character
    return at;
}

// A value with its longest texts cut to about that many bytes; a structure that is longer is left out.
void append_short(std::string& out, json::value v, std::size_t most) {
    if (v.is_string() && v.text().size() > most) {
        const std::string_view text = v.text();
        json::append_string(out, std::string(text.substr(0, cut_before(text, most))) + std::string(ellipsis));
        return;
    }
    std::string whole;
    json::append_value(whole, v);
    out += v.is_string() || whole.size() <= most + least_text ? whole : "null";
}

// The members of an event, each value no longer than about that.
std::string shorter(std::string_view members, std::size_t most) {
    const std::string object = "{" + std::string(members) + "}";
    json::tape t;
    if (t.parse(object, mapping::carry_policy).has_error()) return {};
    std::string out;
    for (const auto& [key, val] : t.root().members()) {
        out += out.empty() ? "" : ",";
        json::append_string(out, key.text());
        out += ':';
        if (!val.is_array()) {
            append_short(out, val, most);
            continue;
        }
        out += '[';  // the changes of custom fields
        for (const auto& [none, one] : val.elements()) {
            out += out.back() == '[' ? "{" : ",{";
            for (const auto& [name, value] : one.members()) {
                out += out.back() == '{' ? "" : ",";
                json::append_string(out, name.text());
                out += ':';
                append_short(out, value, most);
            }
            out += '}';
        }
        out += ']';
    }
    return out;
}

// An event with a list of changes is several with one each; they are put together again when they are read.
std::vector<std::string> one_by_one(std::string_view members) {
    const std::string object = "{" + std::string(members) + "}";
    json::tape t;
    std::vector<std::string> out;
    if (t.parse(object, mapping::carry_policy).has_error() || t.root().size() != 1) return out;
    const auto [key, list] = *t.root().members().begin();
    for (const auto& [none, one] : list.elements()) {
        std::string& text = out.emplace_back();
        json::append_string(text, key.text());
        text += ":[";
        json::append_value(text, one);
        text += ']';
    }
    return out;
}

class packer {
public:
    packer(std::string_view user, const history_stamp& stamp, std::size_t max)
        : user_(user), stamp_(stamp), max_(max) {}

    void add(const case_event& e) {
        if (put(event_text(e, e.members))) return;
        const auto parts = one_by_one(e.members);
        if (parts.empty()) return add_short(e, e.members);
        for (const auto& p : parts)
            if (!put(event_text(e, p))) add_short(e, p);
    }
    history_text take() {
        close();
        return std::move(out_);
    }

private:
    static std::size_t length(std::string_view text) { return mapping::utf16_length(text); }
    std::size_t room() const {
        return max_ - std::min(max_, length(beginning(stamp_, user_, 99)) + ending.size());
    }

    // False if it would not even fit alone.
    bool put(const std::string& text) {
        const std::size_t size = length(text);
        if (size > room()) return false;
        if (!open_.empty() && open_length_ + 1 + size > room()) close();
        open_length_ += open_.empty() ? size : size + 1;
        open_.append(open_.empty() ? "" : ",").append(text);
        return true;
    }
    void close() {
        if (open_.empty()) return;
        const auto part = static_cast<std::int64_t>(out_.entries.size());
        out_.entries.push_back(beginning(stamp_, user_, part) + open_ + std::string(ending));
        open_.clear();
        open_length_ = 0;
    }
    // The event is worth more than its values.
    void add_short(const case_event& e, std::string_view members) {
        out_.shortened = true;
        for (std::size_t most = max_; most >= least_text; most /= 2)
            if (put(event_text(e, shorter(members, most)))) return;
        put(event_text(e, {}));
    }

    std::string user_;
    history_stamp stamp_;
    std::size_t max_;
    std::string open_;
    std::size_t open_length_ = 0;
    history_text out_;
};

}  // namespace

history_stamp history_stamp::now() {
    std::array<std::uint8_t, 4> bytes{};
    random_bytes(bytes);
    return {instant::now(), hex_encode(as_text(bytes))};
}

history_text render_history(const std::vector<case_event>& events, std::string_view user,
                            const history_stamp& stamp, std::size_t max) {
    packer p(user, stamp, max);
    for (const auto& e : events) p.add(e);
    return p.take();
}

std::string history_reference(const history_stamp& stamp, std::string_view name, std::string_view text) {
    std::string out;
    json::writer w(out);
    w.begin_object().member("v", std::int64_t{1});
    w.key("of").begin_array().string(history_kind).integer(0).end_array();
    w.member("r", stamp.at.micros).member("t", stamp.nonce).key("s").begin_object();
    w.key("f").begin_array().string(name).string(mapping::spill_hash(text));
    w.integer(static_cast<std::int64_t>(text.size())).end_array().end_object().end_object();
    return out;
}

}  // namespace casebridge::bridge
