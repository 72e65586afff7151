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
  if (device == nullptr) {
    write_word(json, "\"device\":{\"hostname\":", {}, hostname);
    write_word(json, ",\"vendor\":", {}, maker);
    json.raw(
        R"(,"model":"unknown","role":"unknown","location":"unknown","site":"unknown","criticality":"unknown"})");
    return;
  }
  write_word(json, "\"device\":{\"hostname\":", device->hostname, hostname);
  write_word(json, ",\"vendor\":", device->vendor, maker);
  write_word(json, ",\"model\":", device->model, {});
  write_word(json, ",\"role\":", device->role, {});
  write_word(json, ",\"location\":", device->location, {});
  write_word(json, ",\"site\":", device->site, {});
  write_word(json, ",\"criticality\":", device->criticality, {});
  json.raw('}');
}

}  // namespace netlogd
