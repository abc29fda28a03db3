// Any bytes as a query: it is refused with a place, or it reads again from what it prints and finds the same; no
// document satisfies a condition and its negation. And any bytes as an order.
#include "query/condition.hpp"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

using namespace casebridge;
using query::value_type;

namespace {

const query::vocabulary* words_of(std::string_view object) {
    static const std::array<query::keyword, 8> rows{{
        {"id", value_type::integer, "id"},
        {"name", value_type::text, "name"},
        {"status", value_type::text, "status", {}, true},
        {"dateAdded", value_type::time, "dateAdded"},
        {"detectionOverdue", value_type::boolean, "detectionOverdue"},
        {"score", value_type::decimal, "score"},
        {"tag", value_type::text, "tags.data.name"},
        {"hasCase", value_type::nested, "cases.data", "cases"},
    }};
    static const query::vocabulary cases{"cases", rows};
    return object == "cases" ? &cases : nullptr;
}

struct document {
    std::string text;
    json::tape tape;
};

const std::vector<std::unique_ptr<document>>& examples() {
    static const auto all = [] {
        std::vector<std::unique_ptr<document>> out;
        for (
            const char* text :
            {"{}",
             R"({"id":1,"name":"a","status":"Open","dateAdded":"2023-11-14T22:13:20Z","tags":{"data":[]}})",
             R"({"id":-5,"name":"\u00c4 b%","detectionOverdue":true,"score":2.5,"tags":{"data":[{"name":"x"}]},)"
             R"("cases":{"data":[{"id":2,"cases":{"data":[{"id":3}]}}]}})"}) {
            auto d = std::make_unique<document>();
            d->text = text;
            if (d->tape.parse(d->text, {}).has_error()) std::abort();
            out.push_back(std::move(d));
        }
        return out;
    }();
    return all;
}

void check(const query::condition& c) {
    const std::string printed = query::to_text(c);
    const auto again = query::read_condition(printed, *words_of("cases"), words_of, {0});
    if (again.has_error() || query::to_text(again.value()) != printed) std::abort();
    query::condition opposite{query::condition::kind::negation};
    opposite.parts.push_back(c);
    for (const auto& d : examples()) {
        const query::document_subject s(d->tape.root());
        const bool found = matches(c, s);
        if (found != matches(again.value(), s) || (found && matches(opposite, s))) std::abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto c = query::read_condition(text, *words_of("cases"), words_of, {1'700'000'000'000'000});
    if (c.has_error()) {
        if (!c.error().detail.starts_with("position ")) std::abort();
    } else {
        check(c.value());
    }
    const auto order = query::read_sorting(text, *words_of("cases"));
    if (order.has_error()) return 0;
    for (const auto& a : examples())
        for (const auto& b : examples()) {
            const query::document_subject x(a->tape.root()), y(b->tape.root());
            if (compare(order.value(), x, y) != -compare(order.value(), y, x)) std::abort();
        }
    return 0;
}
