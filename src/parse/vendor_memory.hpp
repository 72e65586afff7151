// What the vendors made of headers that were seen before: which vendor it is, and which piece of
// the message is which key of the record. Only of headers that end with a tag and of vendors that
// say so (VendorParser::by_header). Bounded; one worker, no lock. The answer is that of the
// vendors: tests/property/record_memory_test.cpp.

#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "netlogd/core/names.hpp"
#include "netlogd/parse/vendor_parser.hpp"

namespace netlogd::parse {

class VendorMemory {
 public:
  VendorMemory() : heads_(most_heads) {}
  void clear() { heads_.assign(most_heads, {}); }

  // Fills a record; false: its header is not known, and nothing was filled.
  bool recall(const wire::SyslogMessage& message, SyslogRecord& record,
              ParseStatus& status) const noexcept;
  // What the vendor made of a message with a header that recall() did not know, and no fields.
  void learn(const wire::SyslogMessage& message, const VendorParser& vendor,
             const SyslogRecord& record, ParseStatus status) noexcept;

 private:
  static constexpr std::size_t most_heads = 4096;
  static constexpr std::size_t head_keys = 7;
  enum class Time : std::uint8_t { outer, device };
  struct Piece {
    std::int16_t begin = 0;  // from the tag on
    std::uint16_t size = 0;
  };
  struct Head {
    std::uint64_t header = 0;
    const VendorParser* vendor = nullptr;
    wire::SyslogMessage::Hint hint{};
    ParseStatus status{};
    Time time{};
    wire::SyslogTime::Clock clock{};
    bool clock_stated = false;
    std::array<Piece, head_keys> pieces{};  // by key of the record
  };

  static bool find_pieces(const wire::SyslogMessage& message, const SyslogRecord& record,
                          Head& head) noexcept;
  static bool find_time(const wire::SyslogMessage& message, const SyslogRecord& record,
                        Head& head) noexcept;

  std::vector<Head> heads_;
};

}  // namespace netlogd::parse
