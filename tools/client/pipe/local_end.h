// LocalEnd: our side of a pipe: standard input and output, or a program in their place.
// Threads: its worker's only.
#pragma once

#include <string_view>

namespace grotto::client {

class LocalHandler {
 public:
  virtual void on_local_bytes(std::string_view bytes) = 0;
  virtual void on_local_end() = 0;
  /// Nobody reads any more what write() would give.
  virtual void on_local_gone() = 0;
  /// is_over() is true now.
  virtual void on_local_over() = 0;
  /// There is room again for what write() gives.
  virtual void on_local_low() = 0;

 protected:
  ~LocalHandler() = default;
};

class LocalEnd {
 public:
  virtual ~LocalEnd() = default;

  /// False: it has enough for now; on_local_low() follows.
  virtual bool write(std::string_view bytes) = 0;
  virtual void pause() = 0;
  virtual void resume() = 0;
  /// No more comes by write().
  virtual void end() = 0;
  /// What the whole should exit with if all went well.
  [[nodiscard]] virtual int exit_status() const noexcept = 0;
  /// Whether it is over, after end().
  [[nodiscard]] virtual bool is_over() const noexcept = 0;
};

}  // namespace grotto::client
