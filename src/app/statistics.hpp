// What listeners count, as metrics.
#pragma once

#include "app/worker.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace casebridge::app {

// Metrics only ever grow, so each time what is new since the last one is added. One thread.
class published_statistics {
public:
    void publish(const std::vector<std::unique_ptr<worker>>& workers);

private:
    std::map<std::string, server::statistics> known_;  // by bridge
};

// Makes the series that the bridges and upstreams of a configuration will have visible at zero, so that
// a rate can be formed from the first event on.
void declare_series(const config::settings& all);

}  // namespace casebridge::app
