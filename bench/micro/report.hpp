// What was measured, as medians and as ratios with their spread.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace casebridge::bench {

// CPU nanoseconds of each repetition, by (body, arm).
using samples = std::map<std::pair<std::string, std::string>, std::vector<double>>;

struct ratio {
    double median = 0, low = 0, high = 0;   // low and high: the quartiles
};

// Repetitions are paired in the order in which they ran, so that a slow phase of the machine hits both.
ratio ratio_of(const samples& s, const std::string& body, const std::string& arm, const std::string& base);
double median_of(std::vector<double> values);

struct comparison {
    const char *title, *arm, *base;
    double target;   // 0: none
};
const std::vector<comparison>& comparisons();

std::string table(const samples& s, const std::vector<std::string>& bodies);
std::string to_json(const samples& s, const std::vector<std::string>& bodies,
                    const std::map<std::pair<std::string, std::string>, std::uint64_t>& allocations);
// The comparisons of the body that miss their target, each with its figure, or that were not measured.
std::vector<std::string> missed(const samples& s, const std::string& body);

}  // namespace casebridge::bench
