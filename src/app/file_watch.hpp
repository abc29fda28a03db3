// Says when one of the watched files may have changed (inotify). It may say so too often; it watches
// directories, so that files replaced by a rename and links that are swapped are seen.
#pragma once

#include "app/watched_files.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <array>
#include <functional>
#include <map>
#include <set>
#include <string>

namespace casebridge::app {

class file_watch {
public:
    // changed is called on the context.
    file_watch(boost::asio::io_context& context, std::function<void()> changed);
    file_watch(const file_watch&) = delete;
    file_watch& operator=(const file_watch&) = delete;

    // From now on these, instead of what was watched before. Fails where the system has no watch left.
    result<void> watch(const watched_files& all);
    void stop();

private:
    result<void> open();
    void read();
    bool matters(int watch, std::string_view name) const;

    boost::asio::posix::stream_descriptor events_;
    std::function<void()> changed_;
    std::map<int, std::set<std::filesystem::path>> folders_;  // by watch; several names of one directory
    std::set<directory_entry> entries_;
    std::set<std::filesystem::path> table_folders_;
    alignas(8) std::array<char, 8192> buffer_{};
};

}  // namespace casebridge::app
