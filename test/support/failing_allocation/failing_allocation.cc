// Preloaded into grottod: one allocation fails. $ALLOCATION_FILE holds a number of 8 bytes in the
// machine's order: with N > 0, the N-th allocation from then on finds no memory, and all others do.
// It counts down, and is 0 when that has happened.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" {
void* __libc_malloc(std::size_t size);                     // NOLINT: glibc's own names
void* __libc_calloc(std::size_t count, std::size_t size);  // NOLINT
void* __libc_realloc(void* old, std::size_t size);         // NOLINT
void* __libc_memalign(std::size_t at, std::size_t size);   // NOLINT
}

namespace {

std::atomic<std::int64_t>* left;

/// Before main(); what is allocated earlier succeeds.
__attribute__((constructor)) void open_count() {
  const char* const path = std::getenv("ALLOCATION_FILE");
  const int fd = path == nullptr ? -1 : ::open(path, O_RDWR | O_CLOEXEC);
  if (fd < 0) std::abort();
  void* const mapped =
      ::mmap(nullptr, sizeof(std::int64_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  ::close(fd);
  if (mapped == MAP_FAILED) std::abort();
  left = static_cast<std::atomic<std::int64_t>*>(mapped);
}

bool fails() noexcept {
  if (left == nullptr || left->load(std::memory_order_relaxed) <= 0) return false;
  if (left->fetch_sub(1, std::memory_order_relaxed) != 1) return false;
  errno = ENOMEM;
  return true;
}

}  // namespace

extern "C" {
void* malloc(std::size_t size) noexcept {
  return fails() ? nullptr : __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) noexcept {
  return fails() ? nullptr : __libc_calloc(count, size);
}
void* realloc(void* old, std::size_t size) noexcept {
  return fails() ? nullptr : __libc_realloc(old, size);
}
void* memalign(std::size_t at, std::size_t size) noexcept {
  return fails() ? nullptr : __libc_memalign(at, size);
}
void* aligned_alloc(std::size_t at, std::size_t size) noexcept {
  return fails() ? nullptr : __libc_memalign(at, size);
}
int posix_memalign(void** made, std::size_t at, std::size_t size) noexcept {
  if (fails()) return ENOMEM;
  *made = __libc_memalign(at, size);
  return *made == nullptr ? ENOMEM : 0;
}
}
