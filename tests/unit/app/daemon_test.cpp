// The whole daemon with a disk that fails below one of its folders. What is written there alone
// costs nobody else anything, is said about once a minute, and is written when the disk works
// again.

#include "netlogd/app/daemon.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <thread>

#include "netlogd/config/load.hpp"
#include "support/forwarding_files.hpp"

namespace netlogd::app {
namespace {

namespace fs = std::filesystem;

// The system's files; what changes something below `sick` fails, at the opening or at the writing.
class SickFolder final : public testing::ForwardingFiles {
 public:
  SickFolder(std::string folder, int error) : folder_(std::move(folder)), error_(error) {}
  std::atomic<bool> sick{false};
  std::atomic<int> failures{0};

  Result<UniqueFd> open(const std::string& path, int flags, mode_t mode) override {
    const bool changes = (flags & O_ACCMODE) != O_RDONLY;
    if (changes && error_ == EROFS && fails(path)) return errno_error(path, error_);
    return ForwardingFiles::open(path, flags, mode);
  }
  Result<void> write_all(int fd, std::string_view bytes, std::uint64_t* written) override {
    if (!fails(path_of(fd))) return ForwardingFiles::write_all(fd, bytes, written);
    static_cast<void>(ForwardingFiles::write_all(fd, bytes.substr(0, bytes.size() / 2), written));
    return errno_error(path_of(fd), error_);
  }
  Result<void> sync(int fd) override {
    if (error_ == EIO && fails(path_of(fd))) return errno_error(path_of(fd), error_);
    return ForwardingFiles::sync(fd);
  }
  Result<void> rename(const std::string& from, const std::string& to) override {
    if (error_ == EROFS && fails(to)) return errno_error(to, error_);
    return ForwardingFiles::rename(from, to);
  }

 private:
  bool fails(const std::string& path) {
    if (!sick || !path.starts_with(folder_ + "/") || path.ends_with("/lock")) return false;
    ++failures;
    return true;
  }
  static std::string path_of(int fd) {
    return fs::read_symlink("/proc/self/fd/" + std::to_string(fd)).string();
  }

  const std::string folder_;
  const int error_;
};

struct Sickness {
  const char* folder;
  int error;
};

class DaemonDisk : public ::testing::TestWithParam<Sickness> {
 protected:
  DaemonDisk()
      : folder(fs::temp_directory_path() / ("netlogd-daemon-" + std::to_string(::getpid()))),
        files((folder / "data" / GetParam().folder).string(), GetParam().error) {
    fs::remove_all(folder);
    fs::create_directories(folder);
    std::ofstream(folder / "netlogd.yaml")
        << "data_dir: ./data\n"
           "listen:\n"
           "  - {protocol: syslog, transport: udp, address: 127.0.0.1, port: 0}\n"
           "  - {protocol: flow, transport: udp, address: 127.0.0.1, port: 0}\n"
           "http: {address: 127.0.0.1, port: 0}\n"
           "sqlite: {enabled: false}\n";
  }
  ~DaemonDisk() override {
    if (thread.joinable()) stop();
    fs::remove_all(folder);
  }

  void start() {
    auto loaded = config::load_config(system_files(), (folder / "netlogd.yaml").string());
    ASSERT_TRUE(loaded.config);
    auto made = Daemon::make(*loaded.config, log, files);
    ASSERT_TRUE(made) << made.error().sentence;
    daemon = std::move(*made);
    thread = std::thread([this] { status = daemon->run(); });
    await([this] { return said("ready:") > 0; });
  }
  void stop() {
    ::kill(::getpid(), SIGTERM);
    thread.join();
    daemon.reset();
    EXPECT_EQ(status, 0);
  }

  static void await(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(240);
    while (!condition()) {
      ASSERT_LT(std::chrono::steady_clock::now(), end);
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  std::size_t said(std::string_view words) {
    const std::lock_guard lock(mutex);
    std::size_t count = 0;
    for (const auto& line : lines) count += line.find(words) != std::string::npos;
    return count;
  }
  nlohmann::json run_file(const std::string& name) const {
    std::ifstream in(folder / "data" / "run" / name);
    return nlohmann::json::parse(in, nullptr, false);
  }
  std::size_t journaled() const {
    std::ifstream in(folder / "data" / "syslog" / "syslog.jsonl");
    std::size_t count = 0;
    for (std::string line; std::getline(in, line);) ++count;
    return count;
  }
  // The port is where the log says that it was bound: the file may not be there.
  void send(int count) {
    std::string port;
    {
      const std::lock_guard lock(mutex);
      for (const auto& line : lines)
        if (const auto at = line.find("syslog/udp/127.0.0.1:"); at != std::string::npos)
          port = line.substr(at + 21, line.find_first_not_of("0123456789", at + 21) - at - 21);
    }
    ASSERT_NE(port, "");
    const UniqueFd fd(::socket(AF_INET, SOCK_DGRAM, 0));
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(std::stoi(port)));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int i = 0; i < count; ++i)
      ASSERT_EQ(::sendto(fd.get(), "<13>hello", 9, 0, reinterpret_cast<sockaddr*>(&to), sizeof to),
                9);
  }

  const fs::path folder;
  SickFolder files;
  std::mutex mutex;
  std::vector<std::string> lines;
  observe::Log log{observe::Level::info, [this](observe::Level, std::string_view line) {
                     const std::lock_guard lock(mutex);
                     lines.emplace_back(line);
                   }};
  std::unique_ptr<Daemon> daemon;
  std::thread thread;
  int status = -1;
};

TEST_P(DaemonDisk, fails_while_it_runs_and_costs_nobody_else_anything) {
  const auto begun = std::chrono::steady_clock::now();
  start();
  send(50);
  await([this] { return journaled() == 50; });
  files.sick = true;
  const bool run = std::string_view(GetParam().folder) == "run";
  // The ledger is written by itself; the templates and the ids when there is something to write.
  if (run) await([this] { return files.failures > 2; });
  send(50);
  await([this] { return journaled() == 100; });
  const auto minutes =
      std::chrono::duration_cast<std::chrono::minutes>(std::chrono::steady_clock::now() - begun);
  EXPECT_LE(said(std::generic_category().message(GetParam().error)),
            2 * (1 + static_cast<std::size_t>(minutes.count())));
  files.sick = false;
  if (run)
    await([this] {
      const auto ledger = run_file("ledger.json");
      return ledger.is_object() &&
             ledger["listeners"].dump().find("\"journaled\":100") != std::string::npos;
    });
  stop();
  EXPECT_TRUE(fs::exists(folder / "data" / "state" / "flow-templates"));
  EXPECT_TRUE(run_file("ledger.json").is_object());
}

TEST_P(DaemonDisk, fails_at_the_start_already_and_it_receives_all_the_same) {
  fs::create_directories(folder / "data" / "run");
  fs::create_directories(folder / "data" / "state");
  files.sick = true;
  start();
  const bool run = std::string_view(GetParam().folder) == "run";
  send(50);
  // Ids are given only below a mark that is safe on the disk: with the folder of the state records
  // wait.
  if (run)
    await([this] { return journaled() == 50; });
  else
    await([this] { return said(std::generic_category().message(GetParam().error)) > 0; });
  EXPECT_FALSE(fs::exists(folder / "data" / GetParam().folder / "http.json"));
  files.sick = false;
  await([this] {
    return run_file("http.json").is_object() && run_file("listeners.json").is_array();
  });
  await([this] { return journaled() == 50; });
  stop();
  const auto ledger = run_file("ledger.json");
  EXPECT_NE(ledger["listeners"].dump().find("\"journaled\":50"), std::string::npos) << ledger;
}

TEST_P(DaemonDisk, still_fails_at_the_stop_which_comes_to_its_end) {
  start();
  send(10);
  await([this] { return journaled() == 10; });
  files.sick = true;
  stop();
  EXPECT_EQ(journaled(), 10U);
}

INSTANTIATE_TEST_SUITE_P(StateFiles, DaemonDisk,
                         ::testing::Values(Sickness{"run", ENOSPC}, Sickness{"run", EIO},
                                           Sickness{"run", EDQUOT}, Sickness{"run", EROFS},
                                           Sickness{"state", ENOSPC}, Sickness{"state", EIO},
                                           Sickness{"state", EDQUOT}, Sickness{"state", EROFS}),
                         [](const auto& given) {
                           const int error = given.param.error;
                           return std::string(given.param.folder) +
                                  (error == ENOSPC   ? "_without_space"
                                   : error == EIO    ? "_with_io_errors"
                                   : error == EDQUOT ? "_over_its_quota"
                                                     : "_read_only");
                         });

}  // namespace
}  // namespace netlogd::app
