// Cisco ASA, and what speaks like it: FTD, PIX, FWSM. A six-digit number is the mnemonic; with
// `logging class` a word or nothing stands in front of the severity (%ASA-session-6-106015,
// %ASA--4-733100). The device id is followed by " : ", the time may have a year and a zone, or be
// RFC 3339; FTD sends key: value lists for connection events.

#include "../device_header.hpp"
#include "netlogd/parse/vendor_parser.hpp"

namespace netlogd::parse {
namespace {

struct CiscoAsa {
  static constexpr std::string_view name = "cisco_asa";
  static constexpr std::string_view maker = "cisco";

  static bool matches(const wire::SyslogMessage& message) noexcept {
    const auto facility = message.tag.facility;
    return facility == "ASA" || facility == "FTD" || facility == "PIX" || facility == "FWSM";
  }

  static ParseStatus parse(const wire::SyslogMessage& message, RecordBuilder& record) {
    take_device_header(message, record);
    return device_header_status(message);
  }
};

}  // namespace

VendorParser cisco_asa() { return vendor_parser<CiscoAsa>(); }

}  // namespace netlogd::parse
