#include "inputs.hpp"

#include "netlogd/core/file_ops.hpp"
#include "netlogd/enrich/inventory.hpp"
#include "netlogd/enrich/zones.hpp"

namespace netlogd::app {
namespace {

void load_inventory(const config::Config& config, enrich::ZoneDatabase& zones, LoadedInputs& loaded) {
  if (config.inventory.file.empty()) {
    loaded.inputs.directory = std::make_shared<EmptyDirectory>();
    return;
  }
  const auto text = read_file(system_files(), config.inventory.file, enrich::max_inventory_bytes);
  if (!text) {
    loaded.faults.push_back(config.fault("inventory.file", text.error().sentence).text());
    return;
  }
  auto read = enrich::Inventory::read(*text, config.inventory.file, zones);
  for (auto& fault : read.faults) loaded.faults.push_back(std::move(fault));
  if (read.inventory == nullptr) return;
  loaded.inputs.devices = read.inventory->device_count();
  loaded.inputs.subnets = read.inventory->subnet_count();
  loaded.inputs.directory = std::move(read.inventory);
}

}  // namespace

LoadedInputs load_inputs(const config::Config& config) {
  LoadedInputs loaded;
  enrich::ZoneDatabase zones;
  auto zone = zones.find(config.time.default_zone);
  if (!zone) loaded.faults.push_back(config.fault("time.default_zone", zone.error().sentence).text());
  load_inventory(config, zones, loaded);
  if (zone) {
    auto knowledge = load_knowledge(system_files(), config.knowledge.dir, std::move(*zone));
    if (knowledge) loaded.inputs.knowledge = std::move(*knowledge);
    else loaded.faults.push_back(knowledge.error().sentence);
  }
  return loaded;
}

}  // namespace netlogd::app
