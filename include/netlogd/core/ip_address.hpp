// Addresses, prefixes and endpoints. An IPv4 address is kept as its IPv4-mapped IPv6 form
// (RFC 4291, 2.5.5.2), so ::ffff:192.0.2.1 and 192.0.2.1 are one value and print as 192.0.2.1.
// Plain values, any thread, no allocation.

#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace netlogd {

class IpAddress {
 public:
  constexpr IpAddress() noexcept = default;  // ::

  [[nodiscard]] static constexpr IpAddress v4(std::uint32_t host_order) noexcept {
    IpAddress address;
    address.bytes_[10] = address.bytes_[11] = 0xff;
    for (int i = 0; i < 4; ++i)
      address.bytes_[12 + i] = static_cast<std::uint8_t>(host_order >> (24 - 8 * i));
    return address;
  }
  [[nodiscard]] static IpAddress v4_bytes(const std::uint8_t* four) noexcept {
    return v4(std::uint32_t{four[0]} << 24 | std::uint32_t{four[1]} << 16 |
              std::uint32_t{four[2]} << 8 | four[3]);
  }
  [[nodiscard]] static IpAddress v6_bytes(const std::uint8_t* sixteen) noexcept {
    IpAddress address;
    std::memcpy(address.bytes_.data(), sixteen, 16);
    return address;
  }

  // The whole text must be one address; a zone ("%eth0") is refused. Leading zeros in an IPv4
  // octet are refused, as inet_pton does.
  [[nodiscard]] static std::optional<IpAddress> parse(std::string_view text) noexcept;

  [[nodiscard]] constexpr bool is_v4() const noexcept {
    for (int i = 0; i < 10; ++i)
      if (bytes_[i] != 0) return false;
    return bytes_[10] == 0xff && bytes_[11] == 0xff;
  }
  [[nodiscard]] std::uint32_t v4_host_order() const noexcept {
    return std::uint32_t{bytes_[12]} << 24 | std::uint32_t{bytes_[13]} << 16 |
           std::uint32_t{bytes_[14]} << 8 | bytes_[15];
  }
  [[nodiscard]] const std::array<std::uint8_t, 16>& bytes() const noexcept { return bytes_; }

  static constexpr std::size_t max_text = 45;
  // Writes RFC 5952 text (at most max_text characters, no NUL) and returns its length.
  std::size_t format(char* out) const noexcept;
  [[nodiscard]] std::string text() const;

  friend constexpr auto operator<=>(const IpAddress&, const IpAddress&) noexcept = default;

 private:
  std::array<std::uint8_t, 16> bytes_{};
};

struct IpPrefix {
  IpAddress address;        // bits beyond the length are zero
  std::uint8_t length = 0;  // counted in the 128-bit form: 10.0.0.0/8 has 104

  // "10.2.0.0/16", "2001:db8::/32", or an address alone. Host bits are cleared.
  [[nodiscard]] static std::optional<IpPrefix> parse(std::string_view text) noexcept;
  [[nodiscard]] bool contains(const IpAddress& other) const noexcept;
  [[nodiscard]] std::string text() const;
  friend bool operator==(const IpPrefix&, const IpPrefix&) noexcept = default;
};

struct Endpoint {
  IpAddress address;
  std::uint16_t port = 0;
  // "192.0.2.1:514", "[2001:db8::1]:514".
  [[nodiscard]] std::string text() const;
  friend bool operator==(const Endpoint&, const Endpoint&) noexcept = default;
};

}  // namespace netlogd

template <>
struct std::hash<netlogd::IpAddress> {
  std::size_t operator()(const netlogd::IpAddress& address) const noexcept {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    std::memcpy(&high, address.bytes().data(), 8);
    std::memcpy(&low, address.bytes().data() + 8, 8);
    std::uint64_t h = (high ^ 0x9e3779b97f4a7c15ULL) * 0xbf58476d1ce4e5b9ULL;
    h ^= (low + (h >> 29)) * 0x94d049bb133111ebULL;
    // The last octets of an address are the high bits here; users of the hash take the low ones.
    h = (h ^ (h >> 32)) * 0xd6e8feb86659fd93ULL;
    return static_cast<std::size_t>(h ^ (h >> 32));
  }
};
