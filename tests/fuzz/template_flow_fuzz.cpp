// A sequence of NetFlow v9 and IPFIX datagrams to one decoder: an octet that says which exporter
// and how long since the last one, a length of two, the datagram.

#include <algorithm>

#include "flow_fuzz.hpp"
#include "netlogd/core/byte_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  netlogd::fuzz::FlowFuzz fuzz;
  netlogd::ByteReader reader({data, size});
  std::int64_t seconds = 0;
  while (reader.left() > 3) {
    const auto control = reader.u8();
    const auto length = std::min<std::size_t>(reader.u16(), reader.left());
    seconds += control >> 3;
    fuzz.send(reader.take(length), control & 7U, seconds);
    if ((control & 0xf8U) == 0xf8U) {
      // What is saved restores, and says the same again.
      const auto saved = fuzz.maker().save();
      netlogd::fuzz::check(static_cast<bool>(fuzz.maker().restore(saved)));
      fuzz.maker().use(netlogd::fuzz::flow_tables());
    }
  }
  fuzz.finish();
  return 0;
}
