#include "app/commands.hpp"
#include "app/load.hpp"

#include <iostream>

namespace casebridge::app {

int check(const std::string& config_file) {
    const loaded all = load_everything(config_file, make_lasting());
    print_findings(all);
    if (all.unreadable) return 2;
    if (!all) return 1;
    std::cout << config_file << ": fine, " << all.settings->bridges.size() << " bridge(s), tables "
              << describe_bundle(*all.bridges) << '\n';
    return 0;
}

}  // namespace casebridge::app
