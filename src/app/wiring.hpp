// Where configuration becomes running objects: the one place that knows which façade and which
// backend there are.
#pragma once

#include "config/settings.hpp"
#include "core/error.hpp"
#include "http/handler.hpp"
#include "json/jsonc.hpp"

#include <boost/asio/io_context.hpp>

#include <memory>
#include <vector>

namespace casebridge::app {

// What all threads share: settings, the compiled mapping tables of each bridge. Immutable.
struct shared;

// Reads and compiles everything that the settings name; binds and connects nothing.
// Null if there are findings. `casebridge check` is this and nothing more.
std::shared_ptr<const shared> prepare(std::shared_ptr<const config::settings> settings,
                                      std::vector<json::diagnostic>& findings);

// "default 0.1.0 (1a2b3c4d)": which tables are in use, for logs and build_info.
std::string describe_bundle(const shared& all);

// The façade of one bridge for one thread. All it does happens on that thread's context; it must be
// destroyed there, and what it left running (idle upstream connections) ends with it.
result<std::unique_ptr<http::handler>> make_bridge(const std::shared_ptr<const shared>& all,
                                                   const config::bridge_settings& bridge,
                                                   boost::asio::io_context& context);

}  // namespace casebridge::app
