// Templates of cases: the store has nothing like them, so they lie as texts of the workspace, each a document as
// clients see it. What another bridge keeps in one for its own clients comes back as it was.
#include "bridge/records/record_session.hpp"
#include "core/timestamp.hpp"
#include "json/writer.hpp"

#include <algorithm>

namespace casebridge::bridge {

using platform::record_verb;

namespace {

constexpr std::string_view name_prefix = "template-";
constexpr std::string_view key_member = "k";  // of the idempotency key; façades show only what they know
constexpr std::int64_t first_second = 1'577'836'800;  // 2020: numbers have 31 bits until 2088

struct kept_template {
    std::int64_t number = 0;
    std::string text;
    json::tape tape;
    json::value document() const noexcept { return tape.root(); }
};
using kept_templates = std::vector<std::unique_ptr<kept_template>>;

// What is not what was written here is passed over.
kept_templates read_kept(const std::vector<platform::case_store::workspace_text>& texts) {
    kept_templates out;
    for (const auto& t : texts) {
        if (!t.name.starts_with(name_prefix)) continue;
        auto one = std::make_unique<kept_template>();
        one->text = t.text;
        if (one->tape.parse(one->text, {}).has_error() || !one->document().is_object()) continue;
        const bool numbered = one->document().member("id").to_int64(one->number);
        if (numbered && t.name == std::string(name_prefix) + std::to_string(one->number))
            out.push_back(std::move(one));
    }
    return out;
}

const kept_template* find_number(const kept_templates& all, std::int64_t number) {
    for (const auto& t : all) {
        if (t->number == number) return t.get();
    }
    return nullptr;
}

// Ascending, as clients sort by them, and none twice, even after the last was removed: by the second in which it is made.
std::int64_t next_number(const kept_templates& all) {
    std::int64_t last = 0;
    for (const auto& t : all) last = std::max(last, t->number);
    return std::max(last + 1, instant::now().micros / 1'000'000 - first_second);
}

// The document that a request makes of one, or of none.
std::string document_of(std::int64_t number, json::value before, json::value sent, std::string_view key) {
    std::string out;
    json::writer w(out);
    w.begin_object().member("id", number);
    for (const auto& m : before.members()) {
        if (m.name() != "id" && !sent.member(m.name()).exists()) w.member(m.name(), m.val);
    }
    for (const auto& m : sent.members()) {
        if (m.name() != "id" && !m.val.is_null()) w.member(m.name(), m.val);
    }
    if (!before.exists()) w.member("active", false);
    if (!before.exists() && !sent.member("version").exists()) w.member("version", std::int64_t{1});
    if (!key.empty()) w.member(key_member, key);
    w.end_object();
    return out;
}

}  // namespace

task<result<std::vector<std::string>>> records::templates_of(session& s) {
    CB_CO_TRY(const auto texts, co_await store_.list_texts(s.ctx));
    std::vector<std::string> out;
    for (const auto& t : read_kept(texts)) {
        out.push_back(t->text);
        add_owner(out.back(), s.state.sources());
    }
    co_return out;
}

task<result<platform::record_answer>> records::write_template(session& s) {
    if (options_.shadow)
        co_return fail(errc::read_only, "this bridge plans writes and does not carry them out");
    CB_CO_TRY(const auto texts, co_await store_.list_texts(s.ctx));
    const kept_templates all = read_kept(texts);
    const bool create = s.r.action == record_verb::create;
    const kept_template* known = s.r.number ? find_number(all, *s.r.number) : nullptr;
    if (!create && known == nullptr) co_return fail(errc::not_found, "no template with this id");
    const std::string key = create ? hashed_key(s) : std::string();
    answer out;
    out.removed = 1;
    for (const auto& t : all) {
        if (key.empty() || t->document().member(key_member).text() != key) continue;
        out.documents.push_back(t->text);  // made by the same request before
        co_return out;
    }
    s.number = known != nullptr ? known->number : next_number(all);
    const std::string name = std::string(name_prefix) + std::to_string(s.number);
    if (s.r.action == record_verb::remove) {
        const std::optional<std::string> nothing;
        CB_CO_CHECK(co_await store_.write_text(s.ctx, name, nothing));
        co_return out;
    }
    const json::value before = known != nullptr ? known->document() : json::value{};
    const std::optional<std::string> text = document_of(s.number, before, s.r.document, key);
    CB_CO_CHECK(co_await store_.write_text(s.ctx, name, text));
    out.documents.push_back(*text);
    add_owner(out.documents.back(), s.state.sources());
    co_return out;
}

}  // namespace casebridge::bridge
