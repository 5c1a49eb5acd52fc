#include "door/byte_door.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "../net/worker_fixture.h"

namespace grotto {
namespace {

using namespace std::string_literals;

struct Mirror final : Service {
  [[nodiscard]] bool wants_bytes() const noexcept override { return true; }
  void on_open(Session& /*session*/) override {}
  void on_bytes(Session& session, std::string_view bytes) override { session.write(bytes); }
};

std::string echoed(std::string_view bytes, DoorSet doors) {
  Mirror service;
  test::WorkerFixture fixture;
  auto pair = test::make_unix_pair();
  fixture.on_worker(
      [&] { fixture.worker().adopt(pair.near.release(), Address(), make_door(service, doors)); });
  pair.far.send_all(bytes);
  pair.far.end_output();
  std::string all;
  CHECK(pair.far.read_to_end(all));
  return all;
}

TEST_CASE("ByteDoor: every byte comes back as it was, whatever it looks like") {
  std::string all;
  for (unsigned byte = 0; byte != 256; ++byte) all += static_cast<char>(byte);
  for (const std::string& bytes :
       {all, "GET / HTTP/1.1\r\n\r\n"s, "\xFF\xFD\x06\r\n"s, "\x16\x03\x01"s}) {
    CHECK(echoed(bytes, DoorSet{.telnet = false}) == bytes);
  }
}

TEST_CASE("ByteDoor: with the telnet door a peer that begins with IAC is answered") {
  CHECK(echoed("\xFF\xFD\x06kai\xFF\xFFxo\n", DoorSet{}) == "\xFF\xFB\x06kai\xFFxo\n");
  CHECK(echoed("kai\xFF\xFFxo\n", DoorSet{}) == "kai\xFF\xFFxo\n");
}

}  // namespace
}  // namespace grotto
