// sFlow version 5 datagrams (sflow.org, "sFlow Version 5", July 2004): samples in a datagram,
// records in a sample. Every count and length is read against the octets that are there. All point
// into the datagram. Pure, any thread.

#pragma once

#include <cstdint>
#include <span>

#include "netlogd/core/byte_reader.hpp"
#include "netlogd/core/ip_address.hpp"

namespace netlogd::wire {

struct SflowDatagram {
  bool has_agent = false;  // false: address type "unknown"
  IpAddress agent;
  std::uint32_t sub_agent = 0;
  std::uint32_t sequence = 0;
  std::uint32_t uptime_ms = 0;
  std::uint32_t stated_samples = 0;
  std::span<const std::uint8_t> samples;
};

// False: not version 5, or shorter than its header.
[[nodiscard]] bool read_sflow(std::span<const std::uint8_t> datagram,
                              SflowDatagram& header) noexcept;

// An interface as a flow sample names it: the top two bits say what the rest is.
struct SflowInterface {
  enum Format : std::uint32_t { index = 0, discarded = 1, several = 2 };
  static constexpr std::uint32_t unknown_index = 0x3fff'ffff;

  std::uint32_t format = 0;
  std::uint32_t value = 0;  // the index; why it was discarded; to how many it went (0: not known)
};

struct SflowSample {
  enum class Kind : std::uint8_t { flow, counter, unknown };

  Kind kind = Kind::unknown;
  std::uint32_t format = 0;  // as sent: enterprise in the upper 20 bits
  std::uint32_t sequence = 0;
  std::uint32_t source_class = 0;  // 0: an interface
  std::uint32_t source_index = 0;
  std::uint32_t sampling_rate = 0;
  std::uint32_t sample_pool = 0;
  std::uint32_t drops = 0;
  SflowInterface input;
  SflowInterface output;
  std::uint32_t stated_records = 0;
  std::span<const std::uint8_t> records;
};

class SflowSampleReader {
 public:
  explicit SflowSampleReader(const SflowDatagram& datagram) noexcept
      : reader_(datagram.samples), left_(datagram.stated_samples) {}
  // False: no more, or the next one is cut. A sample of another kind comes as `unknown`.
  bool next(SflowSample& sample) noexcept;
  [[nodiscard]] bool broken() const noexcept { return broken_; }

 private:
  ByteReader reader_;
  std::uint32_t left_;
  bool broken_ = false;
};

struct SflowRecord {
  std::uint32_t enterprise = 0;
  std::uint32_t format = 0;
  std::span<const std::uint8_t> body;
};

class SflowRecordReader {
 public:
  explicit SflowRecordReader(const SflowSample& sample) noexcept
      : reader_(sample.records), left_(sample.stated_records) {}
  bool next(SflowRecord& record) noexcept;
  [[nodiscard]] bool broken() const noexcept { return broken_; }

 private:
  ByteReader reader_;
  std::uint32_t left_;
  bool broken_ = false;
};

// An address as sFlow writes it: its type, then 4 or 16 octets. False: type unknown (nothing
// follows) or cut.
[[nodiscard]] bool read_sflow_address(ByteReader& reader, IpAddress& address) noexcept;
// A length and that many octets, filled up to a multiple of four.
[[nodiscard]] std::span<const std::uint8_t> read_sflow_opaque(ByteReader& reader) noexcept;

}  // namespace netlogd::wire
