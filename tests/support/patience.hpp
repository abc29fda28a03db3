// Time in tests. A machine may be busy for as long as it likes: no test depends on being quick.
#pragma once

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <exception>
#include <string>
#include <thread>

namespace casebridge::test {

// For what is expected to happen: only a test that fails ever waits so long.
inline constexpr std::chrono::seconds patience{60};

// Waits until it is true; false: it never was.
template <class Condition>
bool eventually(const Condition& condition) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return true;
}

// For tests in which a short time has to be over, but not before they have come to a certain point: runs the
// attempt with a short time first, and with longer ones if that was over too early. attempt(time) says, or
// throws, what it met instead; nothing if it came to that point.
template <class Attempt>
void with_enough_time(const Attempt& attempt) {
    std::string instead;
    for (const int ms : {100, 1000, 10000}) {
        try {
            instead = attempt(std::chrono::milliseconds(ms));
        } catch (const std::exception& e) {
            instead = e.what();
        }
        if (instead.empty()) return;
    }
    BOOST_ERROR(instead);
}

}  // namespace casebridge::test
