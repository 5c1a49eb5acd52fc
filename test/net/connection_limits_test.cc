#include <doctest/doctest.h>
#include <poll.h>
#include <sys/socket.h>

#include <functional>
#include <string>
#include <thread>
#include <utility>

#include "net/connection.h"
#include "worker_fixture.h"

using namespace grotto;        // NOLINT: a test of one layer
using namespace grotto::test;  // NOLINT

TEST_CASE("Connection: who does not read is not read from, and is closed as slow at the deadline") {
  WorkerFixture fixture(short_limits());
  Pair pair = make_tcp_pair();
  const auto story = fixture.adopt(std::move(pair.near), echo());
  const std::string block = pattern(64 * 1024, 6);
  grotto::test::set_nonblocking(pair.far.get());
  std::size_t sent = 0;
  while (!fixture.on_worker([&] { return story->closed == 1; }) && sent < 64U * 1024 * 1024) {
    pollfd waiting{pair.far.get(), POLLOUT, 0};
    ::poll(&waiting, 1, 20);
    const ssize_t count = ::send(pair.far.get(), block.data(), block.size(), MSG_NOSIGNAL);
    if (count > 0) sent += static_cast<std::size_t>(count);
  }
  CHECK(fixture.is_closed(story));
  CHECK(story->reason == CloseReason::slow_reader);
  // The bound, what one turn of reading may add, and what the kernel took before it was full.
  CHECK(story->bytes.size() < 1024 * 1024);
}

TEST_CASE("Connection: reading goes on when the outbox fell below half, and the handler is told") {
  WorkerFixture fixture;
  Pair pair = make_tcp_pair();
  const auto story = fixture.adopt(std::move(pair.near), echo());
  const std::string sent = pattern(3 * 1024 * 1024, 7);
  std::thread writer([&] { pair.far.send_all(sent); });
  // Nothing is read until reading has stopped.
  std::size_t before = 1;
  CHECK(fixture.becomes([&] {
    const std::size_t now = story->bytes.size();
    return now > 256 * 1024 && now == std::exchange(before, now);
  }));
  std::string back;
  while (back.size() < sent.size()) {
    pollfd waiting{pair.far.get(), POLLIN, 0};
    REQUIRE(::poll(&waiting, 1, 5'000) == 1);
    back += pair.far.take_available();
  }
  writer.join();
  CHECK((back == sent));
  CHECK(fixture.on_worker([&] { return story->low; }) > 0);
}

TEST_CASE("Connection: who says nothing for the idle limit is told and closed; who speaks is not") {
  Limits limits;
  limits.idle_timeout_ms = 250;
  WorkerFixture fixture(limits);
  Pair silent = make_tcp_pair();
  const auto first = fixture.adopt(std::move(silent.near));
  Pair speaking = make_tcp_pair();
  const auto second = fixture.adopt(std::move(speaking.near));
  const auto speaks_until = [&](const std::function<bool()>& is_so) {
    return fixture.becomes([&] {
      speaking.far.send_all(".");
      return is_so();
    });
  };
  CHECK(speaks_until([&] { return first->idle == 1; }));
  std::string got;
  CHECK(silent.far.read_to_end(got));
  silent.far.reset();
  CHECK(speaks_until([&] { return first->closed == 1; }));
  CHECK(first->reason == CloseReason::idle_timeout);
  CHECK(second->idle == 0);
}

TEST_CASE("Connection: idle it is at most 256 bytes") {
  CHECK(sizeof(Connection) <= 256);
}
