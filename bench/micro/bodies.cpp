#include "micro/bodies.hpp"

#include "json/writer.hpp"

#include <array>

namespace casebridge::bench {
namespace {

struct person {
    std::int64_t id;
    const char *user, *first, *last;
};
constexpr std::array people{
    person{1, "smithj@example.com", "John", "Smith"},
    person{3, "11112222333344445555", "Bridge", "Service"},
    person{7, "rivera@example.com", "Alma", "Rivera"},
};

struct attribute {
    const char *type, *value;
};
constexpr std::array attributes{
    attribute{"Environment", "Production"},
    attribute{"Asset Owner", "Corporate IT, workplace services"},
    attribute{"Root Cause", "Credential phishing: the user followed a link in a \"voicemail\" message."},
    attribute{"Business Unit", "Finance"},
    attribute{"Users Affected", "12"},
};

constexpr std::array tags{"Phishing", "Credential Access", "T1566.002 - Spearphishing Link", "Finance"};

// What the sizes differ in.
struct content {
    std::size_t tags, attributes;
    bool closed, occurred, stamped;   // stamped: attributes say who made them and when
    const char* description;
    const char* state;
};

constexpr const char* short_text = "Reported by three users within an hour.";
constexpr const char* long_text =
    "Three users of the finance department reported a message that claims to be a missed call.\n"
    "The link leads to a page that copies the company's sign-on; one user entered a password, which was "
    "reset at "
    "09:40. The sending host is known from case 1841. The proxy shows no further visits to the page since "
    "then.\n"
    "Open: whether the same page was sent to the subsidiaries; the mail logs of all three of them arrive "
    "tomorrow "
    "morning.";
constexpr const char* open_state =
    R"({"v":1,"r":3,"t":"9f2c01ab","s":{"status":["on_hold","new",""],"priority":"high"}})";
constexpr const char* payload_state =
    R"({"v":1,"r":5,"t":"9f2c01ab","s":{"priority":"critical","severity":["fatal","critical",""],"payload":)"
    R"({"alert":{"id":"a-20931","rule":"Impossible travel","score":0.93,"hosts":["fin-lt-204","fin-lt-377"]},)"
    R"("source":"mail gateway"}}})";

content content_of(body size) {
    switch (size) {
        case body::small: return {2, 4, false, false, false, short_text, open_state};
        case body::medium: return {3, 3, false, true, true, long_text, open_state};
        case body::large: break;
    }
    return {4, 5, true, true, true, long_text, payload_state};
}

std::string time_of(std::int64_t number, int hour) {
    std::string t = "2026-03-09T00:00:27.622Z";
    const auto two = [&](std::size_t at, std::int64_t n) {
        t[at] = static_cast<char>('0' + n / 10 % 10);
        t[at + 1] = static_cast<char>('0' + n % 10);
    };
    two(8, 1 + number % 28);
    two(11, hour);
    two(14, number % 60);
    return t;
}

void write_person(json::writer& w, std::string_view key, const person& p) {
    w.key(key).begin_object();
    w.member("id", p.id).member("userName", p.user).member("firstName", p.first).member("lastName", p.last);
    w.member("owner", "Demo Organization").end_object();
}

void write_times(json::writer& w, const content& c, std::int64_t number) {
    w.member("dateAdded", time_of(number, 8)).member("lastUpdated", time_of(number, 17));
    w.member("caseOpenTime", time_of(number, 8));
    if (c.closed) w.member("caseCloseTime", time_of(number, 16));
    write_person(w, "caseOpenUser", people[1]);
    if (c.closed) write_person(w, "caseCloseUser", people[2]);
    if (c.occurred) {
        w.member("caseOccurrenceTime", time_of(number, 6));
        write_person(w, "caseOccurrenceUser", people[2]);
        w.member("caseDetectionTime", time_of(number, 7));
        w.member("detectionDue", time_of(number, 9)).member("timeToDetect", std::int64_t{3600});
    }
    w.member("detectionOverdue", false).member("responseOverdue", c.occurred);
}

void write_attribute(json::writer& w, const content& c, std::int64_t number, std::int64_t id,
                     const attribute& a) {
    w.begin_object().member("id", id).member("type", a.type).member("value", a.value);
    if (c.stamped) {
        w.member("dateAdded", time_of(number, 9)).member("lastModified", time_of(number, 10));
        w.member("pinned", false).member("default", false);
    }
    w.end_object();
}

void write_case(json::writer& w, body size, std::int64_t number) {
    const content c = content_of(size);
    const std::string n = std::to_string(number);
    w.begin_object().member("id", number).member("xid", "mail-gateway.example.com/alerts/20931-" + n);
    w.member("name", "Suspicious voicemail link reported by Finance, wave " + n)
        .member("description", c.description);
    write_times(w, c, number);
    w.member("status", c.closed ? "Closed" : "Open").member("severity", c.closed ? "Critical" : "Medium");
    w.member("resolution", c.closed ? "Containment Achieved" : "Not Specified");
    w.key("assignee").begin_object().member("type", "User");
    write_person(w, "data", people[static_cast<std::size_t>(number % 2) * 2]);
    w.end_object();
    write_person(w, "createdBy", people[1]);
    w.member("owner", "Demo Organization").member("ownerId", std::int64_t{1});
    w.key("tags").begin_object().key("data").begin_array();
    for (std::size_t i = 0; i < c.tags; ++i) {
        w.begin_object().member("id", static_cast<std::int64_t>(40 + i)).member("name", tags[i]);
        w.member("lastUsed", time_of(number, 12)).end_object();
    }
    w.end_array().end_object();
    w.key("attributes").begin_object().key("data").begin_array();
    for (std::size_t i = 0; i < c.attributes; ++i) {
        write_attribute(w, c, number, number * 10 + static_cast<std::int64_t>(i), attributes[i]);
    }
    write_attribute(w, c, number, number * 10 + 9, {"Bridge State", c.state});
    w.end_array().end_object();
    w.key("userAccess").begin_object().end_object().end_object();
}

}  // namespace

std::string make_case(body size, std::int64_t number) {
    std::string out;
    json::writer w(out);
    write_case(w, size, number);
    return out;
}

std::vector<std::string> make_cases(body size, std::size_t count) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < count; ++i)
        out.push_back(make_case(size, 2000 + static_cast<std::int64_t>(i)));
    return out;
}

std::string make_page(body size, std::size_t count) {
    std::string out;
    json::writer w(out);
    w.begin_object().key("data").begin_array();
    for (std::size_t i = 0; i < count; ++i) write_case(w, size, 2000 + static_cast<std::int64_t>(i));
    w.end_array().member("count", static_cast<std::int64_t>(count)).member("status", "Success").end_object();
    return out;
}

}  // namespace casebridge::bench
