#include "service/chat_api.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "visitors.h"

namespace grotto::testing {
namespace {

constexpr std::string_view kToken = "0123456789abcdef";

ChatOptions options() {
  ChatOptions made;
  made.api_token = kToken;
  made.rooms = {{"cave", "bats"}};
  return made;
}

/// A program that asks.
struct Program {
  explicit Program(const ChatOptions& with = options(), const Limits& limits = {})
      : grotto(with, limits) {}
  ApiAnswer asks(const ApiRequest& request) {
    auto answer = grotto.service().web_api()->answer(request);
    grotto.tick();
    REQUIRE(answer.has_value());
    return std::move(*answer);
  }
  ApiAnswer gets(std::string_view path, std::string_view token = {}) {
    return asks({.method = "GET",
                 .path = path,
                 .query = {},
                 .body = {},
                 .token = token,
                 .last_event_id = {},
                 .peer_host = "192.0.2.7"});
  }
  ApiAnswer posts(std::string_view path, std::string_view body, std::string_view query = {},
                  std::string_view token = kToken) {
    return asks({.method = "POST",
                 .path = path,
                 .query = query,
                 .body = body,
                 .token = token,
                 .last_event_id = {},
                 .peer_host = "192.0.2.7"});
  }
  Grotto grotto;
};

void is_refused(const ApiAnswer& answer, unsigned status, const std::string& code) {
  CHECK(answer.status == status);
  CHECK_MESSAGE(answer.body.find("\"code\":\"" + code + "\"") != std::string::npos, answer.body);
}

/// An event source.
class Reader final : public Session {
 public:
  std::string reads() {
    std::string out;
    while (feed != nullptr && feed->has_more()) {
      feed->preface(out);
      Slice slices[8];
      std::size_t bytes = 0;
      const std::size_t filled = feed->gather(slices, 4096);
      for (std::size_t i = 0; i < filled; ++i) {
        out.append(slices[i].data, slices[i].size);
        bytes += slices[i].size;
      }
      if (filled > 0) out += feed->advance(bytes);
    }
    return out;
  }
  void write(std::string_view /*bytes*/) override {}
  void write_line(std::string_view /*text*/) override {}
  [[nodiscard]] Framing framing() const noexcept override { return Framing::events; }
  [[nodiscard]] std::size_t outbox_bytes() const noexcept override { return 0; }
  [[nodiscard]] std::size_t undelivered_bytes() const noexcept override { return 0; }
  void follow(Feed* followed) override { feed = followed; }
  void touch() override {}
  void finish(CloseReason /*reason*/, std::string_view /*last_line*/) override {}
  void abort(CloseReason /*reason*/) override {}
  void resume() override {}
  [[nodiscard]] bool is_ending() const noexcept override { return false; }
  bool start_telnet() override { return false; }
  bool hide_input(bool /*is_hidden*/) override { return false; }
  [[nodiscard]] std::uint64_t idle_ms() const noexcept override { return 0; }
  [[nodiscard]] std::string peer_name() const override { return "192.0.2.7:1"; }
  [[nodiscard]] std::string peer_host() const override { return "192.0.2.7"; }
  Feed* feed = nullptr;
};

}  // namespace

TEST_CASE("ChatApi: a program says a line under a name of its own") {
  Program program;
  Visitor& ana = program.grotto.enters("ana");
  const ApiAnswer answer = program.posts("/rooms/lobby", "kaixo <b>\n");
  CHECK(answer.status == 200);
  CHECK(answer.body == R"({"type":"said","room":"lobby","from":"curl"})");
  CHECK(program.posts("/rooms/%6cobby", "x").status == 404);  // the door has decoded it
  CHECK(program.posts("/rooms/lobby", "/kick ana", "as=b%6ft").status == 200);
  CHECK(ana.reads() == std::vector<std::string>{"curl: kaixo <b>", "bot: /kick ana"});
}

TEST_CASE("ChatApi: what may not be said is refused with its code, and nothing is in the room") {
  Program program;
  Visitor& ana = program.grotto.enters("ana");
  is_refused(program.posts("/rooms/lobby", "x", {}, {}), 401, "token-required");
  is_refused(program.posts("/rooms/lobby", "x", {}, "0123456789abcdeX"), 401, "wrong-token");
  is_refused(program.posts("/rooms/lobby", "x", {}, "0123456789abcde"), 401, "wrong-token");
  is_refused(program.posts("/rooms/nowhere", "x"), 404, "no-such-room");
  is_refused(program.posts("/rooms/lobby", "one\ntwo"), 400, "one-line");
  is_refused(program.posts("/rooms/lobby", "\n"), 400, "usage");
  is_refused(program.posts("/rooms/lobby", std::string(4097, 'x')), 413, "too-long");
  is_refused(program.posts("/rooms/lobby", "x", "as=a+b"), 400, "bad-name");
  is_refused(program.posts("/rooms/lobby", "x", "as=ANA"), 409, "name-taken");
  is_refused(program.posts("/rooms", "x"), 405, "bad-method");
  CHECK(ana.reads().empty());
  Program closed(ChatOptions{});
  is_refused(closed.posts("/rooms/lobby", "x"), 401, "wrong-token");
}

TEST_CASE("ChatApi: flood control is that of every other member") {
  Program program;
  for (int line = 0; line < 20; ++line) CHECK(program.posts("/rooms/lobby", "x").status == 200);
  const ApiAnswer refused = program.posts("/rooms/lobby", "x");
  is_refused(refused, 429, "too-fast");
  CHECK(refused.retry_after == 1);
  CHECK(program.posts("/rooms/lobby", "x", "as=other").status == 200);
  program.grotto.pass_ms(1'000);
  CHECK(program.posts("/rooms/lobby", "x").status == 200);
}

TEST_CASE("ChatApi: rooms are listed, private ones are not, nor are they there for strangers") {
  Program program;
  Visitor& ana = program.grotto.enters("ana");
  program.grotto.says(ana, "/join secret");
  program.grotto.says(ana, "/room private");
  ana.reads();
  CHECK(program.gets("/rooms").body ==
        R"({"rooms":[{"room":"lobby","members":1,"topic":"","password":false},)"
        R"({"room":"cave","members":0,"topic":"bats","password":false}],"more":0})");
  is_refused(program.gets("/rooms/secret"), 404, "no-such-room");
  CHECK(program.gets("/rooms/secret", kToken).stream != nullptr);
  CHECK_FALSE(program.grotto.service()
                  .web_api()
                  ->answer({.method = "GET",
                            .path = "/roomsx",
                            .query = {},
                            .body = {},
                            .token = {},
                            .last_event_id = {},
                            .peer_host = "::1"})
                  .has_value());
}

TEST_CASE("ChatApi: who follows a room reads it from a line on, and nobody sees him") {
  Program program;
  Visitor& ana = program.grotto.enters("ana");
  program.grotto.says(ana, "one");
  program.grotto.says(ana, "two");
  Reader reader;
  auto answer = program.asks({.method = "GET",
                              .path = "/rooms/lobby",
                              .query = {},
                              .body = {},
                              .token = {},
                              .last_event_id = "1",
                              .peer_host = "::1"});
  REQUIRE(answer.stream != nullptr);
  answer.stream->start(reader);
  const std::string missed = reader.reads();
  CHECK(missed.starts_with("id: 2\ndata: {\"type\":\"say\",\"id\":2,"));
  CHECK(missed.ends_with("}\n\n"));
  program.grotto.says(ana, "/who");
  CHECK(ana.reads() == std::vector<std::string>{"1 person is here: ana"});
  program.grotto.says(ana, "three");
  CHECK(reader.reads().find("\"text\":\"three\"") != std::string::npos);
  answer.stream.reset();
  CHECK(reader.feed == nullptr);
  Reader late;
  auto now = program.gets("/rooms/lobby");
  now.stream->start(late);
  CHECK(late.reads().empty());
  program.grotto.says(ana, "four");
  CHECK(late.reads().find("\"text\":\"four\"") != std::string::npos);
}

TEST_CASE("ChatApi: where people have to show who they are, programs have to as well") {
  ChatOptions strict = options();
  strict.requires_login = true;
  Program program(strict);
  is_refused(program.gets("/rooms"), 401, "token-required");
  is_refused(program.gets("/rooms/lobby"), 401, "token-required");
  CHECK(program.gets("/rooms", kToken).status == 200);
}

TEST_CASE("ChatApi: the token of an account speaks under its name, and for nobody else") {
  ChatOptions strict = options();
  strict.server_password = "sesame";
  Program program(strict);
  program.grotto.pass_ms(1);
  ChatService& chat = static_cast<ChatService&>(program.grotto.service());
  const Name luzmi = std::get<Name>(chat.names().check("luzmi"));
  REQUIRE(chat.shared().accounts.add(luzmi, "hash") == Accounts::Added::yes);
  const std::string token = Passwords::random_text(24);
  is_refused(program.posts("/rooms/lobby", "x", {}, token), 401, "wrong-token");
  REQUIRE(chat.shared().accounts.set_token_digest(luzmi.key, Passwords::digest(token)));
  CHECK(program.posts("/rooms/lobby", "x", {}, token).body ==
        R"({"type":"said","room":"lobby","from":"luzmi"})");
  CHECK(program.posts("/rooms/lobby", "x", "as=Luzmi", token).status == 200);
  is_refused(program.posts("/rooms/lobby", "x", "as=ana", token), 403, "not-yours");
  is_refused(program.posts("/rooms/lobby", "x", "as=luzmi", kToken), 409, "name-taken");
  CHECK(program.gets("/rooms/lobby", token).stream != nullptr);
  REQUIRE(chat.shared().accounts.set_token_digest(luzmi.key, {}));
  is_refused(program.posts("/rooms/lobby", "x", {}, token), 401, "wrong-token");
}

}  // namespace grotto::testing
