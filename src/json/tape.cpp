#include "json/tape.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <deque>
#include <limits>
#include <string>
#include <unordered_set>
#include <utility>

namespace casebridge::json {

namespace bj = boost::json;

// What grows with the documents.
struct tape_growth {
    std::vector<node> nodes;
    std::vector<std::uint32_t> open;  // containers being read
    std::deque<std::string> side;     // unescaped strings; stable addresses
    std::size_t side_used = 0;
};

// Appends events of boost::json::basic_parser to the tape.
struct tape_handler {
    static constexpr std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_object_size = max_array_size;
    static constexpr std::size_t max_string_size = max_array_size;
    static constexpr std::size_t max_key_size = max_array_size;

    tape_growth* out = nullptr;
    std::string_view text;
    std::string* parts = nullptr;  // the side string being assembled
    std::uint32_t appended = 0;    // nodes so far

    bool on_document_begin(bj::error_code&) { return true; }
    bool on_document_end(bj::error_code&) { return true; }
    bool on_object_begin(bj::error_code&) { return open(kind::object); }
    bool on_array_begin(bj::error_code&) { return open(kind::array); }
    bool on_object_end(std::size_t n, bj::error_code&) { return close(n); }
    bool on_array_end(std::size_t n, bj::error_code&) { return close(n); }
    bool on_key_part(bj::string_view s, std::size_t, bj::error_code&) { return part(s); }
    bool on_key(bj::string_view s, std::size_t, bj::error_code&) { return string(s); }
    bool on_string_part(bj::string_view s, std::size_t, bj::error_code&) { return part(s); }
    bool on_string(bj::string_view s, std::size_t, bj::error_code&) { return string(s); }
    bool on_number_part(bj::string_view, bj::error_code&) { return true; }
    bool on_int64(std::int64_t, bj::string_view s, bj::error_code&) { return scalar(kind::number, s); }
    bool on_uint64(std::uint64_t, bj::string_view s, bj::error_code&) { return scalar(kind::number, s); }
    bool on_double(double, bj::string_view s, bj::error_code&) { return scalar(kind::number, s); }
    bool on_bool(bool b, bj::error_code&) { return scalar(kind::boolean, b ? "true" : "false"); }
    bool on_null(bj::error_code&) { return scalar(kind::null, "null"); }
    bool on_comment_part(bj::string_view, bj::error_code&) { return true; }
    bool on_comment(bj::string_view, bj::error_code&) { return true; }

private:
    // The parser calls this from many places and would not inline it by itself, at a tenth of the whole time.
    [[gnu::always_inline]] bool append(const char* data, std::size_t size, kind k, bool escaped) {
        out->nodes.push_back({data, static_cast<std::uint32_t>(size), ++appended, k, escaped});
        return true;
    }
    [[gnu::always_inline]] bool scalar(kind k, bj::string_view s) {
        return append(s.data(), s.size(), k, false);
    }
    bool open(kind k) {
        out->open.push_back(appended);
        return append(nullptr, 0, k, false);  // close() corrects size and next
    }
    bool close(std::size_t members) {
        node& container = out->nodes[out->open.back()];
        out->open.pop_back();
        container.size = static_cast<std::uint32_t>(members);
        container.next = appended;
        return true;
    }
    std::string& side() {
        if (parts == nullptr) {
            if (out->side_used == out->side.size()) out->side.emplace_back();
            parts = &out->side[out->side_used++];
            parts->clear();
        }
        return *parts;
    }
    bool part(bj::string_view s) {
        side().append(s.data(), s.size());
        return true;
    }
    // Text without escapes is handed over where it stands; only what was unescaped lies elsewhere.
    bool inside_input(bj::string_view s) const {
        const auto offset =
            reinterpret_cast<std::uintptr_t>(s.data()) - reinterpret_cast<std::uintptr_t>(text.data());
        return offset < text.size();
    }
    [[gnu::always_inline]] bool string(bj::string_view s) {
        const bool in_place = parts == nullptr && inside_input(s);
        return in_place ? append(s.data(), s.size(), kind::string, false) : copied_string(s);
    }
    [[gnu::noinline]] bool copied_string(bj::string_view s) {
        part(s);
        append(parts->data(), parts->size(), kind::string, true);
        parts = nullptr;
        return true;
    }
};

struct tape::storage : tape_growth {
    struct parser_slot {
        bj::basic_parser<tape_handler> parser;
        policy rules;
        explicit parser_slot(const policy& p) : parser(options_of(p)), rules(p) {}
        static bj::parse_options options_of(const policy& p) {
            bj::parse_options o;
            o.max_depth = p.max_depth;
            o.allow_comments = p.comments;
            o.allow_trailing_commas = p.comments;
            return o;
        }
        bool fits(const policy& p) const {
            return rules.max_depth == p.max_depth && rules.comments == p.comments;
        }
    };

    std::unique_ptr<parser_slot> parser;  // reused

    bj::basic_parser<tape_handler>& parser_for(const policy& p, std::string_view text) {
        nodes.clear();
        open.clear();
        side_used = 0;
        if (!parser || !parser->fits(p)) parser = std::make_unique<parser_slot>(p);
        parser->parser.reset();
        tape_handler& h = parser->parser.handler();
        h.out = this;
        h.text = text;
        h.parts = nullptr;
        h.appended = 0;
        return parser->parser;
    }

    // Whether it is worth keeping for the next document: what one large document needed is given back.
    bool keep() noexcept {
        constexpr std::size_t most_nodes = 32 * 1024, most_strings = 1024, longest_string = 16 * 1024;
        if (nodes.capacity() > most_nodes || side.size() > most_strings) return false;
        for (std::size_t i = 0; i < side_used; ++i) {
            if (side[i].capacity() > longest_string) std::string().swap(side[i]);
        }
        return true;
    }
};

// The storages that a thread has at hand. Nested documents are open at the same time: a case, its carried
// state, the request's body.
struct tape_storages {
    std::array<std::unique_ptr<tape::storage>, 8> free;
    std::size_t count = 0;
    static thread_local bool ended;  // a tape with static storage outlives this object

    tape_storages() = default;
    ~tape_storages() { ended = true; }
    tape_storages(const tape_storages&) = delete;
    tape_storages& operator=(const tape_storages&) = delete;

    static tape_storages& of_thread() {
        static thread_local tape_storages s;
        return s;
    }
    tape::storage* take() { return count == 0 ? new tape::storage : free[--count].release(); }
};
thread_local bool tape_storages::ended = false;

void tape::give_back::operator()(storage* s) const noexcept {
    std::unique_ptr<storage> owned(s);
    if (tape_storages::ended || !s->keep()) return;
    auto& thread = tape_storages::of_thread();
    if (thread.count < thread.free.size()) thread.free[thread.count++] = std::move(owned);
}

const char* to_string(kind k) noexcept {
    switch (k) {
        case kind::null: return "null";
        case kind::boolean: return "boolean";
        case kind::number: return "number";
        case kind::string: return "string";
        case kind::object: return "object";
        case kind::array: return "array";
    }
    return "?";
}

position locate(std::string_view text, std::size_t offset) noexcept {
    position p;
    for (std::size_t i = 0; i < offset && i < text.size(); ++i) {
        if (text[i] == '\n') {
            ++p.line;
            p.column = 1;
        } else {
            ++p.column;
        }
    }
    return p;
}

tape::tape() = default;
tape::~tape() = default;
tape::tape(tape&& other) noexcept { *this = std::move(other); }
tape& tape::operator=(tape&& other) noexcept {
    storage_ = std::move(other.storage_);
    nodes_ = std::exchange(other.nodes_, nullptr);
    size_ = std::exchange(other.size_, 0);
    text_ = std::exchange(other.text_, {});
    error_offset_ = std::exchange(other.error_offset_, 0);
    return *this;
}

namespace {

failure syntax_failure(std::string_view text, std::size_t offset, std::string_view what) {
    const position p = locate(text, offset);
    return fail(errc::invalid_document, "line " + std::to_string(p.line) + ", column " +
                                            std::to_string(p.column) + ": " + std::string(what));
}

// Index of a key node that stands twice in one object, or 0.
std::uint32_t find_duplicate_key(const tape& t) {
    std::unordered_set<std::string_view> seen;
    for (std::uint32_t i = 0; i < t.size(); ++i) {
        if (t.at(i).type != kind::object) continue;
        seen.clear();
        for (const auto& [key, val] : value(t, i).members()) {
            if (!seen.insert(key.text()).second) return key.index();
        }
    }
    return 0;
}

}  // namespace

result<void> tape::parse(std::string_view text, const policy& p) {
    size_ = 0;
    text_ = text;
    error_offset_ = 0;
    if (text.size() >= std::numeric_limits<std::uint32_t>::max()) {
        return fail(errc::invalid_document, "document of 4 GiB or more");
    }
    if (!storage_) storage_.reset(tape_storages::ended ? new storage : tape_storages::of_thread().take());
    auto& parser = storage_->parser_for(p, text);
    bj::error_code ec;
    const std::size_t used = parser.write_some(false, text.data(), text.size(), ec);
    if (!ec && used < text.size()) ec = bj::error::extra_data;
    if (!ec && !parser.done()) ec = bj::error::incomplete;
    if (ec) {
        error_offset_ = used;
        return syntax_failure(text, used, ec.message());
    }
    nodes_ = storage_->nodes.data();
    size_ = storage_->nodes.size();
    if (p.refuse_duplicate_keys) {
        if (const std::uint32_t key = find_duplicate_key(*this); key != 0) {
            error_offset_ = begin_of(key);
            failure f =
                syntax_failure(text, error_offset_, "duplicate key \"" + std::string(at(key).text()) + "\"");
            size_ = 0;
            return f;
        }
    }
    return {};
}

bool value::to_int64(std::int64_t& out) const noexcept {
    if (!is_number()) return false;
    const std::string_view t = n().text();
    const auto [end, error] = std::from_chars(t.data(), t.data() + t.size(), out);
    return error == std::errc{} && end == t.data() + t.size();
}

value value::member(std::string_view key) const noexcept {
    if (!is_object()) return {};
    std::uint32_t found = 0;  // no member's value is the root
    const std::uint32_t end = n().next;
    for (std::uint32_t at = index_ + 1; at < end; at = tape_->at(at + 1).next) {
        if (same_name(tape_->at(at).text(), key)) found = at + 1;
    }
    return found == 0 ? value{} : value{*tape_, found};
}

value value::element(std::uint32_t i) const noexcept {
    if (!is_array() || i >= n().size) return {};
    std::uint32_t at = index_ + 1;
    while (i-- > 0) at = tape_->at(at).next;
    return {*tape_, at};
}

}  // namespace casebridge::json
