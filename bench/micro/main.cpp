// casebridge-bench: holds the mapping engine against a hand-written translation and against parsing and
// serialising the same bytes. docs/performance.md says what the figures mean.
//
//   casebridge-bench [--mappings=FOLDER] [--repetitions=N] [--json=FILE] [--check] [Google Benchmark's flags]
//   casebridge-bench --copy=FILE   FILE names a document per line; prints the median of the CPU microseconds that
//                                  Boost.JSON takes to parse and serialise one of them

#include "micro/report.hpp"
#include "micro/suite.hpp"

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <stdexcept>

namespace {

using namespace casebridge::bench;

struct options {
    std::string mappings = CASEBRIDGE_SOURCE_DIR "/mappings";
    std::string json_file, copy_list;
    int repetitions = 25;
    bool check = false;
};

bool take(std::string_view argument, std::string_view name, std::string& value) {
    if (!argument.starts_with(name)) return false;
    value = argument.substr(name.size());
    return true;
}

// Takes our own flags out of the arguments; the rest is Google Benchmark's.
options read_options(std::vector<std::string>& arguments) {
    options o;
    std::vector<std::string> rest;
    std::string number;
    for (auto& a : arguments) {
        if (a == "--check")
            o.check = true;
        else if (take(a, "--repetitions=", number))
            o.repetitions = std::max(3, std::atoi(number.c_str()));
        else if (!take(a, "--mappings=", o.mappings) && !take(a, "--json=", o.json_file) &&
                 !take(a, "--copy=", o.copy_list))
            rest.push_back(a);
    }
    arguments = std::move(rest);
    return o;
}

// Keeps the CPU time of every repetition; prints nothing while it measures.
class collector final : public benchmark::BenchmarkReporter {
public:
    bool ReportContext(const Context&) override { return true; }
    void ReportRuns(const std::vector<Run>& runs) override {
        for (const auto& r : runs) {
            if (r.run_type != Run::RT_Iteration || r.error_occurred) continue;
            const std::string name = r.run_name.function_name;
            const auto slash = name.find('/');
            auto& list = taken_[{name.substr(0, slash), name.substr(slash + 1)}];
            list.emplace(r.repetition_index, r.GetAdjustedCPUTime());
        }
    }
    samples take() const {
        samples out;
        for (const auto& [id, list] : taken_) {
            for (const auto& [repetition, ns] : list) out[id].push_back(ns);
        }
        return out;
    }

private:
    std::map<std::pair<std::string, std::string>, std::map<std::int64_t, double>> taken_;
};

void measure(benchmark::State& state, const arm& a, const body_set& b) {
    std::string out;
    for (const auto& d : b.documents) a.run(d, out);  // warm, and the buffers have grown
    std::size_t next = 0;
    for (auto _ : state) {
        a.run(b.documents[next], out);
        benchmark::DoNotOptimize(out.data());
        if (++next == b.documents.size()) next = 0;
    }
}

void register_all(suite& s, const options& o) {
    for (const auto& b : s.bodies()) {
        for (auto& a : s.arms(b)) {
            benchmark::RegisterBenchmark((b.name + "/" + a.name).c_str(),
                                         [a, &b](benchmark::State& state) { measure(state, a, b); })
                ->Repetitions(o.repetitions)
                ->MinTime(0.01)
                ->Unit(benchmark::kNanosecond);
        }
    }
}

std::vector<std::string> names_of(const suite& s) {
    std::vector<std::string> out;
    for (const auto& b : s.bodies()) out.push_back(b.name);
    return out;
}

using counts = std::map<std::pair<std::string, std::string>, std::uint64_t>;

counts count_allocations(suite& s) {
    counts out;
    for (const auto& b : s.bodies()) {
        for (const auto& a : s.arms(b))
            out[{b.name, a.name}] = s.steady_allocations(a, b) / b.documents.size();
    }
    return out;
}

void print(const samples& measured, const counts& allocated, const std::vector<std::string>& bodies) {
    std::cout << "body, arm: median, allocations in steady state per document (page: per page)\n";
    for (const auto& [id, values] : measured) {
        const auto n = allocated.find(id);
        std::cout << "  " << id.first << ", " << id.second << ": " << median_of(values) / 1000 << " us, "
                  << (n == allocated.end() ? 0 : n->second) << "\n";
    }
    std::cout << table(measured, bodies);
}

samples run_once() {
    collector c;
    benchmark::RunSpecifiedBenchmarks(&c);
    return c.take();
}

int copy(const options& o) {
    suite s(o.mappings);
    std::ifstream names(o.copy_list);
    std::vector<std::string> documents;
    for (std::string name; std::getline(names, name);) {
        std::ifstream file(name);
        documents.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
    if (documents.empty()) throw std::runtime_error(o.copy_list + " names no document");
    std::cout << s.copy_time(documents, o.repetitions) << "\n";
    return 0;
}

int run(const options& o) {
    suite s(o.mappings);
    if (const std::string difference = s.check(); !difference.empty()) {
        std::cerr << "the arms do not answer alike: " << difference << "\n";
        return 1;
    }
    const counts allocated = count_allocations(s);
    register_all(s, o);
    const std::vector<std::string> bodies = names_of(s);
    const std::string& judged = bodies[1];
    // A second try, since other work on the machine may have spoilt the first.
    for (int tries = o.check ? 2 : 1; tries > 0; --tries) {
        const samples measured = run_once();
        print(measured, allocated, bodies);
        if (!o.json_file.empty()) std::ofstream(o.json_file) << to_json(measured, bodies, allocated);
        if (!o.check) return 0;
        const auto misses = missed(measured, judged);
        for (const auto& m : misses) std::cout << "missed for the " << judged << ": " << m << "\n";
        if (misses.empty()) return 0;
    }
    return 1;
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<std::string> arguments(argv, argv + argc);
    const options o = read_options(arguments);
    // Repetitions of all arms are shuffled among each other: a slow phase of the machine hits every arm.
    arguments.insert(arguments.begin() + 1, "--benchmark_enable_random_interleaving=true");
    std::vector<char*> pointers;
    for (auto& a : arguments) pointers.push_back(a.data());
    int count = static_cast<int>(pointers.size());
    benchmark::Initialize(&count, pointers.data());
    if (benchmark::ReportUnrecognizedArguments(count, pointers.data())) return 2;
    try {
        return o.copy_list.empty() ? run(o) : copy(o);
    } catch (const std::exception& e) {
        std::cerr << "casebridge-bench: " << e.what() << "\n";
        return 1;
    }
}
