#include "netlogd/observe/file_watch.hpp"

#include <gtest/gtest.h>
#include <poll.h>

#include <filesystem>
#include <fstream>

namespace netlogd::observe {
namespace {

namespace fs = std::filesystem;
using Paths = std::vector<std::string>;

struct WatchedFolder : testing::Test {
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "netlogd_watch_XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder = pattern;
    file = folder + "/inventory.yaml";
    write(file, "old");
  }
  void TearDown() override { fs::remove_all(folder); }
  static void write(const std::string& path, const char* text) { std::ofstream(path) << text; }
  static bool readable(const FileWatch& watch) {
    pollfd poll{watch.fd(), POLLIN, 0};
    return ::poll(&poll, 1, 0) == 1;
  }
  std::string folder;
  std::string file;
};

TEST_F(WatchedFolder, tells_of_a_file_that_was_closed_after_writing) {
  auto watch = FileWatch::open({file});
  ASSERT_TRUE(watch);
  EXPECT_FALSE(readable(*watch));
  std::ofstream stream(file);
  stream << "half" << std::flush;
  EXPECT_EQ(watch->changed(), Paths{});
  stream.close();
  EXPECT_TRUE(readable(*watch));
  EXPECT_EQ(watch->changed(), Paths{file});
  EXPECT_FALSE(readable(*watch));
  EXPECT_EQ(watch->changed(), Paths{});
}

TEST_F(WatchedFolder, tells_of_a_file_that_was_renamed_into_place) {
  auto watch = FileWatch::open({file});
  ASSERT_TRUE(watch);
  write(folder + "/new", "new");
  EXPECT_EQ(watch->changed(), Paths{});
  fs::rename(folder + "/new", file);
  EXPECT_EQ(watch->changed(), Paths{file});
}

TEST_F(WatchedFolder, tells_of_a_file_that_was_not_there) {
  const std::string later = folder + "/later.csv";
  auto watch = FileWatch::open({file, later});
  ASSERT_TRUE(watch);
  write(later, "x");
  EXPECT_EQ(watch->changed(), Paths{later});
}

TEST_F(WatchedFolder, tells_of_a_link_that_leads_elsewhere_now) {
  for (const char* version : {"/v1", "/v2"}) {
    fs::create_directory(folder + version);
    write(folder + version + "/i.yaml", version);
  }
  fs::create_symlink("v1", folder + "/..data");
  fs::create_symlink("..data/i.yaml", folder + "/i.yaml");
  auto watch = FileWatch::open({folder + "/i.yaml", file});
  ASSERT_TRUE(watch);
  fs::create_symlink("v2", folder + "/..tmp");
  fs::rename(folder + "/..tmp", folder + "/..data");
  EXPECT_EQ(watch->changed(), Paths{folder + "/i.yaml"});
}

TEST_F(WatchedFolder, names_the_folder_that_is_not_there) {
  const auto watch = FileWatch::open({folder + "/none/x.yaml"});
  ASSERT_FALSE(watch);
  EXPECT_EQ(watch.error().sentence, folder + "/none: No such file or directory");
}

TEST_F(WatchedFolder, watches_nothing_when_it_is_given_nothing) {
  auto watch = FileWatch::open({});
  ASSERT_TRUE(watch);
  EXPECT_GE(watch->fd(), 0);
  EXPECT_EQ(watch->changed(), Paths{});
}

}  // namespace
}  // namespace netlogd::observe
