// The octets in front of a balancer's connection: a whole header lies inside them, says the same
// without what follows it, and each shorter piece of it asks for more.

#include <cstdlib>
#include <memory>

#include "netlogd/wire/proxy_protocol.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace netlogd::wire;
  const auto parse = [data](std::size_t length) {
    const std::unique_ptr<std::uint8_t[]> exact(new std::uint8_t[length]);  // nothing behind it
    for (std::size_t i = 0; i < length; ++i) exact[i] = data[i];
    return parse_proxy_header({exact.get(), length});
  };
  const auto header = parse(size);
  if (header.status == ProxyStatus::need_more && size >= max_proxy_header) std::abort();
  if (header.status != ProxyStatus::complete) return 0;
  if (header.length == 0 || header.length > size || header.length > max_proxy_header) std::abort();
  const auto alone = parse(header.length);
  if (alone.status != ProxyStatus::complete || alone.length != header.length ||
      alone.has_source != header.has_source || !(alone.source == header.source))
    std::abort();
  for (std::size_t length = 0; length < header.length; ++length)
    if (parse(length).status != ProxyStatus::need_more) std::abort();
  return 0;
}
