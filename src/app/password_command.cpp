#include "app/commands.hpp"
#include "core/password.hpp"

#include <termios.h>
#include <unistd.h>

#include <iostream>

namespace casebridge::app {
namespace {

// Switches the terminal's echo off for as long as it lives.
class silent_terminal {
public:
    silent_terminal() {
        active_ = ::isatty(STDIN_FILENO) == 1 && ::tcgetattr(STDIN_FILENO, &before_) == 0;
        if (!active_) return;
        termios quiet = before_;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    }
    ~silent_terminal() {
        if (active_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    }
    silent_terminal(const silent_terminal&) = delete;
    silent_terminal& operator=(const silent_terminal&) = delete;
    bool active() const noexcept { return active_; }

private:
    termios before_{};
    bool active_ = false;
};

bool ask(const char* prompt, bool terminal, std::string& into) {
    if (terminal) std::cerr << prompt << std::flush;
    const bool got = static_cast<bool>(std::getline(std::cin, into));
    if (terminal) std::cerr << '\n';
    return got && !into.empty();
}

}  // namespace

int password() {
    std::string first;
    {
        const silent_terminal quiet;
        if (!ask("Password: ", quiet.active(), first)) {
            std::cerr << "no password given\n";
            return 1;
        }
        std::string second;
        if (quiet.active() && (!ask("Again: ", true, second) || second != first)) {
            std::cerr << "the two do not match\n";
            return 1;
        }
    }
    const auto hash = hash_password(first);
    if (hash.has_error()) {
        std::cerr << "cannot hash: " << hash.error().detail << '\n';
        return 2;
    }
    std::cout << hash.value() << '\n';
    return 0;
}

}  // namespace casebridge::app
