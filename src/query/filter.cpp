#include "query/filter.hpp"

#include <algorithm>

namespace casebridge::query {
namespace {

void append_sized(std::string& out, const std::string& text) {
    out += std::to_string(text.size());
    out += ':';
    out += text;
}

void append_predicate(std::string& out, const predicate& p) {
    out += 't';
    append_sized(out, p.rule);
    out += std::to_string(static_cast<int>(p.how));
    std::vector<std::string> values = p.values;
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    for (const auto& v : values) append_sized(out, v);
    if (p.by.empty()) return;
    out += p.fold ? '~' : '.';
    append_sized(out, p.by);
}

void append(std::string& out, const filter& f) {
    switch (f.what) {
        case filter::kind::test: append_predicate(out, f.test); break;
        case filter::kind::all: out += '&'; break;
        case filter::kind::any: out += '|'; break;
        case filter::kind::negation: out += '!'; break;
    }
    out += '(';
    for (const auto& part : f.parts) append(out, part);
    out += ')';
}

}  // namespace

std::string canonical_text(const filter& f) {
    std::string out;
    append(out, f);
    return out;
}

}  // namespace casebridge::query
