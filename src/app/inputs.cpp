#include "inputs.hpp"

#include "netlogd/core/file_ops.hpp"
#include "netlogd/enrich/inventory.hpp"
#include "netlogd/enrich/zones.hpp"
#include "settings.hpp"

namespace netlogd::app {
namespace {

constexpr std::uint64_t max_knowledge_file = 64ULL << 20;

void load_inventory(const config::Config& config, bool starting, enrich::ZoneDatabase& zones,
                    LoadedInputs& loaded) {
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
  if (starting && read.empty) {
    loaded.inputs.directory = std::make_shared<EmptyDirectory>();
    return;
  }
  for (auto& fault : read.faults) loaded.faults.push_back(std::move(fault));
  if (read.inventory == nullptr) return;
  loaded.inputs.devices = read.inventory->device_count();
  loaded.inputs.subnets = read.inventory->subnet_count();
  loaded.inputs.directory = std::move(read.inventory);
}

}  // namespace

LoadedInputs load_inputs(const config::Config& config, bool starting) {
  LoadedInputs loaded;
  enrich::ZoneDatabase zones;
  auto zone = zones.find(config.time.default_zone);
  if (!zone)
    loaded.faults.push_back(config.fault("time.default_zone", zone.error().sentence).text());
  load_inventory(config, starting, zones, loaded);
  std::vector<NamedText> own;
  if (!config.knowledge.dir.empty()) {
    auto files = read_folder(system_files(), config.knowledge.dir, max_knowledge_file);
    if (files)
      own = std::move(*files);
    else
      loaded.faults.push_back(config.fault("knowledge.dir", files.error().sentence).text());
  }
  if (!zone) return loaded;
  auto knowledge = parse::compile_knowledge(std::move(own), **zone, snmp_access(config.snmp));
  if (knowledge)
    loaded.inputs.knowledge = std::move(*knowledge);
  else
    loaded.faults.push_back(knowledge.error().sentence);
  return loaded;
}

}  // namespace netlogd::app
