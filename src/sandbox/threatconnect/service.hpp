// The stand-in's core: one request in, one answer out, synchronously. Knows no sockets; wire.hpp gives
// it to a network, unit tests call it directly.
#pragma once

#include "sandbox/threatconnect/auth.hpp"
#include "sandbox/threatconnect/listing.hpp"
#include "sandbox/threatconnect/store.hpp"

#include "http/message.hpp"

#include <boost/json/value.hpp>

#include <functional>
#include <string>
#include <unordered_map>

namespace casebridge::sandbox::threatconnect {

struct service_options {
    bool fractions = false;          // times with fraction digits
    bool insensitive_tql = false;
    std::int64_t tql_zone_seconds = 0;  // east of UTC: what TQL's dates without a zone mean
    bool allow_bulk_delete = false;
    id_type max_attribute = 0;       // maxSize of the attribute type "Bridge State"; 0: what the data say
    std::uint64_t seed = 0;
    std::size_t cases = 0;           // made up reproducibly from the seed
    std::function<instant()> clock = &instant::now;
};

class service {
public:
    explicit service(service_options options);

    // Adds a data file (data_file.hpp says what it holds). The text is kept: reset() reads it again.
    outcome<void> load(std::string text);
    // Back to the state right after the start.
    void reset();

    void handle(const http::request& req, http::response& res);

    store& objects() noexcept {
        lists_.clear();
        return store_;
    }
    authenticator& logins() noexcept { return logins_; }

private:
    outcome<std::string> answer(const http::request& req, http::response& res);
    outcome<std::string> answer_v3(const http::request& req, std::string_view path, http::response& res);
    outcome<std::string> answer_v2(const context& c, std::string_view path, const http::request& req);
    outcome<std::string> renew_token(const http::request& req);
    outcome<std::string> options(const object_def& o, std::string_view rest, const query& q);
    outcome<std::string> listed(const object_def& o, const http::request& req, const query& q,
                                const context& c);
    outcome<std::string> collection(const object_def& o, const http::request& req, const query& q,
                                    const context& c, http::response& res);
    outcome<std::string> single(const object_def& o, std::string_view key, const http::request& req,
                                const query& q, const context& c);
    outcome<std::string> bulk_delete(const object_def& o, const query& q, const context& c);
    outcome<std::string> one(const context& c, const query& q, object_type t, id_type id,
                             std::string_view message);
    outcome<id_type> select_owner(const caller& who, const query& q, const object_def* o) const;
    record* find(const context& c, const object_def& o, std::string_view key);

    service_options options_;
    store store_;
    authenticator logins_;
    std::vector<std::string> files_;
    // Answered lists by who asks and what, until anything is written: tests and benchmarks ask for the same
    // pages again and again, and the stand-in is not what they measure.
    std::unordered_map<std::string, std::string> lists_;
};

}  // namespace casebridge::sandbox::threatconnect
