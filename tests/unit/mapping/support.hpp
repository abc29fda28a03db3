// What the mapping tests share: the shipped bundle, readable ids, a small world of users.
#pragma once

#include "json/writer.hpp"
#include "mapping/bundle.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace mapping_test {

namespace mapping = casebridge::mapping;
namespace json = casebridge::json;

// Ids are "<kind>-<number>"; ana is a ThreatConnect user, ben an account that ThreatConnect does not know.
class world : public mapping::references {
public:
    void append_id(std::string& out, std::string_view kind, std::int64_t n) const override {
        out.append(kind).append("-").append(std::to_string(n));
    }
    void append_user(std::string& out, json::value stored) const override {
        out += "{\"user\":";
        json::append_value(out, stored.member("data").member("id"));
        out += ",\"type\":";
        json::append_value(out, stored.member("type"));
        out += '}';
    }
    bool append_user(std::string& out, std::string_view id) const override {
        if (id != "ben") return false;
        out += R"({"user":"ben"})";
        return true;
    }
    standing find_user(std::string_view id, std::string& out) const override {
        if (id == "ben") return standing::carried;
        if (id != "ana") return standing::unknown;
        out += R"({"type":"User","data":{"id":1}})";
        return standing::stored;
    }
    std::string_view nobody() const override { return R"({"type":"None"})"; }
};

inline std::unique_ptr<const mapping::bundle> load(const std::vector<std::filesystem::path>& overlays = {}) {
    std::vector<json::diagnostic> findings;
    auto b = mapping::bundle::load(std::string(CASEBRIDGE_SOURCE_DIR) + "/mappings", overlays, findings);
    for (const auto& f : findings) BOOST_TEST_MESSAGE(f.to_string());
    BOOST_REQUIRE(b != nullptr);
    return b;
}

inline const mapping::bundle& shipped() {
    static const auto b = load();
    return *b;
}

// A server whose only attribute types are the carry's (of that size) and "Asset Owner".
inline mapping::field_set fields(const mapping::bundle& b, std::size_t carry_max = 500) {
    std::vector<mapping::bag_type> types{
        {"Bridge State", 7, carry_max, R"({"id":"bridge_state","type":"TEXT"})"},
        {"Asset Owner", 8, 255,
         R"({"id":"asset_owner","display_name":"Asset Owner","type":"TEXT","description":"","options":null})"}};
    if (carry_max == 0) types.erase(types.begin());
    return mapping::build_fields(*b.object("case").source, b.left(), types);
}

// Parses and keeps a document alive.
struct parsed {
    std::string text;
    json::tape tape;
    explicit parsed(std::string t) : text(std::move(t)) {
        const auto ok = tape.parse(text, {.max_depth = 10'100});
        BOOST_REQUIRE_MESSAGE(ok.has_value(), text);
    }
    json::value root() const { return tape.root(); }
};

}  // namespace mapping_test
