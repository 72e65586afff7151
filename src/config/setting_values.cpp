// Settings back into words.

#include <fmt/format.h>

#include <map>

#include "config/setting.hpp"
#include "config/units.hpp"
#include "netlogd/config/settings_table.hpp"

namespace netlogd::config {
namespace {

std::string number_text(Form form, std::uint64_t number) {
  switch (form) {
    case Form::size:
      return size_text(number);
    case Form::duration:
      return duration_text(milliseconds(static_cast<std::int64_t>(number)));
    case Form::rate:
      return rate_text(number);
    default:
      return std::to_string(number);
  }
}

std::string number_or_word(Form form, std::string_view zero, std::uint64_t number) {
  return number == 0 && !zero.empty() ? std::string(zero) : number_text(form, number);
}

template <typename Names>
std::string joined(const Names& names) {
  std::string text;
  for (const auto& name : names) {
    if (!text.empty()) text += ", ";
    text += name;
  }
  return text;
}

struct ValueText {
  Form form;
  std::string_view zero;

  std::string operator()(const bool* value) const { return *value ? "true" : "false"; }
  std::string operator()(const std::uint64_t* value) const {
    return number_or_word(form, zero, *value);
  }
  std::string operator()(const std::uint16_t* value) const { return std::to_string(*value); }
  std::string operator()(const milliseconds* value) const {
    return number_or_word(form, zero, static_cast<std::uint64_t>(value->count()));
  }
  std::string operator()(const std::string* value) const { return *value; }
  std::string operator()(const IpAddress* value) const { return value->text(); }
  std::string operator()(const Protocol* value) const { return std::string(name_of(*value)); }
  std::string operator()(const Transport* value) const { return std::string(name_of(*value)); }
  std::string operator()(const LogLevel* value) const {
    return std::string(log_level_names[static_cast<std::size_t>(*value)]);
  }
  std::string operator()(const std::vector<IpPrefix>* value) const {
    std::vector<std::string> texts;
    for (const auto& prefix : *value) texts.push_back(prefix.text());
    return "[" + joined(texts) + "]";
  }
  std::string operator()(const std::vector<std::string>* value) const {
    return "[" + joined(*value) + "]";
  }
  template <typename T>
  std::string operator()(const PerStream<T>* value) const {
    if ((*value)[0] == (*value)[1] && (*value)[1] == (*value)[2]) return (*this)(value->data());
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < stream_count; ++i)
      texts.push_back(fmt::format("{}: {}", stream_names[i], (*this)(value->data() + i)));
    return "{" + joined(texts) + "}";
  }
};

template <typename Owner>
void add_values(std::span<const Row<Owner>> rows, const std::string& prefix, Owner owner,
                SettingValues& values) {
  for (const auto& row : rows)
    values.emplace_back(prefix + std::string(row.key),
                        value_text(row.form, row.zero, row.target(owner)));
}

}  // namespace

std::string value_text(Form form, std::string_view zero, const Target& target) {
  return std::visit(ValueText{form, zero}, target);
}

std::string range_text(Form form, std::uint64_t least, std::uint64_t most, std::string_view zero,
                       const Target& target) {
  switch (form) {
    case Form::boolean:
      return "true, false";
    case Form::text:
      return "text";
    case Form::path:
      return "path";
    case Form::address:
      return "IPv4 or IPv6 address";
    case Form::prefixes:
      return "list of prefixes";
    case Form::texts:
      return "list of texts";
    case Form::word:
      if (std::holds_alternative<Protocol*>(target)) return joined(protocol_names);
      if (std::holds_alternative<Transport*>(target)) return joined(transport_names);
      return joined(log_level_names);
    default:
      break;
  }
  return fmt::format("{}{}{} to {}", zero, zero.empty() ? "" : ", ", number_text(form, least),
                     number_text(form, most));
}

SettingValues setting_values(const Config& config) {
  SettingValues values;
  add_values<Config>(config_rows().first(1), "", config, values);
  for (std::size_t i = 0; i < config.listen.size(); ++i)
    add_values<ListenSetting>(listen_rows(), fmt::format("listen[{}].", i), config.listen[i],
                              values);
  add_values<Config>(config_rows().subspan(1), "", config, values);
  values.emplace_back("http", config.http.enabled ? "on" : "off");
  return values;
}

std::vector<std::string> changed_settings(const Config& before, const Config& now) {
  const auto old_values = setting_values(before);
  const auto new_values = setting_values(now);
  const std::map<std::string, std::string> old_map(old_values.begin(), old_values.end());
  const std::map<std::string, std::string> new_map(new_values.begin(), new_values.end());
  std::vector<std::string> changes;
  for (const auto& [key, value] : new_values) {
    const auto old = old_map.find(key);
    if (old == old_map.end())
      changes.push_back(fmt::format("{}: {}, new", key, value));
    else if (old->second != value)
      changes.push_back(fmt::format("{}: {}, was {}", key, value, old->second));
  }
  for (const auto& [key, value] : old_values)
    if (!new_map.contains(key)) changes.push_back(fmt::format("{}: gone, was {}", key, value));
  if (!(before.snmp.access == now.snmp.access))
    changes.emplace_back("snmp.users_file: users or communities changed");
  return changes;
}

}  // namespace netlogd::config
