// A JSON document as a tape: one flat vector of nodes in document order, whose scalars are spans
// of the input text. No tree is built, and numbers keep their text digit for digit.
//
// Parsing is done by boost::json::basic_parser; our handler only appends. Strings with escapes
// arrive unescaped and are kept in the tape's own side buffer. What grows while parsing is lent by the
// thread and goes back to it when the tape ends, so a tape costs nothing until it parses, and parsing
// allocates nothing once a few documents have been read, with a tape that is kept or a new one each time.
// Places in the input are found by a second scan, which only diagnostics pay for.
//
// The input must outlive the tape's use.
#pragma once

#include "core/error.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::json {

enum class kind : std::uint8_t { null, boolean, number, string, object, array };
constexpr bool has_text(kind k) noexcept { return k >= kind::boolean && k <= kind::string; }
constexpr bool is_container(kind k) noexcept { return k >= kind::object; }

const char* to_string(kind k) noexcept;

// One node. An object is followed by key, value, key, value, …; a key is a string node.
struct node {
    const char* data = nullptr;   // string: unescaped text; number: its text; boolean: "true"/"false"
    std::uint32_t size = 0;       // bytes of data; for containers the number of members or elements
    std::uint32_t next = 0;       // index of the node after this one and all its descendants
    kind type = kind::null;
    bool escaped = false;         // string: the input had escapes, data is in the side buffer

    std::string_view text() const noexcept { return {data, size}; }
};

// Equality for member names: short texts, of which most that have the same length are the same. Words that
// may overlap at the end, instead of a call of memcmp, which costs more than the comparison.
template <typename word>
bool same_words(const char* a, const char* b, std::size_t n) noexcept {
    const auto same_at = [&](std::size_t i) {
        word x, y;
        std::memcpy(&x, a + i, sizeof(word));
        std::memcpy(&y, b + i, sizeof(word));
        return x == y;
    };
    for (std::size_t i = 0; i + sizeof(word) < n; i += sizeof(word)) {
        if (!same_at(i)) return false;
    }
    return same_at(n - sizeof(word));
}
inline bool same_name(std::string_view a, std::string_view b) noexcept {
    const std::size_t n = a.size();
    if (n != b.size()) return false;
    if (n >= 8) return same_words<std::uint64_t>(a.data(), b.data(), n);
    if (n >= 4) return same_words<std::uint32_t>(a.data(), b.data(), n);
    if (n >= 2) return same_words<std::uint16_t>(a.data(), b.data(), n);
    return n == 0 || a.front() == b.front();
}

// What a document may look like. The façades' platforms differ, so this is a policy, not a constant.
struct policy {
    std::size_t max_depth = 64;
    bool comments = false;          // and trailing commas: .jsonc tables and configuration
    bool refuse_duplicate_keys = false;  // otherwise the last one wins, see member()
};

// Line and column, both from 1; the column counts bytes.
struct position {
    std::size_t line = 1;
    std::size_t column = 1;
};
position locate(std::string_view text, std::size_t offset) noexcept;

class value;

class tape {
public:
    tape();
    ~tape();
    tape(tape&&) noexcept;
    tape& operator=(tape&&) noexcept;

    // Reads one document. On failure: errc::invalid_document, detail says what and where
    // ("line 3, column 7: …"), and error_offset() is the byte where it was noticed.
    result<void> parse(std::string_view text, const policy& p);

    bool empty() const noexcept { return size_ == 0; }
    value root() const noexcept;
    const node& at(std::uint32_t index) const noexcept { return nodes_[index]; }
    std::size_t size() const noexcept { return size_; }
    std::string_view text() const noexcept { return text_; }
    std::size_t error_offset() const noexcept { return error_offset_; }
    // First byte of a node in the input, and the byte after its last. Scans the input: for diagnostics.
    std::size_t begin_of(std::uint32_t index) const noexcept;
    std::size_t end_of(std::uint32_t index) const noexcept;

private:
    struct storage;
    struct give_back {
        void operator()(storage* s) const noexcept;
    };
    friend struct tape_storages;

    std::unique_ptr<storage, give_back> storage_;  // from the first parse() on
    const node* nodes_ = nullptr;                  // in the storage
    std::size_t size_ = 0;
    std::string_view text_;
    std::size_t error_offset_ = 0;
};

// A cursor onto one node of a tape: cheap to copy, valid as long as tape and input are.
// A default-constructed value is "absent": exists() is false and every accessor answers emptily.
class value {
public:
    value() = default;
    value(const tape& t, std::uint32_t index) noexcept : tape_(&t), index_(index) {}

    bool exists() const noexcept { return tape_ != nullptr; }
    explicit operator bool() const noexcept { return exists(); }
    json::kind type() const noexcept { return n().type; }
    bool is(json::kind k) const noexcept { return exists() && n().type == k; }
    bool is_null() const noexcept { return is(kind::null); }
    bool is_string() const noexcept { return is(kind::string); }
    bool is_object() const noexcept { return is(kind::object); }
    bool is_array() const noexcept { return is(kind::array); }
    bool is_number() const noexcept { return is(kind::number); }
    bool is_boolean() const noexcept { return is(kind::boolean); }

    // Text of a string (unescaped), number or boolean; empty for everything else.
    std::string_view text() const noexcept;
    bool is_true() const noexcept { return is(kind::boolean) && n().size == 4; }
    // A number that is an integer within 64 bits, else nothing.
    bool to_int64(std::int64_t& out) const noexcept;

    std::uint32_t size() const noexcept {             // members or elements, 0 for scalars
        return exists() && is_container(n().type) ? n().size : 0;
    }
    value member(std::string_view key) const noexcept;  // of duplicates the last; absent if missing
    value element(std::uint32_t i) const noexcept;

    std::uint32_t index() const noexcept { return index_; }
    const tape& owner() const noexcept { return *tape_; }
    // Place in the input and the value's own bytes, as they were written. Scan the input: not for hot paths.
    std::size_t offset() const noexcept { return tape_->begin_of(index_); }
    std::string_view raw() const noexcept;

    class iterator;
    struct range;
    range members() const noexcept;  // yields (key, value)
    range elements() const noexcept;  // yields (absent, value)

private:
    const node& n() const noexcept { return tape_->at(index_); }
    const tape* tape_ = nullptr;
    std::uint32_t index_ = 0;
};

class value::iterator {
public:
    struct item {
        value key;  // absent in arrays
        value val;
        // A key is a string always; empty in arrays.
        std::string_view name() const noexcept { return key.exists() ? key.n().text() : std::string_view{}; }
    };
    iterator(const tape* t, std::uint32_t at, bool object) noexcept : tape_(t), at_(at), object_(object) {}
    item operator*() const noexcept {
        return object_ ? item{{*tape_, at_}, {*tape_, at_ + 1}} : item{{}, {*tape_, at_}};
    }
    iterator& operator++() noexcept {
        at_ = tape_->at(object_ ? at_ + 1 : at_).next;
        return *this;
    }
    bool operator!=(const iterator& o) const noexcept { return at_ != o.at_; }

private:
    const tape* tape_;
    std::uint32_t at_;
    bool object_;
};

struct value::range {
    iterator first, last;
    iterator begin() const noexcept { return first; }
    iterator end() const noexcept { return last; }
};

inline std::string_view value::text() const noexcept {
    return exists() && has_text(n().type) ? n().text() : std::string_view{};
}

inline value::range value::members() const noexcept {
    if (!is_object()) return {{tape_, 0, true}, {tape_, 0, true}};
    return {{tape_, index_ + 1, true}, {tape_, n().next, true}};
}

inline value::range value::elements() const noexcept {
    if (!is_array()) return {{tape_, 0, false}, {tape_, 0, false}};
    return {{tape_, index_ + 1, false}, {tape_, n().next, false}};
}

inline value tape::root() const noexcept { return empty() ? value{} : value{*this, 0}; }

}  // namespace casebridge::json
