#include "app/file_watch.hpp"

#include <boost/asio/buffer.hpp>

#include <sys/inotify.h>

#include <cerrno>
#include <cstring>

namespace casebridge::app {
namespace {

// Not every write (IN_MODIFY): a file that is still being written is of no use yet.
constexpr std::uint32_t interesting = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO |
                                      IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

failure system_failure(const std::string& what) {
    return fail(errc::file_unreadable, what + ": " + std::strerror(errno));
}

}  // namespace

file_watch::file_watch(boost::asio::io_context& context, std::function<void()> changed)
    : events_(context), changed_(std::move(changed)) {}

result<void> file_watch::open() {
    const int fd = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (fd < 0) return system_failure("files cannot be watched");
    boost::system::error_code ec;
    events_.assign(fd, ec);
    read();
    return {};
}

result<void> file_watch::watch(const watched_files& all) {
    if (!events_.is_open()) CB_CHECK(open());
    entries_.clear();
    std::set<std::filesystem::path> wanted(all.table_folders.begin(), all.table_folders.end());
    table_folders_ = wanted;
    for (const auto& file : all.files) entries_.merge(entries_of(file));
    for (const auto& e : entries_) wanted.insert(e.folder);

    std::map<int, std::set<std::filesystem::path>> now;
    result<void> out;
    for (const auto& folder : wanted) {
        const int watch = ::inotify_add_watch(events_.native_handle(), folder.c_str(), interesting);
        if (watch >= 0)
            now[watch].insert(folder);
        else if (errno != ENOENT && errno != ENOTDIR)
            out = system_failure(folder.string() + " cannot be watched");
    }
    for (const auto& [watch, names] : folders_)
        if (!now.contains(watch)) ::inotify_rm_watch(events_.native_handle(), watch);
    folders_ = std::move(now);
    return out;
}

bool file_watch::matters(int watch, std::string_view name) const {
    const auto found = folders_.find(watch);
    if (found == folders_.end()) return false;  // of a watch that was taken away meanwhile
    for (const auto& folder : found->second) {
        if (entries_.contains({folder, std::string(name)})) return true;
        if (table_folders_.contains(folder) && name.ends_with(".jsonc")) return true;
    }
    return false;
}

void file_watch::read() {
    events_.async_read_some(boost::asio::buffer(buffer_), [this](const boost::system::error_code& ec,
                                                                 std::size_t size) {
        if (ec) return;
        bool met = false;
        for (std::size_t at = 0; at + sizeof(inotify_event) <= size;) {
            inotify_event e{};
            std::memcpy(&e, buffer_.data() + at, sizeof e);
            const char* name = buffer_.data() + at + sizeof e;
            const bool lost = (e.mask & (IN_Q_OVERFLOW | IN_DELETE_SELF | IN_MOVE_SELF)) != 0;
            met = met || lost || (e.len > 0 && matters(e.wd, std::string_view(name, ::strnlen(name, e.len))));
            at += sizeof e + e.len;
        }
        read();
        if (met) changed_();
    });
}

void file_watch::stop() {
    boost::system::error_code ignored;
    events_.close(ignored);
    folders_.clear();
}

}  // namespace casebridge::app
