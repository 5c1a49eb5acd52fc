#include <doctest/doctest.h>

#include "visitors.h"

namespace grotto::testing {

TEST_CASE("Login: who guesses the server's password has no more time for it than who is silent") {
  ChatOptions options;
  options.server_password = "sesame";
  Limits limits;
  limits.hello_timeout_ms = 1'000;
  Grotto grotto(options, limits);
  Visitor& guest = grotto.comes();
  for (int i = 0; i < 3; ++i) {
    grotto.says(guest, "guess");
    grotto.pass_ms(300);
  }
  CHECK_FALSE(guest.is_ending());
  grotto.pass_ms(150);
  CHECK(guest.reason() == CloseReason::hello_timeout);

  Visitor& member = grotto.comes();
  grotto.pass_ms(800);
  grotto.says(member, "sesame");  // who knows it is asked for a name, and has time for that
  grotto.pass_ms(800);
  CHECK_FALSE(member.is_ending());
  grotto.says(member, "ana");
  grotto.pass_ms(5'000);
  CHECK_FALSE(member.is_ending());
}

}  // namespace grotto::testing
