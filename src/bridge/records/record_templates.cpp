// Templates of cases: the store has nothing like them, so they lie as texts of the workspace, one each:
//
//   template-<number>   {"s":{"name":"…","version":"2"},"k":"…"}
//
// s: what the table keeps of one. k: mark of the Idempotency-Key that it was made under. Hostile input.
#include "bridge/children/stored_child.hpp"
#include "bridge/records/record_session.hpp"
#include "core/timestamp.hpp"
#include "json/writer.hpp"

#include <algorithm>
#include <charconv>

namespace casebridge::bridge {

using platform::record_verb;

namespace {

constexpr std::string_view table = "template", name_prefix = "template-";
constexpr std::int64_t first_second = 1'577'836'800;  // 2020: numbers have 31 bits until 2088

// The number in a text's name; 0: it is none of a template.
std::int64_t number_in(std::string_view name) noexcept {
    if (!name.starts_with(name_prefix)) return 0;
    name.remove_prefix(name_prefix.size());
    std::int64_t n = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), n);
    return error == std::errc{} && end == name.data() + name.size() && std::to_string(n) == name ? n : 0;
}

std::string text_of(std::string_view entries, std::string_view mark) {
    std::string out;
    json::writer w(out);
    w.begin_object().key("s").raw(entries.empty() ? "{}" : entries);
    if (!mark.empty()) w.member("k", mark);
    w.end_object();
    return out;
}

}  // namespace

struct records::kept_template {
    std::int64_t number;
    opened_text text;
    kept_template(std::int64_t n, std::string t) : number(n), text(std::move(t)) {}
    std::string_view mark() const noexcept { return text.root().member("k").text(); }
    mapping::reverse_subject subject() const {
        auto in = mapping::subject_of({}, text.root().member("s"));
        in.number = number;
        return in;
    }
};

// What is not what was written here is passed over.
task<result<records::kept_templates>> records::read_templates(session& s) {
    CB_CO_TRY(const auto texts, co_await store_.list_texts(s.ctx));
    kept_templates out;
    for (const auto& t : texts) {
        const std::int64_t number = number_in(t.name);
        if (number <= 0) continue;
        auto one = std::make_shared<const kept_template>(number, t.text);
        if (one->text.root().member("s").is_object()) out.push_back(std::move(one));
    }
    co_return out;
}

std::string records::show_template(session& s, const mapping::reverse_subject& in) const {
    std::string out;
    tables_.object(table).reverse->run(in, *s.refs, nullptr, out, s.notes);
    return out;
}

task<result<std::vector<std::string>>> records::templates_of(session& s) {
    CB_CO_TRY(const auto all, co_await read_templates(s));
    std::vector<std::string> out;
    for (const auto& t : all) out.push_back(show_template(s, t->subject()));
    co_return out;
}

// Cases may name theirs.
task<result<void>> records::know_templates(session& s) {
    CB_CO_TRY(const auto all, co_await templates_of(s));
    for (const auto& document : all) {
        const opened_text shown(document);
        numbered one;
        shown.root().member("id").to_int64(one.number);
        one.name = shown.root().member("name").text();
        s.templates.push_back(std::move(one));
    }
    s.refs->know_templates(&s.templates);
    co_return result<void>{};
}

// Ascending, as clients sort by them, and none twice, even after the last was removed: by the second in which it is made.
std::int64_t records::next_template(const kept_templates& all) {
    std::int64_t next = instant::now().micros / 1'000'000 - first_second;
    for (const auto& t : all) next = std::max(next, t->number + 1);
    return next;
}

task<result<platform::record_answer>> records::write_template(session& s) {
    // One at a time in a workspace: two would take the same number.
    const auto pass = co_await gate_.enter(s.r.where->id.to_string() + "/templates", s.r.deadline);
    if (!pass) co_return fail(errc::conflict, "the templates are being written by others; try again");
    CB_CO_TRY(const auto all, co_await read_templates(s));
    const bool creates = s.r.action == record_verb::create;
    const std::string mark = creates ? mark_of(s) : std::string();
    const auto known = std::find_if(all.begin(), all.end(), [&](const auto& t) {
        return creates ? !mark.empty() && key_of_mark(t->mark()) == key_of_mark(mark)
                       : s.r.number && t->number == *s.r.number;
    });
    if (!creates && known == all.end()) co_return fail(errc::not_found, "no template with this id");
    s.number = known == all.end() ? next_template(all) : (*known)->number;
    answer out;
    if (creates && known != all.end()) {
        CB_CO_CHECK(is_made_under(mark, (*known)->mark()));
        out.documents.push_back(show_template(s, (*known)->subject()));  // made by the same request before
        co_return out;
    }
    const std::string name = std::string(name_prefix) + std::to_string(s.number);
    mapping::reverse_plan plan;
    std::optional<std::string> text;
    if (s.r.action != record_verb::remove) {
        const mapping::reverse_subject before = creates ? mapping::reverse_subject{} : (*known)->subject();
        CB_CO_CHECK(tables_.object(table).reverse_write->run(s.r.document, creates ? nullptr : &before,
                                                             *s.refs, instant::now(), plan));
        text = text_of(plan.entries, creates ? std::string_view(mark) : (*known)->mark());
    }
    CB_CO_CHECK(permit(s, plan));
    CB_CO_CHECK(co_await store_.write_text(s.ctx, name, text));
    out.removed = 1;
    if (!text) co_return out;
    const kept_template now(s.number, *text);
    out.documents.push_back(show_template(s, now.subject()));
    co_return out;
}

}  // namespace casebridge::bridge
