// Shared by the tests of journal and follow: a folder that goes away, a clock that the test turns,
// batches of records, and every record that a journal's files hold.

#pragma once

#include <stdlib.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "netlogd/core/file_ops.hpp"
#include "netlogd/core/text_batch.hpp"
#include "netlogd/core/time.hpp"
#include "netlogd/journal/journal.hpp"
#include "netlogd/journal/reader.hpp"
#include "netlogd/journal/segments.hpp"

namespace netlogd::testing {

class TemporaryFolder {
 public:
  // `small`: a few hundred files of a few KiB; in memory, where a sync costs nothing, if there is
  // such a place.
  explicit TemporaryFolder(bool small = false) {
    const bool in_memory = small && ::access("/dev/shm", W_OK) == 0;
    const auto place =
        in_memory ? std::filesystem::path("/dev/shm") : std::filesystem::temp_directory_path();
    std::string pattern = (place / "netlogd-test-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Both times move only when the test says so.
class TurnedClock final : public Clock {
 public:
  [[nodiscard]] TimePoint now() const noexcept override {
    return TimePoint(std::chrono::nanoseconds(wall_.load()));
  }
  [[nodiscard]] std::chrono::nanoseconds monotonic() const noexcept override {
    return std::chrono::nanoseconds(monotonic_.load());
  }
  void pass(std::chrono::nanoseconds time) {
    wall_ += time.count();
    monotonic_ += time.count();
  }
  void step(std::chrono::nanoseconds time) { wall_ += time.count(); }

 private:
  std::atomic<std::int64_t> wall_{1'705'501'935'000'000'000};  // 2024-01-17T14:32:15Z
  std::atomic<std::int64_t> monotonic_{1'000'000'000'000};
};

// A record in the shape of the contract; `serial` is the test's own count of it.
inline void add_record(TextBatch& batch, std::uint64_t serial, std::string_view padding = "") {
  JsonWriter json = batch.begin_record();
  json.raw(R"(,"record_type":")");
  json.raw(name_of(batch.stream));
  json.raw(R"(","received_at":"2024-01-17T14:32:15.000001Z","source_ip":"192.0.2.1","serial":)");
  json.number(serial);
  json.raw(R"(,"message":)");
  json.string(padding.empty() ? std::string_view("neighbor 192.0.2.7 Down") : padding);
  batch.end_record();
}

inline TextBatch make_batch(journal::Journal& journal, Stream stream, std::uint64_t first_serial,
                            std::size_t count, std::string_view padding = "") {
  TextBatch batch;
  batch.reset(journal.id_digits(stream));
  batch.stream = stream;
  for (std::size_t i = 0; i < count; ++i) add_record(batch, first_serial + i, padding);
  return batch;
}

inline std::uint64_t serial_of(std::string_view line) {
  const auto at = line.find("\"serial\":");
  if (at == std::string_view::npos) return ~std::uint64_t{0};
  std::uint64_t serial = 0;
  for (auto i = at + 9; i < line.size() && line[i] >= '0' && line[i] <= '9'; ++i) {
    serial = serial * 10 + static_cast<std::uint64_t>(line[i] - '0');
  }
  return serial;
}

struct StoredRecord {
  std::uint64_t id = 0;
  std::uint64_t serial = 0;
};

// What stands in the files of a stream, oldest first, read without a Journal.
inline std::vector<StoredRecord> stored_records(const std::string& data_dir, Stream stream) {
  std::vector<StoredRecord> records;
  const auto segments = journal::list_segments(system_files(), data_dir, stream);
  if (!segments) return records;
  for (const auto& segment : *segments) {
    auto file = journal::SegmentFile::open(system_files(), segment.path,
                                           segment.name.form == journal::SegmentForm::gzip);
    if (!file) continue;
    std::string text;
    char block[65536];
    for (std::uint64_t offset = 0;;) {
      const auto got = file->read_at(block, offset);
      if (!got || *got == 0) break;
      text.append(block, *got);
      offset += *got;
    }
    for (std::size_t start = 0;;) {
      const auto newline = text.find('\n', start);
      if (newline == std::string::npos) break;
      const auto line = std::string_view(text).substr(start, newline - start);
      records.push_back({journal::record_id(line), serial_of(line)});
      start = newline + 1;
    }
  }
  return records;
}

inline std::string read_whole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline void append_text(const std::string& path, std::string_view text) {
  std::ofstream(path, std::ios::binary | std::ios::app)
      .write(text.data(), static_cast<std::streamsize>(text.size()));
}

inline std::vector<std::string> names_in(const std::string& folder, std::string_view part = "") {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const auto name = entry.path().filename().string();
    if (name.find(part) != std::string::npos) names.push_back(name);
  }
  return names;
}

}  // namespace netlogd::testing
