// What the inventory knows of a sender, in the form that parsers and writers need. Parsers are
// pure: they are given a DeviceDirectory that does not change under them (enrich replaces it
// whole).

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "netlogd/core/ip_address.hpp"
#include "netlogd/core/time_zone.hpp"

namespace netlogd {

struct Device {
  // Empty means the inventory does not say.
  std::string hostname;
  std::string vendor;
  std::string model;
  std::string role;
  std::string location;
  std::string site;
  std::string criticality;
  const TimeZone* zone = nullptr;  // owned by the directory; nullptr: not stated
  bool shared = false;         // many devices behind one address: believe the message's hostname
  bool listed = false;         // a device entry; false: known by its subnet only
  std::uint32_t sampling = 0;  // flow sampling interval from the inventory; 0: not stated
  // `"device":{…}` complete, when hostname and vendor are stated; else empty and write_device
  // composes it.
  std::string json;
};

class DeviceDirectory {
 public:
  virtual ~DeviceDirectory() = default;
  // nullptr: neither the address nor a prefix around it is known. Valid as long as the directory.
  [[nodiscard]] virtual const Device* by_address(const IpAddress& address) const noexcept = 0;
  // Case-insensitive, with or without the domain. nullptr: no such device.
  [[nodiscard]] virtual const Device* by_hostname(std::string_view hostname) const noexcept = 0;
  // The name of an interface index of a device (inventory); empty: not known.
  [[nodiscard]] virtual std::string_view interface_name(const Device* device,
                                                        std::uint32_t index) const noexcept {
    (void)device;
    (void)index;
    return {};
  }
};

// Knows nobody.
class EmptyDirectory final : public DeviceDirectory {
 public:
  [[nodiscard]] const Device* by_address(const IpAddress&) const noexcept override {
    return nullptr;
  }
  [[nodiscard]] const Device* by_hostname(std::string_view) const noexcept override {
    return nullptr;
  }
};

class JsonWriter;
// Writes `"device":{…}`: the inventory's words; where it has none, `hostname` and `maker` (what the
// message says, may be empty); else "unknown".
void write_device(JsonWriter& json, const Device* device, std::string_view hostname,
                  std::string_view maker);
// The same at `out`, which has device_room() (see json_text.hpp). `plain`: neither `hostname` nor
// `maker` needs an escape.
char* put_device(char* out, const Device* device, std::string_view hostname, std::string_view maker,
                 bool plain) noexcept;
[[nodiscard]] std::size_t device_room(const Device* device, std::string_view hostname,
                                      std::string_view maker) noexcept;

}  // namespace netlogd
