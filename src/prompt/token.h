// Tokens: what goes on with a visit after a dropped connection or a restart. Threads: any.
#pragma once

#include <string>
#include <string_view>

namespace grotto {

/// 10 letters and digits, by chance: the number of a session.
[[nodiscard]] std::string new_session_id();

/// 22 letters, digits, `-` and `_`: 128 bits by chance.
[[nodiscard]] std::string new_token();

/// What is kept of a token: 32 hexadecimal digits that do not lead back to it (BLAKE2b).
[[nodiscard]] std::string token_hash(std::string_view token);

/// Whether they are equal, in a time that does not depend on where they differ.
[[nodiscard]] bool is_same_secret(std::string_view one, std::string_view other);

}  // namespace grotto
