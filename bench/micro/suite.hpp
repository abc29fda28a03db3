// The arms and the bodies they run on: a table that the correctness pass, the count of allocations and the
// measurement share.
#pragma once

#include "micro/bodies.hpp"
#include "micro/engine.hpp"
#include "micro/handwritten.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::bench {

// One set of documents; an iteration takes the next one.
struct body_set {
    std::string name;
    bool page = false;
    std::vector<std::string> documents;
};

struct arm {
    std::string name;
    std::function<void(const std::string& document, std::string& out)> run;
};

class suite {
public:
    explicit suite(const std::string& mappings_folder);
    suite(const suite&) = delete;
    suite& operator=(const suite&) = delete;

    const std::vector<body_set>& bodies() const noexcept { return bodies_; }
    std::vector<arm> arms(const body_set& b);

    // Empty if the engine and the hand-written translation answer alike on every document and the copies equal
    // their input, as JSON; else what differs.
    std::string check();
    // Allocations of one pass of the arm over all documents of the body, once its buffers have grown.
    std::uint64_t steady_allocations(const arm& a, const body_set& b);
    // CPU microseconds of a tree copy of one of the documents: the median of the repetitions.
    double copy_time(const std::vector<std::string>& documents, int repetitions);

private:
    world world_;
    handwritten hand_;
    engine engine_;
    std::vector<std::string> field_ids_;
    std::vector<body_set> bodies_;
};

}  // namespace casebridge::bench
