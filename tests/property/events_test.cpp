// Laws of the event extraction: any prefix and any changed byte of any golden message is read, in
// bounded time, and what the lists hold is a piece of the message.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "netlogd/core/json_writer.hpp"
#include "netlogd/core/text_buffer.hpp"
#include "netlogd/parse/events.hpp"
#include "support/golden_events.hpp"
#include "unit/parse/event_support.hpp"

namespace netlogd::parse {
namespace {

using Message = test::EventMessage;

class EventLaws : public ::testing::Test {
 protected:
  // Reads a heap copy of exactly this size, so that the sanitizer sees a step past the end.
  void read(const Message& message, std::string_view text) {
    const std::vector<char> exact(text.begin(), text.end());
    const std::string_view view(exact.data(), exact.size());
    fields_.clear();
    const auto type = extractor_.extract({.vendor = "unknown",
                                          .message_id = message.id,
                                          .process = message.process,
                                          .message = view,
                                          .parameters = {}},
                                         fields_);
    EXPECT_TRUE(builtin_events().has_event_type(type)) << text;
    using List = ExtractedFields::List;
    for (const auto list : {List::ip_addresses, List::interfaces, List::mac_addresses, List::users})
      for (const auto value : fields_.list(list)) {
        EXPECT_FALSE(value.empty()) << text;
        EXPECT_NE(view.find(value), std::string_view::npos) << text;
      }
    buffer_.clear();
    JsonWriter json(buffer_);
    fields_.write(json);
  }

  EventExtractor extractor_{builtin_events()};
  ExtractedFields fields_;
  TextBuffer buffer_;
};

TEST_F(EventLaws, every_prefix_of_every_message_is_read) {
  for (const auto& message : test::golden_event_messages())
    for (std::size_t length = 0; length <= message.text.size(); ++length)
      read(message, std::string_view(message.text).substr(0, length));
}

TEST_F(EventLaws, every_message_with_any_one_byte_changed_is_read) {
  for (const auto& message : test::golden_event_messages())
    for (std::size_t i = 0; i < message.text.size(); ++i)
      for (const char c : {'\0', ' ', '0', 'x', '.', ':', '(', '\'', '\xff', '%', '\n'}) {
        std::string changed = message.text;
        changed[i] = c;
        read(message, changed);
      }
}

TEST_F(EventLaws, every_message_under_every_other_id_is_read) {
  const auto messages = test::golden_event_messages();
  for (const auto& one : messages)
    for (const auto& other : messages) read({one.id, one.process, {}}, other.text);
}

TEST_F(EventLaws, long_repetitions_are_read_in_bounded_time) {
  for (const char* piece : {"a", "1.", "1.1.1.1-", "::", "a:", "fe80:", "Gi1/", "(", "user '",
                            "user: ", "-a", "a=", ", A: ", "to ", "%A-1-B: ", "\xff"}) {
    std::string text;
    while (text.size() < 65000) text += piece;
    for (const char* id : {"", "%BGP-5-ADJCHANGE", "%ASA-6-302013", "%FTD-1-430003",
                           "RT_FLOW_SESSION_CREATE", "%DAEMON-3-SYSTEM_MSG"})
      read({id, "sshd", {}}, text);
  }
}

}  // namespace
}  // namespace netlogd::parse
