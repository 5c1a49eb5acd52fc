// Told: facts that a test tells.
#pragma once

#include <utility>
#include <vector>

#include "script/value.h"

namespace grotto::test {

class Told final : public Facts {
 public:
  explicit Told(std::vector<Value> answers = {}, double score = 0, double round = 1)
      : answers_(std::move(answers)), score_(score), round_(round) {}

  [[nodiscard]] const Value& answer(std::size_t ask) const noexcept override {
    return ask < answers_.size() ? answers_[ask] : nothing_;
  }
  [[nodiscard]] double score() const noexcept override { return score_; }
  [[nodiscard]] double round() const noexcept override { return round_; }

 private:
  std::vector<Value> answers_;
  double score_;
  double round_;
  Value nothing_;
};

}  // namespace grotto::test
