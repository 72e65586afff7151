// The time stamp: what is taken lies within the text, and its instant is found without a fault.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "netlogd/parse/event_time.hpp"
#include "netlogd/wire/syslog_time.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace netlogd;
  static const auto zone = TimeZone::fixed("UTC", 0);
  static const parse::ZoneTable zones;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  wire::SyslogTime time;
  auto length = wire::scan_time(text, time);
  if (length > size || time.text.size() > length) std::abort();
  if (length == 0) return 0;
  length += wire::scan_zone(text.substr(length), time);
  if (length > size || time.text.size() > length) std::abort();
  const auto event =
      parse::resolve_time(time, {.received = TimePoint(std::chrono::seconds(1705501935)),
                                 .default_zone = zone,
                                 .zones = zones,
                                 .latest_year = 2024});
  char out[max_utc_text];
  if (event.known && format_utc(event.instant, event.digits, out) > max_utc_text) std::abort();
  return 0;
}
