// What every command is given: where the data is, how to write, and what time it is. Made once from
// the options that all commands share.

#pragma once

#include <cstdio>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "netlogd/config/config.hpp"
#include "netlogd/core/result.hpp"
#include "terminal.hpp"
#include "time_words.hpp"

namespace netlogd::cli {

constexpr int exit_found = 0;
constexpr int exit_nothing = 1;
constexpr int exit_usage = 2;

struct Session {
  // As typed.
  std::string config_file;
  std::string data_dir_option;
  bool json = false;
  bool utc = false;

  Terminal terminal;

  // The configuration: the one named, or the default one when it is there. nullopt: none.
  // An error: there is one and it is wrong, or the one named cannot be read.
  Result<std::optional<config::Config>> load_config() const;

  struct Data {
    std::string folder;
    std::string sqlite_file;
    std::optional<config::Config> config;
  };
  // The data directory; it must exist.
  Result<Data> data() const;

  // Standard output, whole.
  static void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }
  // JSON text; on a terminal, control characters that JSON allows raw are written as \uNNNN.
  void print_json(std::string_view text) const;
  // On one line where `indent` is -1. What is no UTF-8 becomes U+FFFD.
  void print_value(const nlohmann::ordered_json& value, int indent = 1) const;
  // A remark for people, on standard error.
  static void remark(std::string_view sentence);
  static void remark_if(std::string_view sentence) {
    if (!sentence.empty()) remark(sentence);
  }
  // The sentence on standard error, and the exit status that goes with it.
  static int fail(const Error& error);
};

}  // namespace netlogd::cli
