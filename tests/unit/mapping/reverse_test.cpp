// The one table from its other side: the left platform stores. A tiny store applies the plans; the laws are those
// of the forward direction with the sides exchanged.
#include "support.hpp"

#include "json/writer.hpp"
#include "mapping/laws.hpp"
#include "mapping/reverse_writer.hpp"

#include <boost/json.hpp>

#include <rapidcheck.h>
#include <map>

using namespace mapping_test;
namespace bj = boost::json;
using casebridge::errc;
using casebridge::instant;
using casebridge::result;
using mapping::reverse_plan;

namespace {

class fake_references final : public mapping::reverse_references {
public:
    std::string who = "12345678901234567890";
    std::int64_t case_number(std::int64_t stored) const override { return stored + 1000; }
    std::int64_t number_of(std::string_view, std::string_view id) const override {
        return static_cast<std::int64_t>(std::hash<std::string_view>{}(id) & 0x7FFFFFFF);
    }
    std::int64_t child_number(std::int64_t c, std::int64_t own) const override { return (c << 31) + own; }
    bool append_user(std::string& out, json::value stored) const override {
        return append_user_named(out, stored.member("email").text());
    }
    bool append_user_named(std::string& out, std::string_view name) const override {
        if (name.empty()) return false;
        out += R"({"id":9,"userName":)";
        json::append_string(out, name);
        out += '}';
        return true;
    }
    bool append_group_named(std::string& out, std::string_view name) const override {
        out += R"({"id":2,"name":)";
        json::append_string(out, name);
        out += '}';
        return true;
    }
    std::string constant(std::string_view name) const override { return name == "owner" ? R"("Acme")" : "7"; }
    assignee find_assignee(json::value w) const override {
        using standing = assignee::standing;
        if (w.is_null() || w.member("type").text() == "None") return {standing::nobody, {}, {}, {}};
        const std::string name(w.member("data").member("userName").text());
        if (w.member("type").text() == "Group") return {standing::carried, {}, "group", "Tier 1"};
        if (name == "ana@example.com")
            return {standing::stored, "7c0e6d5a-1b2c-4d3e-8f90-a1b2c3d4e5f6", {}, {}};
        return name == who ? assignee{standing::carried, {}, "user", name} : assignee{};
    }
    std::optional<std::string> tag_named(std::int64_t n) const override {
        return n == 77 ? std::optional<std::string>("seventy-seven") : std::nullopt;
    }
    std::optional<attribute_type> find_attribute_type(std::string_view name) const override {
        if (name != "Description" && name != "Single") return std::nullopt;
        return attribute_type{std::string(name), 100, name == "Single" ? 1U : 0U};
    }
    std::string_view caller() const override { return who; }
    std::vector<field_link> fields{{"root_cause", "Root Cause", mapping::codec::text, 501},
                                   {"loss", "Loss", mapping::codec::integer, 502}};
    const field_link* field_of_type(std::string_view type) const override {
        for (const auto& f : fields) {
            if (f.type == type) return &f;
        }
        return nullptr;
    }
    const field_link* field_of_id(std::string_view id) const override {
        for (const auto& f : fields) {
            if (f.id == id) return &f;
        }
        return nullptr;
    }
};

// A case as the store keeps it.
class store {
public:
    fake_references refs;
    bj::object doc = bj::parse(R"({"id":"0b0f3c1e-7a52-4a61-9a0e-2f3b5c6d7e8f","short_id":"CASE-0007",
        "created_at":"2026-01-05T09:30:00.123456Z","updated_at":"2026-01-05T09:30:00.120001Z","summary":"",
        "status":"new","priority":"unknown","severity":"medium","description":"","assignee":null,"payload":null,
        "tags":[],"field_values":{}})")
                         .as_object();

    casebridge::result<reverse_plan> write(const std::string& body, bool create = false) {
        const auto& programs = shipped().object("case");
        const std::string text = bj::serialize(doc);
        const parsed stored(text), written(body);
        const auto current = programs.reverse->read(stored.root());
        reverse_plan plan;
        auto done =
            programs.reverse_write->run(written.root(), create ? nullptr : &current, refs, clock, plan);
        if (done.has_error()) return done.error();
        apply(plan);
        clock.micros += 1'000'000;
        return plan;
    }
    bj::object shown() {
        const auto& program = *shipped().object("case").reverse;
        const std::string text = bj::serialize(doc);
        const parsed stored(text);
        std::string out;
        mapping::ledger notes;
        program.run(program.read(stored.root()), refs, nullptr, out, notes);
        return bj::parse(out).as_object();
    }
    std::string text(const char* member) {
        const bj::object all = shown();
        const auto* v = all.if_contains(member);
        return v == nullptr ? "(absent)" : v->is_string() ? std::string(v->as_string()) : bj::serialize(*v);
    }
    instant clock{1'800'000'000'000'000};

private:
    void apply(const reverse_plan& plan) {
        const bj::object members = bj::parse("{" + plan.members + "}").as_object();
        for (const auto& [key, value] : members) {
            if (key == "assignee_id" && value.is_string())
                doc["assignee"] = bj::object{{"id", value}, {"email", "ana@example.com"}};
            else if (key == "assignee_id")
                doc["assignee"] = nullptr;
            else if (key == "fields")
                for (const auto& [id, v] : value.as_object()) doc["field_values"].as_object()[id] = v;
            else
                doc[key] = value;
        }
        bj::array& tags = doc["tags"].as_array();
        for (const auto& name : plan.set_added)
            tags.push_back(bj::object{{"id", "id-" + name}, {"name", name}});
        for (const auto& id : plan.set_removed) {
            for (auto it = tags.begin(); it != tags.end(); ++it) {
                if (it->as_object().at("id").as_string() == id) {
                    tags.erase(it);
                    break;
                }
            }
        }
        if (!plan.writes_state) return;
        bj::object payload = doc["payload"].is_object() ? doc["payload"].as_object() : bj::object{};
        payload.erase("_bridge");
        if (!plan.state.empty()) payload["_bridge"] = bj::parse(plan.state);
        if (payload.empty())
            doc["payload"] = nullptr;
        else
            doc["payload"] = payload;
    }
};

const char* const resolutions[] = {
    "Containment Achieved",        "Deferred / Delayed", "Escalated", "False Positive",
    "In Progress / Investigating", "Not Specified",      "Rejected",  "Restoration Achieved"};

std::vector<std::string> names_in(const bj::object& shown, const char* collection, const char* member) {
    std::vector<std::string> out;
    for (const auto& e : shown.at(collection).at("data").as_array())
        out.emplace_back(e.as_object().at(member).as_string());
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(reverse)

BOOST_AUTO_TEST_CASE(every_combination_of_enums_reads_back_as_it_was_written_over_every_stored_value) {
    for (const char* was : {"unknown", "new", "in_progress", "on_hold", "resolved", "closed", "other"}) {
        for (const std::string status : {"Open", "Closed"}) {
            for (const std::string severity : {"Low", "Medium", "High", "Critical"}) {
                for (const std::string resolution : resolutions) {
                    store s;
                    s.doc["status"] = was;
                    const std::string body = R"({"status":")" + status + R"(","severity":")" + severity +
                                             R"(","resolution":")" + resolution + "\"}";
                    BOOST_REQUIRE(s.write(body).has_value());
                    BOOST_TEST(s.text("status") == status);
                    BOOST_TEST(s.text("severity") == severity);
                    BOOST_TEST(s.text("resolution") == resolution);
                    BOOST_TEST(s.write(body)->empty(), was << " " << body);  // twice is once
                }
            }
        }
    }
}

// What a client read and sends back changes nothing, whatever is stored.
BOOST_AUTO_TEST_CASE(writing_back_what_was_read_is_an_empty_plan) {
    store s;
    BOOST_REQUIRE(
        s.write(
             R"({"name":"n","severity":"Low","status":"Closed","resolution":"Escalated","xid":"my-xid-0001",
        "description":"d","caseOpenTime":"2026-01-01T00:00:00Z","caseOccurrenceTime":"2026-01-02T00:00:00Z",
        "assignee":{"type":"Group","data":{"name":"Tier 1"}}})",
             true)
            .has_value());
    const bj::object shown = s.shown();
    bj::object back;
    for (const char* name : {"name", "severity", "status", "resolution", "description", "caseOpenTime",
                             "caseCloseTime", "caseOccurrenceTime", "xid", "assignee"}) {
        back[name] = shown.at(name);
    }
    const auto plan = s.write(bj::serialize(back));
    BOOST_REQUIRE(plan.has_value());
    BOOST_TEST(plan->empty(), plan->members << " " << plan->state);
}

BOOST_AUTO_TEST_CASE(a_fine_native_value_of_the_same_meaning_stays) {
    store s;
    s.doc["status"] = "on_hold";
    s.doc["severity"] = "fatal";
    BOOST_TEST(s.write(R"({"status":"Open","severity":"Critical"})")->empty());
    BOOST_TEST(s.doc.at("status").as_string() == "on_hold");
    BOOST_TEST(s.doc.at("severity").as_string() == "fatal");
}

BOOST_AUTO_TEST_CASE(a_closed_case_that_is_opened_again_is_in_progress) {
    store s;
    s.doc["status"] = "resolved";
    s.write(R"({"status":"Open"})").value();
    BOOST_TEST(s.doc.at("status").as_string() == "in_progress");
}

BOOST_AUTO_TEST_CASE(closing_is_dated_and_signed_and_opening_takes_both_away) {
    store s;
    s.write(R"({"name":"n","severity":"Low","status":"Open"})", true).value();
    BOOST_TEST(s.text("caseCloseTime") == "(absent)");
    s.write(R"({"status":"Closed"})").value();
    BOOST_TEST(s.text("caseCloseTime") == "2027-01-15T08:00:01Z");
    BOOST_TEST(s.shown().at("caseCloseUser").at("userName").as_string() == s.refs.who);
    s.write(R"({"status":"Open"})").value();
    BOOST_TEST(s.text("caseCloseTime") == "(absent)");
    BOOST_TEST(s.text("caseCloseUser") == "(absent)");
}

// Somebody reopened and closed it in the store itself: the store's own time is the newer one.
BOOST_AUTO_TEST_CASE(a_case_that_was_closed_anew_in_the_store_shows_the_stores_time) {
    store s;
    s.write(R"({"name":"n","severity":"Low","status":"Closed"})", true).value();
    s.doc["closed_at"] = "2027-01-15T08:00:02Z";
    BOOST_TEST(s.text("caseCloseTime") == "2027-01-15T08:00:00Z");  // the same closing
    s.doc["closed_at"] = "2027-02-01T00:00:00.500000Z";
    BOOST_TEST(s.text("caseCloseTime") == "2027-02-01T00:00:00Z");
    s.doc["status"] = "in_progress";
    s.doc.erase("closed_at");
    BOOST_TEST(s.text("caseCloseTime") == "(absent)");
}

BOOST_AUTO_TEST_CASE(what_the_store_lacks_comes_back_and_has_its_defaults) {
    store s;
    BOOST_TEST(s.text("xid") == "0b0f3c1e-7a52-4a61-9a0e-2f3b5c6d7e8f");
    BOOST_TEST(s.text("resolution") == "Not Specified");
    BOOST_TEST(s.text("caseOpenTime") == "2026-01-05T09:30:00Z");
    BOOST_TEST(s.text("detectionOverdue") == "false");
    BOOST_TEST(s.text("owner") == "Acme");
    BOOST_TEST(s.text("ownerId") == "7");
    BOOST_TEST(s.text("id") == "1007");
    BOOST_TEST(s.text("createdBy") == "(absent)");
    s.doc["created_by"] = bj::object{{"id", "x"}, {"email", "ana@example.com"}};
    BOOST_TEST(s.shown().at("createdBy").at("userName").as_string() == "ana@example.com");
    BOOST_TEST(s.shown().at("caseOpenUser").at("userName").as_string() == "ana@example.com");
    s.write(
         R"({"name":"n","severity":"Low","status":"Open","xid":"my-xid-0001","caseDetectionTime":"2026-02-03T04:05:06Z"})",
         true)
        .value();
    BOOST_TEST(s.shown().at("createdBy").at("userName").as_string() == s.refs.who);
    BOOST_TEST(s.text("xid") == "my-xid-0001");
    BOOST_TEST(s.text("caseDetectionTime") == "2026-02-03T04:05:06Z");
    BOOST_TEST(s.shown().at("caseDetectionUser").at("userName").as_string() == s.refs.who);
    BOOST_TEST(s.doc.at("priority").as_string() == "unknown");  // demanded by the store of a new case
}

BOOST_AUTO_TEST_CASE(an_assignee_is_stored_or_carried_and_the_stores_own_wins) {
    store s;
    s.write(R"({"assignee":{"type":"User","data":{"userName":"ana@example.com"}}})").value();
    BOOST_TEST(s.doc.at("assignee").is_object());
    s.write(R"({"assignee":{"type":"Group","data":{"name":"Tier 1"}}})").value();
    BOOST_TEST(s.doc.at("assignee").is_null());
    BOOST_TEST(s.shown().at("assignee").at("type").as_string() == "Group");
    s.doc["assignee"] = bj::object{{"id", "x"}, {"email", "ben@example.com"}};
    BOOST_TEST(s.shown().at("assignee").at("data").at("userName").as_string() == "ben@example.com");
    s.write(R"({"assignee":{"type":"None"}})").value();
    BOOST_TEST(s.text("assignee") == "(absent)");
    const auto unknown = s.write(R"({"assignee":{"type":"User","data":{"userName":"nobody"}}})");
    BOOST_REQUIRE(unknown.has_error());
    BOOST_TEST((unknown.error().code == errc::unresolved_reference));
    BOOST_TEST(unknown.error().pointer == "/assignee");
}

BOOST_AUTO_TEST_CASE(tags_follow_the_mode_and_what_the_store_cannot_hold_is_carried) {
    store s;
    const std::string longest(128, 'x');
    s.write(R"({"tags":{"data":[{"name":"a"},{"name":"b"},{"name":")" + longest + R"("}],"mode":"append"}})")
        .value();
    BOOST_TEST(names_in(s.shown(), "tags", "name") == (std::vector<std::string>{"a", "b", longest}),
               boost::test_tools::per_element());
    BOOST_TEST(s.doc.at("tags").as_array().size() == 2U);
    s.write(R"({"tags":{"data":[{"name":"a"}]}})").value();  // there already
    BOOST_TEST(s.doc.at("tags").as_array().size() == 2U);
    s.write(R"({"tags":{"data":[{"name":"a"},{"name":")" + longest + R"("}],"mode":"delete"}})").value();
    BOOST_TEST(names_in(s.shown(), "tags", "name") == std::vector<std::string>{"b"},
               boost::test_tools::per_element());
    s.write(R"({"tags":{"data":[{"id":77},{"name":"c"}],"mode":"replace"}})").value();
    BOOST_TEST(names_in(s.shown(), "tags", "name") == (std::vector<std::string>{"seventy-seven", "c"}),
               boost::test_tools::per_element());
    BOOST_TEST(s.write(R"({"tags":{"data":[{"id":78}]}})").has_error());
    BOOST_TEST(s.write(R"({"tags":{"data":[],"mode":"sideways"}})").has_error());
}

BOOST_AUTO_TEST_CASE(attributes_follow_the_mode_and_keep_their_numbers) {
    store s;
    s.write(
         R"({"attributes":{"data":[{"type":"Description","value":"one","source":"x"},{"type":"Description","value":"two"}]}})")
        .value();
    const bj::object first = s.shown();
    BOOST_TEST(names_in(first, "attributes", "value") == (std::vector<std::string>{"one", "two"}),
               boost::test_tools::per_element());
    const bj::object one = first.at("attributes").at("data").as_array()[0].as_object();
    const std::int64_t id = one.at("id").as_int64();
    BOOST_TEST((id >> 31) == 1007);
    BOOST_TEST(one.at("source").as_string() == "x");
    BOOST_TEST(one.at("createdBy").at("userName").as_string() == s.refs.who);
    s.write(R"({"attributes":{"data":[{"id":)" + std::to_string(id) + R"(,"value":"uno"}]}})").value();
    const bj::object changed = s.shown().at("attributes").at("data").as_array()[0].as_object();
    BOOST_TEST(changed.at("id").as_int64() == id);
    BOOST_TEST(changed.at("value").as_string() == "uno");
    BOOST_TEST(changed.at("dateAdded") == one.at("dateAdded"));
    BOOST_TEST(changed.at("lastModified") != one.at("lastModified"));
    s.write(
         R"({"attributes":{"data":[{"type":"Description","value":"two"},{"type":"Single","value":"s"}],"mode":"replace"}})")
        .value();
    BOOST_TEST(names_in(s.shown(), "attributes", "value") == (std::vector<std::string>{"two", "s"}),
               boost::test_tools::per_element());
    BOOST_TEST(s.write(R"({"attributes":{"data":[{"type":"Single","value":"again"}]}})").has_error());
    BOOST_TEST(s.write(R"({"attributes":{"data":[{"type":"Nope","value":"v"}]}})").has_error());
    BOOST_TEST(s.write(R"({"attributes":{"data":[{"type":"Description","value":")" + std::string(101, 'x') +
                       R"("}]}})")
                   .has_error());
    s.write(R"({"attributes":{"data":[{"type":"Single","value":"s"}],"mode":"delete"}})").value();
    BOOST_TEST(names_in(s.shown(), "attributes", "value") == std::vector<std::string>{"two"},
               boost::test_tools::per_element());
}

// What lies in a custom field is seen by the store's own users, typed as they have it.
BOOST_AUTO_TEST_CASE(attributes_whose_type_is_a_custom_field_lie_in_it) {
    store s;
    s.write(R"({"attributes":{"data":[{"type":"Root Cause","value":"phish"},{"type":"Loss","value":"12"},
                                      {"type":"Description","value":"d"}]}})")
        .value();
    BOOST_TEST(bj::serialize(s.doc.at("field_values")) == R"({"root_cause":"phish","loss":12})");
    BOOST_TEST(names_in(s.shown(), "attributes", "value") == (std::vector<std::string>{"d", "phish", "12"}),
               boost::test_tools::per_element());
    BOOST_TEST(s.write(R"({"attributes":{"data":[{"type":"Loss","value":"many"}]}})").has_error());
    BOOST_TEST(
        s.write(R"({"attributes":{"data":[{"type":"Loss","value":"13"}]}})").has_error());  // one value only
    const std::int64_t loss = (std::int64_t{1007} << 31) + 502;
    s.write(R"({"attributes":{"data":[{"id":)" + std::to_string(loss) + R"(,"value":"13"}]}})").value();
    BOOST_TEST(s.doc.at("field_values").at("loss").as_int64() == 13);
    s.write(R"({"attributes":{"data":[{"type":"Root Cause","value":"phish"}],"mode":"replace"}})").value();
    BOOST_TEST(bj::serialize(s.doc.at("field_values")) == R"({"root_cause":"phish","loss":null})");
    BOOST_TEST(names_in(s.shown(), "attributes", "value") == std::vector<std::string>{"phish"},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_members_document_without_a_place_is_kept_and_an_unknown_one_is_refused) {
    store s;
    s.write(R"({"userAccess":{"data":[{"id":3},{"id":4}]}})").value();
    s.write(R"({"userAccess":{"data":[{"id":3}],"mode":"delete"}})").value();
    BOOST_TEST(s.text("userAccess") == R"({"data":[{"id":4}]})");
    const auto refused = s.write(R"({"notes":{"data":[{"text":"t"}]}})");
    BOOST_REQUIRE(refused.has_error());
    BOOST_TEST((refused.error().code == errc::not_supported));
    BOOST_TEST(s.write(R"({"dateAdded":"2026-01-01T00:00:00Z"})").has_error());
}

BOOST_AUTO_TEST_CASE(the_clients_own_payload_and_entries_of_a_newer_version_stay) {
    store s;
    s.doc["payload"] =
        bj::parse(R"({"alert":{"n":1},"_bridge":{"v":"1","r":"4","t":"x","s":{"hologram":["a"]}}})");
    s.write(R"({"resolution":"Rejected"})").value();
    BOOST_TEST(bj::serialize(s.doc.at("payload").at("alert")) == R"({"n":1})");
    const bj::object state = s.doc.at("payload").at("_bridge").as_object();
    BOOST_TEST(bj::serialize(state.at("s").at("hologram")) == R"(["a"])");
    BOOST_TEST(state.at("r").as_string() == "5");
}

BOOST_AUTO_TEST_CASE(whatever_lies_in_the_place_of_the_state_is_read_as_nothing) {
    const char* const junk[] = {
        "null",
        "1",
        R"("x")",
        "[]",
        "{}",
        R"({"v":1})",
        R"({"v":"1","r":"0","s":{}})",
        R"({"v":"1","r":"99999999999999999999","s":{}})",
        R"({"v":"1","r":"1","s":[]})",
        R"({"v":"1","r":"1","s":{"resolution":{"a":1},"xid":5,"tags":{"x":1},"attributes":[1,{"n":"x"}],
                                    "caseCloseTime":"2026","assignee":["group"],"createdBy":[],"userAccess":"{not json"}})"};
    for (const char* j : junk) {
        store s;
        s.doc["payload"] = bj::object{{"_bridge", bj::parse(j)}};
        BOOST_TEST(s.text("resolution") == "Not Specified", j);
        BOOST_TEST(s.text("xid") == "0b0f3c1e-7a52-4a61-9a0e-2f3b5c6d7e8f", j);
        BOOST_TEST(s.text("userAccess") == "(absent)", j);
        BOOST_TEST(s.write(R"({"resolution":"Escalated"})").has_value(), j);
        BOOST_TEST(s.text("resolution") == "Escalated", j);
    }
}

// One such case made every list that it was in an error.
BOOST_AUTO_TEST_CASE(what_is_kept_is_shown_only_where_it_is_no_deeper_than_answers_are_read) {
    const auto shown = [](std::size_t depth) {
        const std::string list = std::string(depth - 1, '[') + std::string(depth - 1, ']');
        store s;
        s.doc["payload"] = bj::object{
            {"_bridge", bj::object{{"v", "1"},
                                   {"r", "1"},
                                   {"s", bj::object{{"associatedGroups", R"({"data":)" + list + "}"}}}}}};
        return s.text("associatedGroups");
    };
    BOOST_TEST(shown(24).starts_with(R"({"data":[[)"));
    BOOST_TEST(shown(25) == "(absent)");
    BOOST_TEST(shown(64) == "(absent)");
}

BOOST_AUTO_TEST_CASE(an_entry_whose_number_no_case_can_have_is_no_entry) {
    for (const char* n : {"2147483648", "9223372036854775807", "0", "-1"}) {
        store s;
        s.doc["payload"] = bj::object{
            {"_bridge",
             bj::parse(R"({"v":"1","r":"1","s":{"attributes":[{"n":"7","t":"Description","v":"x"},{"n":")" +
                       std::string(n) + R"(","t":"Description","v":"y"}]}})")}};
        BOOST_TEST(names_in(s.shown(), "attributes", "value") == std::vector<std::string>{"x"},
                   boost::test_tools::per_element());
    }
}

// A number names one entry: a request that names it must not reach two.
BOOST_AUTO_TEST_CASE(of_entries_with_equal_numbers_the_first_is_one_and_nonsense_in_them_is_not_shown) {
    store s;
    s.doc["payload"] = bj::object{{"_bridge", bj::parse(R"({"v":"1","r":"1","s":{"attributes":[
            {"n":"7","t":"Description","v":"x","a":"soon","m":"2026-01-01T00:00:00.5Z"},
            {"n":"7","t":"Description","v":"y"}]}})")}};
    BOOST_TEST(names_in(s.shown(), "attributes", "value") == std::vector<std::string>{"x"},
               boost::test_tools::per_element());
    const auto entry = s.shown().at("attributes").at("data").at(0).as_object();
    BOOST_TEST(!entry.contains("dateAdded"));
    BOOST_TEST(entry.at("lastModified").as_string() == "2026-01-01T00:00:00Z");
}

BOOST_AUTO_TEST_CASE(a_carried_word_that_the_catalogue_does_not_know_is_not_shown) {
    store s;
    s.doc["payload"] =
        bj::object{{"_bridge", bj::parse(R"({"v":"1","r":"1","s":{"resolution":"Solved, honestly"}})")}};
    BOOST_TEST(s.text("resolution") == "Not Specified");
}

BOOST_AUTO_TEST_CASE(a_source_for_which_a_custom_field_has_no_place_is_a_declared_loss) {
    store s;
    const auto kept =
        s.write(R"({"attributes":{"data":[{"type":"Description","value":"d","source":"EDR"}]}})");
    BOOST_TEST(kept.value().notes.losses() == "");
    const auto lost = s.write(R"({"attributes":{"data":[{"type":"Loss","value":"12","source":"EDR"}]}})");
    BOOST_TEST(lost.value().notes.losses() == "fields=loss_no_carry");
}

// The laws on the table's own enums, from the other side, in every state.
BOOST_AUTO_TEST_CASE(the_one_table_keeps_the_laws_from_both_sides) {
    for (const auto& [name, m] : shipped().object("case").compiled->enums) {
        if (m.one_sided()) continue;
        BOOST_TEST(!mapping::check_laws(m).has_value(), name);
        for (int right = 0; right < m.right_count(); ++right) {
            const int fresh = m.write_coarse(mapping::enum_map::none, right);
            BOOST_TEST(m.coarse(fresh) == right);
            for (int was = 0; was < m.left_count(); ++was) {
                const int to = m.write_coarse(was, right);
                BOOST_TEST(m.coarse(to) == right);
                BOOST_TEST((m.coarse(was) != right || to == was));
                BOOST_TEST(m.write_coarse(to, right) == to);
            }
        }
    }
}

// Random documents, written twice over each other: what is read is what was written last.
BOOST_AUTO_TEST_CASE(random_writes_read_back) {
    const auto pick = [](auto... values) { return rc::gen::element<std::string>(values...); };
    const bool ok = rc::check("reverse put-get and put-put", [&] {
        store s;
        s.doc["status"] = *pick("unknown", "new", "in_progress", "on_hold", "resolved", "closed", "other");
        const int writes = *rc::gen::inRange(1, 5);
        std::map<std::string, std::string> wanted;
        for (int i = 0; i < writes; ++i) {
            bj::object body;
            const auto maybe = [&](const char* name, const std::string& value) {
                if (!*rc::gen::arbitrary<bool>()) return;
                body[name] = value;
                wanted[name] = value;
            };
            maybe("status", *pick("Open", "Closed"));
            maybe("severity", *pick("Low", "Medium", "High", "Critical"));
            maybe("resolution", *rc::gen::elementOf(std::vector<std::string>(std::begin(resolutions),
                                                                             std::end(resolutions))));
            maybe("name", *pick("a", "\xC3\xA4\xF0\x9F\x98\x80 \"q\" \\", "[+]", "x "));
            maybe("description", *pick("d", "line\nline", "\t"));
            maybe("caseOpenTime", *pick("2026-01-01T00:00:00Z", "1999-12-31T23:59:59Z"));
            maybe("caseDetectionTime", *pick("2026-01-01T00:00:00Z", "2030-01-01T00:00:01Z"));
            RC_ASSERT(s.write(bj::serialize(body), i == 0).has_value());
        }
        const bj::object shown = s.shown();
        for (const auto& [name, value] : wanted) RC_ASSERT(shown.at(name).as_string() == value);
    });
    BOOST_TEST(ok);
}

BOOST_AUTO_TEST_SUITE_END()
