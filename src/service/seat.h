// Seat: a person's place in one room.
// Threads: its worker's only.
#pragma once

#include "room/member.h"

namespace grotto {

class Participant;

class Seat final : public Member {
 public:
  explicit Seat(Participant& person) noexcept : person_(person) {}

 private:
  void on_lines() override;
  void on_may_say() override;
  void on_too_slow() override;
  [[nodiscard]] LineFilter* filter() noexcept override;
  void on_said(LineNumber number, LineKind kind, std::string_view line) noexcept override;

  Participant& person_;
};

}  // namespace grotto
