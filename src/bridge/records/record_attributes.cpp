// Attributes of cases: each lies in its case's state. A list of them is a list of cases.
#include "bridge/records/record_session.hpp"
#include "bridge/records/record_subjects.hpp"
#include "json/writer.hpp"

#include <algorithm>
#include <map>

namespace casebridge::bridge {

using platform::record_answer;
using platform::record_verb;

namespace {

constexpr platform::completion described{true, false};

// The name of the entry's member that is its case's number.
std::string_view holder_member(const mapping::rule& bag) {
    for (const auto& m : bag.entry) {
        if (m.from == mapping::bag_member::source::holder) return m.name;
    }
    return {};
}

// What only queries ask for: the type's number and size, and whose it is; by the type's name.
std::map<std::string, std::string, std::less<>> hidden_members(const std::vector<std::string>& types,
                                                               const directory_sources& from) {
    const std::string owner =
        R"(,"owner":)" + from.owner_json() + R"(,"ownerId":)" + std::to_string(from.owner_number()) + "}";
    std::map<std::string, std::string, std::less<>> out;
    for (const auto& type : types) {
        json::tape t;
        if (t.parse(type, {}).has_error()) continue;
        std::string more = R"(,"typeId":)" + std::string(t.root().member("id").text());
        if (const json::value max = t.root().member("maxSize"))
            more += R"(,"maxSize":)" + std::string(max.text());
        out.emplace(t.root().member("name").text(), more + owner);
    }
    return out;
}

// The name of an entry's member that is its type.
std::string_view type_member(const mapping::rule& bag) {
    for (const auto& m : bag.entry) {
        if (m.from == mapping::bag_member::source::text && m.key == "t") return m.name;
    }
    return {};
}

}  // namespace

// An attribute with its case as the related object of sub-queries.
class records::attribute_subject final : public query::document_subject {
public:
    attribute_subject(json::value document, const records& all, session& here, const family& holder)
        : document_subject(document), all_(all), s_(here), holder_(holder) {}
    bool has_related(const query::keyword& by, const query::condition* sub) const override {
        if (by.object != "cases") return document_subject::has_related(by, sub);
        return all_.case_matches(s_, holder_, sub);
    }

private:
    const records& all_;
    session& s_;
    const family& holder_;
};

task<result<record_answer>> records::read_attribute(session& s) {
    const std::int64_t number = s.r.number.value_or(0);
    CB_CO_TRY(const auto holder, co_await find_by_number(s, number / children_per_case, {}));
    const auto& program = *tables_.object("case").reverse;
    for (auto& e : program.entries(program.read(holder->document()), *s.refs)) {
        if (e.own != number % children_per_case) continue;
        answer out;
        out.documents.push_back(std::move(e.text));
        co_return out;
    }
    co_return fail(errc::not_found, "no attribute with this id");
}

task<result<record_answer>> records::list_attributes(session& s) {
    CB_CO_TRY(const auto families, co_await holders_of(s));
    const auto& program = *tables_.object("case").reverse;
    const auto hidden = hidden_members(attribute_types(s.state.sources(), *s.fields), s.state.sources());
    const std::string_view type = type_member(*program.bag()->by);
    std::vector<std::string> documents;
    for (const auto& holder : families) {
        for (auto& e : program.entries(holder->subject(), *s.refs)) {
            const opened_text shown(e.text);
            if (const auto more = hidden.find(shown.root().member(type).text()); more != hidden.end()) {
                e.text.pop_back();
                e.text += more->second;
            }
            const opened_text whole(std::move(e.text));
            if (query::matches(s.r.wanted, attribute_subject(whole.root(), *this, s, *holder)))
                documents.push_back(whole.text);
        }
    }
    platform::record_request rest = s.r;
    rest.wanted = {};
    co_return select_documents(rest, std::move(documents));
}

// As a write of its case: {"attributes":{"data":[…],"mode":…}}.
task<result<record_answer>> records::write_attribute(session& s) {
    const auto& programs = tables_.object("case");
    const mapping::reverse_member& bag = *programs.reverse->bag();
    const std::string_view holder_name = holder_member(*bag.by);
    const bool creates = s.r.action == record_verb::create;
    std::int64_t number = s.r.number.value_or(0);
    std::int64_t case_number = number / children_per_case;
    if (creates && !s.r.document.member(holder_name).to_int64(case_number))
        co_return fail(errc::invalid_value, std::string(holder_name) + " is needed",
                       "/" + std::string(holder_name));

    const auto pass = co_await gate_.enter(
        s.r.where->id.to_string() + "/" + std::to_string(case_number - s.r.where->case_number_offset),
        s.r.deadline);
    if (!pass) co_return fail(errc::conflict, "the case is being written by others; try again");
    auto before = co_await find_by_number(s, case_number, described);
    if (before.has_error() && creates && before.error().code == errc::not_found)
        co_return fail(errc::not_found, std::to_string(case_number), "/" + std::string(holder_name));
    if (before.has_error()) co_return before.error();
    const auto current = programs.reverse->read((*before)->document());
    const auto entries = programs.reverse->entries(current, *s.refs);
    const auto mine = [&](const mapping::reverse_program::shown_entry& e) {
        return e.own == number % children_per_case;
    };
    if (!creates && std::none_of(entries.begin(), entries.end(), mine))
        co_return fail(errc::not_found, "no attribute with this id");

    std::string text;
    json::writer w(text);
    w.begin_object().key(bag.name).begin_object().key("data").begin_array().begin_object();
    if (!creates) w.member("id", number);
    for (const auto& [key, val] : s.r.document.members()) {
        if (key.text() != holder_name && key.text() != "id") w.member(key.text(), val);
    }
    w.end_object().end_array();
    w.member("mode", s.r.action == record_verb::remove ? "delete" : "append").end_object().end_object();
    json::tape t;
    CB_CO_CHECK(t.parse(text, {}));
    mapping::reverse_plan plan;
    CB_CO_CHECK(programs.reverse_write->run(t.root(), &current, *s.refs, instant::now(), plan));
    CB_CO_TRY(const auto now, co_await write_case(s, *before, plan));
    answer out;
    out.removed = 1;
    if (s.r.action == record_verb::remove) co_return out;
    const auto written = programs.reverse->entries(programs.reverse->read(now->document()), *s.refs);
    for (const auto& e : written) {
        const bool is_new =
            std::none_of(entries.begin(), entries.end(), [&](const auto& x) { return x.own == e.own; });
        if (creates ? !is_new : !mine(e)) continue;
        out.documents.push_back(e.text);
        s.number = s.refs->child_number(case_number, e.own);
        co_return out;
    }
    co_return fail(errc::internal, "a written attribute is not there");
}

}  // namespace casebridge::bridge
