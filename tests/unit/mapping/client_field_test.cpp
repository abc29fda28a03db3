// Custom fields that clients define: their values, their definitions, and what writes and views make of them
// (Tracecat fact sheet §3.8).
#include "support.hpp"

#include "mapping/client_field.hpp"
#include "mapping/client_value.hpp"

using namespace mapping_test;
using mapping::client_field;
using mapping::codec;

namespace {

const std::vector<std::string> options{"EMEA", "AMER"};

std::string keep(codec c, const std::string& value) {
    const parsed v(value);
    const auto done = mapping::encode_client_value(c, v.root(), options);
    if (done.has_error())
        return (done.error().unknown_options ? "*" : "") + done.error().type + ":" + done.error().value;
    return *done;
}

std::string show(codec c, const std::string& kept) {
    const parsed v(kept);
    std::string out;
    return mapping::append_client_value(out, c, v.root()) ? out : (out.empty() ? "refused" : "appended");
}

client_field make(const std::string& body) {
    const parsed document(body);
    auto made = mapping::make_client_field(document.root(), shipped().left());
    BOOST_REQUIRE_MESSAGE(made.has_value(), made.error().detail);
    return std::move(*made);
}

// "code pointer: detail", empty if it is fine.
std::string refusal_of(const std::string& body) {
    const parsed document(body);
    const auto made = mapping::make_client_field(document.root(), shipped().left());
    return made.has_value() ? "" : made.error().pointer + ": " + made.error().detail;
}

std::string change(client_field& f, const std::string& body) {
    const parsed document(body);
    const auto done = mapping::change_client_field(f, document.root(), shipped().left());
    return done.has_value() ? "" : done.error().pointer + ": " + done.error().detail;
}

// A workspace whose clients made these fields, numbered from 1.
mapping::field_set workspace(std::vector<client_field> made) {
    for (std::size_t i = 0; i < made.size(); ++i) made[i].number = static_cast<std::int64_t>(i + 1);
    const auto& b = shipped();
    return mapping::build_fields(
        *b.object("case").source, b.left(),
        {{"Bridge State", 7, 500, R"({"id":"bridge_state","type":"TEXT"})"},
         {"Asset Owner", 8, 255,
          R"({"id":"asset_owner","display_name":"Asset Owner","type":"TEXT","description":"","options":null})"}},
        made);
}

// One case: what is stored, how a write changes it, what a view shows of its fields.
struct stored_case {
    std::string state;  // of the carry; empty: none
    const mapping::field_set& fields;
    mapping::write_plan plan;

    std::string document() const {
        std::string out = R"({"id":5,"name":"n","severity":"Low","status":"Open","attributes":{"data":[)";
        if (!state.empty()) {
            json::writer w(out);
            w.begin_object().member("id", std::int64_t{9}).member("type", "Bridge State");
            w.member("value", std::string_view(state)).end_object();
        }
        return out + "]}}";
    }
    // The failure's detail; empty: written.
    std::string write(const std::string& values, bool create = false) {
        const auto& p = shipped().object("case");
        const parsed d(document());
        const parsed body(
            create
                ? R"({"summary":"n","description":"","status":"new","priority":"unknown","severity":"low","fields":)" +
                      values + "}"
                : R"({"fields":)" + values + "}");
        mapping::stored_reader reader(p.compiled->slots, p.compiled->bag);
        reader.read(d.root(), &fields);
        const world refs;
        const auto done = p.write->run(body.root(), create ? nullptr : &reader, fields, refs, {}, plan);
        if (done.has_error()) return done.error().detail;
        if (plan.carry == mapping::write_plan::carry_action::write) state = plan.carry_text;
        if (plan.carry == mapping::write_plan::carry_action::remove) state.clear();
        return {};
    }
    std::string value(std::string_view field) const {
        const auto& p = shipped().object("case");
        const parsed d(document());
        mapping::stored_reader reader(p.compiled->slots, p.compiled->bag);
        reader.read(d.root(), &fields);
        mapping::ledger notes;
        std::string out;
        const world refs;
        p.view("read").run(reader, refs, {}, out, notes);
        const parsed shown(out);
        for (const auto& [none, f] : shown.root().member("fields").elements()) {
            if (f.member("id").text() == field) return std::string(f.member("value").raw());
        }
        return "no such field";
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(client_fields)

BOOST_AUTO_TEST_CASE(values_are_kept_as_tracecat_s_columns_keep_them) {
    struct row {
        codec c;
        const char* sent;
        const char* kept;
    };
    for (const row& r :
         {row{codec::text, R"("a")", R"("a")"},
          {codec::text, "true", R"("True")"},
          {codec::text, "5", R"("5")"},
          {codec::text, R"("")", R"("")"},
          {codec::text, "[]", "list:[]"},
          {codec::integer, "7.0", "7"},
          {codec::integer, R"(" +1_000 ")", "1000"},
          {codec::integer, "2147483647", "2147483647"},
          {codec::integer, "-2147483648", "-2147483648"},
          {codec::integer, "7.5", "float:7.5"},
          {codec::integer, "true", "bool:True"},
          {codec::integer, R"("abc")", "str:'abc'"},
          {codec::integer, "9223372036854775808", "int:9223372036854775808"},
          {codec::integer, "2147483648", "int:2147483648 (INTEGER fields hold -2147483648 to 2147483647)"},
          {codec::decimal, "12.50", R"("12.50")"},
          {codec::decimal, R"("123456789012345678901234567890.123456789")",
           R"("123456789012345678901234567890.123456789")"},
          {codec::decimal, "1e3", R"("1000")"},
          {codec::decimal, R"("+.50")", R"("0.50")"},
          {codec::decimal, R"("NaN")", "str:'NaN'"},
          {codec::decimal, "1e99999", "float:1e99999"},
          {codec::boolean, "1", "true"},
          {codec::boolean, R"("true")", "str:'true'"},
          {codec::date, "1767225600", R"("2026-01-01")"},
          {codec::date, R"("soon")", "str:'soon'"},
          {codec::instant, R"("2026-02-28T23:59:59+01:00")", R"("2026-02-28T22:59:59Z")"},
          {codec::json, R"({ "b" : [ 1.0 , 1e400 ], "a":null })", R"({"b":[1.0,1e400],"a":null})"},
          {codec::option, R"("EMEA")", R"("EMEA")"},
          {codec::option, "1", "*int:'1'"},
          {codec::option, R"("")", "*str:''"},
          {codec::options, R"(["EMEA","EMEA"])", R"(["EMEA","EMEA"])"},
          {codec::options, "[]", "[]"},
          {codec::options, R"(["EMEA","X",3])", "*list:X, 3"},
          {codec::options, R"([null])", "*list:None"},
          {codec::options, R"(["EMEA",""])", "*list:"},
          {codec::options, R"([["EMEA"]])", "*list:['EMEA']"},
          {codec::option, R"({"a":null})", "*dict:'{'a': None}'"},
          {codec::options, R"("EMEA")", "str:'EMEA'"}}) {
        BOOST_TEST(keep(r.c, r.sent) == r.kept, r.sent);
    }
}

BOOST_AUTO_TEST_CASE(what_is_kept_is_shown_by_the_type_of_today_or_not_at_all) {
    for (const auto& [c, kept, shown] : std::vector<std::tuple<codec, const char*, const char*>>{
             {codec::decimal, "7", R"("7")"},
             {codec::instant, R"("2026-01-02")", R"("2026-01-02T00:00:00Z")"},
             {codec::option, R"("gone")", R"("gone")"},
             {codec::json, R"({"a":[1]})", R"({"a":[1]})"},
             {codec::text, "null", "null"},
             {codec::text, "{}", "refused"},
             {codec::text, "5", "refused"},
             {codec::integer, R"("x")", "refused"},
             {codec::boolean, "7", "refused"},
             {codec::options, R"([1])", "refused"},
             {codec::options, R"("a")", "refused"},
             {codec::date, "{}", "refused"}}) {
        BOOST_TEST(show(c, kept) == shown, kept);
    }
}

BOOST_AUTO_TEST_CASE(numbers_lose_no_digit_and_no_other_text_is_one) {
    using mapping::plain_decimal;
    for (const auto& [text, plain] : std::vector<std::pair<const char*, const char*>>{{"0", "0"},
                                                                                      {"-0.00", "0.00"},
                                                                                      {"007", "7"},
                                                                                      {"5.", "5"},
                                                                                      {"1.5e-3", "0.0015"},
                                                                                      {"1.25E+1", "12.5"},
                                                                                      {"-12e2", "-1200"},
                                                                                      {"  3 ", "3"}}) {
        BOOST_TEST(plain_decimal(text).value_or("none") == plain, text);
    }
    for (const char* text :
         {"", ".", "-", "1e", "1,5", "_1", "1__0", "1_", "0x1", "1e1.5", "Infinity", "1 2"})
        BOOST_TEST(!plain_decimal(text), text);
}

BOOST_AUTO_TEST_CASE(blank_is_what_says_nothing) {
    for (const char* blank : {"null", R"("")", R"(" \t ")", "[]", "{}"})
        BOOST_TEST(mapping::is_blank_value(blank), blank);
    for (const char* value : {"false", "0", R"("0")", R"(["a"])", R"({"a":null})"})
        BOOST_TEST(!mapping::is_blank_value(value), value);
}

BOOST_AUTO_TEST_CASE(a_definition_is_read_as_it_was_written) {
    client_field f = make(
        R"({"name":"verdict","type":"SELECT","options":[" benign ","bad"],"default":"bad","display_name":"Verdict",)"
        R"("required_on_closure":true})");
    f.made_under = "0123456789abcdef";
    const std::string text = mapping::write_client_field(f);
    const auto again = mapping::read_client_field(text, 12, shipped().left());
    BOOST_REQUIRE(again.has_value());
    BOOST_TEST(again->number == 12);
    BOOST_TEST(again->options == (std::vector<std::string>{"benign", "bad"}));
    BOOST_TEST(again->required_on_closure);
    BOOST_TEST(again->made_under == "0123456789abcdef");
    BOOST_TEST(mapping::write_client_field(*again) == text);
}

BOOST_AUTO_TEST_CASE(what_is_no_definition_is_none) {
    for (const char* text : {"", "x", "{}", "[]", R"({"v":2,"f":"a","t":"TEXT"})",
                             R"({"v":1,"f":"","t":"TEXT"})", R"({"v":1,"f":"Upper","t":"TEXT"})",
                             R"({"v":1,"f":"a","t":"NOPE"})", R"({"v":1,"f":5,"t":"TEXT"})"})
        BOOST_TEST(!mapping::read_client_field(text, 1, shipped().left()), text);
    const std::string large = R"({"v":1,"f":"a","t":"TEXT","n":")" + std::string(5000, 'x') + R"("})";
    BOOST_TEST(!mapping::read_client_field(large, 1, shipped().left()));
}

BOOST_AUTO_TEST_CASE(names_become_ids_as_postgresql_makes_them) {
    const client_field upper = make(
        R"({"name":"UpperName","type":"SELECT","options":["a"],"display_name":"Upper","required_on_closure":true})");
    BOOST_TEST(upper.id == "uppername");
    BOOST_TEST(upper.type == "TEXT");
    BOOST_TEST(!upper.display_name);
    BOOST_TEST(!upper.required_on_closure);
    BOOST_TEST(make(R"({"name":")" + std::string(64, 'm') + R"(","type":"TEXT"})").id ==
               std::string(63, 'm'));
    BOOST_TEST(refusal_of(R"({"name":"__tc_x","type":"TEXT"})") ==
               "/name: Column __tc_x is reserved for internal use");
}

BOOST_AUTO_TEST_CASE(defaults_must_fit_their_type) {
    BOOST_TEST(refusal_of(R"({"name":"a","type":"INTEGER","default":"abc"})") == "/default/INTEGER: 'abc'");
    BOOST_TEST(refusal_of(R"({"name":"a","type":"NUMERIC","default":"x"})") == "/default/NUMERIC: 'x'");
    BOOST_TEST(refusal_of(R"({"name":"a","type":"INTEGER","default":"o'x"})") == "/default/INTEGER: \"o'x\"");
    BOOST_TEST(refusal_of(R"({"name":"a","type":"BOOLEAN","default":"maybe"})") ==
               "/default/BOOLEAN: 'maybe'");
    BOOST_TEST(refusal_of(R"({"name":"a","type":"DATE","default":"soon"})") == "/default/DATE: 'soon'");
    BOOST_TEST(refusal_of(R"({"name":"a","type":"JSONB","default":"{"})") == "/default/JSONB: '{'");
    const client_field f = make(R"({"name":"a","type":"JSONB","default":{"b":1}})");
    BOOST_TEST(mapping::standard_value(f, f.standard, shipped().left()) == R"({"b":1})");
}

BOOST_AUTO_TEST_CASE(a_change_keeps_what_it_does_not_name) {
    client_field f = make(R"({"name":"queue","type":"TEXT","default":"tier 1"})");
    BOOST_TEST(change(f, "{}").empty());
    BOOST_TEST(change(f, R"({"name":"queue_label"})").empty());
    BOOST_TEST(f.id == "queue_label");
    BOOST_TEST(f.display_name.value_or("") == "queue");  // the old name stays visible
    BOOST_TEST(change(f, R"({"display_name":null,"required_on_closure":true,"default":"tier 2"})").empty());
    BOOST_TEST(f.display_name.value_or("") == "queue");
    BOOST_TEST(f.required_on_closure);
    BOOST_TEST(f.standard.value_or("") == "tier 2");
    BOOST_TEST(f.first_standard.value_or("") == "tier 1");
}

BOOST_AUTO_TEST_CASE(a_type_changes_only_where_no_value_is_lost) {
    client_field f = make(R"({"name":"a","type":"INTEGER"})");
    BOOST_TEST(change(f, R"({"type":"NUMERIC"})").empty());
    BOOST_TEST(change(f, R"({"type":"INTEGER"})") ==
               "/type: Field a of type NUMERIC cannot become INTEGER: its values would be lost");
    BOOST_TEST(f.type == "NUMERIC");
    client_field text = make(R"({"name":"b","type":"TEXT"})");
    BOOST_TEST(change(text, R"({"type":"SELECT"})") ==
               "/options: Options are required for SELECT or MULTI_SELECT");
    BOOST_TEST(change(text, R"({"type":"SELECT","options":["x"]})").empty());
    BOOST_TEST(change(text, R"({"type":"TEXT"})").empty());
    BOOST_TEST(text.options.empty());
    BOOST_TEST(change(text, R"({"options":["x"]})") ==
               "/options: Options are only supported for SELECT or MULTI_SELECT");
    BOOST_TEST(change(text, R"({"type":"DATE"})").starts_with("/type"));
}

BOOST_AUTO_TEST_CASE(values_lie_in_the_state_under_the_definition_s_number) {
    const auto fields =
        workspace({make(R"({"name":"root_cause","type":"TEXT"})"),
                   make(R"({"name":"score","type":"NUMERIC"})"), make(R"({"name":"raw","type":"JSONB"})")});
    stored_case c{"", fields, {}};
    BOOST_TEST(c.write(R"({"root_cause":"weak","score":12.5,"raw":{"a":[1.0,null]}})").empty());
    BOOST_TEST(c.state.find(R"("fields":{"1":"weak")") != std::string::npos, c.state);
    BOOST_TEST(c.value("root_cause") == R"("weak")");
    BOOST_TEST(c.value("score") == R"("12.5")");
    BOOST_TEST(c.value("raw") == R"({"a":[1.0,null]})");
    BOOST_TEST(c.write(R"({"root_cause":"weak","score":"12.5"})").empty());
    BOOST_TEST(c.plan.empty());  // it is so already
    BOOST_TEST(c.write(R"({"root_cause":null,"raw":null,"score":null})").empty());
    BOOST_TEST(c.state.empty(), c.state);
    BOOST_TEST(c.value("raw") == "null");
}

BOOST_AUTO_TEST_CASE(nothing_is_written_where_one_value_is_refused) {
    const auto fields =
        workspace({make(R"({"name":"root_cause","type":"TEXT"})"), make(R"({"name":"n","type":"INTEGER"})")});
    stored_case c{"", fields, {}};
    BOOST_TEST(c.write(R"({"root_cause":"kept?","nope":1})") == "nope");
    BOOST_TEST(c.write(R"({"root_cause":"kept?","n":"abc"})") == "Invalid integer value: 'abc'");
    BOOST_TEST(c.write(R"({"root_cause":["a"]})") ==
               "Custom field 'root_cause' expects TEXT but received list.");
    BOOST_TEST(c.state.empty());
}

BOOST_AUTO_TEST_CASE(defaults_are_those_of_the_time_a_case_was_made) {
    client_field queue = make(R"({"name":"queue","type":"TEXT","default":"tier 1"})");
    const auto first = workspace({queue});
    stored_case before{"", first, {}};  // knows nothing of the field
    BOOST_TEST(before.value("queue") == R"("tier 1")");
    stored_case made{"", first, {}};
    BOOST_TEST(made.write("{}", true).empty());
    BOOST_TEST(made.state.empty(), made.state);
    BOOST_TEST(made.value("queue") == R"("tier 1")");
    BOOST_TEST(made.write(R"({"queue":null})").empty());
    BOOST_TEST(made.value("queue") == "null");
    BOOST_TEST(made.state.find(R"("fields":{"1":null})") != std::string::npos, made.state);

    BOOST_TEST(change(queue, R"({"default":"tier 2"})").empty());
    const auto second = workspace({queue});
    stored_case old{"", second, {}}, later{"", second, {}}, given{"", second, {}};
    BOOST_TEST(later.write("{}", true).empty());
    BOOST_TEST(given.write(R"({"queue":null})", true).empty());
    BOOST_TEST(old.value("queue") == R"("tier 1")");
    BOOST_TEST(later.value("queue") == R"("tier 2")");
    BOOST_TEST(given.value("queue") == "null");
    BOOST_TEST(change(queue, R"({"default":null})").empty());
    const auto third = workspace({queue});
    stored_case none{"", third, {}};
    BOOST_TEST(none.write("{}", true).empty());
    BOOST_TEST(none.value("queue") == "null");
}

BOOST_AUTO_TEST_CASE(a_renamed_field_keeps_its_values_and_a_new_one_of_its_name_has_none) {
    client_field f = make(R"({"name":"queue","type":"TEXT"})");
    const auto before = workspace({f});
    stored_case c{"", before, {}};
    BOOST_TEST(c.write(R"({"queue":"tier 1"})").empty());
    BOOST_TEST(change(f, R"({"name":"team"})").empty());
    const auto renamed = workspace({f, make(R"({"name":"queue","type":"TEXT"})")});
    const stored_case now{c.state, renamed, {}};
    BOOST_TEST(now.value("team") == R"("tier 1")");
    BOOST_TEST(now.value("queue") == "null");
}

BOOST_AUTO_TEST_CASE(a_large_value_goes_into_a_file_of_its_own) {
    const auto fields = workspace({make(R"({"name":"raw","type":"JSONB"})")});
    stored_case c{"", fields, {}};
    BOOST_TEST(c.write(R"({"raw":")" + std::string(3000, 'x') + R"("})").empty());
    BOOST_REQUIRE(c.plan.spills.size() == 1U);
    BOOST_TEST(c.plan.spills[0].rule == "fields");
    BOOST_TEST(c.state.size() < 500U);
    const auto& p = shipped().object("case");
    const parsed d(c.document());
    mapping::stored_reader reader(p.compiled->slots, p.compiled->bag);
    reader.read(d.root(), &fields);
    std::vector<std::string> entries;
    p.view("read").spilled(reader, {}, entries);
    BOOST_TEST(entries == std::vector<std::string>{"fields"});
    const std::vector<std::string> asked{"raw"}, others{"asset_owner"};
    mapping::view_program::request what;
    for (const auto& [ids, count] : {std::pair{&asked, 1U}, std::pair{&others, 0U}}) {
        entries.clear();
        what.field_ids = ids;
        p.view("item").spilled(reader, what, entries);
        BOOST_TEST(entries.size() == count);
    }
}

BOOST_AUTO_TEST_CASE(many_small_values_are_not_lost_where_the_state_is_full) {
    std::vector<client_field> made;
    std::string values = "{";
    for (int i = 0; i < 60; ++i) {
        const std::string name = "field_" + std::to_string(i);
        made.push_back(make(R"({"name":")" + name + R"(","type":"TEXT"})"));
        values += (i > 0 ? ",\"" : "\"") + name + R"(":"a small value")";
    }
    const auto fields = workspace(made);
    stored_case c{"", fields, {}};
    BOOST_TEST(c.write(values + "}").empty());
    BOOST_TEST(!c.plan.notes.lost_something());
    BOOST_TEST(c.plan.spills.size() == 1U);
    BOOST_TEST(c.state.size() <= 500U);
}

BOOST_AUTO_TEST_CASE(values_of_fields_that_are_gone_go_with_the_next_write) {
    const client_field a = make(R"({"name":"a","type":"TEXT"})"), b = make(R"({"name":"b","type":"TEXT"})");
    const auto both = workspace({a, b});
    stored_case c{"", both, {}};
    BOOST_TEST(c.write(R"({"a":"of a","b":"of b"})").empty());
    const auto one = workspace({a});
    stored_case later{c.state, one, {}};
    BOOST_TEST(later.write(R"({"a":"new"})").empty());
    BOOST_TEST(later.state.find("of b") == std::string::npos, later.state);
    BOOST_TEST(later.value("a") == R"("new")");
}

BOOST_AUTO_TEST_CASE(a_forged_state_shows_nothing) {
    const auto fields =
        workspace({make(R"({"name":"n","type":"INTEGER"})"), make(R"({"name":"s","type":"TEXT"})")});
    for (const char* entries : {R"({"1":"x","2":{"a":1}})", R"({"1":[1],"2":7})", R"({"1":{},"2":[]})",
                                "[1,2]", "7", "null", "{}"}) {
        const stored_case c{
            R"({"v":1,"r":1,"t":"0","s":{"fields":)" + std::string(entries) + "}}", fields, {}};
        BOOST_TEST(c.value("n") == "null", entries);
        BOOST_TEST(c.value("s") == "null", entries);
    }
}

BOOST_AUTO_TEST_CASE(ids_that_clients_chose_stay_theirs) {
    client_field a = make(R"({"name":"asset_owner","type":"TEXT"})");
    const auto fields =
        workspace({a, make(R"({"name":"twice","type":"TEXT"})"), make(R"({"name":"twice","type":"DATE"})")});
    BOOST_REQUIRE(fields.find("asset_owner") != nullptr);
    BOOST_TEST((fields.find("asset_owner")->from == mapping::field_def::source::carried));
    BOOST_TEST((fields.find("asset_owner_8")->from == mapping::field_def::source::attribute));
    BOOST_TEST(fields.find("twice")->type == "TEXT");
    BOOST_TEST(fields.find("twice_3")->type == "DATE");
}

BOOST_AUTO_TEST_CASE(definitions_are_shown_as_tracecat_shows_them) {
    const auto fields = workspace({make(
        R"({"name":"verdict","type":"SELECT","options":["a"," b "],"default":"a","display_name":"Verdict","required_on_closure":true})")});
    BOOST_TEST(
        fields.find("verdict")->definition ==
        R"({"id":"verdict","display_name":"Verdict","type":"SELECT","description":"","nullable":true,"default":"a",)"
        R"("reserved":false,"options":["a","b"],"kind":null,"required_on_closure":true})");
}

BOOST_AUTO_TEST_SUITE_END()
