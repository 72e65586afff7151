// What the daemon reads messages with: the knowledge and the inventory that the configuration
// names. Without a configuration: what is built in, and nobody is known.

#pragma once

#include <memory>
#include <optional>

#include "netlogd/config/config.hpp"
#include "netlogd/core/device.hpp"
#include "netlogd/core/result.hpp"
#include "netlogd/parse/knowledge.hpp"

namespace netlogd::cli {

struct Inputs {
  parse::Knowledge knowledge;
  std::shared_ptr<const DeviceDirectory> devices;
};

Result<Inputs> load_inputs(const std::optional<config::Config>& config);

}  // namespace netlogd::cli
