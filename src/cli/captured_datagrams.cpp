#include "captured_datagrams.hpp"

#include <algorithm>

#include "netlogd/core/byte_reader.hpp"

namespace netlogd::cli {
namespace {

constexpr std::size_t max_unfinished = 256;
constexpr std::size_t max_datagram = 65'535;
constexpr int max_tags = 8;  // VLAN tags, labels, extension headers
constexpr std::uint8_t udp_protocol = 17;

std::size_t u16_at(std::span<const std::uint8_t> bytes, std::size_t at) {
  return static_cast<std::size_t>(bytes[at]) << 8 | bytes[at + 1];
}

void append(std::string& key, std::span<const std::uint8_t> bytes) {
  key.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

}  // namespace

bool CapturedDatagrams::add(const CapturedPacket& packet) {
  ++packets_;
  at_ = packet.at;
  is_cut_ = packet.is_cut;
  return link(packet.link, packet.bytes);
}

bool CapturedDatagrams::link(std::uint32_t kind, Bytes frame) {
  const auto behind = [&](std::size_t header) {
    return frame.size() < header ? Bytes() : frame.subspan(header);
  };
  switch (kind) {
    case 1:  // Ethernet
      return frame.size() < 14 ? pass(damaged_)
                               : ether(static_cast<unsigned>(u16_at(frame, 12)), behind(14));
    case 113:  // Linux cooked
      return frame.size() < 16 ? pass(damaged_)
                               : ether(static_cast<unsigned>(u16_at(frame, 14)), behind(16));
    case 276:  // Linux cooked 2
      return frame.size() < 20 ? pass(damaged_)
                               : ether(static_cast<unsigned>(u16_at(frame, 0)), behind(20));
    case 104:  // Cisco HDLC
      return frame.size() < 4 ? pass(damaged_)
                              : ether(static_cast<unsigned>(u16_at(frame, 2)), behind(4));
    case 9:
    case 50:
      return ppp(frame);
    case 12:
    case 14:
    case 101:
    case 228:
    case 229:
      return ip(frame);  // raw IP
    case 0:
    case 108:
      return ip(behind(4));  // loopback
    default:
      if (unknown_links_.size() < max_unfinished || unknown_links_.contains(kind))
        ++unknown_links_[kind];
      return true;
  }
}

bool CapturedDatagrams::ether(unsigned type, Bytes rest) {
  for (int tags = 0; type == 0x8100 || type == 0x88a8 || type == 0x9100; ++tags) {  // VLAN
    if (rest.size() < 4 || tags == max_tags) return pass(damaged_);
    type = static_cast<unsigned>(u16_at(rest, 2));
    rest = rest.subspan(4);
  }
  switch (type) {
    case 0x0800:
    case 0x86dd:
      return ip(rest);
    case 0x8847:
      return labelled(rest);
    case 0x8864:  // PPPoE
      return rest.size() < 6 ? pass(damaged_) : ppp(rest.subspan(6));
    default:
      return pass(no_udp_);
  }
}

bool CapturedDatagrams::labelled(Bytes rest) {
  for (int labels = 0; labels < max_tags && rest.size() >= 4; ++labels) {
    const bool is_bottom = (rest[2] & 1) != 0;
    rest = rest.subspan(4);
    if (is_bottom) return ip(rest);
  }
  return pass(damaged_);
}

bool CapturedDatagrams::ppp(Bytes rest) {
  if (rest.size() >= 2 && rest[0] == 0xff && rest[1] == 0x03) rest = rest.subspan(2);
  if (rest.size() < 2) return pass(damaged_);
  const auto protocol = u16_at(rest, 0);
  if (protocol == 0x0281) return labelled(rest.subspan(2));
  return protocol == 0x0021 || protocol == 0x0057 ? ip(rest.subspan(2)) : pass(no_udp_);
}

bool CapturedDatagrams::ip(Bytes packet) {
  if (packet.empty()) return pass(damaged_);
  if (packet[0] >> 4 == 6) return ip6(packet);
  if (packet[0] >> 4 != 4) return pass(no_udp_);
  const std::size_t header = (packet[0] & 15U) * 4U;
  if (header < 20 || packet.size() < header) return pass(damaged_);
  if (packet[9] != udp_protocol) return pass(no_udp_);
  // A network card that cuts segments itself leaves the length 0; Ethernet pads short frames.
  const auto length = u16_at(packet, 2);
  auto payload = packet.subspan(header);
  if (length >= header && length < packet.size()) payload = payload.first(length - header);
  if (length > packet.size()) is_cut_ = true;
  const auto place = u16_at(packet, 6);
  const auto offset = (place & 0x1fff) * 8;
  const bool more = (place & 0x2000) != 0;
  if (offset == 0 && !more) return udp(payload);
  Fragment piece{payload, offset, !more, "4"};
  append(piece.key, packet.subspan(4, 2));
  append(piece.key, packet.subspan(12, 8));
  return fragment(piece);
}

bool CapturedDatagrams::ip6(Bytes packet) {
  if (packet.size() < 40) return pass(damaged_);
  const auto length = u16_at(packet, 4);
  std::uint8_t next = packet[6];
  auto rest = packet.subspan(40);
  if (length > rest.size()) is_cut_ = true;
  if (length > 0 && length < rest.size()) rest = rest.first(length);
  for (int headers = 0; next != udp_protocol; ++headers) {
    const bool is_fragment = next == 44;
    const bool is_option = next == 0 || next == 43 || next == 60 || next == 51;
    if (!is_fragment && !is_option) return pass(no_udp_);
    if (headers == max_tags || rest.size() < 8) return pass(damaged_);
    const std::size_t size = is_fragment  ? 8
                             : next == 51 ? (rest[1] + 2U) * 4U
                                          : (rest[1] + 1U) * 8U;
    if (rest.size() < size) return pass(damaged_);
    const auto place = u16_at(rest, 2);
    const auto identification = rest.subspan(4, 4);
    next = rest[0];
    rest = rest.subspan(size);
    const bool more = (place & 1) != 0;
    if (!is_fragment || (place & 0xfff9) == 0) continue;
    if (next != udp_protocol) return pass(no_udp_);
    Fragment piece{rest, place & 0xfff8, !more, "6"};
    append(piece.key, identification);
    append(piece.key, packet.subspan(8, 32));
    return fragment(piece);
  }
  return udp(rest);
}

bool CapturedDatagrams::udp(Bytes segment) {
  ByteReader reader(segment);
  reader.skip(2);
  CapturedDatagram datagram;
  datagram.at = at_;
  datagram.port = reader.u16();
  const auto length = reader.u16();
  reader.skip(2);
  if (!reader.ok() || (length < 8 && length != 0)) return pass(damaged_);
  const auto rest = reader.rest();
  const auto size = length == 0 ? rest.size() : length - std::size_t{8};
  // A piece of a message is no message.
  if (size > rest.size()) return pass(is_cut_ ? cut_ : damaged_);
  if (size == 0) return true;
  datagram.payload = {reinterpret_cast<const char*>(rest.data()), size};
  return visit_(datagram);
}

bool CapturedDatagrams::fragment(const Fragment& piece) {
  if (is_cut_) return pass(cut_);
  const auto end = piece.offset + piece.payload.size();
  if (piece.payload.empty() || end > max_datagram || (!piece.is_last && end % 8 != 0))
    return pass(damaged_);
  auto known = unfinished_.find(piece.key);
  if (known == unfinished_.end()) {
    if (order_.size() == max_unfinished) {
      unfinished_.erase(order_.front());
      order_.pop_front();
      ++lost_pieces_;
    }
    order_.push_back(piece.key);
    known = unfinished_.emplace(piece.key, Unfinished{}).first;
  }
  auto& whole = known->second;
  if (whole.bytes.size() < end) whole.bytes.resize(end);
  whole.have.resize((whole.bytes.size() + 7) / 8);
  std::copy(piece.payload.begin(), piece.payload.end(),
            whole.bytes.begin() + static_cast<std::ptrdiff_t>(piece.offset));
  std::fill(whole.have.begin() + static_cast<std::ptrdiff_t>(piece.offset / 8),
            whole.have.begin() + static_cast<std::ptrdiff_t>((end + 7) / 8), true);
  if (piece.is_last) whole.length = end;
  const bool is_whole = whole.length > 0 && whole.length == whole.bytes.size() &&
                        std::find(whole.have.begin(), whole.have.end(), false) == whole.have.end();
  if (!is_whole) return true;
  const auto bytes = std::move(whole.bytes);
  unfinished_.erase(known);
  order_.erase(std::find(order_.begin(), order_.end(), piece.key));
  return udp(bytes);
}

std::uint64_t CapturedDatagrams::passed_over_count() const {
  std::uint64_t links = 0;
  for (const auto& [kind, count] : unknown_links_) links += count;
  return no_udp_ + damaged_ + cut_ + lost_pieces_ + unfinished_.size() + links;
}

std::string CapturedDatagrams::passed_over() const {
  std::string text;
  const auto say = [&](std::uint64_t count, const std::string& what) {
    if (count > 0) text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + what;
  };
  say(no_udp_, "that are no UDP");
  say(cut_, "captured in part (tcpdump -s 0)");
  say(lost_pieces_ + unfinished_.size(), "without all their fragments");
  say(damaged_, "damaged");
  for (const auto& [kind, count] : unknown_links_)
    say(count, "of a link that is not known (LINKTYPE " + std::to_string(kind) + ")");
  return text;
}

}  // namespace netlogd::cli
