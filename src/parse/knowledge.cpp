#include "netlogd/parse/knowledge.hpp"

#include <iterator>
#include <string_view>

namespace netlogd::parse {
namespace {

// The files whose name has `prefix` at the beginning of a part of its path.
std::vector<NamedText> select(const std::vector<NamedText>& files, std::string_view prefix) {
  std::vector<NamedText> chosen;
  for (const NamedText& file : files) {
    const auto name = std::string_view(file.name);
    const auto at = name.rfind(prefix);
    if (at != std::string_view::npos && (at == 0 || name[at - 1] == '/')) chosen.push_back(file);
  }
  return chosen;
}

}  // namespace

Result<Knowledge> compile_knowledge(std::vector<NamedText> own, const TimeZone& default_zone, wire::SnmpAccess access) {
  std::vector<NamedText> all = builtin_knowledge();
  std::move(own.begin(), own.end(), std::back_inserter(all));
  auto zones = ZoneTable::load(select(all, "zone_abbreviations"));
  if (!zones) return zones.error();
  auto events = EventCatalogue::load(select(all, "events/"));
  if (!events) return events.error();
  auto trap = TrapTables::load(select(all, "oids"), std::move(access));
  if (!trap) return trap.error();
  auto flow = FlowTables::load(select(all, "ipfix_elements"));
  if (!flow) return flow.error();
  return Knowledge{
      .syslog = std::make_shared<const SyslogTables>(
          SyslogTables{.zones = std::move(*zones),
                       .events = std::make_shared<const EventCatalogue>(std::move(*events)),
                       .default_zone = default_zone}),
      .trap = std::move(*trap),
      .flow = std::make_shared<const FlowTables>(std::move(*flow))};
}

}  // namespace netlogd::parse
