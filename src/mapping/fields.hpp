// The custom fields of one workspace: the platform's reserved columns, members of the stored case that the
// table shows as fields, overlay fields, one field per attribute type of the server, and those that clients
// define (client_field.hpp). Immutable once built; shared between threads.
#pragma once

#include "mapping/client_field.hpp"
#include "mapping/field_codec.hpp"
#include "mapping/model.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace casebridge::mapping {

// An attribute type of the server, and its definition as the field table translates it.
struct bag_type {
    std::string name;
    std::int64_t number = 0;
    std::size_t max = 0;           // characters of a value; 0: unknown
    std::string definition;        // left JSON: {"id":…,"type":…,"options":…}
};

struct field_def {
    enum class source { reserved, member, attribute, carried };
    std::string id;
    source from = source::attribute;
    // reserved: what fills it; member: path; attribute: name of the bag entry; carried: key within the state's entry
    std::string path;
    std::string type;
    codec coding = codec::text;
    std::vector<std::string> options;
    std::size_t place = 0;  // member: its place among the table's fields that are members
    const shown_list* list = nullptr;  // member: its value is a list of objects
    // member: text that stands for a missing one; carried: JSON that is shown where the state has no entry
    std::string absent;
    std::string standard;  // carried: JSON that new objects get; empty: null
    std::size_t max = 0;
    bool write = false;
    bool spread = false;
    bool required_on_closure = false;
    std::shared_ptr<const client_field> made;  // carried: what a client made
    const field_type* words = nullptr;  // the platform's refusals
    std::string definition;  // {"id":…,"required_on_closure":false}
    std::size_t value_at = 0;  // where its value begins in field_set::blank()
};

class field_set {
public:
    const std::vector<field_def>& all() const noexcept { return defs_; }
    // All definitions as a view shows them, with a null for each value: most fields of most cases have none.
    const std::string& blank() const noexcept { return blank_; }
    const field_def* find(std::string_view id) const noexcept;
    int index_of_attribute(std::string_view name) const noexcept;  // -1: none
    std::size_t carry_max() const noexcept { return carry_max_; }  // 0: the carry's type does not exist

private:
    friend field_set build_fields(const table&, const catalog&, const std::vector<bag_type>&,
                                  const std::vector<client_field>&);
    void add(field_def d);
    void add_server_types(const table& cases, const catalog& left, const std::vector<bag_type>& server,
                          const std::vector<client_field>& clients);
    std::vector<field_def> defs_;
    std::string blank_ = "[]";
    std::unordered_map<std::string_view, int> by_attribute_;  // keys live in attribute_names_
    std::vector<std::unique_ptr<std::string>> attribute_names_;
    std::size_t carry_max_ = 0;
};

field_set build_fields(const table& cases, const catalog& left, const std::vector<bag_type>& server,
                       const std::vector<client_field>& clients = {});

}  // namespace casebridge::mapping
