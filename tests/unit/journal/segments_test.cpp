#include "netlogd/journal/segments.hpp"

#include <gtest/gtest.h>

#include "journal/gzip_member.hpp"
#include "journal/id_mark.hpp"
#include "journal_testing.hpp"

namespace netlogd::journal {
namespace {

using namespace netlogd::testing;

TEST(SegmentName, is_read_back_as_it_was_written) {
  TurnedClock clock;
  const auto name = closed_name(Stream::syslog, clock.now(), 4711);
  EXPECT_EQ(name, "syslog-20240117T143215Z-4711.jsonl");
  const auto parsed = parse_segment_name(Stream::syslog, name + ".gz");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->form, SegmentForm::gzip);
  EXPECT_EQ(parsed->first_id, 4711u);
  EXPECT_EQ(parsed->closed_seconds, 1705501935);
}

TEST(SegmentName, refuses_everything_else) {
  for (const auto* name : {"", "syslog", "syslog.jsonl.1", "syslog-20240117T143215Z-0.jsonl",
                           "trap-20240117T143215Z-1.jsonl", "syslog-20240117T143215Z-.jsonl",
                           "syslog-20240117T143215Z-1x.jsonl", "syslog-20241317T143215Z-1.jsonl",
                           "syslog-20240117T143215Z-1.jsonl.gz.tmp",
                           "syslog-20240117T143215Z-99999999999999999999999.jsonl"}) {
    EXPECT_FALSE(parse_segment_name(Stream::syslog, name)) << name;
  }
}

TEST(RecordId, takes_only_whole_lines) {
  EXPECT_EQ(record_id(R"({"id":1,"a":2})"), 1u);
  EXPECT_EQ(record_id(R"({"id":9007199254740991,"a":2})"), 9007199254740991u);
  for (const auto* line :
       {"", "{", R"({"id":1})", R"({"id":,"a":1})", R"({"id":01,"a":1})", R"({"id":-1,"a":1})",
        R"({"id":9007199254740992,"a":1})", R"({"id":99999999999999999,"a":1})", R"({"id":1,"a":1)",
        "{\"id\":1,\"a\":\"\t\"}", R"( {"id":1,"a":1})"}) {
    EXPECT_EQ(record_id(line), 0u) << line;
  }
  EXPECT_EQ(record_id(std::string_view("{\"id\":1,\"a\":\"\0\"}", 15)), 0u);
}

TEST(GzipMember, is_read_back_and_refuses_every_changed_byte_that_matters) {
  const std::string text =
      R"({"id":7,"record_type":"syslog","received_at":"2024-01-17T14:32:15.000001Z"})"
      "\n";
  std::string bytes;
  GzipWriter(6).write(text, {.offset = 123, .first_id = 7, .first_received_us = received_us(text)},
                      bytes);
  const auto head = parse_member_head(bytes);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->bytes, bytes.size());
  EXPECT_EQ(head->offset, 123u);
  EXPECT_EQ(head->first_id, 7u);
  EXPECT_EQ(head->first_received_us, 1705501935000001);
  std::string out(head->text_bytes, '\0');
  GzipMemberReader reader;
  ASSERT_TRUE(reader.read(bytes, *head, out.data()));
  EXPECT_EQ(out, text);
  for (std::size_t i = member_head_bytes; i < bytes.size(); ++i) {
    auto changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 0x40);
    std::string other(head->text_bytes, '\0');
    EXPECT_TRUE(!reader.read(changed, *head, other.data()) || other == text) << i;
  }
}

TEST(GzipMember, summary_is_found_at_the_end_only) {
  const auto summary = make_summary({.first_id = 1, .last_id = 9, .text_bytes = 100});
  EXPECT_EQ(summary.size(), summary_bytes);
  ASSERT_TRUE(parse_summary("xyz" + summary));
  EXPECT_EQ(parse_summary("xyz" + summary)->last_id, 9u);
  EXPECT_FALSE(parse_summary(summary + "x"));
  EXPECT_FALSE(parse_summary(summary.substr(1)));
}

TEST(IdMark, counts_given_ids_around_gaps) {
  IdMark mark{.next = 100, .gaps = {}};
  mark.add_gap({11, 20});
  mark.add_gap({31, 40});
  EXPECT_EQ(mark.given_between(0, 100), 79u);
  EXPECT_EQ(mark.given_between(10, 21), 0u);
  EXPECT_EQ(mark.given_between(15, 35), 10u);
  EXPECT_EQ(mark.given_between(5, 5), 0u);
  EXPECT_EQ(mark.gap_around(15)->first, 11u);
  EXPECT_EQ(mark.gap_around(10), nullptr);
}

TEST(IdMark, reads_back_and_refuses_damage) {
  TemporaryFolder folder;
  IdMark mark{.next = 100, .gaps = {}};
  mark.add_gap({11, 20});
  const auto path = folder.path() + "/syslog.ids";
  ASSERT_TRUE(save_id_mark(system_files(), folder.path(), path, mark));
  auto loaded = load_id_mark(system_files(), path);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->next, 100u);
  ASSERT_EQ(loaded->gaps.size(), 1u);
  for (const auto* text : {"", "next", "next x", "next 0", "next 10 gap 5", "next 10 gap 5 4",
                           "next 10 gap 5 20", "next 10 what"}) {
    std::ofstream(path) << text;
    EXPECT_FALSE(load_id_mark(system_files(), path)) << text;
  }
}

}  // namespace
}  // namespace netlogd::journal
