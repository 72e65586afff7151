// Cisco IOS and IOS-XE: [counter:] [origin:] [second counter:] [*|.]time [zone]: %TAG: text, each
// piece there or not. '*' before the date: the clock was never set; '.': it has lost NTP; neither:
// it is in sync. Also wireless controllers (AireOS), with the task in the place of the mark.

#include "../device_header.hpp"
#include "netlogd/parse/vendor_parser.hpp"

namespace netlogd::parse {
namespace {

struct CiscoIos {
  static constexpr std::string_view name = "cisco_ios";
  static constexpr std::string_view maker = "cisco";
  static constexpr bool by_header = true;

  static bool matches(const wire::SyslogMessage& message) noexcept {
    if (message.tag) return true;
    // "last message repeated 3 times", "NTP Core (INFO): …": no tag, but Cisco's time.
    if (!message.device_time) return false;
    const auto& time = message.device_time;
    const bool marked = time.clock != wire::SyslogTime::Clock::unmarked;
    return marked || !message.counter.empty() || !message.origin.empty() || time.digits > 0 ||
           time.zone != wire::SyslogTime::Zone::none || time.kind == wire::SyslogTime::Kind::uptime;
  }

  static ParseStatus parse(const wire::SyslogMessage& message, RecordBuilder& record) {
    take_device_header(message, record);
    record.head().clock_stated = message.device_time.kind == wire::SyslogTime::Kind::date;
    return device_header_status(message);
  }
};

}  // namespace

VendorParser cisco_ios() { return vendor_parser<CiscoIos>(); }

}  // namespace netlogd::parse
