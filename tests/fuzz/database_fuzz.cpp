// Whatever stands where the database should be: it is used, or set aside and built again; within a
// few tries the follower takes records. The first octet says what the others are: the database, the
// write-ahead log beside a good one, an interrupted rebuild, or changes to a good one (three octets
// each: where, and what).

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "netlogd/follow/sqlite_follower.hpp"
#include "netlogd/journal/journal.hpp"
#include "netlogd/journal/reader.hpp"

namespace {

using namespace netlogd;

constexpr std::size_t records = 20;

// A journal with a few records, made once, and the database that belongs to it.
struct Place {
  Place() {
    std::string pattern = (std::filesystem::temp_directory_path() / "netlogd-fuzz-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    folder = pattern;
    journal::JournalSettings settings{.data_dir = folder};
    settings.background = false;
    settings.min_free_bytes = 0;
    journal = std::move(*journal::Journal::open(settings, system_files(), clock, {}));
    append();
    if (!follow()) std::abort();
    std::ifstream in(file(), std::ios::binary);
    good.assign(std::istreambuf_iterator<char>(in), {});
    append();
  }
  ~Place() { std::filesystem::remove_all(folder); }

  [[nodiscard]] std::string file() const { return folder + "/netlogd.db"; }
  void put(const std::string& suffix, std::string_view bytes) const {
    std::ofstream(file() + suffix, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }
  void append() {
    TextBatch batch;
    batch.reset(journal->id_digits(Stream::syslog));
    for (std::size_t i = 0; i < records; ++i) {
      batch.begin_record().raw(
          R"(,"record_type":"syslog","received_at":"2024-01-17T14:32:15.123456Z","source_ip":"192.0.2.1",)"
          R"("transport":"udp","device":{"hostname":"r1","vendor":"cisco","model":"m","role":"core","location":"l",)"
          R"("site":"s","criticality":"high"},"raw_message":"<13>link up","severity":5,"hostname":null,"message":"link up",)"
          R"("extracted_fields":{"interfaces":["Ethernet1"]},"event_type":"interface_up","parse_status":"parsed")");
      batch.end_record();
    }
    if (!journal->append(batch)) std::abort();
  }
  // As the runner does: opens, takes all there is, looks after the file; anew after an error.
  bool follow() {
    follow::SqliteFollower follower({.file = file(), .keep_age = {}}, system_files(), clock, {});
    for (int attempt = 0; attempt < 6; ++attempt) {
      const auto cursors = follower.open();
      if (!cursors) continue;
      if (take_all(follower, (*cursors)[0]) && follower.maintain(true)) return true;
    }
    return false;
  }
  bool take_all(follow::SqliteFollower& follower, const journal::Cursor& from) {
    const auto resume = journal->resume(Stream::syslog, from);
    if (resume.drop_through > resume.keep_through &&
        !follower.roll_back(Stream::syslog, resume.keep_through, resume.drop_through, resume.cursor))
      return false;
    journal::Reader reader(*journal, Stream::syslog, resume.cursor);
    for (;;) {
      const auto batch = reader.read(7, 1 << 20);
      if (!batch) std::abort();
      if (batch->records.empty()) return true;
      if (!follower.take(Stream::syslog, *batch)) return false;
    }
  }

  SystemClock clock;
  std::string folder;
  std::unique_ptr<journal::Journal> journal;
  std::string good;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Place place;
  if (size == 0) return 0;
  for (const auto& entry : std::filesystem::directory_iterator(place.folder))
    if (entry.path().filename().string().starts_with("netlogd.db")) std::filesystem::remove(entry);
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 4) {
    case 0:
      place.put("", bytes);
      break;
    case 1:
      place.put("", place.good);
      place.put("-wal", bytes);
      break;
    case 2:
      place.put("", place.good);
      place.put(".rebuild", bytes);
      break;
    default: {
      std::string changed = place.good;
      for (std::size_t i = 0; i + 3 <= bytes.size(); i += 3) {
        const auto at = static_cast<std::uint8_t>(bytes[i]) * 256U + static_cast<std::uint8_t>(bytes[i + 1]);
        changed[at * 7U % changed.size()] = bytes[i + 2];
      }
      place.put("", changed);
    }
  }
  if (!place.follow()) std::abort();
  return 0;
}
