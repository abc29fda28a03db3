// The ThreatConnect façade: what a ThreatConnect v3 client meets. It checks who is asking, reads parameters and
// bodies, asks a platform::record_exchange, and words the answer. Documents come from the exchange with every
// member that it has; what clients see of them, envelopes, statuses, page links, tokens and errors are made
// here.
//
// One object per thread; the services that it is given are shared and must outlive it.
#pragma once

#include "core/crypto.hpp"
#include "http/handler.hpp"
#include "platform/accounts.hpp"
#include "platform/record.hpp"
#include "platform/threatconnect/facade/errors.hpp"
#include "platform/threatconnect/facade/links.hpp"
#include "platform/threatconnect/facade/tokens.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace casebridge::platform::threatconnect {

std::int64_t system_seconds();

struct options {
    std::string public_url = "http://127.0.0.1:8081";  // as clients reach it, without /api
    bool read_only = false;
    bool deletes = true;  // of cases and tags, and of whatever a query finds
    bool bulk_delete = false;  // DELETE with a query
    digest token_key{}, link_key{};  // derived per purpose from the secret file, design §7
    std::optional<digest> previous_token_key, previous_link_key;  // of the secret before
    unix_clock now = system_seconds;
};

struct context;

class facade final : public http::handler {
public:
    facade(options opts, const directory& accounts, record_exchange& backend, error_words words);

    task<void> handle(const http::request& req, http::response& res) override;
    std::size_t body_limit(const http::request& head) const override;
    void refuse(const failure& why, http::response& res) const override;

private:
    // Everything that needs no waiting; true when the action remains to be done.
    bool prepare(context& c) const;
    bool check_route(context& c) const;
    bool check_caller(context& c) const;
    bool check_parameters(context& c) const;
    bool check_write(context& c) const;

    task<void> act(context& c);
    bool answer_alone(context& c) const;
    task<void> describe_object(context& c);
    void issue_token(context& c) const;
    void renew_token(context& c) const;
    void who_am_i(context& c) const;

    task<void> list(context& c);
    task<void> read(context& c);
    task<void> write(context& c);
    task<void> remove(context& c);
    task<void> remove_many(context& c);
    task<void> act_on_v2(context& c);

    record_request start(const context& c, record_verb action) const;
    bool read_query(context& c, record_request& r) const;
    bool parse_body(context& c, json::tape& given) const;
    bool read_document(context& c, record_request& r) const;
    bool read_removal(context& c, record_request& r) const;
    bool name_record(context& c, record_request& r) const;
    void answer_list(context& c, const record_request& r, record_answer& a) const;
    bool answer_one(context& c, record_answer& a, unsigned status, std::string_view message) const;

    task<bool> run(context& c, const record_request& r, record_answer& out);
    // … of the object that {id} names.
    task<bool> run_named(context& c, record_request& r, record_answer& out);
    bool take(context& c, result<record_answer> done, record_answer& out) const;
    void word(context& c, const failure& why) const;
    void refuse(context& c, complaint why) const;

    options options_;
    const directory* accounts_;
    record_exchange* backend_;
    error_words words_;
    tokens tokens_;
    links links_;
};

}  // namespace casebridge::platform::threatconnect
