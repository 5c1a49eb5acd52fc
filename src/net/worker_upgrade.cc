// The chapter of Worker on upgrades: it stands still, and goes on if they come to nothing.
#include "net/connection.h"
#include "net/worker.h"

namespace grotto {

bool Worker::has_tasks() {
  const std::scoped_lock lock(inbox_mutex_);
  return !inbox_.empty() || !deferred_.empty() || aside_ > 0;
}

void Worker::go_on_reading() noexcept {
  is_reading_suspended_ = false;
  for_each_connection([this](Connection& connection) {
    if (connection.may_read()) queue_ready(connection);
  });
}

}  // namespace grotto
