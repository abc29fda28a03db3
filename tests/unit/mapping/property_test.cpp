// Laws over whole case documents, with a seeded generator: random creates and patches, native edits between
// them, budgets of every size, and hostile bytes where the state is kept.
#include "stored_case.hpp"

#include "mapping/carry.hpp"

#include <algorithm>
#include <random>
#include <set>

using namespace mapping_test;

namespace {

const std::vector<std::string> statuses{"unknown",  "new",    "in_progress", "on_hold",
                                        "resolved", "closed", "other"};
const std::vector<std::string> priorities{"unknown", "low", "medium", "high", "critical", "other"};
const std::vector<std::string> severities{"unknown", "informational", "low",   "medium",
                                          "high",    "critical",      "fatal", "other"};
const std::vector<std::string> resolutions{
    "Containment Achieved",        "Deferred / Delayed", "Escalated", "False Positive",
    "In Progress / Investigating", "Not Specified",      "Rejected",  "Restoration Achieved"};

class generator {
public:
    explicit generator(std::uint64_t seed) : random_(seed) {}

    std::size_t below(std::size_t n) { return random_() % n; }
    bool once_in(std::size_t n) { return below(n) == 0; }
    template <class T>
    const T& one_of(const std::vector<T>& list) {
        return list[below(list.size())];
    }

    std::string text(std::size_t longest) {
        static const std::vector<std::string> parts{
            "a", "b ",           "Z",  "\n", "\"",   "\\", "\xc3\xbc", "\xf0\x9f\x95\xb5", " [+]",
            "0", "\xe2\x82\xac", "\t", "-",  "word "};
        std::string out;
        const std::size_t n = once_in(4) ? below(longest) : below(20);
        while (out.size() < n) out += one_of(parts);
        return out;
    }
    std::string quoted(std::size_t longest) {
        std::string out;
        json::append_string(out, text(longest));
        return out;
    }
    std::string any_json(int depth) {
        static const std::vector<std::string> scalars{"null", "true", "false", "0",
                                                      "-0.0", "1.50", "1e400", "12345678901234567890",
                                                      "\"\"", "[]",   "{}"};
        if (depth == 0 || once_in(3)) return once_in(3) ? quoted(30) : one_of(scalars);
        const bool object = once_in(2);
        std::string out = object ? "{" : "[";
        for (std::size_t i = below(4); i > 0; --i) {
            if (object) out += "\"k" + std::to_string(i) + "\":";
            out += any_json(depth - 1);
            if (i > 1) out += ',';
        }
        return out + (object ? "}" : "]");
    }

    using members = std::vector<std::pair<std::string, std::string>>;
    members document(bool create) {
        members out;
        const auto put = [&](const char* name, std::string value, bool required) {
            if ((create && required) || once_in(3)) out.emplace_back(name, std::move(value));
        };
        put("summary", quoted(900), true);
        put("description", quoted(5000), true);
        put("status", "\"" + one_of(statuses) + "\"", true);
        put("priority", "\"" + one_of(priorities) + "\"", true);
        put("severity", "\"" + one_of(severities) + "\"", true);
        put("payload", once_in(4) ? "null" : "{\"p\":" + any_json(4) + "}", false);
        put("assignee_id", once_in(3) ? "null" : once_in(2) ? "\"ana\"" : "\"ben\"", false);
        put("fields", custom_fields(), false);
        return out;
    }
    // Custom fields, by id; ids are unique.
    std::string custom_fields() {
        members f;
        if (once_in(2)) {
            std::string owner = quoted(60);
            f.emplace_back("asset_owner", owner == "\"\"" || once_in(5) ? "null" : owner);
        }
        if (once_in(3))
            f.emplace_back("tc_resolution", once_in(4) ? "null" : "\"" + one_of(resolutions) + "\"");
        if (once_in(4)) f.emplace_back("tc_case_close_time", time());
        if (once_in(4)) f.emplace_back("tc_case_open_time", time());
        return object(f);
    }
    std::string time() {
        return "\"2026-0" + std::to_string(1 + below(9)) + "-11T10:20:3" + std::to_string(below(10)) +
               (once_in(2) ? "Z\"" : ".250000Z\"");
    }

    static std::string object(const members& m) {
        std::string out = "{";
        for (const auto& [name, value] : m)
            out.append(out.size() > 1 ? ",\"" : "\"").append(name).append("\":").append(value);
        return out + "}";
    }
    std::mt19937_64& bits() { return random_; }

private:
    std::mt19937_64 random_;
};

using members = generator::members;

// What the view shows where a write of that member is to be seen.
std::string shown(const stored_case& c, const std::string& member) {
    return c.member(member == "assignee_id" ? "assignee" : member);
}

std::string expected_of(const std::string& member, const std::string& written) {
    if (member != "assignee_id" || written == "null") return written;
    return written == "\"ana\"" ? R"({"user":1,"type":"User"})" : R"({"user":"ben"})";
}

std::string field_value(const stored_case& c, std::string_view id) {
    const parsed v(c.view());
    for (const auto& [none, f] : v.root().member("fields").elements()) {
        if (f.member("id").text() != id) continue;
        std::string out;
        json::append_value(out, f.member("value"));
        return out;
    }
    return "?";
}

// What a field shows after this value was written: a micro-second text without its zeros, a default for null.
std::string expected_field(std::string_view id, const std::string& written) {
    return id == "tc_resolution" && written == "null" ? "\"Not Specified\"" : written;
}

void put_get(const stored_case& c, const members& written) {
    for (const auto& [name, value] : written) {
        if (name != "fields") {
            BOOST_TEST(shown(c, name) == expected_of(name, value), name);
            continue;
        }
        const parsed f(value);
        for (const auto& [key, val] : f.root().members()) {
            std::string text;
            json::append_value(text, val);
            BOOST_TEST(field_value(c, key.text()) == expected_field(key.text(), text), key.text());
        }
    }
}

bool touches(const members& m, std::string_view name) {
    return std::any_of(m.begin(), m.end(), [&](const auto& x) { return x.first == name; });
}

// Members that a write of others may move: a resolution refines the status, and status and resolution are
// both shown among the fields.
void frame(const std::map<std::string, std::string>& before, const stored_case& c, const members& written) {
    const bool refines = std::any_of(written.begin(), written.end(), [](const auto& x) {
        return x.first == "fields" && x.second.find("tc_resolution") != std::string::npos;
    });
    for (const auto& [name, value] : before) {
        if (touches(written, name) || name == "fields" ||
            (name == "assignee" && touches(written, "assignee_id")))
            continue;
        if (name == "status" && refines) continue;
        BOOST_TEST(c.member(name) == value, name);
    }
}

std::map<std::string, std::string> everything(const stored_case& c) {
    std::map<std::string, std::string> out;
    const parsed v(c.view());
    for (const auto& [key, val] : v.root().members()) {
        std::string text;
        json::append_value(text, val);
        out[std::string(key.text())] = text;
    }
    return out;
}

void native_edit(generator& g, stored_case& c) {
    switch (g.below(6)) {
        case 0: c.native("status") = g.once_in(2) ? "\"Open\"" : "\"Closed\""; break;
        case 1:
            c.native("severity") = "\"" + g.one_of<std::string>({"Low", "Medium", "High", "Critical"}) + "\"";
            break;
        case 2: c.native("name") = "\"native\""; break;
        case 3: c.native("resolution") = "\"" + g.one_of(resolutions) + "\""; break;
        case 4: c.native("assignee") = R"({"type":"Group","data":{"id":1,"name":"SOC Team"}})"; break;
        default: c.native("caseCloseTime") = g.time(); break;
    }
}

std::size_t leaves_of(json::value v) {
    if (v.size() == 0) return 1;
    std::size_t n = 0;
    const auto items = v.is_object() ? v.members() : v.elements();
    for (const auto& [key, val] : items) n += leaves_of(val);
    return n;
}

void conserve(const std::string& document, bool left, const std::vector<std::string>& carried) {
    const parsed doc(document);
    std::map<mapping::fate, std::size_t> counts;
    std::set<std::string> pointers;
    for (const auto& leaf :
         mapping::account_leaves(doc.root(), *shipped().object("case").source, left, carried)) {
        ++counts[leaf.what];
        pointers.insert(leaf.pointer);
        if (leaf.what == mapping::fate::dropped) BOOST_TEST(!leaf.reason.empty());
    }
    using enum mapping::fate;
    BOOST_TEST(counts[mapped] + counts[mapping::fate::carried] + counts[dropped] + counts[unknown] ==
               (doc.root().size() == 0 ? 0 : leaves_of(doc.root())));
    BOOST_TEST(counts[unknown] == 0U);
    BOOST_TEST(pointers.size() == counts[mapped] + counts[mapping::fate::carried] + counts[dropped]);
}

std::string mutate(generator& g, std::string text) {
    for (std::size_t n = 1 + g.below(6); n > 0 && !text.empty(); --n) {
        const std::size_t at = g.below(text.size());
        switch (g.below(5)) {
            case 0: text[at] = static_cast<char>(32 + g.below(95)); break;
            case 1: text.erase(at, 1 + g.below(8)); break;
            case 2:
                text.insert(at, g.one_of<std::string>(
                                    {"\"", "{", "}", "[", "]", ",", ":", "null", "-1", "1e99", "\\u0000",
                                     "\"s\":{\"status\":[\"other\",\"new\",\"\"]}", "99999999999999999999"}));
                break;
            case 3: text.insert(at, text.substr(g.below(text.size()), g.below(20))); break;
            default: std::swap(text[at], text[g.below(text.size())]); break;
        }
    }
    for (char& c : text) c = static_cast<unsigned char>(c) < 0x80 ? c : '?';  // a server's JSON is UTF-8
    return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(properties)

BOOST_AUTO_TEST_CASE(edits_stick_touch_nothing_else_and_are_empty_the_second_time) {
    const auto& b = shipped();
    const auto f = fields(b);
    for (std::uint64_t seed = 0; seed < 1000; ++seed) {
        generator g(seed);
        stored_case c(b, f);
        BOOST_TEST_CONTEXT("seed " << seed) {
            const auto made = g.document(true);
            const auto first = c.write(generator::object(made), true);
            put_get(c, made);
            conserve(generator::object(made), true, first.carried);
            for (int edit = 0; edit < 3; ++edit) {
                if (g.once_in(2)) native_edit(g, c);
                const auto before = everything(c);
                const auto patch = g.document(false);
                const auto done = c.write(generator::object(patch), false);
                put_get(c, patch);
                frame(before, c, patch);
                BOOST_TEST(mapping::utf16_length(done.carry_text) <= 500U);
                const auto again = c.plan(generator::object(patch));
                BOOST_REQUIRE(again.has_value());
                BOOST_TEST(again->empty(),
                           again->members << " | " << again->carry_text << " | " << generator::object(patch));
            }
            conserve(c.document(), false, {});
        }
    }
}

BOOST_AUTO_TEST_CASE(a_native_edit_is_seen_at_once_whatever_is_carried) {
    const auto& b = shipped();
    const auto f = fields(b);
    const std::map<std::string, std::string> class_of{
        {"unknown", "Open"}, {"new", "Open"},      {"in_progress", "Open"}, {"on_hold", "Open"},
        {"other", "Open"},   {"closed", "Closed"}, {"resolved", "Closed"}};
    for (std::uint64_t seed = 0; seed < 1000; ++seed) {
        generator g(seed);
        stored_case c(b, f);
        c.write(generator::object(g.document(true)), true);
        for (int i = 0; i < 4; ++i) native_edit(g, c);
        const std::string seen = c.member("status");
        BOOST_TEST("\"" + class_of.at(seen.substr(1, seen.size() - 2)) + "\"" == c.native("status"), seed);
        if (c.native("name") == "\"native\"") BOOST_TEST(c.member("summary") == "\"native\"", seed);
    }
}

BOOST_AUTO_TEST_CASE(the_state_fits_its_place_or_the_loss_is_declared) {
    const auto& b = shipped();
    for (std::uint64_t seed = 0; seed < 1000; ++seed) {
        generator g(seed);
        const std::size_t budget = g.below(1200);
        const auto f = fields(b, budget);
        stored_case c(b, f);
        const auto doc = g.document(true);
        const auto plan = c.write(generator::object(doc), true);
        BOOST_TEST_CONTEXT("seed " << seed << ", budget " << budget) {
            BOOST_TEST(mapping::utf16_length(plan.carry_text) <= budget);
            const std::string lost = plan.notes.losses();
            for (const auto& [name, value] : doc) {
                const std::string rule = name == "assignee_id" ? "assignee" : name;
                if (lost.find(rule + "=") != std::string::npos || name == "fields") continue;
                BOOST_TEST(shown(c, name) == expected_of(name, value),
                           name << " is lost, undeclared; declared: " << lost);
            }
            for (const auto& rule : plan.carried)
                BOOST_TEST(lost.find(rule + "=") == std::string::npos, rule << " is both");
        }
    }
}

bool is_of_later_version(const std::string& state) {
    json::tape t;
    std::int64_t version = 0;
    return t.parse(state, mapping::carry_policy).has_value() && t.root().member("v").to_int64(version) &&
           version > 1;
}

BOOST_AUTO_TEST_CASE(hostile_state_never_breaks_a_read_or_the_next_write) {
    const auto& b = shipped();
    const auto f = fields(b);
    const std::set<std::string> known(statuses.begin(), statuses.end());
    for (std::uint64_t seed = 0; seed < 4000; ++seed) {
        generator g(seed);
        stored_case c(b, f);
        BOOST_TEST_CONTEXT("seed " << seed) {
            c.write(generator::object(g.document(true)), true);
            std::string valid =
                R"({"v":1,"r":2,"t":"x","s":{"status":["on_hold","new",""],"priority":"high","severity":["fatal","critical",""],"assignee":"ben"}})";
            if (!c.attributes().empty() && g.once_in(2)) valid = c.attributes().begin()->second.second;
            c.add_attribute("Bridge State", mutate(g, valid));
            const std::string status = c.member("status");
            BOOST_TEST(known.contains(status.substr(1, status.size() - 2)), status);
            const parsed seen(c.view());
            for (const auto& [none, field] : seen.root().member("fields").elements()) {
                BOOST_TEST(field.member("value").text().find("\"v\":1") == std::string_view::npos);
            }
            const members patch{{"status", "\"" + g.one_of(statuses) + "\""},
                                {"priority", "\"" + g.one_of(priorities) + "\""},
                                {"payload", "{\"p\":" + g.any_json(2) + "}"}};
            const auto done = c.write(generator::object(patch), false);
            put_get(c, patch);
            const auto states =
                std::count_if(c.attributes().begin(), c.attributes().end(), [](const auto& a) {
                    return a.second.first == "Bridge State" && !is_of_later_version(a.second.second);
                });
            // A write that carries something leaves no older state behind, forged or not; what a later version of
            // the bridge wrote stays.
            BOOST_TEST((done.carry == mapping::write_plan::carry_action::keep || states <= 1));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
