#include "net/selector.h"

#include <doctest/doctest.h>
#include <poll.h>
#include <uv.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sockets.h"

using grotto::ReadyEvent;
using grotto::Selector;
using grotto::Token;
using grotto::test::Fd;
using grotto::test::make_tcp_pair;
using grotto::test::make_unix_pair;
using grotto::test::Pair;

namespace {

using Create = grotto::Result<std::unique_ptr<Selector>> (*)();

/// All that a token's events say, over as many batches as come without waiting (after the first).
struct Seen {
  bool readable = false;
  bool writable = false;
  bool end_hint = false;
  bool hang_up = false;
  int events = 0;
};

std::uint64_t in_ms(int ms) {
  return Selector::now_ns() + static_cast<std::uint64_t>(ms) * 1'000'000;
}

Seen look_until(Selector& selector, Token token, std::uint64_t until_ns) {
  Seen seen;
  for (const ReadyEvent& event : selector.take(until_ns)) {
    if (event.token != token) continue;
    seen.readable |= event.readable;
    seen.writable |= event.writable;
    seen.end_hint |= event.end_hint;
    seen.hang_up |= event.hang_up;
    ++seen.events;
  }
  return seen;
}

Seen look(Selector& selector, Token token, int timeout_ms = 0) {
  return look_until(selector, token, timeout_ms == 0 ? Selector::kAtOnce : in_ms(timeout_ms));
}

bool polls_readable(int fd) {
  pollfd waiting{fd, POLLIN, 0};
  return ::poll(&waiting, 1, 0) == 1;
}

constexpr Token kToken{7, 3'000'000'000};
constexpr int kWait = 2'000;

/// Each half runs all of it: doctest comes back here once for each SUBCASE.
void keep_the_laws_of_edges(Create create) {
  const auto made = create();
  REQUIRE(made.has_value());
  Selector& selector = **made;

  SUBCASE("a poller inside it is told for as long as something waits there") {
    CHECK(selector.nests());
    uv_loop_t loop;
    REQUIRE(uv_loop_init(&loop) == 0);
    uv_async_t wake;
    REQUIRE(uv_async_init(&loop, &wake, [](uv_async_t* each) {
              uv_close(reinterpret_cast<uv_handle_t*>(each), nullptr);
            }) == 0);
    uv_run(&loop, UV_RUN_NOWAIT);  // registers it
    REQUIRE(selector.add_level_triggered(uv_backend_fd(&loop), kToken));
    CHECK(look(selector, kToken).events == 0);
    uv_async_send(&wake);
    CHECK(look(selector, kToken, kWait).readable);
    CHECK(look(selector, kToken, kWait).readable);
    uv_run(&loop, UV_RUN_DEFAULT);
    CHECK(look(selector, kToken).events == 0);
    CHECK(uv_loop_close(&loop) == 0);
  }
  SUBCASE("a wait ends at its time, to the microsecond and not before") {
    using Clock = std::chrono::steady_clock;
    const auto begun = Clock::now();
    CHECK(selector.take(Selector::now_ns() + 2'300'000).empty());
    CHECK(Clock::now() - begun >= std::chrono::microseconds(2'300));
  }
  SUBCASE("a far deadline, a nearer one and the far one again are each kept") {
    const std::uint64_t begun = Selector::now_ns();
    const auto until = [&](std::uint64_t ms) { return begun + ms * 1'000'000; };
    Pair pair = make_tcp_pair();
    REQUIRE(selector.add_stream(pair.near.get(), kToken));
    pair.far.send_all("x");
    CHECK(
        look_until(selector, kToken, until(5'000)).readable);  // it need not wait for its deadline
    for (const std::uint64_t ms : {40U, 80U, 120U}) {
      while (Selector::now_ns() < until(ms)) CHECK(selector.take(until(ms)).empty());
      CHECK(Selector::now_ns() - begun < until(4'000) - begun);
    }
  }
  SUBCASE("a stream gives one edge per arrival, not one per look") {
    Pair pair = make_tcp_pair();
    REQUIRE(selector.add_stream(pair.near.get(), kToken));
    CHECK(look(selector, kToken).events == 0);
    pair.far.send_all("one");
    const Seen seen = look(selector, kToken, kWait);
    CHECK(seen.readable);
    CHECK_FALSE(seen.writable);
    CHECK_FALSE(seen.end_hint);
    CHECK(look(selector, kToken).events == 0);  // unread, but told
    pair.far.send_all("two");
    CHECK(look(selector, kToken, kWait).readable);
  }
  SUBCASE("bytes that came before the registration are told") {
    Pair pair = make_tcp_pair();
    pair.far.send_all("early");
    REQUIRE(polls_readable(pair.near.get()));
    REQUIRE(selector.add_stream(pair.near.get(), kToken));
    CHECK(look(selector, kToken, kWait).readable);
  }
  SUBCASE("data followed at once by FIN carries the end hint") {
    Pair pair = make_tcp_pair();
    REQUIRE(selector.add_stream(pair.near.get(), kToken));
    pair.far.send_all("bye");
    pair.far.end_output();
    Seen seen = look(selector, kToken, kWait);
    if (!seen.end_hint) seen = look(selector, kToken, kWait);  // the FIN came apart
    CHECK(seen.end_hint);
    CHECK_FALSE(seen.hang_up);  // it still reads
  }
  SUBCASE("a reset is readable, an end hint and a hang-up") {
    Pair pair = make_tcp_pair();
    REQUIRE(selector.add_stream(pair.near.get(), kToken));
    pair.far.abort();
    const Seen seen = look(selector, kToken, kWait);
    CHECK(seen.events > 0);
    CHECK(seen.end_hint);
    CHECK(seen.hang_up);
  }
  SUBCASE("writability is told once when added, and again only after the socket was full") {
    Pair pair = make_tcp_pair();
    REQUIRE(selector.add_stream(pair.near.get(), kToken));
    const std::string block(64 * 1024, 'x');
    while (::send(pair.near.get(), block.data(), block.size(), MSG_NOSIGNAL) > 0) {
    }
    REQUIRE(errno == EAGAIN);
    REQUIRE(selector.add_writable(pair.near.get(), kToken));
    CHECK_FALSE(look(selector, kToken).writable);
    std::size_t taken = 0;
    bool writable = false;
    for (int i = 0; i < 1'000 && !writable; ++i) {
      taken += pair.far.take_available().size();
      writable = look(selector, kToken, 10).writable;
    }
    CHECK(writable);
    CHECK(taken > 0);
    CHECK(look(selector, kToken).events == 0);
  }
  SUBCASE("a listener is level-triggered: told at each look until accepted") {
    Fd listening(::socket(AF_INET, SOCK_STREAM, 0));
    grotto::test::set_nonblocking(listening.get());
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(listening.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::listen(listening.get(), 8) == 0);
    REQUIRE(::getsockname(listening.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
    REQUIRE(selector.add_level_triggered(listening.get(), kToken));
    const Fd far = grotto::test::connect_to(ntohs(address.sin_port));
    CHECK(look(selector, kToken, kWait).readable);
    CHECK(look(selector, kToken).readable);
    const Fd near(::accept(listening.get(), nullptr, nullptr));
    REQUIRE(near.get() >= 0);
    CHECK(look(selector, kToken).events == 0);
  }
  SUBCASE("a removed descriptor that stays open is silent, and may be added again") {
    Pair pair = make_tcp_pair();
    REQUIRE(selector.add_stream(pair.near.get(), kToken));
    selector.remove(pair.near.get());
    pair.far.send_all("x");
    REQUIRE(polls_readable(pair.near.get()));
    CHECK(look(selector, kToken).events == 0);
    REQUIRE(selector.add_stream(pair.near.get(), kToken));
    CHECK(look(selector, kToken, kWait).readable);
  }
  SUBCASE("a closed descriptor needs no call; its number may come back under another token") {
    Pair first = make_unix_pair();
    const int number = first.near.get();
    REQUIRE(selector.add_stream(number, kToken));
    first.near.reset();
    Pair second = make_unix_pair();
    REQUIRE(second.near.get() == number);
    const Token other{9, 1};
    REQUIRE(selector.add_stream(number, other));
    second.far.send_all("x");
    CHECK(look(selector, other, kWait).readable);
    second.far.send_all("y");
    CHECK(look(selector, kToken).events == 0);
  }
  SUBCASE("a descriptor that is none is refused") {
    CHECK_FALSE(selector.add_stream(-1, kToken));
    CHECK_FALSE(selector.add_writable(999'999, kToken));
  }
  SUBCASE("one batch is at most 256 events, and the rest comes next") {
    std::vector<Pair> pairs;
    for (std::uint32_t i = 0; i < 300; ++i) {
      pairs.push_back(make_unix_pair());
      REQUIRE(selector.add_stream(pairs.back().near.get(), {i, 1}));
      pairs.back().far.send_all("x");
    }
    std::vector<int> told(pairs.size(), 0);
    for (int batch = 0; batch < 4; ++batch) {
      const auto events = selector.take(Selector::kAtOnce);
      CHECK(events.size() <= Selector::kBatchMax);
      for (const ReadyEvent& event : events) ++told[event.token.slot];
    }
    for (const int count : told) CHECK(count == 1);
  }
}

}  // namespace

TEST_CASE("Selector: the epoll half keeps the laws of edges") {
  keep_the_laws_of_edges(grotto::create_epoll_selector);
}

TEST_CASE("Selector: the kqueue half keeps the laws of edges") {
  keep_the_laws_of_edges(grotto::create_kqueue_selector);
}
