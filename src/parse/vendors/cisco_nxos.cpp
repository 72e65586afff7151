// Cisco NX-OS: the year first, no counter (its colon stays), the zone or nothing; on the box
// "%$ VDC-1 %$" in front of the tag. Where it writes the time as IOS does, the inventory decides,
// else a facility that only NX-OS has.

#include <algorithm>

#include "../device_header.hpp"
#include "netlogd/core/text_cursor.hpp"
#include "netlogd/parse/vendor_parser.hpp"

namespace netlogd::parse {
namespace {

struct CiscoNxos {
  static constexpr std::string_view name = "cisco_nxos";
  static constexpr std::string_view maker = "cisco";
  static constexpr bool by_header = true;

  static bool matches(const wire::SyslogMessage& message) noexcept {
    using Hint = wire::SyslogMessage::Hint;
    // "2024 Jan 17 14:32:15 sw1 last message repeated 3 times"
    if (message.time.year_first && message.process.empty() && message.hint == Hint::none &&
        message.content.starts_with("last message repeated "))
      return true;
    if (!message.has_device_header) return false;
    if (message.hint == Hint::nxos || message.has_vdc) return true;
    const auto& time = message.device_time ? message.device_time : message.time;
    if (time.year_first) return true;
    return message.hint != Hint::ios && is_nxos_tag(message.tag);
  }

  static ParseStatus parse(const wire::SyslogMessage& message, RecordBuilder& record) {
    take_device_header(message, record);
    take_host_behind_time(record);
    return device_header_status(message);
  }

 private:
  // ": 2024 Jan 17 14:32:15 leafswitch: %TAG" has the shape of a time with a zone; a zone is short
  // or has capitals ("NewYork"), or the table has it.
  static void take_host_behind_time(RecordBuilder& record) {
    auto& head = record.head();
    auto& time = head.time;
    if (time.zone != wire::SyslogTime::Zone::name || !head.hostname.empty()) return;
    const auto word = time.zone_name;
    constexpr std::size_t longest_zone = 5;
    if (word.size() <= longest_zone || !std::all_of(word.begin(), word.end(), is_lower) ||
        record.is_zone(word))
      return;
    move_zone_to_host(head);
  }
};

}  // namespace

VendorParser cisco_nxos() { return vendor_parser<CiscoNxos>(); }

}  // namespace netlogd::parse
