#include "session.hpp"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "netlogd/config/load.hpp"
#include "netlogd/core/file_ops.hpp"
#include "netlogd/core/printable.hpp"

namespace netlogd::cli {
namespace {

constexpr const char* default_config = "/etc/netlogd/netlogd.yaml";

}  // namespace

Result<std::optional<config::Config>> Session::load_config() const {
  const std::string path = config_file.empty() ? default_config : config_file;
  // Only what the file itself says: certificates and users are none of our business, and not ours
  // to read.
  const auto text = read_file(system_files(), path, config::max_config_bytes);
  if (!text) {
    if (config_file.empty()) return std::optional<config::Config>();
    return Error{Errc::invalid, text.error().sentence};
  }
  auto loaded = config::parse_config({path, *text});
  if (!loaded.config) {
    auto faults = loaded.fault_text();
    while (!faults.empty() && faults.back() == '\n') faults.pop_back();
    return Error{Errc::invalid, std::move(faults)};
  }
  return std::move(loaded.config);
}

Result<Session::Data> Session::data() const {
  Data data;
  // With a data directory alone, the configuration of another instance says nothing about it.
  if (data_dir_option.empty() || !config_file.empty()) {
    auto config = load_config();
    if (!config) return config.error();
    data.config = std::move(*config);
  }
  if (!data_dir_option.empty()) {
    data.folder = data_dir_option;
  } else if (data.config) {
    data.folder = data.config->data_dir;
  } else {
    return Error{
        Errc::invalid,
        std::string(default_config) +
            ": not there; name a configuration with --config, or the data with --data-dir"};
  }
  while (data.folder.size() > 1 && data.folder.back() == '/') data.folder.pop_back();
  std::error_code code;
  if (!std::filesystem::is_directory(data.folder, code))
    return Error{Errc::invalid,
                 data.folder + ": " + (code ? code.message() : std::string("not a directory"))};
  const bool ours = data.config && data_dir_option.empty() && !data.config->sqlite.file.empty();
  data.sqlite_file = ours ? data.config->sqlite.file : data.folder + "/netlogd.db";
  return data;
}

void Session::print_json(std::string_view text) const {
  if (!terminal.is_terminal) return print(text);
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto c = static_cast<unsigned char>(text[at]);
    const auto next = at + 1 < text.size() ? static_cast<unsigned char>(text[at + 1]) : 0U;
    char escape[8] = {};
    if (c == 0x7f)
      std::snprintf(escape, sizeof escape, "\\u%04x", c);
    else if (c == 0xc2 && next >= 0x80 && next < 0xa0)
      std::snprintf(escape, sizeof escape, "\\u%04x", next), ++at;
    else
      out += text[at];
    out += escape;
  }
  print(out);
}

void Session::print_value(const nlohmann::ordered_json& value, int indent) const {
  print_json(value.dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace) +
             "\n");
}

void Session::remark(std::string_view sentence) {
  const auto text = printable(sentence) + "\n";
  std::fflush(stdout);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

int Session::fail(const Error& error) {
  std::fflush(stdout);
  std::string text = "netlog: ";
  for (const char c : error.sentence) {  // faults of a configuration are lines
    if (c == '\n')
      text += "\nnetlog: ";
    else
      text += c;
  }
  text += '\n';
  std::fwrite(text.data(), 1, text.size(), stderr);
  return error.code == Errc::not_found || error.code == Errc::busy ? exit_nothing : exit_usage;
}

}  // namespace netlogd::cli
