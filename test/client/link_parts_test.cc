#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>
#include <thread>

#include "client/chat/commands.h"
#include "client/link/backoff.h"
#include "client/link/outgoing.h"
#include "client/link/write_all.h"
#include "client/settings/paths.h"

using namespace grotto;          // NOLINT: a test of one layer
using namespace grotto::client;  // NOLINT

TEST_CASE("Backoff: pauses grow to half a minute, by chance a quarter more or less") {
  Backoff backoff(7);
  std::uint64_t middle = Backoff::kFirstMs;
  for (int i = 0; i < 20; ++i) {
    const std::uint64_t pause = backoff.next_ms();
    CHECK(pause >= middle * 3 / 4);
    CHECK(pause <= std::min(middle * 5 / 4, Backoff::kLastMs));
    middle = std::min(2 * middle, Backoff::kLastMs);
  }
  backoff.reset();
  CHECK(backoff.next_ms() <= Backoff::kFirstMs * 5 / 4);
}

TEST_CASE("Outgoing: bytes leave as they came, in any pieces") {
  Outgoing outgoing({});
  std::string all;
  std::string sent;
  for (std::size_t i = 0; i < 300; ++i) {
    const std::string piece(i % 17, static_cast<char>('a' + i % 26));
    REQUIRE(outgoing.append(piece));
    all += piece;
    std::array<Slice, 2> slices{};
    if (outgoing.has_more() && outgoing.gather(slices, 1'000) == 1) {
      const std::size_t part = std::max<std::size_t>(1, slices[0].size / 2);
      sent.append(slices[0].data, part);
      CHECK(outgoing.advance(part).empty());
    }
  }
  std::array<Slice, 1> rest{};
  outgoing.gather(rest, Outgoing::kBytesMax);
  sent.append(rest[0].data, rest[0].size);
  CHECK(sent == all);
}

TEST_CASE("Outgoing: it is bounded, and tells when there is room again, once") {
  int lows = 0;
  Outgoing outgoing([&] { ++lows; });
  CHECK(outgoing.append(std::string(Outgoing::kBytesMax, 'x')));
  CHECK_FALSE(outgoing.append("x"));
  CHECK(outgoing.is_high());
  static_cast<void>(outgoing.advance(Outgoing::kBytesMax - Outgoing::kLow));
  CHECK(lows == 0);
  static_cast<void>(outgoing.advance(1));
  static_cast<void>(outgoing.advance(1));
  CHECK(lows == 1);
  CHECK_FALSE(outgoing.is_high());
}

TEST_CASE("write_all: it waits for a reader, also where somebody made the pipe non-blocking") {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  ::fcntl(ends[1], F_SETFL, O_NONBLOCK);
  const std::string all(500'000, 'x');
  std::size_t read = 0;
  std::thread reader([&] {
    std::array<char, 4096> buffer{};
    while (read < all.size()) {
      const ssize_t got = ::read(ends[0], buffer.data(), buffer.size());
      if (got <= 0) break;
      read += static_cast<std::size_t>(got);
    }
  });
  CHECK(write_all(ends[1], all));
  reader.join();
  CHECK(read == all.size());
  ::close(ends[0]);
  ::close(ends[1]);
  CHECK_FALSE(write_all(-1, "x"));
}

TEST_CASE("Commands: words that leave, lines with secrets, completion") {
  CHECK(is_quit_word("exit"));
  CHECK(is_quit_word("{quit}"));
  CHECK(is_quit_word("/quit bye"));
  CHECK_FALSE(is_quit_word("/quitter"));
  CHECK_FALSE(is_quit_word("exit now"));
  for (const char* const secret : {"/login ana x", "/register", "/password a", "/drop-account x",
                                   "/resume abc", "/room password x", "/join cave secret"}) {
    CAPTURE(secret);
    CHECK(holds_secret(secret));
  }
  for (const char* const open :
       {"/join cave", "/join cave ", "/room private", "kaixo", "/logins"}) {
    CAPTURE(open);
    CHECK_FALSE(holds_secret(open));
  }
  CHECK(commands_like("/unm") == std::vector<std::string>{"/unmute"});
  CHECK(commands_like("/").size() > 40);
}

TEST_CASE("Paths: the XDG folders, or those of the home, or none") {
  const auto paths = [](const std::string& config, const std::string& home) {
    return Paths::of([=](const std::string& name) -> std::optional<std::string> {
      if (name == "XDG_CONFIG_HOME" && !config.empty()) return config;
      if (name == "HOME" && !home.empty()) return home;
      return std::nullopt;
    });
  };
  CHECK(paths("/c", "/h").config_file == "/c/grotto/client.toml");
  CHECK(paths("relative", "/h").config_file == "/h/.config/grotto/client.toml");
  CHECK(paths("", "/h").history_file() == "/h/.local/state/grotto-client/history");
  CHECK(paths("", "/h").token_file("unix:/a b") == "/h/.local/state/grotto-client/token-unix__a_b");
  CHECK(paths("", "").config_file.empty());
  CHECK(paths("", "").token_file("a").empty());
}
