// Cases made up from a seed: the same seed gives the same cases, ids and times included. Names and
// descriptions hold what breaks careless clients.
#include "sandbox/threatconnect/data_file.hpp"

#include "core/uuid.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <array>
#include <random>

namespace casebridge::sandbox::threatconnect {

namespace {

namespace bj = boost::json;

constexpr std::string_view subjects[] = {"Phishing",        "Malware",       "Data leak", "Odd login",
                                         "Ransomware",      "Port scan",     "Insider",   "Lost laptop",
                                         "VPN brute force", "DNS tunnelling"};
constexpr std::string_view places[] = {"finance",    "Zürich",   "東京",     "HR \"portal\"",
                                       "R&D <lab>",  "O'Hare",   "C:\\temp", "50% off",
                                       "naïve café", "🔥 queue", "العربية",  "tab\there"};
constexpr std::string_view texts[] = {"Seen by the mail gateway.",
                                      "Line one\nline two\r\nline three",
                                      "Quotes \" and ' and \\ and `",
                                      "Markup <script>alert(1)</script> & entities &amp;",
                                      "Combining e\u0301 and emoji 👩‍🚒 and RTL \u202Eabc",
                                      "JSON {\"a\":[1,2,null]} inside",
                                      "100% sure; see https://example.com/?a=b&c=d#e",
                                      "-1e308 00012 0x1F true null"};
constexpr std::string_view tags[] = {
    "vpn", "mail", "Tier 2", "needs-review", "überprüfen", "false positive?", "a/b", "\"quoted\""};
constexpr std::string_view severities[] = {"Low", "Medium", "High", "Critical"};
constexpr std::string_view resolutions[] = {
    "Containment Achieved",        "Deferred / Delayed", "Escalated", "False Positive",
    "In Progress / Investigating", "Not Specified",      "Rejected",  "Restoration Achieved"};
constexpr std::string_view regions[] = {"EMEA", "APAC", "AMER"};

class maker {
public:
    maker(const load_target& into, std::uint64_t seed) : into_(into), random_(seed) {
        for (const auto& [id, u] : into.objects.all(object_type::user)) users_.push_back(id);
        for (const auto& [id, g] : into.objects.all(object_type::user_group)) groups_.push_back(id);
    }

    bj::object next() {
        bj::object c;
        c["xid"] = xid();
        c["name"] =
            std::string(pick(subjects)) + " in " + std::string(pick(places)) + " #" + std::to_string(++made_);
        if (below(5) != 0) c["description"] = pick(texts);
        const instant opened{(1'704'067'200 + static_cast<std::int64_t>(below(60'000'000))) * 1'000'000};
        const instant changed{opened.micros + static_cast<std::int64_t>(below(1'000'000)) * 1'000'000};
        set_all(c, {"dateAdded", "caseOpenTime"}, bj::value(time_text(opened, false)));
        c["lastUpdated"] = time_text(changed, false);
        const bool closed = below(3) == 0;
        c["status"] = closed ? "Closed" : "Open";
        const bj::value by(bj::object{{"id", users_[below(users_.size())]}});
        set_all(c, {"createdBy", "caseOpenUser"}, by);
        if (closed) {
            c["caseCloseTime"] = time_text(changed, false);
            c["caseCloseUser"] = by;
        }
        c["severity"] = pick(severities);
        c["resolution"] = pick(resolutions);
        assign(c);
        c["tags"] = bj::object{{"data", some_tags()}};
        // A data file may have replaced the attribute types that the demo has.
        if (below(3) == 0 && into_.objects.named(object_type::attribute_type, "Region"))
            c["attributes"] =
                bj::object{{"data", bj::array{bj::object{{"type", "Region"}, {"value", pick(regions)}}}}};
        return c;
    }

private:
    std::size_t below(std::size_t n) { return static_cast<std::size_t>(random_() % n); }
    template <std::size_t N>
    std::string_view pick(const std::string_view (&from)[N]) {
        return from[below(N)];
    }

    std::string xid() {
        std::array<std::uint8_t, 16> raw{};
        for (auto& b : raw) b = static_cast<std::uint8_t>(random_() & 0xFFU);
        return uuid::from_bytes_v4(raw).to_string();
    }

    bj::array some_tags() {
        bj::array out;
        for (auto n = below(4); n > 0; --n) out.push_back(bj::object{{"name", pick(tags)}});
        return out;
    }

    void assign(bj::object& c) {
        const auto kind = below(3);
        if (kind == 1)
            c["assignee"] =
                bj::object{{"type", "User"}, {"data", bj::object{{"id", users_[below(users_.size())]}}}};
        if (kind == 2 && !groups_.empty())
            c["assignee"] =
                bj::object{{"type", "Group"}, {"data", bj::object{{"id", groups_[below(groups_.size())]}}}};
    }

    const load_target& into_;
    std::mt19937_64 random_;
    std::vector<id_type> users_;
    std::vector<id_type> groups_;
    std::size_t made_ = 0;
};

}  // namespace

void load_generated(const load_target& into, std::uint64_t seed, std::size_t cases) {
    maker m(into, seed);
    for (std::size_t i = 0; i < cases; ++i) {
        load_case(into, m.next()).value();
    }
}

}  // namespace casebridge::sandbox::threatconnect
