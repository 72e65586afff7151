#include "knowledge.hpp"

#include <algorithm>
#include <filesystem>
#include <string_view>

namespace netlogd::app {
namespace {

constexpr std::uint64_t max_file_bytes = 64ULL << 20;
constexpr std::size_t max_files = 1000;

// What a file is about is in its name, below the folder: events/…, oids….csv, trap_events….csv,
// ipfix_elements….csv, zone_abbreviations….csv.
std::vector<NamedText> select(const std::vector<NamedText>& files, std::string_view prefix) {
  std::vector<NamedText> chosen;
  for (const NamedText& file : files) {
    const auto name = std::string_view(file.name);
    const auto at = name.rfind(prefix);
    if (at == std::string_view::npos || (at > 0 && name[at - 1] != '/')) continue;
    chosen.push_back(file);
  }
  return chosen;
}

// Regular files below the folder, in the order of their names; hidden ones are left out.
Result<std::vector<NamedText>> read_folder(FileOps& files, const std::string& directory) {
  std::vector<std::string> paths;
  std::error_code error;
  std::filesystem::recursive_directory_iterator entries(directory, error);
  for (const std::filesystem::recursive_directory_iterator end; !error && entries != end; entries.increment(error)) {
    if (entries->path().filename().string().starts_with('.')) continue;
    if (entries->is_regular_file(error)) paths.push_back(entries->path().string());
    if (paths.size() > max_files) return Error{Errc::invalid, directory + ": more than " + std::to_string(max_files) + " files"};
  }
  if (error) return Error{Errc::io, directory + ": " + error.message()};
  std::sort(paths.begin(), paths.end());
  std::vector<NamedText> texts;
  for (const auto& path : paths) {
    auto text = read_file(files, path, max_file_bytes);
    if (!text) return text.error();
    texts.push_back({path, std::move(*text)});
  }
  return texts;
}

}  // namespace

Result<Knowledge> load_knowledge(FileOps& files, const std::string& directory, std::shared_ptr<const TimeZone> default_zone,
                                 wire::SnmpAccess access) {
  std::vector<NamedText> all = builtin_knowledge();
  if (!directory.empty()) {
    auto own = read_folder(files, directory);
    if (!own) return own.error();
    std::move(own->begin(), own->end(), std::back_inserter(all));
  }
  Knowledge knowledge;
  auto zones = parse::ZoneTable::load(select(all, "zone_abbreviations"));
  if (!zones) return zones.error();
  auto events = parse::EventCatalogue::load(select(all, "events/"));
  if (!events) return events.error();
  knowledge.syslog = std::make_shared<const parse::SyslogTables>(
      parse::SyslogTables{.zones = std::move(*zones),
                          .events = std::make_shared<const parse::EventCatalogue>(std::move(*events)),
                          .default_zone = *default_zone});
  auto oid_files = select(all, "oids");
  for (auto& file : select(all, "trap_events")) oid_files.push_back(std::move(file));
  auto trap = parse::TrapTables::load(oid_files, std::move(access));
  if (!trap) return trap.error();
  knowledge.trap = std::move(*trap);
  auto flow = parse::FlowTables::load(select(all, "ipfix_elements"));
  if (!flow) return flow.error();
  knowledge.flow = std::make_shared<const parse::FlowTables>(std::move(*flow));
  return knowledge;
}

}  // namespace netlogd::app
