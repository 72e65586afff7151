#include "trap_source.hpp"

#include <fmt/format.h>

#include <cassert>
#include <chrono>
#include <cstring>

#include "ber_text.hpp"

namespace netlogd::gen {
namespace {

// Placeholders that occur nowhere else in a packet; both encode as four octets, as do their values.
constexpr std::uint32_t uptime_mark = 0x12345678;
constexpr std::uint32_t request_mark = 0x7e6d5c4b;
constexpr std::size_t number_digits = 10;

std::size_t place_of_number(const std::string& bytes, std::uint32_t number) {
  const char text[] = {static_cast<char>(number >> 24), static_cast<char>(number >> 16 & 0xff),
                       static_cast<char>(number >> 8 & 0xff), static_cast<char>(number & 0xff)};
  const auto place = bytes.find(std::string_view(text, 4));
  assert(place != std::string::npos);
  return place;
}

void put_number(char* out, std::uint32_t number) noexcept {
  for (int i = 0; i < 4; ++i) out[i] = static_cast<char>(number >> (24 - 8 * i) & 0xff);
}

std::string sequence_varbind(std::uint32_t connection) {
  return ber::varbind("1.3.6.1.4.1.32473.1.1.0",
                      ber::octets(fmt::format("seq={}.{:0{}}", connection, 0, number_digits)));
}

std::size_t place_of_sequence(const std::string& bytes) { return bytes.size() - number_digits; }

}  // namespace

struct TrapSource::Notification {
  std::string oid;         // snmpTrapOID.0
  std::string enterprise;  // of the v1 form
  int generic = 6;
  int specific = 0;
  std::string varbinds;
};

TrapSource::TrapSource(const SimulatedDevice& device, const TrapSourceSettings& settings) {
  Random random(settings.seed * 104729 + settings.connection);
  for (int round = 0; round < 8; ++round)
    for (const auto& notification : notifications(device, random))
      for (const auto version : settings.versions)
        packets_.push_back(version == TrapVersion::v1 ? encode_v1(notification, device, settings)
                                                      : encode_v2c(notification, settings));
  position_ = settings.connection * 5 % packets_.size();  // devices do not all say the same
}

std::vector<TrapSource::Notification> TrapSource::notifications(const SimulatedDevice& device,
                                                                Random& random) {
  const auto index = random.between(1, 48);
  const auto& port = random.pick(device.ports);
  const auto& peer = random.pick(device.neighbours);
  const auto interface = [&](int state) {
    return ber::varbind(fmt::format("1.3.6.1.2.1.2.2.1.1.{}", index), ber::integer(index)) +
           ber::varbind(fmt::format("1.3.6.1.2.1.2.2.1.7.{}", index), ber::integer(1)) +
           ber::varbind(fmt::format("1.3.6.1.2.1.2.2.1.8.{}", index), ber::integer(state)) +
           ber::varbind(fmt::format("1.3.6.1.2.1.2.2.1.2.{}", index), ber::octets(port));
  };
  const auto bgp = [&](int state) {
    return ber::varbind("1.3.6.1.2.1.15.3.1.14." + peer,
                        ber::octets(std::string_view("\x04\x00", 2))) +
           ber::varbind("1.3.6.1.2.1.15.3.1.2." + peer, ber::integer(state));
  };
  const std::string standard = "1.3.6.1.6.3.1.1.5";
  const std::string cisco = "1.3.6.1.4.1.9";
  std::vector<Notification> all;
  all.push_back({standard + ".3", cisco + ".1.1208", 2, 0, interface(2)});
  all.push_back({standard + ".4", cisco + ".1.1208", 3, 0, interface(1)});
  all.push_back({"1.3.6.1.2.1.15.0.2", "1.3.6.1.2.1.15", 6, 2, bgp(1)});
  all.push_back({"1.3.6.1.2.1.15.0.1", "1.3.6.1.2.1.15", 6, 1, bgp(6)});
  all.push_back({"1.3.6.1.2.1.14.16.2.2", "1.3.6.1.2.1.14.16.2", 6, 2,
                 ber::varbind("1.3.6.1.2.1.14.1.1.0", ber::address(device.address)) +
                     ber::varbind("1.3.6.1.2.1.14.10.1.1." + peer + ".0", ber::address(peer)) +
                     ber::varbind("1.3.6.1.2.1.14.10.1.6." + peer + ".0", ber::integer(1))});
  all.push_back({cisco + ".9.43.2.0.1", cisco + ".9.43.2", 6, 1,
                 ber::varbind("1.3.6.1.4.1.9.9.43.1.1.6.1.3.7", ber::integer(1)) +
                     ber::varbind("1.3.6.1.4.1.9.9.43.1.1.6.1.4.7", ber::integer(2)) +
                     ber::varbind("1.3.6.1.4.1.9.9.43.1.1.6.1.5.7", ber::integer(3))});
  all.push_back({standard + ".5", cisco + ".1.1208", 4, 0,
                 ber::varbind("1.3.6.1.4.1.9.2.1.5.0",
                              ber::address(fmt::format("192.0.2.{}", random.between(1, 250))))});
  all.push_back({"1.3.6.1.2.1.16.0.1", "1.3.6.1.2.1.16", 6, 1,
                 ber::varbind("1.3.6.1.2.1.16.3.1.1.1.5", ber::integer(5)) +
                     ber::varbind("1.3.6.1.2.1.16.3.1.1.5.5",
                                  ber::integer(random.between(80, 99), ber::gauge_tag)) +
                     ber::varbind("1.3.6.1.2.1.16.3.1.1.7.5", ber::integer(80))});
  return all;
}

TrapSource::Packet TrapSource::encode_v1(const Notification& notification,
                                         const SimulatedDevice& device,
                                         const TrapSourceSettings& settings) {
  const auto varbinds =
      ber::tlv(ber::sequence_tag, notification.varbinds + sequence_varbind(settings.connection));
  const auto pdu = ber::oid(notification.enterprise) + ber::address(device.address) +
                   ber::integer(notification.generic) + ber::integer(notification.specific) +
                   ber::integer(uptime_mark, ber::ticks_tag) + varbinds;
  Packet packet;
  packet.bytes = ber::tlv(ber::sequence_tag, ber::integer(0) + ber::octets(settings.community) +
                                                 ber::tlv(ber::trap_v1_tag, pdu));
  packet.uptime = place_of_number(packet.bytes, uptime_mark);
  packet.number = place_of_sequence(packet.bytes);
  return packet;
}

TrapSource::Packet TrapSource::encode_v2c(const Notification& notification,
                                          const TrapSourceSettings& settings) {
  const auto varbinds =
      ber::tlv(ber::sequence_tag,
               ber::varbind("1.3.6.1.2.1.1.3.0", ber::integer(uptime_mark, ber::ticks_tag)) +
                   ber::varbind("1.3.6.1.6.3.1.1.4.1.0", ber::oid(notification.oid)) +
                   notification.varbinds + sequence_varbind(settings.connection));
  const auto pdu = ber::integer(request_mark) + ber::integer(0) + ber::integer(0) + varbinds;
  Packet packet;
  packet.bytes = ber::tlv(ber::sequence_tag, ber::integer(1) + ber::octets(settings.community) +
                                                 ber::tlv(ber::trap_v2_tag, pdu));
  packet.uptime = place_of_number(packet.bytes, uptime_mark);
  packet.request_id = place_of_number(packet.bytes, request_mark);
  packet.number = place_of_sequence(packet.bytes);
  return packet;
}

void TrapSource::set_time(TimePoint now) {
  // Hundredths of a second, kept between 2^24 and 2^30 so that they always take four octets.
  const auto hundredths =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() / 10;
  uptime_ = 0x10000000U + static_cast<std::uint32_t>(hundredths % 0x20000000);
}

Made TrapSource::next(char* out) {
  const auto& packet = packets_[position_];
  position_ = position_ + 1 == packets_.size() ? 0 : position_ + 1;
  ++number_;

  std::memcpy(out, packet.bytes.data(), packet.bytes.size());
  put_number(out + packet.uptime, uptime_);
  if (packet.request_id != 0)
    put_number(out + packet.request_id,
               0x10000000U + static_cast<std::uint32_t>(number_ % 0x10000000));
  auto rest = number_;
  for (auto i = number_digits; i-- > 0; rest /= 10)
    out[packet.number + i] = static_cast<char>('0' + rest % 10);
  return {.bytes = packet.bytes.size(), .records = 1};
}

}  // namespace netlogd::gen
