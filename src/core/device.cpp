#include "netlogd/core/device.hpp"

#include "netlogd/core/json_writer.hpp"

namespace netlogd {
namespace {

void write_word(JsonWriter& json, std::string_view key, std::string_view stated, std::string_view fallback) {
  json.raw(key);
  const std::string_view word = !stated.empty() ? stated : !fallback.empty() ? fallback : "unknown";
  json.string(word);
}

}  // namespace

void write_device(JsonWriter& json, const Device* device, std::string_view hostname, std::string_view maker) {
  if (device != nullptr && !device->json.empty()) {
    json.raw(device->json);
    return;
  }
  static const Device nobody;
  const Device& d = device != nullptr ? *device : nobody;
  write_word(json, "\"device\":{\"hostname\":", d.hostname, hostname);
  write_word(json, ",\"vendor\":", d.vendor, maker);
  write_word(json, ",\"model\":", d.model, {});
  write_word(json, ",\"role\":", d.role, {});
  write_word(json, ",\"location\":", d.location, {});
  write_word(json, ",\"site\":", d.site, {});
  write_word(json, ",\"criticality\":", d.criticality, {});
  json.raw('}');
}

}  // namespace netlogd
