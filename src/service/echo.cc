#include "service/echo.h"

namespace grotto {

namespace {

class Echo final : public Service {
 public:
  [[nodiscard]] bool wants_bytes() const noexcept override { return true; }
  void on_open(Session& /*session*/) override {}
  void on_bytes(Session& session, std::string_view bytes) override { session.write(bytes); }
  [[nodiscard]] bool save(Session& /*session*/, StateWriter& /*state*/) override { return true; }
};

}  // namespace

ServiceFactory make_echo_factory() {
  return [](WorkerContext& /*worker*/) { return std::make_unique<Echo>(); };
}

}  // namespace grotto
