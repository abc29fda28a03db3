// Reading a history back.
#include "bridge/history/history.hpp"
#include "json/writer.hpp"
#include "mapping/carry.hpp"

#include <algorithm>
#include <tuple>

namespace casebridge::bridge {
namespace {

constexpr std::int64_t latest = 253'402'300'800LL * 1'000'000;  // the end of the year 9999
constexpr std::size_t longest_nonce = 16;

bool is_moment(json::value v, std::int64_t& out) { return v.to_int64(out) && out > 0 && out < latest; }

struct stamp {
    std::int64_t at = 0, part = 0;
    std::string_view nonce;
};

bool read_stamp(json::value entry, stamp& out) {
    const json::value part = entry.member("s").member("p");
    out.nonce = entry.member("t").text();
    return entry.member("v").text() == "1" && entry.member("of").element(0).text() == history_kind &&
           is_moment(entry.member("r"), out.at) && out.nonce.size() <= longest_nonce &&
           (!part.exists() || (part.to_int64(out.part) && out.part > 0));
}

}  // namespace

void case_log::add_events(json::value entry) {
    stamp s;
    if (!read_stamp(entry, s) || !entry.member("s").member("e").is_array()) return;
    if (known_.emplace(s.at, s.nonce, s.part).second) entries_.push_back(entry);
}

void case_log::add_entry(std::string_view text, std::int64_t id) {
    auto t = std::make_unique<json::tape>();
    stamp s;
    if (t->parse(text, mapping::carry_policy).has_error() || !read_stamp(t->root(), s)) return;
    const json::value state = t->root().member("s");
    if (const json::value f = state.member("f"); f.is_array()) {
        file named{std::string(f.element(0).text()), std::string(f.element(1).text()), 0, id};
        if (named.name.starts_with(prefix_) && f.element(2).to_int64(named.bytes))
            files_.push_back(std::move(named));
        return;
    }
    if (!state.member("e").is_array()) return;
    ids_.push_back(id);
    add_events(t->root());
    tapes_.push_back(std::move(t));
}

bool case_log::add_file(const file& f, std::string text) {
    if (mapping::spill_hash(text) != f.hash) return false;
    auto kept = std::make_unique<std::string>(std::move(text));
    auto t = std::make_unique<json::tape>();
    if (t->parse(*kept, mapping::carry_policy).has_error()) return false;
    for (const auto& [none, entry] : t->root().member("e").elements()) add_events(entry);
    texts_.push_back(std::move(kept));
    tapes_.push_back(std::move(t));
    return true;
}

std::vector<case_log::event> case_log::events() const {
    std::vector<event> out;
    for (const json::value entry : entries_) {
        stamp s;
        read_stamp(entry, s);
        const json::value state = entry.member("s");
        std::int64_t place = 0;
        for (const auto& [none, e] : state.member("e").elements()) {
            event one{s.at,
                      std::string(s.nonce),
                      s.part,
                      place++,
                      std::string(e.member("type").text()),
                      std::string(state.member("u").text()),
                      e};
            if (std::int64_t own = 0; is_moment(e.member("at"), own)) {
                one.at = own;
                one.user = e.member("by").text();
            }
            out.push_back(std::move(one));
        }
    }
    std::stable_sort(out.begin(), out.end(), [](const event& a, const event& b) {
        return std::tie(a.at, a.nonce, a.part, a.place) < std::tie(b.at, b.nonce, b.part, b.place);
    });
    return out;
}

std::string case_log::folded() const {
    std::string out = R"({"v":1,"e":[)";
    for (const json::value e : entries_) {
        if (out.back() != '[') out += ',';
        json::append_value(out, e);
    }
    return out + "]}";
}

}  // namespace casebridge::bridge
