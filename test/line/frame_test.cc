#include "line/frame.h"

#include <doctest/doctest.h>

#include <string>

namespace grotto {

using namespace std::string_literals;

namespace {

std::string framed(Framing framing, std::string_view text) {
  std::string out = "before";
  append_frame(framing, text, out);
  REQUIRE(out.starts_with("before"));
  return out.substr(6);
}

}  // namespace

TEST_CASE("Frame: a line in each framing") {
  CHECK(framed(Framing::lines, "kaixo") == "kaixo\r\n");
  CHECK(framed(Framing::websocket, "kaixo") == "\x81\x05kaixo");
  CHECK(framed(Framing::events, "kaixo") == "data: kaixo\n\n");
  std::string event = "{}";
  end_frame(Framing::events, event, 0, 41);
  CHECK(event == "id: 41\ndata: {}\n\n");
}

TEST_CASE("Frame: the length takes 7, 16 or 64 bits, the fewest that hold it (RFC 6455, 5.2)") {
  CHECK(framed(Framing::websocket, std::string(125, 'x')).substr(0, 2) == "\x81\x7D");
  CHECK(framed(Framing::websocket, std::string(126, 'x')).substr(0, 4) == "\x81\x7E\0\x7E"s);
  CHECK(framed(Framing::websocket, std::string(65'535, 'x')).substr(0, 4) == "\x81\x7E\xFF\xFF");
  const std::string long_one = framed(Framing::websocket, std::string(65'536, 'x'));
  CHECK(long_one.substr(0, kFrameHeaderBytesMax) == "\x81\x7F\0\0\0\0\0\1\0\0"s);
  CHECK(long_one.size() == 65'536 + kFrameHeaderBytesMax);
}

}  // namespace grotto
