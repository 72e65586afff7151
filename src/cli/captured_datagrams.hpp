// The UDP payloads in captured packets: Ethernet with VLAN tags, MPLS labels or PPPoE, Linux
// cooked, PPP, raw IP, loopback; IPv4 and IPv6 with extension headers; fragments are put together.
// Nothing in a packet is trusted, and no more than `max_unfinished` datagrams wait for their rest.
// Pure.

#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "capture_file.hpp"

namespace netlogd::cli {

struct CapturedDatagram {
  Micros at = 0;
  std::uint16_t port = 0;  // destination
  std::string_view payload;
};

class CapturedDatagrams {
 public:
  using Visit = std::function<bool(const CapturedDatagram&)>;
  explicit CapturedDatagrams(Visit visit) : visit_(std::move(visit)) {}

  // The visitor's answer; true for a packet that holds no whole datagram.
  bool add(const CapturedPacket& packet);

  // What was passed over, counted: "3 packets that are no UDP, 1 that was captured in part".
  [[nodiscard]] std::string passed_over() const;
  [[nodiscard]] std::uint64_t passed_over_count() const;
  // Links that are not known, by their LINKTYPE_ number.
  [[nodiscard]] const std::map<std::uint32_t, std::uint64_t>& unknown_links() const {
    return unknown_links_;
  }
  [[nodiscard]] std::uint64_t packets() const { return packets_; }

 private:
  using Bytes = std::span<const std::uint8_t>;
  struct Fragment {
    Bytes payload;
    std::size_t offset = 0;
    bool is_last = false;
    std::string key;  // addresses and identification
  };
  struct Unfinished {
    std::vector<std::uint8_t> bytes;
    std::vector<bool> have;  // by eight octets
    std::size_t length = 0;  // 0: the last piece is not there
  };

  bool link(std::uint32_t kind, Bytes frame);
  bool ether(unsigned type, Bytes rest);
  bool labelled(Bytes rest);
  bool ppp(Bytes rest);
  bool ip(Bytes packet);
  bool ip6(Bytes packet);
  bool udp(Bytes segment);
  bool fragment(const Fragment& piece);
  bool pass(std::uint64_t& count) {
    ++count;
    return true;
  }

  Visit visit_;
  Micros at_ = 0;
  bool is_cut_ = false;
  std::map<std::string, Unfinished> unfinished_;
  std::deque<std::string> order_;  // of unfinished_, oldest first
  std::map<std::uint32_t, std::uint64_t> unknown_links_;
  std::uint64_t packets_ = 0;
  std::uint64_t no_udp_ = 0;
  std::uint64_t damaged_ = 0;
  std::uint64_t cut_ = 0;
  std::uint64_t lost_pieces_ = 0;
};

}  // namespace netlogd::cli
