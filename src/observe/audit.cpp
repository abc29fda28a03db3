#include "observe/audit.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <mutex>

namespace casebridge::observe {
namespace {

struct stream {
    std::mutex guard;
    int file = -1;
};

stream& out() {
    static auto& s = *new stream;  // outlives every thread that may still write
    return s;
}

// One write() with O_APPEND: lines of several threads, and of several processes, do not mix.
bool append(const std::string& line) {
    auto& s = out();
    const std::lock_guard lock(s.guard);
    if (s.file < 0) return false;
    const std::string whole = line + '\n';
    return ::write(s.file, whole.data(), whole.size()) == static_cast<ssize_t>(whole.size());
}

bool has_file() {
    const std::lock_guard lock(out().guard);
    return out().file >= 0;
}

}  // namespace

result<void> set_audit_file(const std::string& file) {
    int opened = -1;
    if (!file.empty()) {
        opened = ::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
        if (opened < 0)
            return fail(errc::file_unreadable, "cannot write to " + file + ": " + std::strerror(errno));
    }
    auto& s = out();
    const std::lock_guard lock(s.guard);
    if (s.file >= 0) ::close(s.file);
    s.file = opened;
    return {};
}

void audit(std::initializer_list<entry> entries) {
    const std::string line = render_line(level::info, "write", entries);
    if (append(line)) return;
    if (has_file()) log(level::error, "the audit file cannot be written, its line follows");
    write_line(line);
}

}  // namespace casebridge::observe
