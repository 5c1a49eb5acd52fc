// SharedProgram: one process that works on everybody's answers (`[run] per = "server"`).
//
// It is started with the first answer, and again with the next one after its end, but at most once
// a second. Threads: any; a lock inside. Lifetime: owned by what all services share.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "prompt/programs.h"
#include "prompt/visitor_ref.h"
#include "script/script.h"

namespace grotto {

class SharedProgram : public std::enable_shared_from_this<SharedProgram> {
 public:
  SharedProgram(std::shared_ptr<Programs> programs, std::shared_ptr<const Script> script)
      : programs_(std::move(programs)), script_(std::move(script)) {}

  /// Sends `line` for that session. What it prints for it goes to Visitor::on_program_line(), its
  /// end to Visitor::on_program_end().
  void send(const std::string& session, const VisitorRef& visitor, std::string line);
  /// The visitor wants no more for that session; another one that has gone on with it still does.
  void leave(const std::string& session, const VisitorRef& visitor);
  /// Ends the process. Who waits for it is told so; it is started again like one that has ended.
  void end(const std::string& why);

 private:
  void on_line(std::uint64_t life, const std::string& line);
  void on_end(std::uint64_t life, const std::string& why);

  const std::shared_ptr<Programs> programs_;
  const std::shared_ptr<const Script> script_;
  std::mutex mutex_;
  std::shared_ptr<Program> program_;
  std::uint64_t life_ = 0;  // of the process that runs
  std::chrono::steady_clock::time_point started_{};
  std::size_t stray_bytes_ = 0;                 // for nobody, since an answer was sent
  std::map<std::string, VisitorRef> visitors_;  // who waits for it
};

}  // namespace grotto
