#include "inputs.hpp"

#include "netlogd/core/file_ops.hpp"
#include "netlogd/enrich/inventory.hpp"
#include "netlogd/enrich/zones.hpp"

namespace netlogd::cli {
namespace {

constexpr std::uint64_t max_knowledge_file = 64ULL << 20;

Result<std::shared_ptr<const DeviceDirectory>> load_devices(const std::string& file,
                                                            enrich::ZoneDatabase& zones) {
  if (file.empty())
    return std::shared_ptr<const DeviceDirectory>(std::make_shared<EmptyDirectory>());
  const auto text = read_file(system_files(), file, enrich::max_inventory_bytes);
  if (!text) return Error{Errc::invalid, text.error().sentence};
  auto inventory = enrich::Inventory::load(*text, file, zones);
  if (!inventory) {
    // An inventory that holds nobody is no fault here.
    if (inventory.error().code == Errc::not_found)
      return std::shared_ptr<const DeviceDirectory>(std::make_shared<EmptyDirectory>());
    return inventory.error();
  }
  return std::shared_ptr<const DeviceDirectory>(std::move(*inventory));
}

}  // namespace

Result<Inputs> load_inputs(const std::optional<config::Config>& config) {
  enrich::ZoneDatabase zones;
  Inputs inputs;
  auto devices = load_devices(config ? config->inventory.file : std::string(), zones);
  if (!devices) return devices.error();
  inputs.devices = std::move(*devices);
  auto zone = zones.find(config ? config->time.default_zone : "UTC");
  if (!zone) return zone.error();
  std::vector<NamedText> own;
  if (config && !config->knowledge.dir.empty()) {
    auto files = read_folder(system_files(), config->knowledge.dir, max_knowledge_file);
    if (!files) return Error{Errc::invalid, files.error().sentence};
    own = std::move(*files);
  }
  auto knowledge = parse::compile_knowledge(std::move(own), **zone, {});
  if (!knowledge) return knowledge.error();
  inputs.knowledge = std::move(*knowledge);
  return inputs;
}

}  // namespace netlogd::cli
