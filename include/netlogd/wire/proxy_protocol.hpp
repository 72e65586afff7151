// The PROXY protocol header, versions 1 and 2 (haproxy.org, "The PROXY protocol", 2020/03/05): what a
// load balancer puts in front of a connection to say who is behind it. Pure, any thread.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "netlogd/core/ip_address.hpp"

namespace netlogd::wire {

enum class ProxyStatus : std::uint8_t {
  complete,   // a whole header; `length` octets of it
  need_more,  // a header so far, not yet whole
  invalid,    // no PROXY header, or one that breaks its own rules
};

struct ProxyHeader {
  ProxyStatus status = ProxyStatus::invalid;
  std::size_t length = 0;
  bool has_source = false;  // false: LOCAL or UNKNOWN, the connection speaks for itself
  Endpoint source;
};

constexpr std::size_t max_proxy_header = 16 + 2048;  // longer v2 headers (endless TLVs) are refused

[[nodiscard]] ProxyHeader parse_proxy_header(std::span<const std::uint8_t> bytes) noexcept;

}  // namespace netlogd::wire
