// Cisco ASA, and what speaks like it: FTD, PIX, FWSM, NGIPS. A six-digit number is the mnemonic;
// with `logging class` a word or nothing stands in front of the severity (%ASA-session-6-106015,
// %ASA--4-733100). The device id is followed by " : ", the time may have a year and a zone, or be
// RFC 3339; FTD sends key: value lists for connection events.

#include <algorithm>

#include "../device_header.hpp"
#include "netlogd/core/text_cursor.hpp"
#include "netlogd/core/word_set.hpp"
#include "netlogd/parse/vendor_parser.hpp"

namespace netlogd::parse {
namespace {

constexpr std::string_view facility_list[] = {"ASA", "FTD", "PIX", "FWSM", "NGIPS", "ASASM"};
constexpr WordSet facilities(facility_list);

struct CiscoAsa {
  static constexpr std::string_view name = "cisco_asa";
  static constexpr std::string_view maker = "cisco";
  static constexpr bool by_header = true;

  static bool matches(const wire::SyslogMessage& message) noexcept {
    return facilities.has(message.tag.facility);
  }

  static ParseStatus parse(const wire::SyslogMessage& message, RecordBuilder& record) {
    take_device_header(message, record);
    take_device_id(message, record);
    return device_header_status(message);
  }

 private:
  // "Sep 12 2014 06:50:53 FIREWALL : %ASA-…" has the shape of a time with a zone. The device id is
  // followed by " : ", and a zone that the table does not know is short and in capitals.
  static void take_device_id(const wire::SyslogMessage& message, RecordBuilder& record) {
    auto& head = record.head();
    auto& time = head.time;
    const bool named = !head.hostname.empty() && head.hostname != message.hostname;
    if (time.zone != wire::SyslogTime::Zone::name || named || !message.device_time) return;
    const auto word = time.zone_name;
    const bool capitals = std::none_of(word.begin(), word.end(), is_lower);
    if (record.is_zone(word) || (!time.spaced_colon && word.size() <= 4 && capitals)) return;
    move_zone_to_host(head);
  }
};

}  // namespace

VendorParser cisco_asa() { return vendor_parser<CiscoAsa>(); }

}  // namespace netlogd::parse
