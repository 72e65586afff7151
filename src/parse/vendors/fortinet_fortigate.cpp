// Fortinet FortiGate (FortiOS 5 to 7): no header behind the priority, only key=value pairs, quotes
// around values with blanks. Date, time, zone, name and level are pairs too; the pairs of one
// device differ from release to release, so what is not known by name is kept as it is.

#include <array>

#include "netlogd/core/text_cursor.hpp"
#include "netlogd/parse/key_value.hpp"
#include "netlogd/parse/vendor_parser.hpp"

namespace netlogd::parse {
namespace {

constexpr std::array<std::pair<std::string_view, int>, 9> levels = {{{"emergency", 0},
                                                                     {"alert", 1},
                                                                     {"critical", 2},
                                                                     {"error", 3},
                                                                     {"warning", 4},
                                                                     {"notice", 5},
                                                                     {"information", 6},
                                                                     {"info", 6},
                                                                     {"debug", 7}}};

struct FortinetFortigate {
  static constexpr std::string_view name = "fortinet_fortigate";
  static constexpr std::string_view maker = "fortinet";

  static bool matches(const wire::SyslogMessage& message) noexcept {
    const auto text = message.content;
    if (!text.starts_with("date=") && !text.starts_with("logver=") &&
        !text.starts_with("devname=") && !text.starts_with("timestamp="))
      return false;
    const auto front = text.substr(0, 400);
    return front.find(" devid=") != std::string_view::npos ||
           front.find(" logid=") != std::string_view::npos;
  }

  static ParseStatus parse(const wire::SyslogMessage& message, RecordBuilder& record) {
    auto& head = record.head();
    Stamp stamp;
    KeyValueCursor pairs(message.content);
    while (const auto pair = pairs.next())
      if (!take_head(*pair, message, head, stamp)) take_field(*pair, record);
    take_time(stamp, record);
    return pairs.clean() ? ParseStatus::parsed : ParseStatus::partial;
  }

 private:
  struct Stamp {
    std::string_view date;
    std::string_view time;
    std::string_view zone;
  };

  static bool take_head(const KeyValueCursor::Pair& pair, const wire::SyslogMessage& message,
                        SyslogRecord& head, Stamp& stamp) {
    const auto& [key, value] = pair;
    if (key == "date")
      stamp.date = value;
    else if (key == "time")
      stamp.time = value;
    else if (key == "tz")
      stamp.zone = value;
    else if (key == "devname")
      head.hostname = value;
    else if (key == "logid")
      head.message_id = value;
    else if (key == "msg")
      head.message = value;
    else if (key == "level" && !message.has_priority)
      head.severity = severity_of(value);
    else
      return false;
    return true;
  }

  static void take_field(const KeyValueCursor::Pair& pair, RecordBuilder& record) {
    const auto& [key, value] = pair;
    if (key == "srcip" || key == "src")
      record.ip("src_ip", value);
    else if (key == "dstip" || key == "dst")
      record.ip("dst_ip", value);
    else if (key == "srcport")
      record.port("src_port", value);
    else if (key == "dstport")
      record.port("dst_port", value);
    else if (key == "proto")
      record.number("protocol", value);
    else if (key == "srcintf" || key == "dstintf")
      record.interface(key, value);
    else if (key == "user")
      record.user("user", value);
    else if (key == "srcmac" || key == "dstmac")
      record.mac(key, value);
    else if (key == "transip")
      record.ip("nat_ip", value);
    else
      record.text(key, value);
  }

  static int severity_of(std::string_view level) noexcept {
    for (const auto& [word, severity] : levels)
      if (word == level) return severity;
    return -1;
  }

  // Date and time are two pairs; together with the zone they make one RFC 3339 stamp.
  static void take_time(const Stamp& stamp, RecordBuilder& record) {
    if (stamp.date.size() != 10 || stamp.time.size() < 8 || stamp.time.size() > 18) return;
    const auto zone = stamp.zone.size() == 5 ? stamp.zone : std::string_view();
    const auto kept = record.join({stamp.date, " ", stamp.time, zone});
    wire::SyslogTime time;
    if (wire::scan_time(kept, time) == kept.size()) record.head().time = time;
  }
};

}  // namespace

VendorParser fortinet_fortigate() { return vendor_parser<FortinetFortigate>(); }

}  // namespace netlogd::parse
