#include "netlogd/wire/sflow_counters.hpp"

#include <array>

namespace netlogd::wire {
namespace {

constexpr std::array interface_counters = {
    SflowCounter{"\"ifIndex\":"},
    SflowCounter{"\"ifType\":"},
    SflowCounter{"\"ifSpeed\":", 8},
    SflowCounter{"\"ifDirection\":"},
    SflowCounter{"\"ifStatus\":"},
    SflowCounter{"\"ifInOctets\":", 8},
    SflowCounter{"\"ifInUcastPkts\":"},
    SflowCounter{"\"ifInMulticastPkts\":"},
    SflowCounter{"\"ifInBroadcastPkts\":"},
    SflowCounter{"\"ifInDiscards\":"},
    SflowCounter{"\"ifInErrors\":"},
    SflowCounter{"\"ifInUnknownProtos\":"},
    SflowCounter{"\"ifOutOctets\":", 8},
    SflowCounter{"\"ifOutUcastPkts\":"},
    SflowCounter{"\"ifOutMulticastPkts\":"},
    SflowCounter{"\"ifOutBroadcastPkts\":"},
    SflowCounter{"\"ifOutDiscards\":"},
    SflowCounter{"\"ifOutErrors\":"},
    SflowCounter{"\"ifPromiscuousMode\":"},
};
constexpr std::array ethernet_counters = {
    SflowCounter{"\"dot3StatsAlignmentErrors\":"},
    SflowCounter{"\"dot3StatsFCSErrors\":"},
    SflowCounter{"\"dot3StatsSingleCollisionFrames\":"},
    SflowCounter{"\"dot3StatsMultipleCollisionFrames\":"},
    SflowCounter{"\"dot3StatsSQETestErrors\":"},
    SflowCounter{"\"dot3StatsDeferredTransmissions\":"},
    SflowCounter{"\"dot3StatsLateCollisions\":"},
    SflowCounter{"\"dot3StatsExcessiveCollisions\":"},
    SflowCounter{"\"dot3StatsInternalMacTransmitErrors\":"},
    SflowCounter{"\"dot3StatsCarrierSenseErrors\":"},
    SflowCounter{"\"dot3StatsFrameTooLongs\":"},
    SflowCounter{"\"dot3StatsInternalMacReceiveErrors\":"},
    SflowCounter{"\"dot3StatsSymbolErrors\":"},
};
constexpr std::array token_ring_counters = {
    SflowCounter{"\"dot5StatsLineErrors\":"},
    SflowCounter{"\"dot5StatsBurstErrors\":"},
    SflowCounter{"\"dot5StatsACErrors\":"},
    SflowCounter{"\"dot5StatsAbortTransErrors\":"},
    SflowCounter{"\"dot5StatsInternalErrors\":"},
    SflowCounter{"\"dot5StatsLostFrameErrors\":"},
    SflowCounter{"\"dot5StatsReceiveCongestions\":"},
    SflowCounter{"\"dot5StatsFrameCopiedErrors\":"},
    SflowCounter{"\"dot5StatsTokenErrors\":"},
    SflowCounter{"\"dot5StatsSoftErrors\":"},
    SflowCounter{"\"dot5StatsHardErrors\":"},
    SflowCounter{"\"dot5StatsSignalLoss\":"},
    SflowCounter{"\"dot5StatsTransmitBeacons\":"},
    SflowCounter{"\"dot5StatsRecoverys\":"},
    SflowCounter{"\"dot5StatsLobeWires\":"},
    SflowCounter{"\"dot5StatsRemoves\":"},
    SflowCounter{"\"dot5StatsSingles\":"},
    SflowCounter{"\"dot5StatsFreqErrors\":"},
};
constexpr std::array base_vg_counters = {
    SflowCounter{"\"dot12InHighPriorityFrames\":"},
    SflowCounter{"\"dot12InHighPriorityOctets\":", 8},
    SflowCounter{"\"dot12InNormPriorityFrames\":"},
    SflowCounter{"\"dot12InNormPriorityOctets\":", 8},
    SflowCounter{"\"dot12InIPMErrors\":"},
    SflowCounter{"\"dot12InOversizeFrameErrors\":"},
    SflowCounter{"\"dot12InDataErrors\":"},
    SflowCounter{"\"dot12InNullAddressedFrames\":"},
    SflowCounter{"\"dot12OutHighPriorityFrames\":"},
    SflowCounter{"\"dot12OutHighPriorityOctets\":", 8},
    SflowCounter{"\"dot12TransitionIntoTrainings\":"},
    SflowCounter{"\"dot12HCInHighPriorityOctets\":", 8},
    SflowCounter{"\"dot12HCInNormPriorityOctets\":", 8},
    SflowCounter{"\"dot12HCOutHighPriorityOctets\":", 8},
};
constexpr std::array vlan_counters = {
    SflowCounter{"\"vlan_id\":"},       SflowCounter{"\"octets\":", 8},
    SflowCounter{"\"ucastPkts\":"},     SflowCounter{"\"multicastPkts\":"},
    SflowCounter{"\"broadcastPkts\":"}, SflowCounter{"\"discards\":"},
};
constexpr std::array processor_counters = {
    SflowCounter{"\"cpu_5s\":"},         SflowCounter{"\"cpu_1m\":"},
    SflowCounter{"\"cpu_5m\":"},         SflowCounter{"\"total_memory\":", 8},
    SflowCounter{"\"free_memory\":", 8},
};
constexpr std::array host_cpu_counters = {
    SflowCounter{"\"load_one\":", 4, true},
    SflowCounter{"\"load_five\":", 4, true},
    SflowCounter{"\"load_fifteen\":", 4, true},
    SflowCounter{"\"proc_run\":"},
    SflowCounter{"\"proc_total\":"},
    SflowCounter{"\"cpu_num\":"},
    SflowCounter{"\"cpu_speed\":"},
    SflowCounter{"\"uptime\":"},
    SflowCounter{"\"cpu_user\":"},
    SflowCounter{"\"cpu_nice\":"},
    SflowCounter{"\"cpu_system\":"},
    SflowCounter{"\"cpu_idle\":"},
    SflowCounter{"\"cpu_wio\":"},
    SflowCounter{"\"cpu_intr\":"},
    SflowCounter{"\"cpu_sintr\":"},
    SflowCounter{"\"interrupts\":"},
    SflowCounter{"\"contexts\":"},
};
constexpr std::array host_memory_counters = {
    SflowCounter{"\"mem_total\":", 8},  SflowCounter{"\"mem_free\":", 8},
    SflowCounter{"\"mem_shared\":", 8}, SflowCounter{"\"mem_buffers\":", 8},
    SflowCounter{"\"mem_cached\":", 8}, SflowCounter{"\"swap_total\":", 8},
    SflowCounter{"\"swap_free\":", 8},  SflowCounter{"\"page_in\":"},
    SflowCounter{"\"page_out\":"},      SflowCounter{"\"swap_in\":"},
    SflowCounter{"\"swap_out\":"},
};
constexpr std::array host_disk_counters = {
    SflowCounter{"\"disk_total\":", 8}, SflowCounter{"\"disk_free\":", 8},
    SflowCounter{"\"part_max_used\":"}, SflowCounter{"\"reads\":"},
    SflowCounter{"\"bytes_read\":", 8}, SflowCounter{"\"read_time\":"},
    SflowCounter{"\"writes\":"},        SflowCounter{"\"bytes_written\":", 8},
    SflowCounter{"\"write_time\":"},
};
constexpr std::array host_network_counters = {
    SflowCounter{"\"nio_bytes_in\":", 8},  SflowCounter{"\"nio_pkts_in\":"},
    SflowCounter{"\"nio_errs_in\":"},      SflowCounter{"\"nio_drops_in\":"},
    SflowCounter{"\"nio_bytes_out\":", 8}, SflowCounter{"\"nio_packets_out\":"},
    SflowCounter{"\"nio_errs_out\":"},     SflowCounter{"\"nio_drops_out\":"},
};

}  // namespace

std::span<const SflowCounter> sflow_counters(std::uint32_t format) noexcept {
  switch (format) {
    case 1:
      return interface_counters;
    case 2:
      return ethernet_counters;
    case 3:
      return token_ring_counters;
    case 4:
      return base_vg_counters;
    case 5:
      return vlan_counters;
    case 1001:
      return processor_counters;
    case 2003:
      return host_cpu_counters;
    case 2004:
      return host_memory_counters;
    case 2005:
      return host_disk_counters;
    case 2006:
      return host_network_counters;
    default:
      return {};
  }
}

}  // namespace netlogd::wire
