#include "app/state_files.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

namespace netlogd::app {
namespace {

class StateFilesTest : public ::testing::Test {
 protected:
  StateFilesTest()
      : folder(std::filesystem::temp_directory_path() /
               ("netlogd-state-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(folder);
  }
  ~StateFilesTest() override { std::filesystem::remove_all(folder); }
  const std::filesystem::path folder;
};

TEST_F(StateFilesTest, lets_one_daemon_into_a_folder) {
  auto first = StateFiles::open(system_files(), folder.string());
  ASSERT_TRUE(first);
  const auto second = StateFiles::open(system_files(), folder.string());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::busy);
  struct stat info {};
  ASSERT_EQ(::stat((folder / "run").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0750U);
}

TEST_F(StateFilesTest, keeps_the_engine_and_counts_its_boots) {
  auto files = StateFiles::open(system_files(), folder.string());
  ASSERT_TRUE(files);
  const auto first = files->next_snmp_engine();
  const auto second = files->next_snmp_engine();
  EXPECT_EQ(first.trouble + second.trouble, "");
  EXPECT_EQ(first.boots, 1U);
  EXPECT_EQ(second.boots, 2U);
  EXPECT_EQ(first.id, second.id);
  EXPECT_GE(first.id.size(), 5U);
  EXPECT_LE(first.id.size(), 32U);
  EXPECT_TRUE(static_cast<unsigned char>(first.id[0]) & 0x80);
}

TEST_F(StateFilesTest, makes_a_new_engine_when_the_file_is_rubbish) {
  auto files = StateFiles::open(system_files(), folder.string());
  ASSERT_TRUE(files);
  for (const char* text : {"", "{", "[]", "{\"engine_id\":\"zz\",\"boots\":1}",
                           "{\"engine_id\":\"8000000001\",\"boots\":-4}",
                           "{\"engine_id\":\"8000000001\",\"boots\":2147483647}",
                           "{\"engine_id\":7,\"boots\":\"x\"}"}) {
    std::ofstream(folder / "state" / "snmp-engine.json") << text;
    const auto engine = files->next_snmp_engine();
    EXPECT_EQ(engine.boots, 1U) << text;
    EXPECT_EQ(engine.id.size(), 17U) << text;
  }
}

TEST_F(StateFilesTest, lists_the_loudest_sender_first) {
  const pipeline::Sender quiet{.address = IpAddress::v4(1), .messages = {1, 0, 0}};
  const pipeline::Sender loud{.address = IpAddress::v4(2), .known = true, .messages = {2, 3, 4}};
  const pipeline::Sender both[] = {quiet, loud};
  const auto json = nlohmann::json::parse(senders_json(both, 7, {}));
  EXPECT_EQ(json["forgotten"], 7);
  EXPECT_EQ(json["senders"][0]["source_ip"], "0.0.0.2");
  EXPECT_EQ(json["senders"][0]["trap"], 3);
  EXPECT_EQ(json["senders"][1]["in_inventory"], false);
}

TEST_F(StateFilesTest, lists_who_was_refused_over_all_tables) {
  RefusedSources loop;
  RefusedSources maker;
  for (int i = 0; i < 3; ++i) loop.add(IpAddress::v4(0x0a000001));
  maker.add(IpAddress::v4(0x0a000001));
  maker.add(IpAddress::v4(0x0a000002));
  Refusals refusals;
  refusals.add(loop);
  refusals.add(maker);
  const auto json = nlohmann::json::parse(senders_json({}, 0, refusals));
  EXPECT_EQ(json["refused"][0]["source_ip"], "10.0.0.1");
  EXPECT_EQ(json["refused"][0]["refused"], 4);
  EXPECT_EQ(json["refused"][1]["refused"], 1);
  EXPECT_EQ(json["refused_others"], 0);
}

}  // namespace
}  // namespace netlogd::app
