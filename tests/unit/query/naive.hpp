// Conditions and documents as a test understands them, written without a look at the real ones: random trees,
// their text in any of the spellings, and what they find, by the plainest reading of the rules.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::naive {

enum class type { integer, decimal, text, folded, boolean, time, texts };

struct word {
    std::string_view name, path;
    type of;
};
const std::vector<word>& words();

struct value {
    std::int64_t number = 0;  // integer, boolean, time in seconds
    double decimal = 0;
    std::string text;
    bool day = false;  // time: a bare date
};

// By name of the word; an empty list is null, or of texts an empty set.
using document = std::map<std::string_view, std::vector<value>>;
std::string to_json(const document& d);

struct tree {
    enum class kind { all, any, negation, test } what = kind::test;
    std::vector<tree> parts;
    const word* by = nullptr;
    std::string_view how;  // "=", "NOT IN", "IS NULL", …
    std::vector<value> values;
};
// Yes, no, or unknown.
std::optional<bool> evaluate(const tree& t, const document& d);

const std::vector<std::string_view>& operators_of(type t);

class generator {
public:
    explicit generator(std::uint64_t seed) : random_(seed) {}
    std::size_t below(std::size_t n) { return random_() % n; }
    bool once_in(std::size_t n) { return below(n) == 0; }
    template <class list>
    const auto& one_of(const list& l) {
        return l[below(l.size())];
    }

    document make_document();
    value make_value(type t);
    tree make_test(const word& by, std::string_view how);
    tree make_tree(int depth);
    // In a random spelling.
    std::string text_of(const tree& t);

private:
    std::string spelled(std::string_view how);
    std::string quoted(std::string_view text);
    std::string text_of(const value& v, type t);
    std::string blank() { return once_in(2) ? " " : ""; }

    std::mt19937_64 random_;
};

}  // namespace casebridge::naive
