// Tag definitions of a workspace. They are few, and their names must not meet, so writes to them are
// serial, and each begins with reading them anew.
#include "bridge/session.hpp"

#include "core/slug.hpp"

#include <algorithm>

namespace casebridge::bridge {
namespace {

using platform::outcome;
using platform::verb;

// Another tag with the ref that this name makes (Tracecat fact sheet §3.4).
result<void> check_ref(const std::vector<tag_entry>& tags, json::value name, std::int64_t own) {
    if (!name.is_string()) return {};
    const std::string ref = slug(name.text());
    const bool taken = std::any_of(tags.begin(), tags.end(),
                                   [&](const tag_entry& t) { return t.number != own && t.ref == ref; });
    if (taken) return fail(errc::conflict, ref, "/ref");
    return {};
}

}  // namespace

// Whether the case shows tags without the text that holds their state. Where the backend has shown such a
// text with a case's tags before, a tag without it has none.
bool exchange::misses_tag_states(session& s, json::value stored_case) const {
    const auto& carry = tables_.object("tag").source->carry;
    if (!carry || carry->member.empty()) return false;
    bool missing = false;
    for (const auto& [none, tag] : stored_case.member("tags").member("data").elements()) {
        if (tag.member(carry->member)) s.state.note_states_shown();
        missing = missing || !tag.member(carry->member);
    }
    return missing && !s.state.states_shown();
}

task<result<outcome>> exchange::write_tag(session& s) {
    const auto pass = co_await gate_.enter(s.op.where->organization + "/tags", s.op.deadline);
    if (!pass) co_return fail(errc::conflict, "tags are being written by others; try again");
    s.state.forget_tags();
    auto done = co_await write_locked_tag(s);
    s.state.forget_tags();
    gate_.note_tag_change();
    co_return done;
}

task<result<outcome>> exchange::write_locked_tag(session& s) {
    CB_CO_TRY(const auto tags, co_await s.state.load_tags(s.ctx));
    const tag_entry* known =
        s.op.action == verb::create ? nullptr : find_entry(*tags, s.state.ids(), s.op.child);
    if (known == nullptr && s.op.action != verb::create)
        co_return fail(errc::not_found, "no such tag", "/tag");
    if (s.op.action == verb::remove) {
        if (options_.shadow) co_return shadow_refusal();
        CB_CO_CHECK(co_await backend_.remove_tag(s.ctx, known->number));
        co_return outcome{};
    }
    CB_CO_CHECK(check_ref(*tags, s.op.document.member("name"), known == nullptr ? 0 : known->number));

    const auto& programs = tables_.object("tag");
    mapping::stored_reader current(programs.compiled->slots, programs.compiled->bag);
    json::tape stored;
    if (known != nullptr) {
        CB_CO_CHECK(stored.parse(known->stored, {}));
        current.read(stored.root(), nullptr);
    }
    mapping::write_plan plan;
    const mapping::field_set no_fields;
    CB_CO_CHECK(programs.write->run(s.op.document, known == nullptr ? nullptr : &current, no_fields,
                                    workspace_references(s.state, nullptr), instant::now(), plan));
    outcome out;
    if (!plan.idle()) CB_CO_CHECK(permit(s, plan));
    if (plan.empty()) {  // it is so already: no request
        out.items.push_back({{}, known->document});
        co_return out;
    }
    const std::optional<std::int64_t> number = known == nullptr ? std::nullopt : std::optional(known->number);
    auto written = co_await backend_.write_tag(s.ctx, number, plan);
    if (written.has_error()) {
        failure why = std::move(written).error();
        if (why.code == errc::conflict) why.pointer = "/name";
        co_return why;
    }
    CB_CO_TRY(auto text, co_await read_back(s, (*written)->data, plan));
    out.items.push_back({{}, std::move(text)});
    co_return out;
}

// What is there afterwards, which need not be what was sent: the backend trims names and resolves synonyms.
task<result<std::string>> exchange::read_back(session& s, json::value written,
                                              const mapping::write_plan& plan) {
    const auto& programs = tables_.object("tag");
    mapping::stored_reader now(programs.compiled->slots, programs.compiled->bag);
    now.read(written, nullptr);
    if (now.lacks_state() && !plan.carry_text.empty()) {  // the answer does not show it; the list does
        std::int64_t number = 0;
        written.member("id").to_int64(number);
        s.state.forget_tags();
        CB_CO_TRY(const auto tags, co_await s.state.load_tags(s.ctx));
        for (const auto& t : *tags) {
            if (t.number == number) now.supply_state(t.state_text);
        }
    }
    if (!plan.carry_text.empty() && !now.carry().present())
        s.notes.note(mapping::finding_code::loss_no_carry, "carry");
    std::string out;
    programs.view("read").run(now, workspace_references(s.state, nullptr), {}, out, s.notes);
    co_return out;
}

}  // namespace casebridge::bridge
