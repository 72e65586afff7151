// Big-endian octets read in order, never past the end. A read that would pass it gives zero, moves
// to the end and is remembered: check ok() once after a group of reads. Points into the caller's
// bytes and owns nothing.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace netlogd {

class ByteReader {
 public:
  explicit ByteReader(std::span<const std::uint8_t> bytes) noexcept : bytes_(bytes) {}

  [[nodiscard]] bool ok() const noexcept { return ok_; }
  [[nodiscard]] std::size_t left() const noexcept { return bytes_.size() - at_; }
  [[nodiscard]] std::size_t position() const noexcept { return at_; }
  [[nodiscard]] bool empty() const noexcept { return left() == 0; }

  std::uint8_t u8() noexcept { return static_cast<std::uint8_t>(unsigned_number(1)); }
  std::uint16_t u16() noexcept { return static_cast<std::uint16_t>(unsigned_number(2)); }
  std::uint32_t u32() noexcept { return static_cast<std::uint32_t>(unsigned_number(4)); }
  std::uint64_t u64() noexcept { return unsigned_number(8); }
  // `octets` is 0..8.
  std::uint64_t unsigned_number(std::size_t octets) noexcept {
    if (left() < octets) return fail();
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < octets; ++i) value = value << 8 | bytes_[at_ + i];
    at_ += octets;
    return value;
  }
  std::span<const std::uint8_t> take(std::size_t octets) noexcept {
    if (left() < octets) {
      fail();
      return {};
    }
    const auto part = bytes_.subspan(at_, octets);
    at_ += octets;
    return part;
  }
  void skip(std::size_t octets) noexcept { (void)take(octets); }
  [[nodiscard]] std::uint8_t peek() const noexcept { return left() > 0 ? bytes_[at_] : std::uint8_t{0}; }
  [[nodiscard]] std::span<const std::uint8_t> rest() const noexcept { return bytes_.subspan(at_); }

 private:
  std::uint64_t fail() noexcept {
    ok_ = false;
    at_ = bytes_.size();
    return 0;
  }

  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

}  // namespace netlogd
