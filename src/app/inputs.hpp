// What the daemon reads besides its config, all of it or nothing: zones, inventory, knowledge. At
// start, on a reload and by --check-config. Main thread.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "netlogd/config/config.hpp"
#include "netlogd/core/device.hpp"
#include "netlogd/parse/knowledge.hpp"

namespace netlogd::app {

struct Inputs {
  std::shared_ptr<const DeviceDirectory> directory;
  parse::Knowledge knowledge;
  std::size_t devices = 0;
  std::size_t subnets = 0;
};

struct LoadedInputs {
  Inputs inputs;                    // whole when there is no fault
  std::vector<std::string> faults;  // "FILE:LINE: sentence"
};

// An empty inventory is fine for a first start; on a reload it is a fault, and the old one stays.
[[nodiscard]] LoadedInputs load_inputs(const config::Config& config, bool starting);

}  // namespace netlogd::app
