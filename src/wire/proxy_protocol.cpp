#include "netlogd/wire/proxy_protocol.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "netlogd/core/byte_reader.hpp"

namespace netlogd::wire {
namespace {

constexpr std::array<std::uint8_t, 12> signature = {0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d,
                                                    0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};
constexpr std::size_t max_text_header = 107;  // section 2.1, with CR LF

bool read_port(std::string_view text, std::uint16_t& port) noexcept {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() &&
         (text.size() == 1 || text[0] != '0');
}

ProxyHeader parse_text(std::string_view text) noexcept {
  const auto end = text.substr(0, max_text_header).find("\r\n");
  if (end == std::string_view::npos)
    return {.status =
                text.size() < max_text_header ? ProxyStatus::need_more : ProxyStatus::invalid};
  ProxyHeader header{.status = ProxyStatus::complete, .length = end + 2};
  std::array<std::string_view, 6> words;
  std::size_t count = 0;
  std::string_view rest = text.substr(0, end);
  while (count < words.size()) {
    const auto blank = rest.find(' ');
    words[count++] = rest.substr(0, blank);
    if (blank == std::string_view::npos) break;
    rest.remove_prefix(blank + 1);
  }
  if (count >= 2 && words[1] == "UNKNOWN") return header;
  const auto source = count == 6 ? IpAddress::parse(words[2]) : std::nullopt;
  const auto destination = count == 6 ? IpAddress::parse(words[3]) : std::nullopt;
  std::uint16_t ignored = 0;
  if (!source || !destination || (words[1] != "TCP4" && words[1] != "TCP6") ||
      !read_port(words[4], header.source.port) || !read_port(words[5], ignored))
    return {.status = ProxyStatus::invalid};
  header.source.address = *source;
  header.has_source = true;
  return header;
}

ProxyHeader parse_binary(std::span<const std::uint8_t> bytes) noexcept {
  if (bytes.size() < 16) return {.status = ProxyStatus::need_more};
  ByteReader reader(bytes.subspan(signature.size()));
  const std::uint8_t version_command = reader.u8();
  const std::uint8_t family = reader.u8();
  const std::size_t length = reader.u16();
  if (version_command >> 4 != 2 || (version_command & 15) > 1 || 16 + length > max_proxy_header)
    return {.status = ProxyStatus::invalid};
  if (bytes.size() < 16 + length) return {.status = ProxyStatus::need_more};
  ProxyHeader header{.status = ProxyStatus::complete, .length = 16 + length};
  if ((version_command & 15) == 0) return header;  // LOCAL: a health check of the balancer itself
  ByteReader body(bytes.subspan(16, length));
  if (family >> 4 == 1) {
    const auto address = body.take(4);
    body.skip(4);
    header.source.port = body.u16();
    body.u16();
    if (!body.ok()) return {.status = ProxyStatus::invalid};
    header.source.address = IpAddress::v4_bytes(address.data());
    header.has_source = true;
  } else if (family >> 4 == 2) {
    const auto address = body.take(16);
    body.skip(16);
    header.source.port = body.u16();
    body.u16();
    if (!body.ok()) return {.status = ProxyStatus::invalid};
    header.source.address = IpAddress::v6_bytes(address.data());
    header.has_source = true;
  }
  return header;
}

}  // namespace

ProxyHeader parse_proxy_header(std::span<const std::uint8_t> bytes) noexcept {
  if (bytes.empty()) return {.status = ProxyStatus::need_more};
  const std::size_t compared = std::min(bytes.size(), signature.size());
  if (std::equal(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(compared),
                 signature.begin()))
    return compared < signature.size() ? ProxyHeader{.status = ProxyStatus::need_more}
                                       : parse_binary(bytes);
  constexpr std::string_view word = "PROXY ";
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.substr(0, word.size()) != word.substr(0, text.size()))
    return {.status = ProxyStatus::invalid};
  return text.size() < word.size() ? ProxyHeader{.status = ProxyStatus::need_more}
                                   : parse_text(text);
}

}  // namespace netlogd::wire
