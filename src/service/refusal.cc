#include "service/refusal.h"

#include "service/participant.h"
#include "service/person_lines.h"

namespace grotto {

void refuse(Participant& who, std::string_view code, std::string_view sentence) {
  who.write_line(phrase(who, sentence, code));
}

}  // namespace grotto
