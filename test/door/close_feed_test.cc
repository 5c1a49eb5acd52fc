#include "door/close_feed.h"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

namespace grotto {
namespace {

/// A feed of lines, of which empty ones are for others.
class LineFeed final : public Feed {
 public:
  std::vector<std::string> lines;
  int blocked = 0;
  [[nodiscard]] bool has_more() const noexcept override { return !lines.empty(); }
  void preface(std::string& out) override { out += "preface;"; }
  std::size_t gather(std::span<Slice> slices, std::size_t /*bytes_max*/) override {
    while (!lines.empty() && lines.front().empty()) lines.erase(lines.begin());
    if (lines.empty()) return 0;
    slices[0] = {lines.front().data(), lines.front().size()};
    return 1;
  }
  [[nodiscard]] std::string_view advance(std::size_t bytes) override {
    rest_ = lines.front().substr(bytes);
    lines.erase(lines.begin());
    return rest_;
  }
  void on_blocked() override { ++blocked; }
  void on_unblocked() override { --blocked; }

 private:
  std::string rest_;
};

/// All that a connection would send, `step` bytes of each gathering at most.
std::string sent(CloseFeed& feed, std::size_t step = 1000) {
  std::string all;
  while (feed.has_more()) {
    feed.preface(all);
    std::array<Slice, 4> slices{};
    const std::size_t filled = feed.gather(slices, 1000);
    if (filled == 0) break;
    REQUIRE(filled == 1);
    const std::string_view slice(slices[0].data, slices[0].size);
    const std::size_t taken = std::min(step, slice.size());
    all += slice.substr(0, taken);
    all += feed.advance(taken);
  }
  return all;
}

TEST_CASE("CloseFeed: the frame comes last and once") {
  LineFeed lines;
  lines.lines = {"bat;", "bi;"};
  CloseFeed feed(&lines, "END");
  CHECK(sent(feed) == "preface;bat;preface;bi;END");
  CHECK_FALSE(feed.has_more());
  CloseFeed alone(nullptr, "END");
  CHECK(sent(alone, 1) == "END");
  CHECK(sent(alone).empty());
}

TEST_CASE("CloseFeed: lines that are not for this peer do not hold the frame back") {
  LineFeed lines;
  lines.lines = {"bat;", "", ""};
  CloseFeed feed(&lines, "END");
  CHECK(sent(feed) == "preface;bat;preface;END");
}

TEST_CASE("CloseFeed: a feed that comes or goes is told whether the peer is blocked") {
  LineFeed lines;
  CloseFeed feed(nullptr, "END");
  feed.on_blocked();
  feed.set_inner(&lines);
  CHECK(lines.blocked == 1);
  feed.set_inner(nullptr);
  CHECK(lines.blocked == 0);
  feed.set_inner(&lines);
  feed.on_unblocked();
  CHECK(lines.blocked == 0);
  CHECK(sent(feed) == "END");
}

}  // namespace
}  // namespace grotto
