#include "ber_text.hpp"

#include <charconv>

namespace netlogd::gen::ber {
namespace {

// Calls `use` with each number of "1.3.6.1".
template <typename Use>
void for_each_number(std::string_view dotted, Use use) {
  const auto* at = dotted.data();
  const auto* end = at + dotted.size();
  while (at < end) {
    std::uint32_t number = 0;
    at = std::from_chars(at, end, number).ptr + 1;
    use(number);
  }
}

}  // namespace

std::string tlv(unsigned char tag, std::string_view content) {
  std::string out(1, static_cast<char>(tag));
  if (content.size() < 128) {
    out += static_cast<char>(content.size());
  } else {
    if (content.size() > 255) {
      out += static_cast<char>(0x82);
      out += static_cast<char>(content.size() >> 8);
    } else {
      out += static_cast<char>(0x81);
    }
    out += static_cast<char>(content.size() & 0xff);
  }
  return out.append(content);
}

std::string integer(std::int64_t value, unsigned char tag) {
  std::string content;
  int bytes = 1;
  while (bytes < 8 && (value >> (8 * bytes - 1)) != 0 && (value >> (8 * bytes - 1)) != -1) ++bytes;
  for (int i = bytes - 1; i >= 0; --i) content += static_cast<char>((value >> (8 * i)) & 0xff);
  return tlv(tag, content);
}

std::string oid(std::string_view dotted) {
  std::string content;
  int position = 0;
  std::uint32_t first = 0;
  for_each_number(dotted, [&](std::uint32_t number) {
    if (position++ == 0) {
      first = number;
      return;
    }
    if (position == 2) number += first * 40;
    for (int shift = 28; shift > 0; shift -= 7)
      if (number >> shift != 0) content += static_cast<char>(0x80 | (number >> shift & 0x7f));
    content += static_cast<char>(number & 0x7f);
  });
  return tlv(0x06, content);
}

std::string address(std::string_view dotted) {
  std::string content;
  for_each_number(dotted, [&](std::uint32_t number) { content += static_cast<char>(number); });
  return tlv(address_tag, content);
}

}  // namespace netlogd::gen::ber
