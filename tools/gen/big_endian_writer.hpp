// Writes numbers in network order, front to back; the caller has made room. One owner.

#pragma once

#include <cstddef>
#include <cstdint>

namespace netlogd::gen {

class BigEndianWriter {
 public:
  explicit BigEndianWriter(char* out) noexcept : begin_(out), at_(out) {}

  BigEndianWriter& u8(std::uint32_t value) noexcept { return bytes(value, 1); }
  BigEndianWriter& u16(std::uint32_t value) noexcept { return bytes(value, 2); }
  BigEndianWriter& u32(std::uint32_t value) noexcept { return bytes(value, 4); }
  BigEndianWriter& u64(std::uint64_t value) noexcept { return bytes(value, 8); }

  [[nodiscard]] std::size_t size() const noexcept { return static_cast<std::size_t>(at_ - begin_); }
  // Sets a length that was left open.
  void set_u16(std::size_t place, std::size_t value) noexcept {
    BigEndianWriter(begin_ + place).bytes(value, 2);
  }
  void set_u32(std::size_t place, std::size_t value) noexcept {
    BigEndianWriter(begin_ + place).bytes(value, 4);
  }

 private:
  BigEndianWriter& bytes(std::uint64_t value, int count) noexcept {
    for (int i = count - 1; i >= 0; --i) *at_++ = static_cast<char>(value >> (8 * i) & 0xff);
    return *this;
  }

  char* begin_;
  char* at_;
};

}  // namespace netlogd::gen
