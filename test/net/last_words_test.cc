#include "net/last_words.h"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>

namespace grotto {

TEST_CASE("say_last_words: the peer reads them and then the end, whatever it had sent before") {
  std::array<int, 2> pair{};
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair.data()) == 0);
  const std::string sent(20'000, 'x');
  REQUIRE(::send(pair[1], sent.data(), sent.size(), 0) == 20'000);
  say_last_words(pair[0], "no room\r\n");
  std::array<char, 64> heard{};
  CHECK(::recv(pair[1], heard.data(), heard.size(), 0) == 9);
  CHECK(std::string(heard.data(), 9) == "no room\r\n");
  CHECK(::recv(pair[1], heard.data(), heard.size(), 0) == 0);
  ::close(pair[1]);
}

TEST_CASE("say_last_words: a peer that has gone harms nobody") {
  std::array<int, 2> pair{};
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair.data()) == 0);
  ::close(pair[1]);
  say_last_words(pair[0], "no room\r\n");
  CHECK(::close(pair[0]) == -1);  // it was closed
}

}  // namespace grotto
