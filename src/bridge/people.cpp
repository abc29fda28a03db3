#include "bridge/people.hpp"

#include <algorithm>

namespace casebridge::bridge {
namespace {

// Ids of a user document that stands for an account: the account's own.
class person_ids final : public mapping::references {
public:
    person_ids(const id_codec& ids, const uuid* fixed) : ids_(ids), fixed_(fixed) {}
    void append_id(std::string& out, std::string_view kind, std::int64_t number) const override {
        const uuid id = fixed_ != nullptr
                            ? *fixed_
                            : ids_.encode(id_kind_from_string(kind).value_or(id_kind::user), number);
        id.append_to(out);
    }
    void append_user(std::string& out, json::value) const override { out += "null"; }
    bool append_user(std::string&, std::string_view) const override { return false; }
    standing find_user(std::string_view, std::string&) const override { return standing::unknown; }
    std::string_view nobody() const override { return {}; }

private:
    const id_codec& ids_;
    const uuid* fixed_;
};

std::string translate(const people_sources& from, json::value stored, const char* shape, const char* kind,
                      const uuid* fixed) {
    const auto& programs = from.tables->object("user");
    mapping::stored_reader reader(programs.compiled->slots, programs.compiled->bag);
    reader.read(stored, nullptr);
    mapping::view_program::request what;
    what.user_kind = kind;
    mapping::ledger notes;
    std::string out;
    programs.view(shape).run(reader, person_ids(*from.ids, fixed), what, out, notes);
    return out;
}

std::string translate_text(const people_sources& from, const std::string& stored, const char* shape,
                           const uuid* fixed) {
    json::tape t;
    return t.parse(stored, {}).has_value() ? translate(from, t.root(), shape, "user", fixed) : "null";
}

}  // namespace

namespace {

std::string lower(std::string_view s) {
    std::string out(s);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
}

}  // namespace

class people_builder {
public:
    explicit people_builder(const people_sources& from) : from_(from) {}

    void add_accounts() {
        for (const auto& a : from_.accounts->accounts) add_account(a);
    }
    void add_stored(json::value v, bool group) {
        std::int64_t number = 0;
        if (!v.member("id").to_int64(number)) return;
        const char* kind = group ? "group" : "user";
        std::string assignee = from_.backend->assignee_document(group, number);
        const std::string_view name = from_.backend->login_of(v);
        const auto account = group ? accounts_.end() : accounts_.find(lower(name));
        if (account != accounts_.end()) {
            person& p = out_.list_[account->second];
            p.stored = std::move(assignee);
            p.kind = kind;
            p.number = number;
            out_.by_stored_.emplace(std::pair{kind, number}, account->second);
            out_.by_login_.emplace(lower(name), account->second);
            return;
        }
        person p;
        p.id = from_.ids->encode(group ? id_kind::group : id_kind::user, number).to_string();
        p.stored = std::move(assignee);
        p.kind = kind;
        p.number = number;
        p.document = translate(from_, v, "read", kind, nullptr);
        p.member = translate(from_, v, "item", kind, nullptr);
        out_.by_stored_.emplace(std::pair{kind, number}, out_.list_.size());
        if (!group && !name.empty()) out_.by_login_.emplace(lower(name), out_.list_.size());
        append(std::move(p));
    }
    people take() { return std::move(out_); }

private:
    void append(person p) {
        out_.by_id_.emplace(p.id, out_.list_.size());
        out_.list_.push_back(std::move(p));
    }
    // What an account is by configuration, no table could find on the backend. Within a JSON text, quotes of
    // strings are escaped, so that only the member itself can look like this.
    static void set_member(std::string& document, std::string_view shown, const std::string& value) {
        if (const auto at = document.find(shown); at != std::string::npos)
            document.replace(at, shown.size(), value);
    }
    // An account goes through the same table as everybody else, under its own id.
    void add_account(const platform::account& a) {
        const auto here = a.workspaces.find(from_.where->id);
        const bool member = here != a.workspaces.end();
        const std::string stored =
            from_.backend->user_document(a, member ? std::optional(here->second) : std::nullopt);
        person p;
        p.id = a.id.to_string();
        p.document = translate_text(from_, stored, "read", &a.id);
        set_member(p.document, R"("settings":{})", R"("settings":)" + a.settings);
        if (a.superuser) set_member(p.document, R"("is_superuser":false)", R"("is_superuser":true)");
        if (member) p.member = translate_text(from_, stored, "item", &a.id);
        accounts_.emplace(lower(a.upstream_user.empty() ? a.email : a.upstream_user), out_.list_.size());
        append(std::move(p));
    }

    const people_sources& from_;
    people out_;
    std::map<std::string, std::size_t, std::less<>> accounts_;  // lower-case backend name
};

const person* people::find(std::string_view id) const noexcept {
    const auto it = by_id_.find(id);
    return it == by_id_.end() ? nullptr : &list_[it->second];
}

const person* people::find_stored(std::string_view kind, std::int64_t number) const noexcept {
    const auto it = by_stored_.find({std::string(kind), number});
    return it == by_stored_.end() ? nullptr : &list_[it->second];
}

const person* people::find_login(std::string_view name) const {
    const auto it = by_login_.find(lower(name));
    return it == by_login_.end() ? nullptr : &list_[it->second];
}

people build_people(const people_sources& from, const std::vector<platform::reply_ptr>& users,
                    const std::vector<platform::reply_ptr>& groups) {
    people_builder b(from);
    b.add_accounts();
    for (const auto& page : users) {
        for (const auto& [none, v] : page->data.elements()) b.add_stored(v, false);
    }
    for (const auto& page : groups) {
        for (const auto& [none, v] : page->data.elements()) b.add_stored(v, true);
    }
    return b.take();
}

std::string describe_unknown(const people_sources& from, const uuid& id) {
    constexpr std::size_t enough = 8;  // digits, to tell two of them apart
    platform::account a;
    a.id = id;
    a.email = "unknown-user-" + id.to_string().substr(0, enough);
    a.first_name = "Unknown";
    a.last_name = "user";
    return translate_text(from, from.backend->user_document(a, std::nullopt), "read", &a.id);
}

std::string describe_stranger(const people_sources& from, json::value data, bool group) {
    return translate(from, data, "read", group ? "group" : "user", nullptr);
}

}  // namespace casebridge::bridge
