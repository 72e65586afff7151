// What the tests, fuzz targets and benchmarks of traps share: the project's OID tables, a maker,
// and packets written by hand. Header only.

#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "netlogd/core/text_batch.hpp"
#include "netlogd/parse/trap_record_maker.hpp"
#include "snmp_support.hpp"

namespace netlogd::trap_support {

inline std::string file_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error(path + ": cannot be read");
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// The root of the project, for programs that are not told it.
inline std::string source_dir() { return NETLOGD_SOURCE_DIR; }

inline std::vector<NamedText> knowledge(const std::string& source_dir) {
  std::vector<NamedText> files;
  for (const char* name : {"oids.csv", "oids_events.csv", "oids_fields.csv", "oids_words.csv"})
    files.push_back({name, file_text(source_dir + "/config/knowledge/" + name)});
  return files;
}

inline std::shared_ptr<const parse::TrapTables> tables(const std::string& source_dir,
                                                       wire::SnmpAccess access = {}) {
  const auto files = knowledge(source_dir);
  auto loaded = parse::TrapTables::load(files, std::move(access));
  if (!loaded) throw std::runtime_error(loaded.error().sentence);
  return *loaded;
}

// A maker with its batch: give() returns the line (without id and newline), or "".
class Bench {
 public:
  explicit Bench(std::shared_ptr<const parse::TrapTables> tables,
                 parse::TrapSettings settings = own_settings())
      : maker_(std::move(settings), std::move(tables)) {
    source_.address = *IpAddress::parse("192.0.2.1");
    source_.port = 4711;
  }

  static parse::TrapSettings own_settings() {
    parse::TrapSettings settings;
    settings.usm.engine_id = std::string("\x80\x00\x7e\xd9\x05netlogd", 12);
    settings.usm.engine_boots = 7;
    settings.usm.engine_started = start();
    return settings;
  }
  static TimePoint start() { return TimePoint{std::chrono::seconds{1'700'000'000}}; }

  std::string give(std::string_view bytes,
                   std::chrono::seconds after = std::chrono::seconds{1000}) {
    batch_.reset(1);
    RawMessage message;
    // A copy of exactly this size, so that a read past the end is seen.
    copy_.reset(new std::uint8_t[bytes.size()]);
    std::copy(bytes.begin(), bytes.end(), copy_.get());
    message.bytes = {copy_.get(), bytes.size()};
    message.received = start() + after;
    message.source = source_;
    maker_.make(message, *devices_, batch_);
    const std::string_view text = batch_.text().view();
    return text.empty() ? std::string() : std::string(text.substr(0, text.size() - 1));
  }

  [[nodiscard]] std::uint64_t dropped(DropReason reason) const {
    return batch_.dropped()[static_cast<std::size_t>(reason)];
  }
  TextBatch& batch() { return batch_; }
  parse::TrapRecordMaker& maker() { return maker_; }
  Endpoint& source() { return source_; }
  void devices(const DeviceDirectory& directory) { devices_ = &directory; }

 private:
  parse::TrapRecordMaker maker_;
  EmptyDirectory nobody_;
  const DeviceDirectory* devices_ = &nobody_;
  TextBatch batch_;
  Endpoint source_;
  std::unique_ptr<std::uint8_t[]> copy_;
};

}  // namespace netlogd::trap_support
