#include "vendor_memory.hpp"

namespace netlogd::parse {
namespace {

using wire::SyslogMessage;
using wire::SyslogTime;

constexpr std::string_view SyslogRecord::*keys[] = {
    &SyslogRecord::hostname,   &SyslogRecord::process,  &SyslogRecord::pid,
    &SyslogRecord::message_id, &SyslogRecord::sequence, &SyslogRecord::sequence2,
    &SyslogRecord::node};

bool is_same(std::string_view one, std::string_view other) noexcept {
  return one.size() == other.size() && (one.empty() || one.data() == other.data());
}
bool is_same(const SyslogTime& one, const SyslogTime& other) noexcept {
  return one.kind == other.kind && one.zone == other.zone && is_same(one.text, other.text) &&
         is_same(one.zone_name, other.zone_name) && one.offset_seconds == other.offset_seconds;
}

int severity_of(const SyslogMessage& message) noexcept {
  return message.has_priority ? message.severity : message.tag.severity;
}

// "2024:" in front of a date may be its year.
bool may_be_year(const SyslogMessage& message) noexcept {
  constexpr std::size_t digits = 4;
  return message.counter_at_time &&
         (message.counter.size() == digits || message.counter2.size() == digits);
}

// "UTC+2" in the place of a host is a zone, "UTC+30" is none.
bool may_be_zone(std::string_view word) noexcept {
  std::int32_t ignored = 0;
  return word.size() > 3 && wire::is_utc_zone(word.substr(0, 3), ignored);
}

}  // namespace

bool VendorMemory::recall(const SyslogMessage& message, SyslogRecord& record,
                          ParseStatus& status) const noexcept {
  const auto& head = heads_[message.header % most_heads];
  if (message.header == 0 || head.header != message.header || head.hint != message.hint)
    return false;
  static_assert(std::size(keys) == head_keys);
  const char* const tag = message.tag.text.data();
  for (std::size_t i = 0; i < head_keys; ++i)
    record.*keys[i] = {tag + head.pieces[i].begin, head.pieces[i].size};
  record.vendor = head.vendor->name;
  record.maker = head.vendor->maker;
  record.facility = message.facility;
  record.severity = severity_of(message);
  record.time = head.time == Time::device ? message.device_time : message.time;
  record.time.clock = head.clock;
  record.clock_stated = head.clock_stated;
  record.stated_year.reset();
  record.message = message.content;
  status = head.status;
  return true;
}

void VendorMemory::learn(const SyslogMessage& message, const VendorParser& vendor,
                         const SyslogRecord& record, ParseStatus status) noexcept {
  if (message.header == 0 || may_be_year(message) || record.stated_year ||
      may_be_zone(message.hostname) || may_be_zone(message.origin) ||
      record.facility != message.facility || record.severity != severity_of(message) ||
      !is_same(record.message, message.content))
    return;
  Head head{.header = message.header,
            .vendor = &vendor,
            .hint = message.hint,
            .status = status,
            .clock = record.time.clock,
            .clock_stated = record.clock_stated};
  if (find_pieces(message, record, head) && find_time(message, record, head))
    heads_[message.header % most_heads] = head;
}

// In the header each stands at its place for all headers of the shape.
bool VendorMemory::find_pieces(const SyslogMessage& message, const SyslogRecord& record,
                               Head& head) noexcept {
  for (std::size_t i = 0; i < head_keys; ++i) {
    const auto piece = record.*keys[i];
    if (piece.empty()) continue;
    if (piece.data() < message.text.data() || piece.data() + piece.size() > message.content.data())
      return false;
    head.pieces[i] = {static_cast<std::int16_t>(piece.data() - message.tag.text.data()),
                      static_cast<std::uint16_t>(piece.size())};
  }
  return true;
}

// The time as the grammar read it: what a vendor made of its zone may depend on a number.
bool VendorMemory::find_time(const SyslogMessage& message, const SyslogRecord& record,
                             Head& head) noexcept {
  if (message.device_time && is_same(record.time, message.device_time))
    head.time = Time::device;
  else if (!is_same(record.time, message.time))
    return false;
  return true;
}

}  // namespace netlogd::parse
