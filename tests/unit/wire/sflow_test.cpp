#include "netlogd/wire/sflow.hpp"

#include <gtest/gtest.h>

#include "netlogd/wire/sflow_counters.hpp"
#include "unit/parse/flow_bytes.hpp"

namespace netlogd::wire {
namespace {

using tests::Bytes;

Bytes datagram(std::uint32_t samples, const Bytes& body) {
  return Bytes().u32(5).u32(1).u32(0x0a000001).u32(7).u32(42).u32(1000).u32(samples).add(body);
}
Bytes sample(std::uint32_t format, const Bytes& body) {
  return Bytes().u32(format).u32(body.size()).add(body);
}

TEST(Sflow, reads_the_header_with_either_address) {
  SflowDatagram header;
  const auto four = datagram(0, {}).data();
  ASSERT_TRUE(read_sflow(four, header));
  EXPECT_EQ(header.agent.text(), "10.0.0.1");
  EXPECT_EQ(header.sub_agent, 7U);
  EXPECT_EQ(header.sequence, 42U);
  const auto six =
      Bytes().u32(5).u32(2).u64(0x20010db800000000).u64(1).u32(7).u32(42).u32(1000).u32(0).data();
  ASSERT_TRUE(read_sflow(six, header));
  EXPECT_EQ(header.agent.text(), "2001:db8::1");
  for (std::size_t n = 0; n < four.size(); ++n)
    EXPECT_FALSE(read_sflow(std::span(four).first(n), header)) << n;
  EXPECT_FALSE(read_sflow(Bytes().u32(5).u32(3).zeros(40).data(), header));
  EXPECT_FALSE(read_sflow(Bytes().u32(4).u32(1).zeros(40).data(), header));
}

TEST(Sflow, reads_samples_of_both_forms) {
  const auto packed = Bytes().u32(1).u32(5).u32(256).u32(1000).u32(2).u32(3).u32(0x40000102).u32(0);
  const auto wide =
      Bytes().u32(1).u32(0).u32(5).u32(256).u32(1000).u32(2).u32(0).u32(3).u32(2).u32(9).u32(0);
  const auto octets =
      datagram(3, sample(1, packed).add(sample(3, wide)).add(sample(99, Bytes().u32(1)))).data();
  SflowDatagram header;
  ASSERT_TRUE(read_sflow(octets, header));
  SflowSampleReader reader(header);
  SflowSample one;
  ASSERT_TRUE(reader.next(one));
  EXPECT_EQ(one.kind, SflowSample::Kind::flow);
  EXPECT_EQ(one.sampling_rate, 256U);
  EXPECT_EQ(one.input.value, 3U);
  EXPECT_EQ(one.output.format, SflowInterface::discarded);
  EXPECT_EQ(one.output.value, 0x102U);
  ASSERT_TRUE(reader.next(one));
  EXPECT_EQ(one.output.format, SflowInterface::several);
  EXPECT_EQ(one.output.value, 9U);
  ASSERT_TRUE(reader.next(one));
  EXPECT_EQ(one.kind, SflowSample::Kind::unknown);
  EXPECT_FALSE(reader.next(one));
  EXPECT_FALSE(reader.broken());
}

TEST(Sflow, stops_at_counts_and_lengths_that_lie) {
  SflowDatagram header;
  SflowSample one;
  const auto endless =
      datagram(0xffffffff, sample(2, Bytes().u32(1).u32(5).u32(0xffffffff))).data();
  ASSERT_TRUE(read_sflow(endless, header));
  SflowSampleReader reader(header);
  ASSERT_TRUE(reader.next(one));
  SflowRecord record;
  SflowRecordReader records(one);
  EXPECT_FALSE(records.next(record));
  EXPECT_TRUE(records.broken());
  EXPECT_FALSE(reader.next(one));
  EXPECT_TRUE(reader.broken());
  const auto too_long = datagram(1, Bytes().u32(1).u32(0xffffffff).u32(0)).data();
  ASSERT_TRUE(read_sflow(too_long, header));
  SflowSampleReader again(header);
  EXPECT_FALSE(again.next(one));
  EXPECT_TRUE(again.broken());
}

TEST(SflowCounters, have_the_sizes_of_their_structures) {
  const std::pair<std::uint32_t, std::size_t> sizes[] = {
      {1, 88},    {2, 52},    {3, 72},    {4, 80},    {5, 28},
      {1001, 28}, {2003, 68}, {2004, 72}, {2005, 52}, {2006, 40}};
  for (const auto& [format, size] : sizes) {
    std::size_t sum = 0;
    for (const auto& counter : sflow_counters(format)) sum += counter.bytes;
    EXPECT_EQ(sum, size) << format;
  }
  EXPECT_TRUE(sflow_counters(77).empty());
}

}  // namespace
}  // namespace netlogd::wire
