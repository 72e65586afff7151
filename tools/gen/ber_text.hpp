// Just enough of BER (X.690) to write SNMP messages, inside out. Pure, for preparing only: it
// allocates.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace netlogd::gen::ber {

constexpr unsigned char integer_tag = 0x02;
constexpr unsigned char octets_tag = 0x04;
constexpr unsigned char sequence_tag = 0x30;
constexpr unsigned char address_tag = 0x40;
constexpr unsigned char gauge_tag = 0x42;
constexpr unsigned char ticks_tag = 0x43;
constexpr unsigned char trap_v1_tag = 0xa4;
constexpr unsigned char trap_v2_tag = 0xa7;

[[nodiscard]] std::string tlv(unsigned char tag, std::string_view content);
[[nodiscard]] std::string integer(std::int64_t value, unsigned char tag = integer_tag);
[[nodiscard]] std::string oid(std::string_view dotted);
[[nodiscard]] std::string address(std::string_view dotted);
[[nodiscard]] inline std::string octets(std::string_view text) { return tlv(octets_tag, text); }
[[nodiscard]] inline std::string varbind(std::string_view name, std::string_view value) {
  return tlv(sequence_tag, oid(name) + std::string(value));
}

}  // namespace netlogd::gen::ber
