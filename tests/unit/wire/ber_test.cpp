#include "netlogd/wire/ber.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

namespace netlogd::wire {
namespace {

using Bytes = std::vector<std::uint8_t>;

std::string text_of(const Oid& oid) {
  char text[Oid::max_text];
  return {text, oid.format(text)};
}

TEST(Ber, reads_elements_in_order_and_knows_its_end) {
  const Bytes bytes = {0x02, 0x01, 0x05, 0x04, 0x02, 'h', 'i', 0x05, 0x00};
  BerReader reader(bytes);
  EXPECT_EQ(reader.integer(0, 10), 5);
  EXPECT_EQ(reader.take(ber::octet_string).size(), 2U);
  EXPECT_FALSE(reader.at_end());
  EXPECT_TRUE(reader.take(ber::null).empty());
  EXPECT_TRUE(reader.ok());
  EXPECT_TRUE(reader.at_end());
  BerElement element;
  EXPECT_FALSE(reader.next(element));
  EXPECT_TRUE(reader.ok());
}

TEST(Ber, takes_lengths_that_are_written_longer_than_they_need_to_be) {
  for (const Bytes& bytes :
       {Bytes{0x04, 0x01, 'x'}, Bytes{0x04, 0x81, 0x01, 'x'}, Bytes{0x04, 0x82, 0x00, 0x01, 'x'},
        Bytes{0x04, 0x84, 0, 0, 0, 1, 'x'}, Bytes{0x04, 0x88, 0, 0, 0, 0, 0, 0, 0, 1, 'x'}}) {
    BerReader reader(bytes);
    EXPECT_EQ(reader.take(ber::octet_string).size(), 1U);
    EXPECT_TRUE(reader.ok() && reader.at_end());
  }
}

TEST(Ber, refuses_what_does_not_fit_its_container) {
  const std::vector<Bytes> broken = {
      {0x04},                                      // no length
      {0x04, 0x02, 'x'},                           // one short
      {0x04, 0x80, 'x', 0x00, 0x00},               // indefinite
      {0x04, 0xff, 'x'},                           // reserved
      {0x04, 0x82, 0x01},                          // the length is cut
      {0x04, 0x84, 0xff, 0xff, 0xff, 0xff, 'x'},   // 4 GiB
      {0x04, 0x88, 0x80, 0, 0, 0, 0, 0, 0, 0, 1},  // 2^63
      {0x04, 0x89, 0, 0, 0, 0, 0, 0, 0, 0, 1, 'x'},
      {0x1f, 0x81, 0x01, 0x00},  // a tag of several octets
  };
  for (const Bytes& bytes : broken) {
    BerReader reader(bytes);
    BerElement element;
    EXPECT_FALSE(reader.next(element));
    EXPECT_FALSE(reader.ok());
    EXPECT_FALSE(reader.next(element));
  }
}

TEST(Ber, a_wrong_tag_is_remembered) {
  const Bytes bytes = {0x04, 0x01, 'x', 0x02, 0x01, 0x07};
  BerReader reader(bytes);
  reader.take(ber::sequence);
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.integer(1, 9), 1) << "the lowest value that the caller can bear";
}

TEST(Ber, integers_of_odd_widths) {
  EXPECT_EQ(ber_integer(Bytes{0x80}), -128);
  EXPECT_EQ(ber_integer(Bytes{0xff, 0x7f}), -129);
  EXPECT_EQ(ber_integer(Bytes{0x00, 0x80}), 128);
  EXPECT_EQ(ber_integer(Bytes{0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}),
            std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(ber_integer(Bytes(300, 0x00)), 0) << "padding is no value";
  EXPECT_EQ(ber_integer(Bytes(300, 0xff)), -1);
  EXPECT_EQ(ber_integer(Bytes{}), std::nullopt);
  EXPECT_EQ(ber_integer(Bytes{1, 2, 3, 4, 5, 6, 7, 8, 9}), std::nullopt);
  EXPECT_EQ(ber_integer(Bytes{0, 0xff, 2, 3, 4, 5, 6, 7, 8}), std::nullopt) << "2^64 and no int64";
}

TEST(Ber, counters_are_unsigned_also_without_the_leading_zero) {
  EXPECT_EQ(ber_unsigned(Bytes{0x80, 0, 0, 0}, 4), 0x8000'0000U);
  EXPECT_EQ(ber_unsigned(Bytes{0x00, 0xff, 0xff, 0xff, 0xff}, 4), 0xffff'ffffU);
  EXPECT_EQ(ber_unsigned(Bytes(9, 0xff), 8), std::nullopt);
  EXPECT_EQ(ber_unsigned(Bytes{1, 0, 0, 0, 0}, 4), std::nullopt);
  EXPECT_EQ(ber_unsigned(Bytes{}, 4), std::nullopt);
}

TEST(Oid, decodes_the_first_two_arcs_of_every_root) {
  const auto text = [](const Bytes& content) {
    Oid oid;
    EXPECT_EQ(oid.decode(content), Oid::Status::ok);
    return text_of(oid);
  };
  EXPECT_EQ(text({0x00}), "0.0");
  EXPECT_EQ(text({0x2b}), "1.3");
  EXPECT_EQ(text({0x2b, 6, 1, 4, 1, 0x81, 0xfd, 0x59}), "1.3.6.1.4.1.32473");
  EXPECT_EQ(text({0x88, 0x37}), "2.999");
  EXPECT_EQ(text({0x2b, 0x8f, 0xff, 0xff, 0xff, 0x7f}), "1.3.4294967295");
  EXPECT_EQ(text({0x90, 0x80, 0x80, 0x80, 0x4f}), "2.4294967295");
  EXPECT_EQ(text({0x2b, 0x80, 0x80, 0x05}), "1.3.5") << "padding inside an arc";
}

TEST(Oid, tells_broken_from_too_big) {
  Oid oid;
  EXPECT_EQ(oid.decode(Bytes{}), Oid::Status::broken);
  EXPECT_EQ(oid.decode(Bytes{0x2b, 0x86}), Oid::Status::broken);
  EXPECT_EQ(oid.decode(Bytes{0x2b, 0x90, 0x80, 0x80, 0x80, 0x00}), Oid::Status::too_big);
  EXPECT_EQ(oid.decode(Bytes(127, 0x01)), Oid::Status::ok);
  EXPECT_EQ(oid.size(), 128U);
  EXPECT_EQ(oid.decode(Bytes(128, 0x01)), Oid::Status::too_big);
  EXPECT_TRUE(oid.empty());
  Bytes endless(60'000, 0x81);
  endless.back() = 0x01;
  EXPECT_EQ(oid.decode(endless), Oid::Status::too_big);
}

TEST(Oid, reads_text_and_refuses_what_is_none) {
  Oid oid;
  EXPECT_TRUE(oid.parse(".1.3.6"));
  EXPECT_EQ(text_of(oid), "1.3.6");
  for (const char* bad : {"", ".", "1.", "1..3", "1.a", "1.4294967296", "-1", "1.3 "}) {
    EXPECT_FALSE(oid.parse(bad)) << bad;
    EXPECT_TRUE(oid.empty());
  }
}

TEST(BerWriter, writes_what_the_reader_reads) {
  for (const std::int64_t value :
       {std::int64_t{0}, std::int64_t{127}, std::int64_t{128}, std::int64_t{-128},
        std::int64_t{-129}, std::int64_t{0x7fff'ffff}, std::numeric_limits<std::int64_t>::min()}) {
    BerWriter writer(64);
    writer.integer(value);
    BerReader reader(writer.bytes());
    EXPECT_EQ(reader.integer(std::numeric_limits<std::int64_t>::min(),
                             std::numeric_limits<std::int64_t>::max()),
              value);
    EXPECT_TRUE(reader.ok());
  }
  BerWriter writer(1024);
  writer.octets(Bytes(300, 'x'));
  writer.oid(std::vector<std::uint32_t>{2, 999, 4294967295U});
  writer.wrap(ber::sequence, 0);
  BerReader outer(writer.bytes());
  BerReader inner(outer.take(ber::sequence));
  Oid oid;
  EXPECT_EQ(oid.decode(inner.take(ber::object_identifier)), Oid::Status::ok);
  EXPECT_EQ(text_of(oid), "2.999.4294967295");
  EXPECT_EQ(inner.take(ber::octet_string).size(), 300U);
  EXPECT_TRUE(inner.ok() && inner.at_end() && outer.at_end());
}

TEST(BerWriter, says_when_it_is_full) {
  BerWriter writer(4);
  writer.octets(Bytes(4, 'x'));
  EXPECT_FALSE(writer.ok());
  writer.clear();
  writer.octets(Bytes(2, 'x'));
  EXPECT_TRUE(writer.ok());
}

}  // namespace
}  // namespace netlogd::wire
