// Something that hangs on a case, as ThreatConnect would hold it after each plan: the child, and its state among the
// entries of the case's bag.
#pragma once

#include "support.hpp"

#include "mapping/child_states.hpp"

#include <boost/json.hpp>

#include <map>

namespace mapping_test {

// "comment-12" is a comment of ours; ana has signed in on ThreatConnect as well.
class child_world : public world {
public:
    std::optional<std::int64_t> find_number(std::string_view kind, std::string_view id) const override {
        if (!id.starts_with(std::string(kind) + "-")) return std::nullopt;
        return std::stoll(std::string(id.substr(kind.size() + 1)));
    }
    bool append_user_named(std::string& out, std::string_view login) const override {
        if (login != "ana@example.com") return false;
        out += R"({"user":"ana"})";
        return true;
    }
};

class stored_child {
public:
    stored_child(const char* table, const char* kind) : programs_(shipped().object(table)), kind_(kind) {
        members_["id"] = 17;
    }

    casebridge::result<mapping::write_plan> plan(const std::string& text, bool create = false,
                                                 std::size_t carry_max = 65'000) const {
        const parsed doc(text), now(document()), whole(case_document());
        mapping::child_states states;
        states.read(*shipped().object("case").compiled, whole.root());
        mapping::stored_reader reader(programs_.compiled->slots, programs_.compiled->bag);
        reader.read(now.root(), nullptr);
        states.offer_to(reader, kind_, number);
        open_files(reader);
        mapping::write_plan out;
        const mapping::field_set known = fields(shipped(), carry_max);
        CB_CHECK(programs_.write->run(doc.root(), create ? nullptr : &reader, known, world_, now_, out));
        return out;
    }
    mapping::write_plan write(const std::string& text, bool create = false, std::size_t carry_max = 65'000) {
        auto done = plan(text, create, carry_max);
        BOOST_REQUIRE_MESSAGE(done.has_value(), (done.has_error() ? done.error().detail : ""));
        apply(*done);
        return std::move(*done);
    }
    void apply(const mapping::write_plan& p) {
        const auto set = boost::json::parse("{" + p.members + "}").as_object();
        for (const auto& [key, val] : set) members_[key] = val;
        if (p.carry == mapping::write_plan::carry_action::write)
            entries[next_++] = mapping::name_child(p.carry_text, number);
        if (p.carry != mapping::write_plan::carry_action::keep) {
            for (const auto id : p.old_carry) entries.erase(id);
        }
        for (const auto& f : p.spills) files[f.file] = f.text;
        for (const auto& f : p.old_spills) files.erase(f);
    }

    boost::json::object view(mapping::ledger* notes = nullptr) const {
        const parsed now(document()), whole(case_document());
        mapping::child_states states;
        states.read(*shipped().object("case").compiled, whole.root());
        mapping::stored_reader reader(programs_.compiled->slots, programs_.compiled->bag);
        reader.read(now.root(), nullptr);
        states.offer_to(reader, kind_, number);
        open_files(reader);
        mapping::view_program::request what;
        what.holder = 42;
        what.holder_created = "2026-01-01T00:00:00Z";
        what.holder_updated = "2026-01-02T00:00:00.25Z";
        std::string out;
        mapping::ledger unused;
        programs_.view("read").run(reader, world_, what, out, notes == nullptr ? unused : *notes);
        return boost::json::parse(out).as_object();
    }
    std::string member(const char* name) const { return boost::json::serialize(view().at(name)); }

    boost::json::value& native(const char* name) { return members_[name]; }
    bool has_native(const char* name) const { return members_.contains(name); }
    std::string document() const { return boost::json::serialize(members_); }
    std::string case_document() const {
        std::string out = R"({"id":42,"attributes":{"data":[)";
        json::writer w(out);
        for (const auto& [id, text] : entries) {
            if (!out.ends_with('[')) out += ',';
            json::writer(out)
                .begin_object()
                .member("id", id)
                .member("type", "Bridge State")
                .member("value", text)
                .end_object();
        }
        return out + "]}}";
    }

    std::map<std::int64_t, std::string> entries;  // of the case's carry
    std::map<std::string, std::string> files;
    std::int64_t number = 17;

private:
    void open_files(mapping::stored_reader& reader) const {
        for (const auto& [rule, reference] : reader.carry().spills().members()) {
            const auto file = files.find(std::string(reference.element(0).text()));
            if (file != files.end()) reader.carry().provide(rule.text(), file->second);
        }
    }
    const mapping::object_programs& programs_;
    const char* kind_;
    child_world world_;
    casebridge::instant now_{1'767'225'600'000'000};
    boost::json::object members_;
    std::int64_t next_ = 100;
};

}  // namespace mapping_test
