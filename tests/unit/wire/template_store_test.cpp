#include "netlogd/wire/template_store.hpp"

#include <gtest/gtest.h>

namespace netlogd::wire {
namespace {

std::unique_ptr<FlowTemplate> format(std::uint16_t id, bool options = false,
                                     std::int64_t received = 0) {
  static const FlowElements none;
  auto compiled = FlowTemplate::compile(
      {.id = id, .scope_fields = std::uint16_t{options}, .options = options, .fields = {{0, 1, 4}}},
      none);
  compiled->received = TimePoint(std::chrono::seconds(received));
  return compiled;
}

TEST(TemplateStore, forgets_the_least_recently_used_first) {
  TemplateStore store;
  store.put(format(256), 2);
  store.put(format(257), 2);
  EXPECT_NE(store.find(256), nullptr);
  const auto change = store.put(format(258), 2);
  EXPECT_EQ(change.evicted, 1U);
  EXPECT_EQ(change.templates, 0);
  EXPECT_NE(store.find(256), nullptr);
  EXPECT_EQ(store.find(257), nullptr);
}

TEST(TemplateStore, accounts_for_every_octet) {
  TemplateStore store;
  std::int64_t templates = 0;
  std::int64_t bytes = 0;
  const auto add = [&](const TemplateStore::Change& change) {
    templates += change.templates;
    bytes += change.bytes;
    EXPECT_EQ(static_cast<std::size_t>(templates), store.size());
    EXPECT_EQ(static_cast<std::size_t>(bytes), store.bytes());
  };
  add(store.put(format(256, false, 10), 8));
  add(store.put(format(256, true, 20), 8));
  add(store.put(format(257, false, 30), 8));
  add(store.put(format(258, false, 40), 8));
  add(store.remove(258));
  add(store.remove(999));
  add(store.expire(TimePoint(std::chrono::seconds(25))));
  EXPECT_EQ(store.peek(256), nullptr);
  add(store.put(format(300, true, 50), 8));
  add(store.remove_all(true));
  EXPECT_EQ(store.peek(300), nullptr);
  EXPECT_NE(store.peek(257), nullptr);
  add(store.remove_all(false));
  EXPECT_EQ(store.bytes(), 0U);
}

}  // namespace
}  // namespace netlogd::wire
