// The lens laws: exhaustively over the shipped enums, refused for tables that break one, and end to end for
// random tables that the linter lets pass.
#include "support.hpp"

#include "mapping/laws.hpp"
#include "mapping/lint.hpp"

#include <rapidcheck.h>

#include <cstdlib>
#include <map>
#include <set>

using namespace mapping_test;
using casebridge::instant;
using mapping::enum_map;
using mapping::enum_spec;

namespace {

// Before the first property of this program is checked: the parameters are read once.
const int parameters = ::setenv("RC_PARAMS", "max_success=10000 max_discard_ratio=20 seed=20260101", 0);

enum_spec shipped_enum(const std::string& table, const std::string& name) {
    return shipped().object(table).source->enums.at(name);
}

// Every state of a pair of enums: native values, refiners, carried values with what they were carried over.
std::size_t states(const enum_map& m) {
    const auto natives = static_cast<std::size_t>(m.right_count() * (m.refiner_count() + 1));
    const auto carried = static_cast<std::size_t>(1 + m.left_count() * (m.left_count() + 1));
    return natives * carried;
}

// One table with one enum: a case that has a status, refined by a resolution.
class tiny_table {
public:
    explicit tiny_table(enum_spec e) {
        const mapping::origin here{document_.get(), document_->root()};
        table_.object = "case";
        table_.left_platform = left_.platform = "l";
        table_.right_platform = right_.platform = "r";
        table_.left_object = table_.right_object = "case";
        table_.at = here;
        table_.carry = mapping::carry_spec{"Bridge State", {}, {}, here};
        mapping::rule r;
        r.id = "status";
        r.kind = mapping::rule_kind::enum_;
        r.left = r.right = "status";
        r.enum_name = "status";
        r.refine = "resolution";
        r.carry = true;
        r.at = here;
        table_.rules.push_back(r);
        mapping::rule bag;
        bag.id = "fields";
        bag.kind = mapping::rule_kind::bag;
        bag.left = "fields";
        bag.right = "attributes.data";
        bag.name_key = "type";
        bag.value_key = "value";
        bag.at = here;
        table_.rules.push_back(bag);
        mapping::rule drop;
        drop.id = "resolution";
        drop.kind = mapping::rule_kind::drop;
        drop.right = "resolution";
        drop.why = "only refines";
        drop.at = here;
        table_.rules.push_back(drop);
        e.name = "status";
        e.at = here;
        for (auto& p : e.pairs) p.at = here;
        for (auto& s : e.stale) s.at = here;
        for (auto& a : e.also) a.at = here;
        for (auto& x : e.refine) x.at = here;
        left_.objects["case"] = {
            "case", {field("status", "enum"), field("fields", "bag")}, {{"read", {"status"}}}, here};
        right_.objects["case"] = {
            "case",
            {field("status", "enum"), field("resolution", "enum"), field("attributes", "bag")},
            {},
            here};
        table_.enums["status"] = std::move(e);
    }

    bool clean() {
        std::vector<json::diagnostic> findings;
        mapping::lint(table_, left_, right_, findings);
        return findings.empty();
    }
    void compile() {
        compiled_ =
            std::make_unique<mapping::compiled_table>(table_, left_.objects["case"], right_.objects["case"]);
        view_ = std::make_unique<mapping::view_program>(*compiled_, "read");
        write_ = std::make_unique<mapping::write_program>(*compiled_);
        fields_ =
            mapping::build_fields(table_, left_, {{"Bridge State", 1, 500, R"({"id":"s","type":"TEXT"})"}});
    }

    struct object {
        std::string status, resolution, carry;
        bool operator==(const object&) const = default;
    };
    std::string read(const object& o) const {
        const std::string text = document_of(o);
        json::tape t;
        RC_ASSERT(t.parse(text, {}).has_value());
        mapping::stored_reader reader(compiled_->slots, compiled_->bag);
        reader.read(t.root(), &fields_);
        std::string out;
        mapping::ledger notes;
        view_->run(reader, world_, {}, out, notes);
        json::tape seen;
        RC_ASSERT(seen.parse(out, {}).has_value());
        return std::string(seen.root().member("status").text());
    }
    // False: the plan was empty.
    bool write(object& o, const std::string& value, bool create = false) const {
        const std::string text = document_of(o);
        const std::string wanted = R"({"status":")" + value + "\"}";
        json::tape now, doc;
        RC_ASSERT(now.parse(text, {}).has_value() && doc.parse(wanted, {}).has_value());
        mapping::stored_reader reader(compiled_->slots, compiled_->bag);
        reader.read(now.root(), &fields_);
        mapping::write_plan plan;
        RC_ASSERT(write_->run(doc.root(), create ? nullptr : &reader, fields_, world_, instant{0}, plan)
                      .has_value());
        const std::string members = "{" + plan.members + "}";
        json::tape set;
        RC_ASSERT(set.parse(members, {}).has_value());
        if (const auto v = set.root().member("status"); v) o.status = v.text();
        if (const auto v = set.root().member("resolution"); v) o.resolution = v.text();
        if (plan.carry != mapping::write_plan::carry_action::keep) o.carry = plan.carry_text;
        return !plan.empty();
    }

private:
    mapping::catalog_field field(const char* name, const char* type) const {
        return {name, type, {}, 0, false, true, false, {document_.get(), document_->root()}};
    }
    static std::string document_of(const object& o) {
        std::string out;
        json::writer w(out);
        w.begin_object().member("status", o.status);
        if (!o.resolution.empty()) w.member("resolution", o.resolution);
        w.key("attributes").begin_object().key("data").begin_array();
        if (!o.carry.empty())
            w.begin_object()
                .member("id", std::int64_t{7})
                .member("type", "Bridge State")
                .member("value", o.carry)
                .end_object();
        w.end_array().end_object().end_object();
        return out;
    }

    std::vector<json::diagnostic> none_;
    json::document_ptr document_ = json::read_jsonc("tiny", "{}", none_);
    mapping::table table_;
    mapping::catalog left_, right_;
    world world_;
    mapping::field_set fields_;
    std::unique_ptr<mapping::compiled_table> compiled_;
    std::unique_ptr<mapping::view_program> view_;
    std::unique_ptr<mapping::write_program> write_;
};

std::string letter(char base, int i) { return {base, static_cast<char>('a' + i)}; }

// A random table. Its rows are well-formed more often than not; whether it keeps the laws is the linter's to say.
enum_spec random_enum() {
    enum_spec e;
    const int rights = *rc::gen::inRange(1, 5);
    const int lefts = *rc::gen::inRange(1, 8);
    const int refiners = *rc::gen::inRange(0, 4);
    std::vector<int> of;
    std::set<int> picked;
    for (int i = 0; i < lefts; ++i) {
        of.push_back(*rc::gen::inRange(0, rights));
        const bool pick = picked.insert(of.back()).second != (*rc::gen::inRange(0, 40) == 0);
        e.pairs.push_back(
            {letter('l', i),
             letter('R', of.back()),
             *rc::gen::inRange(0, 20) == 0 ? mapping::relation::related : mapping::relation::narrower,
             pick,
             {}});
    }
    const auto of_class = [&](int right) {  // mostly a value of that class
        for (int i = 0; i < lefts; ++i) {
            const int at = (i + right) % lefts;
            if (of[static_cast<std::size_t>(at)] == right || *rc::gen::inRange(0, 50) == 0) return at;
        }
        return 0;
    };
    for (int i = *rc::gen::inRange(0, 3); i > 0; --i) {
        const int right = of[static_cast<std::size_t>(*rc::gen::inRange(0, lefts))];
        e.also.push_back({letter('S', i), letter('R', right), letter('l', of_class(right)), {}});
    }
    for (int i = *rc::gen::inRange(0, 3); i > 0; --i) {
        const int now = of[static_cast<std::size_t>(*rc::gen::inRange(0, lefts))];
        e.stale.push_back(
            {{letter('l', *rc::gen::inRange(0, lefts))}, letter('R', now), letter('l', of_class(now)), {}});
    }
    for (int i = 0; i < refiners; ++i) {
        if (*rc::gen::inRange(0, 5) == 0) continue;
        const int right = of[static_cast<std::size_t>(*rc::gen::inRange(0, lefts))];
        e.refine.push_back({letter('R', right), letter('x', i), letter('l', of_class(right)), {}});
    }
    e.refine_write = *rc::gen::arbitrary<bool>();
    for (int i = 0; i < refiners; ++i) {
        if (*rc::gen::arbitrary<bool>()) e.managed.push_back(letter('x', i));
    }
    if (e.refine_write && e.managed.empty()) e.managed.push_back("xa");
    return e;
}

struct value_of {
    const enum_spec& e;
    std::string left() const { return e.pairs[*rc::gen::inRange<std::size_t>(0, e.pairs.size())].left; }
    std::string right() const {
        const auto at = *rc::gen::inRange<std::size_t>(0, e.pairs.size() + e.also.size());
        return at < e.pairs.size() ? e.pairs[at].right : e.also[at - e.pairs.size()].right;
    }
    // The class of a right value.
    std::string whole(const std::string& r) const {
        for (const auto& a : e.also) {
            if (a.right == r) return a.of;
        }
        return r;
    }
    std::string class_of(const std::string& l) const {
        for (const auto& p : e.pairs) {
            if (p.left == l) return p.right;
        }
        return {};
    }
    // Any state of the second side: a verdict that no row knows, a forged carry.
    tiny_table::object object() const {
        tiny_table::object o;
        o.status = right();
        const int refiner = *rc::gen::inRange(0, 6);
        o.resolution = refiner == 0 ? "" : refiner == 5 ? "verdict" : letter('x', refiner - 1);
        const int carried = *rc::gen::inRange(0, 4);
        if (carried == 1)
            o.carry = R"({"v":1,"r":3,"t":"x","s":{"status":[")" + left() + R"(",")" + left() + R"(",""]}})";
        if (carried == 2) o.carry = R"({"v":1,"r":3,"t":"x","s":{"status":")" + left() + R"("}})";
        if (carried == 3) o.carry = R"({"v":1,"r":3,"s":{"status":[5,)";
        return o;
    }
};

int clean_tables = 0;

void laws_hold(const tiny_table& t, const value_of& any) {
    tiny_table::object o = any.object();
    const std::string seen = t.read(o);
    RC_ASSERT(any.class_of(seen) == any.whole(o.status));  // P4: native wins
    tiny_table::object same = o;
    RC_ASSERT(!t.write(same, seen));  // P2: writing back what is seen does nothing
    RC_ASSERT(same == o);
    const std::string a = any.left();
    const std::string before = o.status;
    t.write(o, a);
    RC_ASSERT(t.read(o) == a);  // P3: edits stick
    // A value that is finer than its class stays while the class does.
    RC_ASSERT(o.status == (any.whole(before) == any.class_of(a) ? before : any.class_of(a)));
    RC_ASSERT(!t.write(o, a));  // P5: twice is once
    const std::string b = any.left();
    t.write(o, b);
    RC_ASSERT(t.read(o) == b);  // P6: the last write wins
    o.status = any.right();  // somebody edits the native value
    RC_ASSERT(any.class_of(t.read(o)) == any.whole(o.status));
    tiny_table::object made;
    t.write(made, a, true);
    RC_ASSERT(t.read(made) == a);  // P1: from nothing
    tiny_table::object plain{any.right(), {}, {}};
    RC_ASSERT(any.class_of(t.read(plain)) == any.whole(plain.status));  // P7: section
}

}  // namespace

BOOST_AUTO_TEST_SUITE(enum_laws)

// What filters rely on: nothing reads as a value that readings() does not name, and it names none in vain.
BOOST_AUTO_TEST_CASE(every_state_reads_as_one_of_the_readings_of_its_native_value_and_each_of_them_occurs) {
    for (const auto& [table, name] :
         {std::pair{"case", "status"}, {"case", "severity"}, {"task", "status"}}) {
        const enum_map m(shipped_enum(table, name));
        for (int right = 0; right < m.right_count(); ++right) {
            std::set<int> seen;
            for (int refiner = enum_map::none; refiner < m.refiner_count(); ++refiner)
                for (int left = enum_map::none; left < m.left_count(); ++left)
                    for (int base = enum_map::none; base < m.left_count(); ++base)
                        for (const bool witness : {false, true})
                            seen.insert(m.read({right, refiner}, {left, base}, witness).left);
            const auto named = m.readings(right);
            BOOST_TEST((seen == std::set<int>(named.begin(), named.end())), name << " " << m.right(right));
        }
    }
}

BOOST_AUTO_TEST_CASE(the_shipped_enums_keep_every_law_in_every_state) {
    const std::map<std::string, std::size_t> counts{{"status", 2U * 3U * 57U}, {"severity", 4U * 1U * 73U}};
    for (const auto& [name, count] : counts) {
        const enum_map m(shipped_enum("case", name));
        BOOST_TEST(states(m) == count, name);
        BOOST_TEST(!mapping::check_laws(m).has_value(), name);
    }
    BOOST_TEST(!mapping::check_laws(enum_map(shipped_enum("user", "role"))).has_value());
}

BOOST_AUTO_TEST_CASE(a_table_that_breaks_a_law_is_named_with_its_smallest_state) {
    struct row {
        const char* law;
        const char* counterexample;
        void (*spoil)(enum_spec&);
    };
    const row rows[] = {
        {"section", R"("Open" reads as nothing, which is not of its class)",
         [](enum_spec& e) { e.pairs[0].pick = false; }},
        {"section", R"("Closed" reads as "new", which is not of its class)",
         [](enum_spec& e) {
             e.pairs.push_back({"new", "Closed", mapping::relation::narrower, true, {}}),
                 e.pairs.push_back({"new", "Open", mapping::relation::narrower, true, {}});
         }},
        {"totality", R"("lost" has no counterpart)", [](enum_spec& e) { e.left_values.push_back("lost"); }},
        {"native wins", R"("Open" with "Deferred / Delayed" carrying nothing reads as "closed")",
         [](enum_spec& e) { e.refine[1].left = "closed"; }},
        {"native wins", R"("Open" carrying "closed" reads as "resolved")",
         [](enum_spec& e) { e.stale[0].then = "resolved"; }},
        {"section", R"("Escalated" reads as "closed", which is not of its class)",
         [](enum_spec& e) { e.also.push_back({"Escalated", "Open", "closed", {}}); }},
        {"section", R"("Escalated" reads as nothing, which is not of its class)",
         [](enum_spec& e) { e.also.push_back({"Escalated", "Open", "gone", {}}); }},
    };
    for (const auto& r : rows) {
        enum_spec e = shipped_enum("case", "status");
        r.spoil(e);
        const auto bad = mapping::check_laws(enum_map(e));
        BOOST_REQUIRE(bad.has_value());
        BOOST_TEST(bad->law == r.law);
        BOOST_TEST(bad->counterexample == r.counterexample);
    }
}

// The other way round: the left side stores, and a finer right value lies beside it.
BOOST_AUTO_TEST_CASE(a_finer_right_value_is_shown_while_its_class_holds_and_never_beyond) {
    const enum_map m(shipped_enum("task", "status"));
    const int reopened = m.right_of("reopened"), open = m.right_of("Open"), closed = m.right_of("Closed");
    BOOST_TEST(m.is_also(reopened));
    BOOST_TEST(m.class_of(reopened) == open);
    BOOST_TEST(m.left(m.write_coarse(enum_map::none, reopened)) == "in_progress");
    for (int left = 0; left < m.left_count(); ++left) {
        BOOST_TEST(m.show_right(left, enum_map::none) == m.coarse(left));
        BOOST_TEST(m.show_right(left, reopened) == (m.coarse(left) == open ? reopened : m.coarse(left)));
        BOOST_TEST(m.show_right(left, closed) == m.coarse(left));
        const int to = m.write_coarse(left, reopened);
        BOOST_TEST(to == (m.coarse(left) == open ? left : m.left_of("in_progress")));
        BOOST_TEST(m.show_right(to, reopened) == reopened);
    }
    BOOST_TEST(m.show_right(enum_map::none, reopened) == enum_map::none);
}

BOOST_AUTO_TEST_CASE(every_random_table_that_lints_clean_keeps_the_laws_end_to_end) {
    clean_tables = 0;
    const bool ok = rc::check("laws of random enum tables", [] {
        const enum_spec e = random_enum();
        tiny_table t(e);
        RC_PRE(t.clean());
        ++clean_tables;
        t.compile();
        laws_hold(t, value_of{e});
    });
    BOOST_TEST(ok);
    BOOST_TEST(parameters == 0);
    BOOST_TEST(clean_tables >= 10000);
}

BOOST_AUTO_TEST_SUITE_END()
