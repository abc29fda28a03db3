// A stored case that lives in memory, and what happens to it.
#pragma once

#include "support.hpp"

#include <map>
#include <utility>

namespace mapping_test {

// A stored case that lives in memory: what ThreatConnect would hold after each plan.
class stored_case {
public:
    stored_case(const mapping::bundle& b, const mapping::field_set& f)
        : bundle_(b), fields_(f), case_(b.object("case")) {
        members_["id"] = "42";
        members_["dateAdded"] = "\"2026-01-01T00:00:00Z\"";
        members_["lastUpdated"] = "\"2026-01-01T00:00:00.500Z\"";
    }

    void apply(const mapping::write_plan& p) {
        if (!p.members.empty()) {
            const parsed m("{" + p.members + "}");
            for (const auto& [key, val] : m.root().members()) {
                std::string text;
                json::append_value(text, val);
                members_[std::string(key.text())] = text;
            }
        }
        const auto assignee = members_.find("assignee");
        if (assignee != members_.end() && assignee->second == R"({"type":"None"})") members_.erase(assignee);
        for (const auto& c : p.bag) {
            for (const auto id : c.ids) attributes_.erase(id);
            for (const auto& t : c.texts) add_attribute(c.name, t);
        }
        if (p.carry == mapping::write_plan::carry_action::write) add_attribute("Bridge State", p.carry_text);
        if (p.carry != mapping::write_plan::carry_action::keep) {
            for (const auto id : p.old_carry) attributes_.erase(id);
        }
        for (const auto& s : p.spills) files_[s.file] = s.text;
        for (const auto& f : p.old_spills) files_.erase(f);
    }

    std::string document() const {
        std::string out = "{";
        for (const auto& [key, val] : members_) {
            if (out.size() > 1) out += ',';
            json::append_string(out, key);
            out += ":" + val;
        }
        out += R"(,"attributes":{"data":[)";
        bool first = true;
        for (const auto& [id, a] : attributes_) {
            out += first ? "" : ",";
            first = false;
            json::writer w(out);
            w.begin_object().member("id", id).member("type", a.first).member("value", a.second).end_object();
        }
        return out + "]}}";
    }

    // What a write would do; nothing is applied.
    casebridge::result<mapping::write_plan> plan(const std::string& text, bool create = false) const {
        const parsed doc(text);
        const parsed now(document());
        mapping::stored_reader reader(case_.compiled->slots, case_.compiled->bag);
        read(reader, now);
        mapping::write_plan out;
        CB_CHECK(case_.write->run(doc.root(), create ? nullptr : &reader, fields_, world_, now_, out));
        return out;
    }
    mapping::write_plan write(const std::string& text, bool create) {
        auto done = plan(text, create);
        BOOST_REQUIRE_MESSAGE(done.has_value(), (done.has_error() ? done.error().detail : ""));
        apply(*done);
        return std::move(*done);
    }

    std::string view(const std::string& shape = "read") const {
        const parsed now(document());
        mapping::stored_reader reader(case_.compiled->slots, case_.compiled->bag);
        read(reader, now);
        std::string out;
        mapping::ledger notes;
        case_.view(shape).run(reader, world_, {}, out, notes);
        return out;
    }
    std::string member(const std::string& name, const std::string& shape = "read") const {
        const parsed v(view(shape));
        std::string out;
        json::append_value(out, v.root().member(name));
        return out;
    }
    std::string& native(const std::string& name) { return members_[name]; }
    const std::map<std::string, std::string>& natives() const { return members_; }
    std::map<std::int64_t, std::pair<std::string, std::string>>& attributes() { return attributes_; }
    std::map<std::string, std::string>& files() { return files_; }
    void add_attribute(const std::string& type, const std::string& value) {
        attributes_[next_++] = {type, value};
    }

private:
    void read(mapping::stored_reader& reader, const parsed& now) const {
        reader.read(now.root(), &fields_);
        for (const auto& [rule, ref] : reader.carry().spills().members()) {
            const auto file = files_.find(std::string(ref.element(0).text()));
            if (file != files_.end()) reader.carry().provide(rule.text(), file->second);
        }
    }
    const mapping::bundle& bundle_;
    const mapping::field_set& fields_;
    const mapping::object_programs& case_;
    world world_;
    casebridge::instant now_{1767225600000000};
    std::map<std::string, std::string> members_;
    std::map<std::int64_t, std::pair<std::string, std::string>> attributes_;
    std::map<std::string, std::string> files_;
    std::int64_t next_ = 100;
};

}  // namespace mapping_test
