#include "cli/input_file.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

namespace netlogd::cli {
namespace {

class InputFiles : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "netlog-input-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) const {
    const auto path = folder_ + "/" + name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  std::string pack(const std::string& text) const {
    const auto path = folder_ + "/packed.gz";
    const gzFile file = ::gzopen(path.c_str(), "wb");
    ::gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
    ::gzclose(file);
    return path;
  }
  static std::vector<std::string> lines_of(const std::string& path, std::string* fault = nullptr) {
    std::vector<std::string> lines;
    auto file = InputFile::open(path);
    EXPECT_TRUE(file);
    EXPECT_TRUE(file->peek());
    const auto read = read_lines(*file, [&](std::string_view line) {
      lines.emplace_back(line);
      return Result<void>();
    });
    if (fault != nullptr) *fault = read ? "" : read.error().sentence;
    return lines;
  }

  std::string folder_;
};

TEST_F(InputFiles, plain_and_gz_files_read_alike_after_a_look_at_the_front) {
  std::string text;
  std::vector<std::string> wanted;
  for (int i = 0; i < 20'000; ++i) {
    wanted.push_back("line " + std::to_string(i));
    text += wanted.back() + "\n";
  }
  EXPECT_EQ(lines_of(write("plain", text)), wanted);
  EXPECT_EQ(lines_of(write("open", text.substr(0, text.size() - 1))), wanted);
  EXPECT_EQ(lines_of(pack(text)), wanted);
  EXPECT_EQ(lines_of(write("empty", "")), std::vector<std::string>{});
}

TEST_F(InputFiles, rewinds_to_its_beginning) {
  auto file = InputFile::open(write("plain", "abcdef"));
  ASSERT_TRUE(file);
  char piece[4];
  ASSERT_EQ(*file->peek(), "abcdef");
  ASSERT_EQ(*file->read(piece), 4U);
  EXPECT_EQ(*file->peek(), "ef");
  ASSERT_TRUE(file->rewind());
  EXPECT_EQ(*file->peek(), "abcdef");
  EXPECT_GT(file->modified(), 0);
}

TEST_F(InputFiles, gz_data_that_end_too_early_or_are_damaged_are_an_error) {
  std::string text;
  for (long i = 0; i < 300'000; ++i) text += "line " + std::to_string(i * 7919 % 10'007) + "\n";
  const auto path = pack(text);
  std::ifstream packed(path, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(packed)), {});
  std::string fault;
  EXPECT_FALSE(lines_of(write("cut.gz", bytes.substr(0, bytes.size() / 2)), &fault).empty());
  EXPECT_EQ(fault, folder_ + "/cut.gz: cut off in the middle of its gzip data");
  auto damaged = bytes;
  auto& octet = damaged[damaged.size() / 10 * 9];
  octet = static_cast<char>(octet ^ 0x55);
  (void)lines_of(write("damaged.gz", damaged), &fault);
  EXPECT_EQ(fault, folder_ + "/damaged.gz: its gzip data are damaged");
}

TEST_F(InputFiles, folders_and_what_is_not_there_are_named) {
  EXPECT_EQ(InputFile::open(folder_).error().sentence, folder_ + ": a folder, not a file");
  EXPECT_FALSE(InputFile::open(folder_ + "/nothing"));
}

TEST(WhatItIs, tells_text_from_the_rest) {
  EXPECT_EQ(what_it_is(""), "");
  EXPECT_EQ(what_it_is("Jan 17 14:32:15 fw7 sshd: opened\n"), "");
  EXPECT_EQ(what_it_is("\x1b[31mred\x1b[0m\n"), "");
  EXPECT_EQ(what_it_is(std::string(40, '\0') + std::string(3000, 'x')), "") << "after a crash";
  EXPECT_EQ(what_it_is("{\"id\":1,\"name\":\"x\"}"), "") << "somebody else's JSON";
  EXPECT_NE(what_it_is("{\"id\":1,\"record_type\":\"syslog\"}"), "");
  EXPECT_NE(what_it_is("\xfd"
                       "7zXZ" +
                       std::string(1, '\0')),
            "");
  EXPECT_NE(what_it_is("\xd4\xc3\xb2\xa1" + std::string(20, '\0')), "");
  EXPECT_NE(what_it_is(std::string("\x7f"
                                   "ELF")),
            "");
  EXPECT_NE(what_it_is(std::string(4096, '\x01')), "");
}

}  // namespace
}  // namespace netlogd::cli
