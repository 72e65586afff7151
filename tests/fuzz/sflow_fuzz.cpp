// One sFlow datagram; octets that do not begin as version 5 get its first word in front.

#include <vector>

#include "flow_fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::uint8_t> datagram(data, data + size);
  const bool is_sflow = size >= 4 && data[0] == 0 && data[1] == 0 && data[2] == 0 && data[3] == 5;
  if (!is_sflow) datagram.insert(datagram.begin(), {0, 0, 0, 5});
  netlogd::fuzz::FlowFuzz fuzz;
  fuzz.send(datagram, 1, 0);
  fuzz.finish();
  return 0;
}
