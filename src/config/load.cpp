#include "netlogd/config/load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <tuple>

#include "config/check.hpp"
#include "config/reader.hpp"
#include "config/setting.hpp"
#include "config/yaml_tree.hpp"
#include "netlogd/core/nearest_word.hpp"

namespace netlogd::config {
namespace {

constexpr std::size_t max_faults = 200;
constexpr std::size_t max_listeners = 1000;

// Reads a map of keys by the rows of its owner; nested maps by the dots in the rows' keys.
template <typename Owner>
class SectionReader {
 public:
  // May take a key of the top that has no row, and says whether it did.
  using Other = std::function<bool(const YamlMember&)>;

  SectionReader(std::span<const Row<Owner>> rows, std::string root, Owner& owner, Config& config,
                const FaultSink& sink, Other other = {})
      : rows_(rows),
        root_(std::move(root)),
        owner_(owner),
        config_(config),
        sink_(sink),
        other_(std::move(other)) {}

  // `section` is "" or "limits.".
  void read(const YamlNode& map, const std::string& section) {
    for (const auto& member : map.members) {
      const std::string key = section + member.key;
      const std::string full = root_ + key;
      const auto* row = find(key);
      if (row != nullptr) {
        config_.lines[full] = member.line;
        read_value(member.value, {full, row->form, row->least, row->most, row->zero},
                   row->target(owner_), sink_);
      } else if (is_section(key + ".")) {
        config_.lines[full] = member.line;
        read_section(member, key + ".");
      } else if (!section.empty() || !other_ || !other_(member)) {
        sink_.add(member.line, fmt::format("{}: unknown key, the nearest is \"{}\"", full,
                                           nearest(section, member.key)));
      }
    }
  }

 private:
  [[nodiscard]] const Row<Owner>* find(std::string_view key) const {
    const auto found =
        std::find_if(rows_.begin(), rows_.end(), [&](const auto& row) { return row.key == key; });
    return found == rows_.end() ? nullptr : &*found;
  }
  [[nodiscard]] bool is_section(std::string_view prefix) const {
    return std::any_of(rows_.begin(), rows_.end(),
                       [&](const auto& row) { return row.key.starts_with(prefix); });
  }
  void read_section(const YamlMember& member, const std::string& section) {
    const auto& value = member.value;
    if (value.is(YamlNode::Kind::map)) return read(value, section);
    if (value.is(YamlNode::Kind::null)) return;  // the section's name alone
    sink_.add(value.line, fmt::format("{}{}: is {}, it should be a map of keys", root_,
                                      section.substr(0, section.size() - 1), kind_word(value)));
  }

  // Among the keys of the section; or the same word in another section, with its whole name.
  [[nodiscard]] std::string nearest(std::string_view section, std::string_view key) const {
    std::vector<std::string_view> known;
    for (const auto& row : rows_) {
      if (row.key.size() > key.size() + 1 && row.key.ends_with(key) &&
          row.key[row.key.size() - key.size() - 1] == '.')
        return std::string(row.key);
      if (!row.key.starts_with(section)) continue;
      const auto rest = row.key.substr(section.size());
      known.push_back(rest.substr(0, rest.find('.')));
    }
    if (section.empty() && root_.empty()) known.push_back("listen");
    return std::string(nearest_word(key, known));
  }

  std::span<const Row<Owner>> rows_;
  std::string root_;
  Owner& owner_;
  Config& config_;
  const FaultSink& sink_;
  Other other_;
};

void read_listener(const YamlNode& node, std::size_t index, Config& config, const FaultSink& sink) {
  const std::string key = fmt::format("listen[{}]", index);
  config.lines[key] = node.line;
  ListenSetting listen;
  if (!node.is(YamlNode::Kind::map)) {
    sink.add(node.line, fmt::format("{}: is {}, it should be a map of keys", key, kind_word(node)));
  } else {
    SectionReader<ListenSetting>(listen_rows(), key + ".", listen, config, sink).read(node, "");
    for (const std::string_view needed : {"protocol", "port"})
      if (node.find(needed) == nullptr)
        sink.add(node.line, fmt::format("{}.{}: is missing", key, needed));
  }
  config.listen.push_back(std::move(listen));
}

void read_listeners(const YamlMember& member, Config& config, const FaultSink& sink) {
  config.lines["listen"] = member.line;
  if (!member.value.is(YamlNode::Kind::list)) {
    sink.add(member.value.line, fmt::format("listen: is {}, it should be a list of listeners",
                                            kind_word(member.value)));
    return;
  }
  if (member.value.items.empty()) sink.add(member.value.line, "listen: has no listener");
  if (member.value.items.size() > max_listeners) {
    sink.add(member.value.line, fmt::format("listen: has more than {} listeners", max_listeners));
    return;
  }
  for (std::size_t i = 0; i < member.value.items.size(); ++i)
    read_listener(member.value.items[i], i, config, sink);
}

void read_root(const YamlNode& root, Config& config, const FaultSink& sink) {
  if (!root.is(YamlNode::Kind::map)) {
    sink.add(root.line, root.is(YamlNode::Kind::null)
                            ? "holds no settings"
                            : fmt::format("is {}, it should be a map of keys", kind_word(root)));
    return;
  }
  SectionReader<Config>(config_rows(), "", config, config, sink, [&](const YamlMember& member) {
    if (member.key != "listen") return false;
    read_listeners(member, config, sink);
    return true;
  }).read(root, "");
  if (root.find("listen") == nullptr)
    sink.add(root.line, "listen: is missing, there is nothing to listen to");
  config.http.enabled = root.find("http") != nullptr;
}

// A relative path starts at `folder`.
void anchor(std::string& path, const std::filesystem::path& folder) {
  if (!path.empty()) path = (folder / path).lexically_normal().string();
}

void resolve_paths(Config& config) {
  const std::filesystem::path folder = std::filesystem::path(config.file).parent_path();
  for (std::string* path :
       {&config.data_dir, &config.inventory.file, &config.snmp.users_file, &config.knowledge.dir})
    anchor(*path, folder);
  for (auto& listen : config.listen)
    for (std::string* path :
         {&listen.tls.certificate, &listen.tls.key, &listen.tls.client_ca, &listen.tls.crl})
      anchor(*path, folder);
  while (config.data_dir.size() > 1 && config.data_dir.ends_with('/')) config.data_dir.pop_back();
  if (config.sqlite.file.empty()) config.sqlite.file = "netlogd.db";
  anchor(config.sqlite.file, config.data_dir);
}

// By file, the config first, then by line; what stands on one line stays in its order.
void sort_by_place(const std::string& file, Faults& faults) {
  std::vector<std::tuple<bool, int, std::size_t>> places;
  for (std::size_t i = 0; i < faults.size(); ++i) {
    const bool elsewhere = faults[i].file != file;
    places.emplace_back(elsewhere, elsewhere ? 0 : faults[i].line, i);
  }
  std::sort(places.begin(), places.end());
  Faults sorted;
  for (const auto& place : places) sorted.push_back(std::move(faults[std::get<2>(place)]));
  faults = std::move(sorted);
}

// Bounded faults; a Config only when nothing is wrong.
LoadedConfig finish(Config config, Faults faults, Faults warnings) {
  sort_by_place(config.file, faults);
  if (faults.size() > max_faults) faults.resize(max_faults);
  LoadedConfig loaded{.config = {}, .faults = std::move(faults), .warnings = std::move(warnings)};
  if (loaded.faults.empty()) loaded.config = std::move(config);
  return loaded;
}

Config read_config(const NamedText& file, Faults& faults, Faults& warnings) {
  Config config;
  config.file = file.name;
  if (file.text.size() > max_config_bytes) {
    faults.push_back({file.name, 1, fmt::format("is longer than {} octets", max_config_bytes)});
    return config;
  }
  const auto root = read_yaml(file, faults);
  if (!root) return config;
  read_root(*root, config, {file.name, faults});
  resolve_paths(config);
  if (config.inventory.file.empty()) config.limits.unknown_rate = 0;
  if (faults.empty()) check_together(config, faults, warnings);
  return config;
}

}  // namespace

LoadedConfig parse_config(const NamedText& file) {
  Faults faults;
  Faults warnings;
  Config config = read_config(file, faults, warnings);
  return finish(std::move(config), std::move(faults), std::move(warnings));
}

LoadedConfig load_config(FileOps& files, const std::string& path) {
  Faults faults;
  Faults warnings;
  auto text = read_file(files, path, max_config_bytes);
  if (!text) {
    // "path: reason" already names the file.
    std::string_view sentence = text.error().sentence;
    if (sentence.starts_with(path + ": ")) sentence.remove_prefix(path.size() + 2);
    return finish({}, {{path, 1, std::string(sentence)}}, {});
  }
  Config config = read_config({path, std::move(*text)}, faults, warnings);
  check_files(files, config, faults, warnings);
  if (!config.snmp.users_file.empty()) {
    auto users = load_snmp_users(files, config.snmp.users_file);
    config.snmp.access = std::move(users.access);
    faults.insert(faults.end(), users.faults.begin(), users.faults.end());
    warnings.insert(warnings.end(), users.warnings.begin(), users.warnings.end());
  }
  return finish(std::move(config), std::move(faults), std::move(warnings));
}

std::string LoadedConfig::fault_text() const {
  std::string text;
  for (const auto& fault : faults) text += fault.text() + "\n";
  return text;
}

}  // namespace netlogd::config
