#include "service/refusal.h"

#include <fmt/format.h>

#include "service/participant.h"

namespace grotto {

void refuse(Participant& who, std::string_view code, std::string_view sentence) {
  who.tell(fmt::format("{} [{}]", sentence, code));
}

}  // namespace grotto
