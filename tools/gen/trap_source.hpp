// SNMP v1 and v2c traps of one device: encoded once, then copied with the current uptime, a request
// id and the varbind 1.3.6.1.4.1.32473.1.1.0 = "seq=CONNECTION.NUMBER" (fixed width).

#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "device.hpp"
#include "message_source.hpp"

namespace netlogd::gen {

enum class TrapVersion : std::uint8_t { v1, v2c };
constexpr std::array<std::string_view, 2> trap_version_names = {"v1", "v2c"};

struct TrapSourceSettings {
  std::uint32_t connection = 0;
  std::vector<TrapVersion> versions;
  std::string community = "public";
  std::uint64_t seed = 1;
};

class TrapSource final : public MessageSource {
 public:
  TrapSource(const SimulatedDevice& device, const TrapSourceSettings& settings);

  void set_time(TimePoint now) override;
  Made next(char* out) override;

 private:
  struct Packet {
    std::string bytes;
    std::size_t uptime = 0;      // where the four octets of the uptime are
    std::size_t request_id = 0;  // where those of the request id are; 0 in v1, which has none
    std::size_t number = 0;      // where the ten digits of the sequence number are
  };
  struct Notification;
  static std::vector<Notification> notifications(const SimulatedDevice& device, Random& random);
  static Packet encode_v1(const Notification& notification, const SimulatedDevice& device,
                          const TrapSourceSettings& settings);
  static Packet encode_v2c(const Notification& notification, const TrapSourceSettings& settings);

  std::vector<Packet> packets_;
  std::size_t position_ = 0;
  std::uint64_t number_ = 0;
  std::uint32_t uptime_ = 0;
};

}  // namespace netlogd::gen
