// Opening the questions: from settings to the service that asks them. Threads: before the workers
// run.
#pragma once

#include <memory>

#include "base/result.h"
#include "daemon/server.h"
#include "daemon/settings.h"
#include "room/records.h"
#include "script/load_script.h"

namespace grotto {

/// The script of `settings`. Errors: exit status 66 if it cannot be read, 78 if it has faults: all
/// of them, a line each, with their places.
Result<std::shared_ptr<const Script>> open_script(const Settings& settings);

/// Adds the prompt service to `services`. `store`: where answers go that are to be kept in the
/// store; null: there is none, or it is off. Errors: as open_script(); 73 and others for an answers
/// file (answers/open_answers.h).
Result<Done> add_prompt(const Settings& settings, std::shared_ptr<Records> store,
                        Services& services);

}  // namespace grotto
