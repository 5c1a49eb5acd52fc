// UvHandle<T>: a libuv handle whose memory is freed in its close callback, so that its owner may
// die at any time.
//
// If the initialisation succeeded, uv_close() follows, once, from reset() or the destructor.
// Threads: its loop's only, except uv_async_send().
#pragma once

#include <uv.h>

#include <memory>

namespace grotto {

template <class T>
class UvHandle {
 public:
  UvHandle() = default;
  UvHandle(const UvHandle&) = delete;
  UvHandle& operator=(const UvHandle&) = delete;
  ~UvHandle() { reset(); }

  /// `init`: called with the handle; 0 or a libuv error, which is returned.
  template <class Init>
  int open(void* data, Init init) {
    auto made = std::make_unique<T>();
    const int error = init(made.get());
    if (error != 0) return error;
    handle_ = made.release();
    handle_->data = data;
    return 0;
  }

  void reset() noexcept {
    if (handle_ == nullptr) return;
    uv_close(reinterpret_cast<uv_handle_t*>(handle_),
             [](uv_handle_t* closed) { delete reinterpret_cast<T*>(closed); });
    handle_ = nullptr;
  }

  [[nodiscard]] T* get() const noexcept { return handle_; }
  explicit operator bool() const noexcept { return handle_ != nullptr; }

 private:
  T* handle_ = nullptr;
};

}  // namespace grotto
