// One NetFlow v5 datagram: no more records than its octets hold.

#include "flow_fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  netlogd::fuzz::FlowFuzz fuzz;
  fuzz.send({data, size}, 1, 0);
  const auto records = netlogd::read(fuzz.maker().counters().records);
  const bool is_v5 = size >= 2 && data[0] == 0 && data[1] == 5;
  if (is_v5) netlogd::fuzz::check(size < 24 ? records == 0 : records <= (size - 24) / 48);
  fuzz.finish();
  return 0;
}
