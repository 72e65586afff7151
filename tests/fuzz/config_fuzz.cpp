// A config or users file of any content: a Config or faults with a place, nothing else; and what
// was read says the same when it is written out.

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string>

#include "netlogd/config/load.hpp"
#include "netlogd/config/settings_table.hpp"
#include "netlogd/config/snmp_users.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace netlogd::config;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto loaded = parse_config({"fuzz.yaml", text});
  assert(loaded.config.has_value() == loaded.faults.empty());
  for (const auto& fault : loaded.faults) {
    assert(fault.line >= 1 && !fault.sentence.empty());
    assert(fault.text().find('\n') == std::string::npos);
  }
  if (loaded.config) assert(changed_settings(*loaded.config, *loaded.config).empty());

  const auto users = parse_snmp_users({"users.yaml", text});
  for (const auto& fault : users.faults) assert(fault.line >= 1 && !fault.sentence.empty());
  return 0;
}
