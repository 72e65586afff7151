// Whatever bytes stand in the files of a stream: the journal opens, the reader comes to an end, ids
// only rise, and nothing is read beyond what is there. The first byte says what the bytes are: the
// active file, a closed plain segment, a compressed one, the ids file, or a cursor.

#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "netlogd/core/file_ops.hpp"
#include "netlogd/journal/journal.hpp"
#include "netlogd/journal/reader.hpp"

namespace {

using namespace netlogd;

const std::string& folder() {
  static const std::string path = [] {
    std::string pattern = (std::filesystem::temp_directory_path() / "netlogd-fuzz-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    return pattern;
  }();
  return path;
}

void put(const std::string& name, const std::uint8_t* data, std::size_t size) {
  std::ofstream(folder() + "/" + name, std::ios::binary).write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto kind = *data % 5;
  ++data;
  --size;
  std::filesystem::remove_all(folder());
  std::filesystem::create_directories(folder() + "/syslog");
  std::filesystem::create_directories(folder() + "/state");
  journal::Cursor cursor;
  if (kind == 0) put("syslog/syslog.jsonl", data, size);
  if (kind == 1) put("syslog/syslog-20240117T143215Z-1.jsonl", data, size);
  if (kind == 2) put("syslog/syslog-20240117T143215Z-1.jsonl.gz", data, size);
  if (kind == 3) put("state/syslog.ids", data, size);
  if (kind == 4 && size >= 24) {
    __builtin_memcpy(&cursor, data, 24);
    put("syslog/syslog.jsonl", data + 24, size - 24);
  }
  journal::JournalSettings settings{.data_dir = folder()};
  settings.background = false;
  settings.min_free_bytes = 0;
  SystemClock now;
  auto opened = journal::Journal::open(settings, system_files(), now, {});
  if (!opened) return 0;
  const auto from = (*opened)->resume(Stream::syslog, cursor).cursor;
  journal::Reader reader(**opened, Stream::syslog, from);
  std::uint64_t last = from.last_id;
  for (std::size_t turns = 0; turns < size + 16; ++turns) {
    const auto batch = reader.read(3, 4096);
    if (!batch) break;
    if (batch->records.empty()) break;
    for (const auto& record : batch->records) {
      if (record.id <= last || record.text.size() > 1024 * (size + 1)) std::abort();
      last = record.id;
    }
  }
  return 0;
}
