// Password checks off the reactor threads: scrypt takes tens of milliseconds, so it runs on two threads of
// its own with a bounded queue (design §3). One object per process, shared by all threads; it must be
// destroyed (or stopped) before the io_contexts whose coroutines wait for it.
#pragma once

#include "http/task.hpp"

#include <cstddef>
#include <memory>
#include <string>

namespace casebridge::platform::tracecat {

class password_checks {
public:
    enum class verdict { right, wrong, overloaded };

    explicit password_checks(std::size_t most_waiting = 64);
    ~password_checks();

    // An empty hash costs as much as any other and is never right, so that an unknown address cannot be told
    // from a wrong password by the time the answer takes. Resumes on the caller's executor.
    task<verdict> check(std::string password, std::string hash);
    void stop();

private:
    struct state;
    std::shared_ptr<state> state_;
};

}  // namespace casebridge::platform::tracecat
