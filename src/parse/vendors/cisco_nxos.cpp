// Cisco NX-OS: the year first, no counter (its colon stays), the zone or nothing; on the box
// "%$ VDC-1 %$" in front of the tag. Where it writes the time as IOS does, the inventory decides,
// else a facility that only NX-OS has.

#include "../device_header.hpp"
#include "netlogd/parse/vendor_parser.hpp"

namespace netlogd::parse {
namespace {

struct CiscoNxos {
  static constexpr std::string_view name = "cisco_nxos";
  static constexpr std::string_view maker = "cisco";
  static constexpr bool by_header = true;

  static bool matches(const wire::SyslogMessage& message) noexcept {
    using Hint = wire::SyslogMessage::Hint;
    if (!message.has_device_header) return false;
    if (message.hint == Hint::nxos || message.has_vdc) return true;
    const auto& time = message.device_time ? message.device_time : message.time;
    if (time.year_first) return true;
    return message.hint != Hint::ios && is_nxos_tag(message.tag);
  }

  static ParseStatus parse(const wire::SyslogMessage& message, RecordBuilder& record) {
    take_device_header(message, record);
    return device_header_status(message);
  }
};

}  // namespace

VendorParser cisco_nxos() { return vendor_parser<CiscoNxos>(); }

}  // namespace netlogd::parse
