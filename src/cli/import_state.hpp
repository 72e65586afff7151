// What has been imported, known by its content: so many octets with that SHA-256. A file that was
// imported in part, or has grown since, goes on where it stopped, whatever its name is now.
// Kept in DATA/state/imports.json.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "netlogd/core/result.hpp"

namespace netlogd::cli {

class ContentHash {
 public:
  ContentHash();
  ~ContentHash();
  ContentHash(const ContentHash&) = delete;
  ContentHash& operator=(const ContentHash&) = delete;
  void add(std::string_view bytes);
  // So far, as hex digits; goes on afterwards.
  [[nodiscard]] std::string text() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

class ImportState {
 public:
  struct Entry {
    std::string hash;
    std::uint64_t bytes = 0;
    std::uint64_t lines = 0;
    std::string name;
  };

  static ImportState load(const std::string& folder);

  // Lengths at which something known ended, rising.
  [[nodiscard]] std::vector<std::uint64_t> lengths() const;
  // nullptr: not known.
  [[nodiscard]] const Entry* find(const std::string& hash, std::uint64_t bytes) const;
  // Replaces `before`, of which this is the continuation (nullptr: it is new).
  Result<void> save(Entry entry, const std::string& before);

 private:
  std::string path_;
  std::vector<Entry> entries_;
};

}  // namespace netlogd::cli
