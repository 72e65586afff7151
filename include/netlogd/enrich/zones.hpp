// Time zones by name as tables of transitions from 1970 to 2100, out of the system's tz database
// and cached. Asks the file system, so only loaders use it, from one thread at a time; the zones
// that it hands out are immutable and shared.

#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "netlogd/core/result.hpp"
#include "netlogd/core/time_zone.hpp"

namespace netlogd::enrich {

class ZoneDatabase {
 public:
  // `directory` is where the compiled zones (RFC 8536) lie; for the rules after their last
  // transition.
  explicit ZoneDatabase(std::string directory = "/usr/share/zoneinfo");

  // An IANA name ("America/New_York"), "UTC", or an offset ("+05:30", "UTC-7", "-0330"). The error
  // is one sentence without the place: `unknown time zone "America/New_Yrok", the nearest are …`,
  // or that the system has no tz database (package tzdata).
  [[nodiscard]] Result<std::shared_ptr<const TimeZone>> find(std::string_view name);

 private:
  [[nodiscard]] Result<std::shared_ptr<const TimeZone>> build(const std::string& name);
  [[nodiscard]] std::string unknown_zone(std::string_view name);

  std::string directory_;
  std::map<std::string, std::shared_ptr<const TimeZone>, std::less<>> found_;
};

}  // namespace netlogd::enrich
