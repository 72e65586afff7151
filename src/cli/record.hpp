// A record line, read. Keys are dotted paths: "device.site", "extracted_fields.bgp_neighbor".
// Nothing in a line is trusted. One thread.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "netlogd/core/names.hpp"
#include "time_words.hpp"

namespace netlogd::cli {

// A line kept for later.
struct StoredRecord {
  Stream stream = Stream::syslog;
  std::uint64_t id = 0;
  Micros received = 0;
  std::string line;
};

class RecordReader {
 public:
  RecordReader();
  ~RecordReader();
  RecordReader(const RecordReader&) = delete;
  RecordReader& operator=(const RecordReader&) = delete;

  // False: no JSON object. Views below are valid until the next read().
  bool read(std::string_view line);

  [[nodiscard]] std::uint64_t id() const;
  [[nodiscard]] Micros received() const;  // 0: not stated
  [[nodiscard]] std::optional<Stream> stream() const;

  // The text of a string; empty when there is none.
  [[nodiscard]] std::string_view text(std::string_view path) const;
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view path) const;
  // Anything for a person or a CSV cell: a string bare, numbers, lists with commas, objects as
  // JSON; null and nothing are empty.
  [[nodiscard]] std::string cell(std::string_view path) const;
  [[nodiscard]] bool boolean(std::string_view path) const;
  // Each element of a list of strings.
  [[nodiscard]] std::vector<std::string_view> list(std::string_view path) const;
  // Each key and value (as cell()) of an object, in its order.
  [[nodiscard]] std::vector<std::pair<std::string_view, std::string>> members(
      std::string_view path) const;
  // The varbinds of a trap.
  struct Varbind {
    std::string_view oid, name, value, label;
  };
  [[nodiscard]] std::vector<Varbind> varbinds() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace netlogd::cli
