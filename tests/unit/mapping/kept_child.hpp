// Something that hangs on a case, as Tracecat would hold it after each plan, with its element in the case's state.
#pragma once

#include "support.hpp"

#include "mapping/kept_children.hpp"
#include "mapping/reverse_writer.hpp"

#include <boost/json.hpp>

namespace mapping_test {

class people final : public mapping::reverse_references {
public:
    std::string who = "12345678901234567890";
    std::int64_t case_number(std::int64_t stored) const override { return stored; }
    std::int64_t number_of(std::string_view kind, std::string_view id) const override {
        return static_cast<std::int64_t>(kind.size() * 1000 + id.size());
    }
    std::int64_t child_number(std::int64_t c, std::int64_t own) const override { return (c << 31) + own; }
    bool append_user(std::string& out, json::value stored) const override {
        return append_user_named(out, stored.member("email").text());
    }
    bool append_login(std::string& out, json::value stored) const override {
        out += stored.member("email").text();
        return stored.member("email").is_string();
    }
    bool append_user_named(std::string& out, std::string_view name) const override {
        if (name.empty()) return false;
        out += R"({"userName":)";
        json::append_string(out, name);
        out += '}';
        return true;
    }
    bool append_group_named(std::string& out, std::string_view name) const override {
        return append_user_named(out, name);
    }
    std::string constant(std::string_view name) const override { return name == "owner" ? R"("Acme")" : "7"; }
    assignee find_assignee(json::value w) const override {
        using standing = assignee::standing;
        if (w.is_null() || w.member("type").text() == "None") return {standing::nobody, {}, {}, {}};
        const std::string name(w.member("data").member("userName").text());
        if (name == "ana@example.com") return {standing::stored, "ana-id", {}, {}};
        return name.empty() ? assignee{} : assignee{standing::carried, {}, "user", name};
    }
    std::optional<std::string> tag_named(std::int64_t) const override { return std::nullopt; }
    std::optional<attribute_type> find_attribute_type(std::string_view) const override {
        return std::nullopt;
    }
    std::string_view caller() const override { return who; }
    const field_link* field_of_type(std::string_view) const override { return nullptr; }
    const field_link* field_of_id(std::string_view) const override { return nullptr; }
};

// One child: the document that the store has of it (or that lies in the list), and its element of the list.
class child {
public:
    child(const char* table, const char* document)
        : programs_(shipped().object(table)), doc(boost::json::parse(document).as_object()) {}

    casebridge::result<mapping::reverse_plan> plan(const std::string& body, bool create = false) const {
        const std::string stored = boost::json::serialize(doc), kept = entries.empty() ? "null" : entries;
        const parsed d(stored), e(kept), b(body);
        auto in = subject(d, e);
        mapping::reverse_plan out;
        CB_CHECK(programs_.reverse_write->run(b.root(), create ? nullptr : &in, refs, clock, out));
        return out;
    }
    mapping::reverse_plan write(const std::string& body, bool create = false) {
        auto p = plan(body, create);
        BOOST_REQUIRE_MESSAGE(p.has_value(), (p.has_error() ? p.error().detail : ""));
        const boost::json::object native = boost::json::parse("{" + p->members + "}").as_object();
        for (const auto& [key, val] : native) doc[key] = val;
        if (p->writes_state) entries = p->entries;
        clock.micros += 60'000'000;
        return std::move(*p);
    }
    boost::json::object shown() const {
        const std::string stored = boost::json::serialize(doc), kept = entries.empty() ? "null" : entries;
        const parsed d(stored), e(kept);
        std::string out;
        mapping::ledger notes;
        programs_.reverse->run(subject(d, e), refs, nullptr, out, notes);
        return boost::json::parse(out).as_object();
    }
    std::string member(const char* name) const {
        const boost::json::object all = shown();
        return all.contains(name) ? boost::json::serialize(all.at(name)) : "(absent)";
    }

private:
    mapping::reverse_subject subject(const parsed& d, const parsed& e) const {
        auto in = mapping::subject_of(d.root(), e.root());
        in.number = 2'147'483'665;
        in.holder = 42;
        in.holder_external_id = "case-xid-0042";
        return in;
    }
    const mapping::object_programs& programs_;

public:
    boost::json::object doc;
    std::string entries;
    people refs;
    casebridge::instant clock{1'800'000'000'000'000};
};

}  // namespace mapping_test
