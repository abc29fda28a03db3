// The yardstick: the same case translated by hand over boost::json::value, as an engineer who knows the
// library would write it. Frozen: it follows mappings/case.jsonc, and changes only when the shipped table does.
//
// What it does well, so that the comparison is fair: the parser and its buffers are reused, the source tree
// and the answer live in monotonic arenas over a block that is kept, field definitions are built once and
// copied, members are reserved, and the answer is serialised in pieces straight into a string that is kept.
#pragma once

#include "micro/world.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parser.hpp>
#include <boost/json/serializer.hpp>
#include <boost/json/value.hpp>

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace casebridge::bench {

class handwritten {
public:
    explicit handwritten(const world& w);

    // Replaces out by the translation of one stored case. field_ids: for "item", the fields that are asked for.
    void read(std::string_view document, std::string& out);
    void item(std::string_view document, const std::vector<std::string>& field_ids, std::string& out);
    // Every case of a list answer, as a JSON array of items.
    void page(std::string_view document, const std::vector<std::string>& field_ids, std::string& out);
    // Parse and serialise, nothing else.
    void copy(std::string_view document, std::string& out);

private:
    struct source;  // one stored case, looked through once
    boost::json::value parse(std::string_view document, boost::json::storage_ptr arena);
    void write(const boost::json::value& v, std::string& out);
    source look_through(const boost::json::object& stored, boost::json::storage_ptr arena);
    void translate_common(const source& s, boost::json::object& out) const;
    boost::json::object translate_read(const source& s, boost::json::storage_ptr arena) const;
    boost::json::object translate_item(const source& s, const std::vector<std::string>& field_ids,
                                       boost::json::storage_ptr arena) const;
    boost::json::value field_value(std::size_t index, const source& s, boost::json::storage_ptr arena) const;
    boost::json::value assignee(const source& s, boost::json::storage_ptr arena) const;
    boost::json::value payload(const source& s, boost::json::storage_ptr arena) const;
    boost::json::array tags(const source& s, boost::json::storage_ptr arena) const;
    std::string_view id_text(bridge::id_kind kind, std::int64_t number, std::array<char, 36>& text) const;

    const world& world_;
    std::unordered_map<std::int64_t, boost::json::value> users_;
    std::vector<boost::json::object> definitions_;  // of all fields, "value" being null
    std::unordered_map<std::string_view, std::size_t> by_attribute_, by_id_;
    std::vector<const boost::json::value*> values_;  // of the document's attributes, by field
    std::unique_ptr<unsigned char[]> block_;
    boost::json::parser parser_;
    boost::json::serializer serializer_;
};

}  // namespace casebridge::bench
