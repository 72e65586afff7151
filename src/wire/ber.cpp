#include "netlogd/wire/ber.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace netlogd::wire {

bool BerReader::next(BerElement& element) noexcept {
  if (!ok_ || at_end()) return false;
  const auto refuse = [this] {
    ok_ = false;
    at_ = bytes_.size();
    return false;
  };
  const std::size_t begin = at_;
  const std::size_t left = bytes_.size() - at_;
  const std::uint8_t tag = bytes_[at_];
  if ((tag & 0x1f) == 0x1f || left < 2) return refuse();
  const std::uint8_t first = bytes_[at_ + 1];
  std::size_t head = 2;
  std::uint64_t length = first;
  if (first >= 0x80) {
    // 0x80 is the indefinite form, 0xff is reserved; more than eight octets of length are absurd.
    const std::size_t octets = first & 0x7fU;
    if (octets == 0 || octets > 8 || left - 2 < octets) return refuse();
    length = 0;
    for (std::size_t i = 0; i < octets; ++i) length = length << 8 | bytes_[at_ + 2 + i];
    head += octets;
  }
  if (length > left - head) return refuse();
  const auto size = static_cast<std::size_t>(length);
  element.tag = tag;
  element.content = bytes_.subspan(begin + head, size);
  element.whole = bytes_.subspan(begin, head + size);
  at_ = begin + head + size;
  return true;
}

Octets BerReader::take(std::uint8_t tag) noexcept {
  BerElement element;
  if (!next(element) || element.tag != tag) {
    ok_ = false;
    return {};
  }
  return element.content;
}

std::int64_t BerReader::integer(std::int64_t low, std::int64_t high) noexcept {
  const auto value = ber_integer(take(ber::integer));
  if (!ok_ || !value || *value < low || *value > high) {
    ok_ = false;
    return low;
  }
  return *value;
}

std::optional<std::int64_t> ber_integer(Octets content) noexcept {
  if (content.empty()) return std::nullopt;
  const std::uint8_t sign = content[0] & 0x80 ? 0xff : 0x00;
  while (content.size() > 8 && content[0] == sign && ((content[1] ^ sign) & 0x80) == 0)
    content = content.subspan(1);
  if (content.size() > 8) return std::nullopt;
  std::uint64_t value = sign != 0 ? ~std::uint64_t{0} : 0;
  for (const std::uint8_t octet : content) value = value << 8 | octet;
  return static_cast<std::int64_t>(value);
}

std::optional<std::uint64_t> ber_unsigned(Octets content, std::size_t octets) noexcept {
  if (content.empty()) return std::nullopt;
  while (content.size() > octets && content[0] == 0) content = content.subspan(1);
  if (content.size() > octets) return std::nullopt;
  std::uint64_t value = 0;
  for (const std::uint8_t octet : content) value = value << 8 | octet;
  return value;
}

bool is_whole_oid(Octets content) noexcept {
  return !content.empty() && (content.back() & 0x80) == 0;
}

Oid::Status Oid::decode(Octets content) noexcept {
  size_ = 0;
  if (!is_whole_oid(content)) return Status::broken;
  std::uint64_t arc = 0;
  for (const std::uint8_t octet : content) {
    arc = arc << 7 | (octet & 0x7fU);
    if (arc > 0xffff'ffffULL + 80) {
      size_ = 0;
      return Status::too_big;
    }
    if (octet & 0x80) continue;
    if (size_ == 0) {
      const std::uint64_t top = arc < 40 ? 0 : arc < 80 ? 1 : 2;
      arcs_[size_++] = static_cast<std::uint32_t>(top);
      arc -= 40 * top;
    }
    if (arc > 0xffff'ffffULL || size_ == max_arcs) {
      size_ = 0;
      return Status::too_big;
    }
    arcs_[size_++] = static_cast<std::uint32_t>(arc);
    arc = 0;
  }
  return Status::ok;
}

bool Oid::parse(std::string_view text) noexcept {
  size_ = 0;
  if (!text.empty() && text.front() == '.') text.remove_prefix(1);
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at != end) {
    std::uint32_t arc = 0;
    const auto [next, error] = std::from_chars(at, end, arc);
    if (error != std::errc{} || !push(arc) || (next != end && (*next != '.' || next + 1 == end)))
      break;
    if (next == end) return true;
    at = next + 1;
  }
  size_ = 0;
  return false;
}

bool Oid::starts_with(std::span<const std::uint32_t> prefix) const noexcept {
  return prefix.size() <= size_ && std::equal(prefix.begin(), prefix.end(), arcs_.begin());
}

std::size_t Oid::format(char* out) const noexcept {
  char* at = out;
  for (std::size_t i = 0; i < size_; ++i) {
    if (i > 0) *at++ = '.';
    if (arcs_[i] < 10) {
      *at++ = static_cast<char>('0' + arcs_[i]);
    } else {
      at = std::to_chars(at, at + 10, arcs_[i]).ptr;
    }
  }
  return static_cast<std::size_t>(at - out);
}

void BerWriter::byte(std::uint8_t value) noexcept {
  if (at_ == 0) {
    ok_ = false;
    return;
  }
  buffer_[--at_] = value;
}

void BerWriter::raw(Octets octets) noexcept {
  if (octets.size() > at_) {
    ok_ = false;
    return;
  }
  at_ -= octets.size();
  if (!octets.empty()) std::memcpy(buffer_.get() + at_, octets.data(), octets.size());
}

void BerWriter::head(std::uint8_t tag, std::size_t length) noexcept {
  if (length < 0x80) {
    byte(static_cast<std::uint8_t>(length));
  } else {
    std::uint8_t octets = 0;
    for (; length > 0; length >>= 8, ++octets) byte(static_cast<std::uint8_t>(length));
    byte(0x80 | octets);
  }
  byte(tag);
}

void BerWriter::integer(std::int64_t value, std::uint8_t tag) noexcept {
  const std::size_t before = mark();
  // The smallest two's complement: stop when what is left is the sign of the last octet.
  for (;;) {
    const auto octet = static_cast<std::uint8_t>(value);
    byte(octet);
    value >>= 8;
    if ((value == 0 && !(octet & 0x80)) || (value == -1 && (octet & 0x80))) break;
  }
  head(tag, mark() - before);
}

void BerWriter::octets(Octets octets, std::uint8_t tag) noexcept {
  raw(octets);
  head(tag, octets.size());
}

void BerWriter::oid(std::span<const std::uint32_t> arcs) noexcept {
  const std::size_t before = mark();
  const auto put = [this](std::uint64_t arc) {
    byte(arc & 0x7f);
    while ((arc >>= 7) > 0) byte(static_cast<std::uint8_t>(0x80 | (arc & 0x7f)));
  };
  for (std::size_t i = arcs.size(); i > 2; --i) put(arcs[i - 1]);
  put(std::uint64_t{arcs.empty() ? 0 : arcs[0]} * 40 + (arcs.size() < 2 ? 0 : arcs[1]));
  head(ber::object_identifier, mark() - before);
}

void BerWriter::wrap(std::uint8_t tag, std::size_t before) noexcept { head(tag, mark() - before); }

}  // namespace netlogd::wire
