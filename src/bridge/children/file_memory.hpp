// What was found out about files that the backend says little of, by reading them once. Bounded: the oldest go. Of one
// thread.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace casebridge::bridge {

struct file_facts {
    std::size_t size = 0;
    std::string sha256;
};

class file_memory {
public:
    explicit file_memory(std::size_t most = 4096) : most_(most) {}

    // place: of the backend's part that the number belongs to. document: the file's, which is another one once the
    // file has been replaced.
    const file_facts* find(std::string_view place, std::int64_t number, std::string_view document) const;
    void learn(std::string_view place, std::int64_t number, std::string_view document, file_facts facts);

private:
    using key = std::pair<std::string, std::int64_t>;
    struct entry {
        std::string document;  // its hash
        file_facts facts;
    };
    std::size_t most_;
    std::map<key, entry> known_;
    std::deque<key> order_;
};

}  // namespace casebridge::bridge
