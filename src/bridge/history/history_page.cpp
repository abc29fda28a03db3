#include "bridge/history/history_page.hpp"

#include "json/writer.hpp"
#include "mapping/carry.hpp"

#include <algorithm>

namespace casebridge::bridge {
namespace {

using mapping::event_member;
using mapping::event_type;

const event_member* member_that(const event_type& t, bool (*is)(const event_member&)) {
    const auto it = std::find_if(t.members.begin(), t.members.end(), is);
    return it == t.members.end() ? nullptr : &*it;
}

bool is_list(const event_member& m) { return m.is == event_member::kind::changes; }
bool is_outcome(const event_member& m) { return m.from == "@after"; }
bool is_identity(const event_member& m) { return m.is == event_member::kind::id && m.from == "id"; }

// The backend dates what we write: its clock may differ from ours by this.
constexpr std::int64_t clock_slack = 120LL * 1'000'000;
// A case that was made in that state has no event of it (Tracecat fact sheet §4.4); such times are whole seconds.
constexpr std::int64_t made_so_within = 5LL * 1'000'000;

// As everything in this answer, a user is told without what is null.
void append_sparse(std::string& out, const std::string& document) {
    json::tape t;
    if (t.parse(document, {}).has_error()) return;
    json::writer w(out);
    w.begin_object();
    for (const auto& [key, val] : t.root().members())
        if (!val.is_null()) w.member(key.text(), val);
    w.end_object();
}

}  // namespace

json::value history_page::keep(std::string text) {
    const auto& kept = texts_.emplace_back(std::make_unique<std::string>(std::move(text)));
    auto t = std::make_unique<json::tape>();
    if (t->parse(*kept, mapping::carry_policy).has_error()) return {};
    tapes_.push_back(std::move(t));
    return tapes_.back()->root();
}

void history_page::add_line(line l) {
    if (l.type->on == "view") looks_.emplace(l.at, l.user);
    lines_.push_back(std::move(l));
}

// Parts of one event that did not fit into one entry are one event again.
void history_page::add_log(const case_log& log) {
    const auto all = log.events();
    for (std::size_t i = 0; i < all.size();) {
        const case_log::event& first = all[i++];
        const event_type* type = types_.find(first.type);
        if (type == nullptr) continue;
        // Two writers at a time may both have written it down.
        if (type->on == "view" && has_view(first.user, instant{first.at})) continue;
        json::value what = first.what;
        if (const event_member* list = member_that(*type, is_list)) {
            std::string text;
            json::writer w(text);
            w.begin_object().key(list->name).begin_array();
            std::size_t last = i - 1;
            while (last < all.size() && all[last].at == first.at && all[last].nonce == first.nonce &&
                   all[last].type == first.type) {
                for (const auto& [none, one] : all[last].what.member(list->name).elements()) w.copy(one);
                ++last;
            }
            w.end_array().end_object();
            i = last;
            what = keep(std::move(text));
        }
        if (const event_member* id = member_that(*type, is_identity))
            told_.emplace(type->on, what.member(id->name).text());
        add_line({type, what, first.at, first.user, true});
        if (type->on == "create") begin_ = first.at;
    }
}

void history_page::add(const event_type& type, std::string_view members, instant at, std::string user) {
    if (type.on == "create") begin_ = at.micros;
    add_line(
        {&type, keep("{" + std::string(members) + "}"), std::max(at.micros, begin_), std::move(user), false});
}

bool history_page::tells_of(std::string_view on, std::string_view id) const {
    return told_.contains({on, std::string(id)});
}

bool history_page::tells_of(std::string_view on) const {
    return std::any_of(lines_.begin(), lines_.end(),
                       [&](const line& l) { return l.logged && l.type->on == on; });
}

bool history_page::tells_of_change(std::string_view on, std::string_view to, instant at) const {
    const line *last = nullptr, *made = nullptr;
    for (const line& l : lines_) {
        if (l.logged && l.type->on == on && (last == nullptr || l.at >= last->at)) last = &l;
        if (l.logged && l.type->on == "create") made = &l;
    }
    if (last == nullptr) return made != nullptr && at.micros <= made->at + made_so_within;
    const event_member* after = member_that(*last->type, is_outcome);
    return after != nullptr && last->what.member(after->name).text() == to &&
           at.micros <= last->at + clock_slack;
}

bool history_page::has_view(const std::string& user, instant at) const {
    return looks_.contains({at.micros, user});
}

std::string history_page::document() const {
    std::vector<const line*> order;
    for (const line& l : lines_) order.push_back(&l);
    std::stable_sort(order.begin(), order.end(), [](const line* a, const line* b) { return a->at < b->at; });
    std::set<std::string, std::less<>> named;
    const auto known = [&](std::string_view id) {
        if (who_.find(id) == nullptr) return false;
        named.emplace(id);
        return true;
    };
    std::string out = "{\"" + types_.frame().events + "\":[";
    const std::size_t start = out.size();
    for (auto l = order.rbegin(); l != order.rend(); ++l) {
        std::string time = "\"";
        append_micros(time, {(*l)->at});
        out += out.size() > start ? "," : "";
        types_.append(out, *(*l)->type, (*l)->what, (*l)->user, time + '"', known);
    }
    out.append("],\"").append(types_.frame().people).append("\":[");
    const std::size_t people_start = out.size();
    for (const person& p : who_.all()) {
        if (!named.contains(p.id)) continue;
        out += out.size() > people_start ? "," : "";
        append_sparse(out, p.document);
    }
    return out + "]}";
}

}  // namespace casebridge::bridge
