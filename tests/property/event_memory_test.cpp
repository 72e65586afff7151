// The law of the memory of shapes: whatever an extractor has read before, it says of a message what
// one says that remembers nothing. Golden messages with other numbers in them, and with changed
// bytes.

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "netlogd/core/json_writer.hpp"
#include "netlogd/core/text_buffer.hpp"
#include "netlogd/core/text_cursor.hpp"
#include "netlogd/parse/events.hpp"
#include "support/golden_events.hpp"
#include "unit/parse/event_support.hpp"

namespace netlogd::parse {
namespace {

using Message = test::EventMessage;

class EventMemoryLaw : public ::testing::Test {
 protected:
  static std::string answer_of(EventExtractor& extractor, const Message& message) {
    // A heap copy of exactly this size, so that the sanitizer sees a step past the end.
    const std::vector<char> exact(message.text.begin(), message.text.end());
    ExtractedFields fields;
    const auto type = extractor.extract({.vendor = "unknown",
                                         .message_id = message.id,
                                         .process = message.process,
                                         .message = {exact.data(), exact.size()},
                                         .parameters = {}},
                                        fields);
    TextBuffer buffer;
    JsonWriter json(buffer);
    fields.write(json);
    const auto decision = extractor.decision();
    return std::string(type) + ' ' + std::string(buffer.view()) + ' ' +
           std::to_string(static_cast<int>(decision.by)) + ' ' + std::string(decision.key) + ' ' +
           std::to_string(decision.rule_line);
  }

  // The fields as they are written where they need not be filled in. `plain`: the text stands in
  // the line already.
  static std::string fields_of(EventExtractor& extractor, const Message& message, bool plain) {
    ExtractedFields fields;
    const auto answer = extractor.read({.vendor = "unknown",
                                        .message_id = message.id,
                                        .process = message.process,
                                        .message = message.text,
                                        .parameters = {}},
                                       fields);
    const std::string line = message.text + std::string(json_text::slack, '#');
    const json_text::PiecesOf pieces(message.text, plain ? message.text.size() : 0, line.data());
    std::string out(answer.remembered ? answer.remembered.room() : fields.room(), '#');
    const auto* const end = answer.remembered ? answer.remembered.put(out.data(), pieces)
                                              : fields.put(out.data(), pieces);
    return out.substr(0, static_cast<std::size_t>(end - out.data()));
  }

  void agree(const Message& message) {
    ASSERT_EQ(answer_of(remembering_, message), answer_of(forgetful_, message))
        << message.id << ' ' << message.process << ' ' << message.text;
    for (const bool plain : {false, true})
      ASSERT_EQ(fields_of(remembering_, message, plain), fields_of(forgetful_, message, plain))
          << message.id << ' ' << message.process << ' ' << message.text;
  }

  // Some numbers of the text become others, of any length.
  std::string with_other_numbers(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
      if (!is_digit(text[at])) {
        out += text[at++];
        continue;
      }
      auto end = at;
      while (end < text.size() && is_digit(text[end])) ++end;
      const auto choice = random_() % 4;
      if (choice == 0)
        out += text.substr(at, end - at);
      else if (choice == 1)
        out += std::to_string(random_() % 256);
      else
        for (auto left = 1 + random_() % (choice == 2 ? 4 : 11); left > 0; --left)
          out += static_cast<char>('0' + random_() % 10);
      at = end;
    }
    return out;
  }

  // Another run of the law: --gtest_random_seed=N --gtest_shuffle.
  std::mt19937 random_{static_cast<unsigned>(::testing::UnitTest::GetInstance()->random_seed())};
  EventExtractor remembering_{builtin_events()};
  EventExtractor forgetful_{builtin_events(), false};
};

TEST_F(EventMemoryLaw, other_numbers_in_a_message_are_read_as_if_it_were_the_first) {
  for (const auto& message : test::golden_event_messages()) {
    agree(message);
    agree(message);
    for (int i = 0; i < 40; ++i) {
      auto other = message;
      other.text = with_other_numbers(message.text);
      agree(other);
    }
  }
}

TEST_F(EventMemoryLaw, a_changed_byte_is_read_as_if_it_were_the_first) {
  constexpr char bytes[] = {' ', '0', '9', 'a', 'x', '.', ':', '-', '/', '_', '\'', '\xff', '\x01'};
  for (const auto& message : test::golden_event_messages())
    for (std::size_t i = 0; i < message.text.size(); i += 3) {
      auto other = message;
      other.text[i] = bytes[random_() % sizeof bytes];
      agree(other);
      other.text = with_other_numbers(other.text);
      agree(other);
    }
}

TEST_F(EventMemoryLaw, short_hardware_addresses_and_their_neighbours_keep_their_lengths) {
  for (const char* text : {"host 3c.61.4.6a.22.7 moved",
                           "host 3c.61.4.6a.22.777 moved",
                           "host 3c.161.4.6a.22.7 moved",
                           "host 1.2.3.4.5.6 moved",
                           "host 1.2.3.4.5.a moved",
                           "host a6.61.4.12.22.7 moved",
                           "host a6.61.4.12.22.777 moved",
                           "host 6.61.4.12.22.7a moved",
                           "host 6.661.4.12.22.7a moved",
                           "host 6.61.4.12.22.7a.1 moved",
                           "at 10.0.0.1-10.0.0.9",
                           "at 10.0.0.1-10.0.0.999",
                           "at 1.1.1.1.1",
                           "at 2001:db8::1.179",
                           "at 2001:db8::1.1790",
                           "mac 0011.2233.4455",
                           "mac 0011.2233.445",
                           "mac 00-11-22-33-44-55",
                           "mac 0-11-22-33-44-55",
                           "Version 16.12.4.1",
                           "port 1/0/24",
                           "port 1/0/240000",
                           "user 7",
                           "user 77"})
    for (int twice = 0; twice < 2; ++twice) agree({"", "", text});
}

TEST_F(EventMemoryLaw, a_number_that_a_rule_names_is_no_other) {
  for (const char* text : {"Layer 2 for Interface BR0/1/0, TEI 64 changed to up",
                           "Layer 3 for Interface BR0/1/0, TEI 64 changed to up",
                           "Layer 22 for Interface BR0/1/0, TEI 64 changed to up",
                           "Layer 2 for Interface BR0/1/0, TEI 65 changed to up"})
    for (const char* id : {"%ISDN-6-LAYER2UP", ""}) agree({id, "", text});
}

TEST_F(EventMemoryLaw, more_shapes_than_are_remembered_change_nothing) {
  for (int pass = 0; pass < 2; ++pass)
    for (int i = 0; i < 9000; ++i) {
      std::string name;
      for (int rest = i; rest > 0; rest /= 26) name += static_cast<char>('a' + rest % 26);
      agree(
          {"%SYS-5-CONFIG_I", "", "Configured from console by " + name + " on vty0 (192.0.2.24)"});
    }
}

}  // namespace
}  // namespace netlogd::parse
