#include "micro/report.hpp"

#include "json/writer.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>

namespace casebridge::bench {
namespace {

double quantile(const std::vector<double>& sorted, double q) {
    const double at = q * static_cast<double>(sorted.size() - 1);
    const auto low = static_cast<std::size_t>(at);
    const std::size_t high = std::min(low + 1, sorted.size() - 1);
    return sorted[low] + (sorted[high] - sorted[low]) * (at - static_cast<double>(low));
}

std::string fixed(double v, int digits) {
    char text[32];
    std::snprintf(text, sizeof text, "%.*f", digits, v);
    return text;
}

std::string padded(std::string text, std::size_t width) {
    if (text.size() < width) text.append(width - text.size(), ' ');
    return text;
}

bool has(const samples& s, const std::string& body, const std::string& arm) {
    return s.contains({body, arm});
}

}  // namespace

const std::vector<comparison>& comparisons() {
    static const std::vector<comparison> all{
        {"read: engine / hand-written", "engine read", "hand read", 0.8},
        {"item: engine / hand-written", "engine item", "hand item", 0.8},
        {"read: engine / parse + serialize", "engine read", "tree copy", 0.7},
        {"item: engine / parse + serialize", "engine item", "tree copy", 0.7},
        {"tape copy / parse + serialize", "tape copy", "tree copy", 0},
    };
    return all;
}

double median_of(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values.empty() ? 0 : quantile(values, 0.5);
}

ratio ratio_of(const samples& s, const std::string& body, const std::string& arm, const std::string& base) {
    const auto& a = s.at({body, arm});
    const auto& b = s.at({body, base});
    std::vector<double> ratios;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) ratios.push_back(a[i] / b[i]);
    std::sort(ratios.begin(), ratios.end());
    return {quantile(ratios, 0.5), quantile(ratios, 0.25), quantile(ratios, 0.75)};
}

std::string table(const samples& s, const std::vector<std::string>& bodies) {
    std::string out = "\nRatios of CPU time: median (quartiles)\n\n" + padded("", 36);
    for (const auto& b : bodies) out += padded(b, 22);
    out += "target\n";
    for (const auto& c : comparisons()) {
        out += padded(c.title, 36);
        for (const auto& b : bodies) {
            if (!has(s, b, c.arm) || !has(s, b, c.base)) {
                out += padded("-", 22);
                continue;
            }
            const ratio r = ratio_of(s, b, c.arm, c.base);
            out += padded(fixed(r.median, 2) + " (" + fixed(r.low, 2) + " - " + fixed(r.high, 2) + ")", 22);
        }
        out += c.target > 0 ? fixed(c.target, 1) + "\n" : "-\n";
    }
    return out;
}

std::string to_json(const samples& s, const std::vector<std::string>& bodies,
                    const std::map<std::pair<std::string, std::string>, std::uint64_t>& allocations) {
    std::string out;
    json::writer w(out);
    w.begin_object().key("median_ns").begin_array();
    for (const auto& [id, values] : s) {
        w.begin_object().member("body", id.first).member("arm", id.second);
        w.key("ns").raw(fixed(median_of(values), 1));
        w.member("repetitions", static_cast<std::int64_t>(values.size()));
        if (const auto a = allocations.find(id); a != allocations.end()) {
            w.member("allocations", static_cast<std::int64_t>(a->second));
        }
        w.end_object();
    }
    w.end_array().key("ratios").begin_array();
    for (const auto& c : comparisons()) {
        for (const auto& b : bodies) {
            if (!has(s, b, c.arm) || !has(s, b, c.base)) continue;
            const ratio r = ratio_of(s, b, c.arm, c.base);
            w.begin_object().member("comparison", c.title).member("body", b);
            w.key("median")
                .raw(fixed(r.median, 4))
                .key("low")
                .raw(fixed(r.low, 4))
                .key("high")
                .raw(fixed(r.high, 4));
            if (c.target > 0) w.key("target").raw(fixed(c.target, 1));
            w.end_object();
        }
    }
    w.end_array().end_object();
    return out + "\n";
}

std::vector<std::string> missed(const samples& s, const std::string& body) {
    std::vector<std::string> out;
    for (const auto& c : comparisons()) {
        if (c.target <= 0) continue;
        if (!has(s, body, c.arm) || !has(s, body, c.base)) {
            out.push_back(std::string(c.title) + ": not measured");
            continue;
        }
        const double r = ratio_of(s, body, c.arm, c.base).median;
        if (r > c.target)
            out.push_back(std::string(c.title) + ": " + fixed(r, 2) + " > " + fixed(c.target, 1));
    }
    return out;
}

}  // namespace casebridge::bench
