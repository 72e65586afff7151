// Flow exports of one device: NetFlow v5, v9, IPFIX or sFlow v5. The export sequence counts as each
// format says; with `numbered`, every flow also carries its own number: the high half in src_as,
// the low half in dst_as.

#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "device.hpp"
#include "message_source.hpp"

namespace netlogd::gen {

enum class FlowFormat : std::uint8_t { v5, v9, ipfix, sflow };
constexpr std::array<std::string_view, 4> flow_format_names = {"v5", "v9", "ipfix", "sflow"};

struct FlowSourceSettings {
  std::uint32_t connection = 0;
  FlowFormat format = FlowFormat::v5;
  std::uint32_t flows_per_packet = 0;  // 0: what fits; never more than fits
  bool numbered = false;
  std::uint64_t seed = 1;
};

class FlowSource final : public MessageSource {
 public:
  FlowSource(const SimulatedDevice& device, const FlowSourceSettings& settings);

  void set_time(TimePoint now) override;
  Made next(char* out) override;

 private:
  struct Flow {
    std::uint32_t source = 0;
    std::uint32_t destination = 0;
    std::uint32_t next_hop = 0;
    std::uint16_t source_port = 0;
    std::uint16_t destination_port = 0;
    std::uint16_t input = 0;
    std::uint16_t output = 0;
    std::uint32_t packets = 0;
    std::uint32_t octets = 0;
    std::uint32_t age_ms = 0;  // how long before the export it ended
    std::uint32_t duration_ms = 0;
    std::uint16_t source_as = 0;
    std::uint16_t destination_as = 0;
    std::uint8_t protocol = 6;
    std::uint8_t tcp_flags = 0;
    std::uint8_t tos = 0;
    std::uint8_t source_mask = 24;
    std::uint8_t destination_mask = 24;
  };
  static Flow make_flow(const SimulatedDevice& device, Random& random);
  const Flow& next_flow();

  Made next_v5(class BigEndianWriter& out);
  Made next_v9(class BigEndianWriter& out);
  Made next_ipfix(class BigEndianWriter& out);
  Made next_sflow(class BigEndianWriter& out);
  void write_sampled_packet(class BigEndianWriter& out, const Flow& flow);
  void write_interface_counters(class BigEndianWriter& out);

  FlowSourceSettings settings_;
  std::uint32_t agent_ = 0;
  std::vector<Flow> flows_;
  Flow current_;  // the flow just made, numbered
  std::size_t position_ = 0;
  std::uint64_t flows_made_ = 0;
  std::uint64_t packets_made_ = 0;
  std::uint32_t now_seconds_ = 0;
  std::uint32_t now_nanoseconds_ = 0;
  std::uint64_t now_ms_ = 0;
  std::uint32_t uptime_ms_ = 0;
};

}  // namespace netlogd::gen
