#include "bridge/records/record_directory.hpp"

#include "bridge/records/record_references.hpp"
#include "core/crypto.hpp"
#include "http/message.hpp"
#include "json/writer.hpp"

#include <algorithm>

namespace casebridge::bridge {

std::int64_t hashed_number(std::string_view realm, std::string_view kind, std::string_view id,
                           unsigned salt) {
    std::string text(realm);
    text.append(1, '\0').append(kind).append(1, '\0').append(id);
    if (salt > 0) text.append(1, '\0').append(std::to_string(salt));
    const digest d = sha256(text);
    std::int64_t n = d[0] & 0x7F;
    for (std::size_t i = 1; i < 4; ++i) n = n << 8 | d[i];
    return n == 0 ? 1 : n;
}

void numbered_list::add(std::string_view realm, std::string_view kind, numbered one, std::int64_t pinned) {
    const std::string& lasting = one.stored_id.empty() ? one.name : one.stored_id;
    one.number = pinned > 0 ? pinned : hashed_number(realm, kind, lasting);
    for (unsigned salt = 1; numbers_.contains(one.number); ++salt)
        one.number = hashed_number(realm, kind, lasting, salt);
    const std::size_t at = list_.size();
    numbers_.emplace(one.number, at);
    names_.emplace(one.name, at);
    if (!one.stored_id.empty()) stored_.emplace(one.stored_id, at);
    list_.push_back(std::move(one));
}

const numbered* numbered_list::by_number(std::int64_t number) const noexcept {
    const auto it = numbers_.find(number);
    return it == numbers_.end() ? nullptr : &list_[it->second];
}

const numbered* numbered_list::by_name(std::string_view name) const noexcept {
    const auto it = names_.find(name);
    return it == names_.end() ? nullptr : &list_[it->second];
}

const numbered* numbered_list::by_stored(std::string_view id) const noexcept {
    const auto it = stored_.find(id);
    return it == stored_.end() ? nullptr : &list_[it->second];
}

std::int64_t directory_sources::pinned(std::string_view kind, std::string_view name) const noexcept {
    const auto it =
        std::find_if(accounts->numbers.begin(), accounts->numbers.end(),
                     [&](const platform::pinned_number& p) { return p.kind == kind && p.name == name; });
    return it == accounts->numbers.end() ? 0 : it->number;
}

std::string directory_sources::realm() const { return where->id.to_string(); }

std::string directory_sources::owner_json() const {
    std::string out;
    json::append_string(out, where->organization);
    return out;
}

std::int64_t directory_sources::owner_number() const {
    return where->owner_number > 0 ? where->owner_number : hashed_number({}, "owner", where->organization);
}

namespace {

// Rendered by the table of users, from a document in the store's shape.
std::string shown_user(const directory_sources& from, const numbered_list& known, json::value stored) {
    const auto& program = *from.tables->object("user").reverse;
    const record_references refs(from, &known, nullptr, nullptr, {});
    mapping::ledger unused;
    std::string out;
    program.run(program.read(stored), refs, nullptr, out, unused);
    return out;
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

// A document of an API user in the store's shape.
std::string stored_form(const platform::api_user& u) {
    std::string out;
    json::writer w(out);
    w.begin_object().member("id", u.access_id).member("email", u.access_id);
    if (!u.first_name.empty()) w.member("first_name", u.first_name);
    if (!u.last_name.empty()) w.member("last_name", u.last_name);
    if (!u.pseudonym.empty()) w.member("pseudonym", u.pseudonym);
    w.end_object();
    return out;
}

}  // namespace

numbered_list make_users(const directory_sources& from, json::value members) {
    numbered_list out;
    std::vector<std::string> forms;
    for (const auto& u : from.accounts->api_users) {
        if (u.workspace != from.where->id) continue;
        const std::int64_t pinned = u.number > 0 ? u.number : from.pinned("user", u.access_id);
        out.add(from.realm(), "user", {0, u.access_id, {}, {}}, pinned);
        forms.push_back(stored_form(u));
    }
    const auto& rules = *from.tables->object("user").source;
    const std::string id = rules.find("user_id")->left, email = rules.find("email")->left;
    for (const auto& [none, m] : members.elements()) {
        const std::string address(m.member(email).text());
        const auto mapped = from.user_names->find(lower(address));
        const std::string name = mapped == from.user_names->end() ? address : mapped->second;
        out.add(from.realm(), "user", {0, name, std::string(m.member(id).text()), {}},
                from.pinned("user", name));
        std::string form;
        json::writer w(form);
        w.begin_object();
        for (const auto& [key, val] : m.members()) {
            if (key.text() == email)
                w.member(email, name);
            else
                w.member(key.text(), val);
        }
        w.end_object();
        forms.push_back(std::move(form));
    }
    for (std::size_t i = 0; i < forms.size(); ++i) {
        json::tape t;
        if (t.parse(forms[i], {}).has_value()) out.all()[i].document = shown_user(from, out, t.root());
    }
    return out;
}

namespace {

void add_members(std::string& group, const platform::user_group& g, const numbered_list& users) {
    group.pop_back();
    group += R"(,"users":{"data":[)";
    const std::size_t start = group.size();
    for (const auto& name : g.members) {
        const numbered* u = users.by_name(name);
        if (u == nullptr) continue;
        if (group.size() > start) group += ',';
        group += u->document;
    }
    group += "]}}";
}

}  // namespace

std::vector<std::string> show_groups(const directory_sources& from, const numbered_list& groups,
                                     const numbered_list& users) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < groups.all().size(); ++i)
        add_members(out.emplace_back(groups.all()[i].document), from.accounts->groups[i], users);
    return out;
}

std::vector<std::string> show_users(const directory_sources& from, const numbered_list& groups,
                                    const numbered_list& users) {
    std::vector<std::string> out;
    for (const auto& u : users.all()) {
        std::string& text = out.emplace_back(u.document);
        text.pop_back();
        std::string ids;
        for (std::size_t i = 0; i < groups.all().size(); ++i) {
            const auto& members = from.accounts->groups[i].members;
            if (std::find(members.begin(), members.end(), u.name) == members.end()) continue;
            ids += (ids.empty() ? "" : ",") + std::to_string(groups.all()[i].number);
        }
        text += R"(,"groupIds":[)" + ids + "]}";
    }
    return out;
}

numbered_list make_groups(const directory_sources& from) {
    numbered_list out;
    for (const auto& g : from.accounts->groups)
        out.add(from.realm(), "group", {0, g.name, {}, {}}, from.pinned("group", g.name));
    for (std::size_t i = 0; i < out.all().size(); ++i) {
        numbered& one = out.all()[i];
        json::writer w(one.document);
        w.begin_object().member("id", one.number).member("name", one.name);
        const std::string& description = from.accounts->groups[i].description;
        if (!description.empty()) w.member("description", description);
        w.end_object();
    }
    return out;
}

std::string describes_tag(std::string_view stored_id) { return "tag-" + std::string(stored_id); }

numbered_list make_tags(const directory_sources& from, json::value tags,
                        const std::vector<platform::case_store::workspace_text>& texts) {
    numbered_list out;
    std::map<std::string, std::string_view, std::less<>> descriptions;
    for (const auto& t : texts) {
        json::tape tape;  // what is no JSON string is not ours
        if (tape.parse(t.text, {}).has_value() && tape.root().is_string())
            descriptions.emplace(t.name, t.text);
    }
    const auto& program = *from.tables->object("tag").reverse;
    for (const auto& [none, t] : tags.elements()) {
        const std::string name(t.member("name").text());
        out.add(from.realm(), "tag", {0, name, std::string(t.member("id").text()), {}},
                from.pinned("tag", name));
    }
    std::size_t i = 0;
    const record_references refs(from, nullptr, nullptr, &out, {});
    for (const auto& [none, t] : tags.elements()) {
        mapping::ledger unused;
        numbered& one = out.all()[i++];
        program.run(program.read(t), refs, nullptr, one.document, unused);
        const auto described = descriptions.find(describes_tag(one.stored_id));
        if (described == descriptions.end()) continue;
        one.document.pop_back();
        one.document.append(",\"description\":").append(described->second).append("}");
    }
    return out;
}

std::vector<mapping::reverse_references::field_link> make_fields(const directory_sources& from,
                                                                 json::value fields) {
    std::vector<mapping::reverse_references::field_link> out;
    for (const auto& [none, f] : fields.elements()) {
        if (f.member("reserved").is_true()) continue;
        auto& link = out.emplace_back();
        link.id = f.member("id").text();
        link.type = f.member("display_name").text();
        for (const auto& r : from.tables->object("case").source->rules) {
            for (const auto& d : r.fields) {
                if (d.field == link.id && !d.attribute.empty()) link.type = d.attribute;
            }
        }
        if (link.type.empty()) link.type = link.id;
        const mapping::field_type* type = from.tables->left().find_type(f.member("type").text());
        if (type != nullptr) mapping::codec_from_string(type->codec, link.coding);
        link.own = hashed_number(from.realm(), "field", link.id);
    }
    return out;
}

}  // namespace casebridge::bridge
