// What a sender asks for: the next message of one connection. Each connection has its own source,
// used by one thread.

#pragma once

#include <cstddef>
#include <cstdint>

#include "netlogd/core/time.hpp"

namespace netlogd::gen {

struct Made {
  std::size_t bytes = 0;
  std::uint32_t records = 0;  // records that a collector makes of it; a template alone makes none
};

class MessageSource {
 public:
  // No source makes a longer message.
  static constexpr std::size_t max_message = 2048;

  virtual ~MessageSource() = default;
  // The time that the messages from here on carry.
  virtual void set_time(TimePoint now) = 0;
  // Writes one message to `out`, which has room for max_message bytes.
  virtual Made next(char* out) = 0;
};

}  // namespace netlogd::gen
