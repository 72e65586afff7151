// The law of all that a maker of syslog records remembers (headers, what the vendors made of them,
// texts): whatever it has read before, it writes of a message what a new maker writes. Golden lines
// of several senders, with other numbers in them, and with changed octets.

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <vector>

#include "netlogd/core/text_cursor.hpp"
#include "netlogd/parse/syslog_record.hpp"
#include "unit/parse/golden_file.hpp"

namespace netlogd::test {
namespace {

// The inventory's words decide where formats are alike, so they are part of the answer.
class Devices final : public DeviceDirectory {
 public:
  static constexpr std::size_t count = 6;

  Devices() {
    constexpr std::array<std::array<const char*, 2>, count> words = {{{"", ""},
                                                                      {"cisco", "Catalyst 9300"},
                                                                      {"cisco", "Nexus 9000"},
                                                                      {"cisco", "ASR 9000"},
                                                                      {"juniper", "MX204"},
                                                                      {"arista", "7050"}}};
    for (std::size_t i = 0; i < count; ++i) {
      devices_[i].vendor = words[i][0];
      devices_[i].model = words[i][1];
    }
  }
  // The last octet, counted from 1; 0 is not known.
  [[nodiscard]] const Device* by_address(const IpAddress& address) const noexcept override {
    const std::size_t number = address.bytes().back();
    return number == 0 ? nullptr : &devices_[(number - 1) % count];
  }
  [[nodiscard]] const Device* by_hostname(std::string_view) const noexcept override {
    return nullptr;
  }

 private:
  std::array<Device, count> devices_;
};

class RecordMemoryLaw : public ::testing::Test {
 protected:
  void agree(std::string_view text) {
    // A heap copy of exactly this size, so that the sanitizer sees a step past the end.
    const std::vector<std::uint8_t> exact(text.begin(), text.end());
    RawMessage raw;
    raw.bytes = exact;
    raw.received = TimePoint(std::chrono::seconds(1705501935));
    const auto sender = random_() % (Devices::count + 1);
    raw.source = {*IpAddress::parse("192.0.2." + std::to_string(sender)), 514};
    parse::SyslogRecordMaker fresh(tables_);
    ASSERT_EQ(line_of(remembering_, raw), line_of(fresh, raw)) << text;
  }

  std::string line_of(parse::SyslogRecordMaker& maker, const RawMessage& raw) {
    batch_.reset(1);
    maker.make(raw, devices_, batch_);
    return std::string(batch_.text().view());
  }

  std::string with_other_numbers(std::string_view text) {
    std::string out;
    for (const char c : text) {
      out += is_digit(c) ? digit() : c;
      if (is_digit(c) && random_() % 30 == 0) out += digit();
      if (is_digit(c) && random_() % 30 == 0) out.pop_back();
    }
    return out;
  }
  char digit() { return static_cast<char>('0' + random_() % 10); }

  // Another run of the law: --gtest_random_seed=N --gtest_shuffle.
  std::mt19937 random_{static_cast<unsigned>(::testing::UnitTest::GetInstance()->random_seed())};
  std::shared_ptr<const parse::SyslogTables> tables_ = shipped_tables();
  parse::SyslogRecordMaker remembering_{tables_};
  Devices devices_;
  TextBatch batch_;
};

TEST_F(RecordMemoryLaw, other_numbers_in_a_line_are_written_as_if_it_were_the_first) {
  for (const auto& path : golden_files())
    for (const auto& one : read_golden(path)) {
      for (int twice = 0; twice < 2; ++twice) agree(one.input);
      for (int i = 0; i < 12; ++i) agree(with_other_numbers(one.input));
    }
}

TEST_F(RecordMemoryLaw, a_changed_octet_is_written_as_if_it_were_the_first) {
  constexpr char octets[] = {' ', '0', '9', 'a', 'M', '.', ':', '-', '%', '[', '*', '"', '\xff'};
  for (const auto& path : golden_files())
    for (const auto& one : read_golden(path))
      for (std::size_t i = random_() % 3; i < one.input.size(); i += 3) {
        auto other = one.input;
        other[i] = octets[random_() % sizeof octets];
        agree(other);
        agree(with_other_numbers(other));
      }
}

TEST_F(RecordMemoryLaw, numbers_whose_value_decides_are_looked_at) {
  for (int twice = 0; twice < 2; ++twice)
    for (const char* text : {"<189>Jan 17 14:32:15 UTC+30 sw1 %SYS-5-CONFIG_I: x",
                             "<189>Jan 17 14:32:15 UTC+10 sw1 %SYS-5-CONFIG_I: x",
                             "<189>Jan 17 14:32:15 GMT-10 %SYS-5-CONFIG_I: x",
                             "<189>Jan 17 14:32:15 GMT-30 %SYS-5-CONFIG_I: x",
                             "<189>2024: sw1: Jan 17 14:32:15: %SYS-5-CONFIG_I: x",
                             "<189>2023: Jan 17 14:32:15: %SYS-5-CONFIG_I: x",
                             "<189>1023: Jan 17 14:32:15: %SYS-5-CONFIG_I: x",
                             "<189>12: 2023: Jan 17 14:32:15: %SYS-5-CONFIG_I: x",
                             "<189>12: 4023: Jan 17 14:32:15: %SYS-5-CONFIG_I: x",
                             "Jan 17 14:32:15: %SYS-5-CONFIG_I: x",
                             "Jan 17 14:32:15: %SYS-3-CONFIG_I: x",
                             "Jan 17 14:32:15: %SYS-8-CONFIG_I: x",
                             "<999>Jan 17 14:32:15: %SYS-5-CONFIG_I: x",
                             "<189>Jan 17 14:32:15 pm: %SYS-5-CONFIG_I: x",
                             "<189>Jan 17 02:32:15 pm: %SYS-5-CONFIG_I: x",
                             "<189>Jan 17 14:32:15 pm proc: x",
                             "<189>Jan 17 02:32:15 pm proc: x",
                             "<189>Jan 17 14:32:15 -77 proc: x",
                             "<189>Jan 17 14:32:15 -07 proc: x",
                             "<189>Jan 17 14:32:15 h proc[12]: 1 2024-01-17T14:32:15Z h p - - - x",
                             "<189>1 2024-01-17T14:32:15Z h app: 12 id - x",
                             "<189>1 2024-01-17T14:32:15Z h app: 12 id x y",
                             "<189>1 2024-01-17T14:32:15Z h app: - id [a@1 b=\"c\"] y",
                             "<189>Jan 17 14:32:15 h proc[12]: x",
                             "<189>Jan 17 14:32:15 h proc: x",
                             "<189>Jan 17 14:32:15 h proc: 12: Jan 17 14:32:15: x",
                             "<189>Jan 17 14:32:15 h proc: *Jan 17 14:32:15.123: x",
                             "<189>1 2024-01-17T14:32:15+01:00 h p 1 - - x",
                             "<189>1 2024-01-17T14:32:15+31:00 h p 1 - - x",
                             "<189>1 2024-02-30T14:32:15+01:00 h p 1 - - x",
                             "<189>2024-01-17T14:32:15Z h %SYS-5-X: - - x",
                             "<189>2024-01-17T14:32:15Z h %SYS-5-X: - x y",
                             "<189>12: sw1: Jan 17 14:32:15 UTC+7:30: %A-3-B: x",
                             "<189>12: sw1: Jan 17 14:32:15 UTC+9:70: %A-3-B: x"})
      agree(text);
}

TEST_F(RecordMemoryLaw, tables_that_change_are_not_remembered) {
  const std::string line = "<189>Jan 17 14:32:15 XYT sw1 %SYS-5-CONFIG_I: Configured from console";
  for (int twice = 0; twice < 2; ++twice) agree(line);
  auto other = std::make_shared<parse::SyslogTables>(*tables_);
  const NamedText zones[] = {{"zones", "XYT,+03:00,\n"}};
  other->zones = parse::ZoneTable::load(zones).value();
  tables_ = other;
  remembering_.use(tables_);
  for (int twice = 0; twice < 2; ++twice) agree(line);
}

}  // namespace
}  // namespace netlogd::test
