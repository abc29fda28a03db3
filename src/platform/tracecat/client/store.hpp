// Tracecat as a backend whose lists are chains of cursor pages: the client role of this platform.
//
// One per thread; the client belongs to the same thread and must outlive it. What is one per process (logins,
// release, indexes) is in the memory. All calls fail with errc::upstream_error and a sentence where the server is
// older than 1.0.0-beta.51.
#pragma once

#include "platform/case_store.hpp"
#include "platform/tracecat/client/case_form.hpp"
#include "platform/tracecat/client/memory.hpp"
#include "platform/tracecat/client/options.hpp"
#include "platform/tracecat/client/targets.hpp"
#include "upstream/client.hpp"

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace casebridge::platform::tracecat::client {

class store final : public platform::case_store {
public:
    store(upstream::client& client, store_options opts, std::shared_ptr<store_memory> memory);

    std::size_t most_per_page() const noexcept override { return 200; }  // fact sheet §2.1
    task<result<store_page>> list_cases(call_context& ctx, const store_listing& what) override;
    task<result<stored_case_ptr>> read_case(call_context& ctx, std::int64_t number,
                                            completion needs) override;
    task<result<stored_case_ptr>> read_case(call_context& ctx, const uuid& id, completion needs) override;
    task<result<void>> complete(call_context& ctx, std::vector<stored_case_ptr>& cases,
                                completion needs) override;
    task<result<std::optional<std::int64_t>>> find_external_id(call_context& ctx,
                                                               std::string_view external_id) override;
    task<result<written>> create_case(call_context& ctx, const store_change& change) override;
    task<result<written>> update_case(call_context& ctx, const stored_case& before,
                                      const store_change& change) override;
    task<result<void>> remove_case(call_context& ctx, const uuid& id) override;
    task<result<reply_ptr>> list_catalogue(call_context& ctx, catalogue what) override;
    task<result<reply_ptr>> create_tag(call_context& ctx, std::string_view members) override;
    task<result<reply_ptr>> update_tag(call_context& ctx, const uuid& id, std::string_view members) override;
    task<result<void>> remove_tag(call_context& ctx, const uuid& id) override;
    // store_children.cpp
    task<result<bool>> offers(call_context& ctx, child what) override;
    task<result<reply_ptr>> list_children(call_context& ctx, const uuid& of, child what) override;
    task<result<reply_ptr>> create_child(call_context& ctx, const uuid& of, child what,
                                         std::string_view members) override;
    task<result<reply_ptr>> update_child(call_context& ctx, const uuid& of, child what, const uuid& id,
                                         std::string_view members) override;
    task<result<void>> remove_child(call_context& ctx, const uuid& of, child what, const uuid& id) override;
    // store_files.cpp
    task<result<reply_ptr>> upload(call_context& ctx, const uuid& of, std::string_view name,
                                   std::string_view content_type, std::string_view bytes) override;
    task<result<std::string>> download(call_context& ctx, const uuid& of, const uuid& attachment,
                                       std::string_view sha256) override;
    // store_texts.cpp
    task<result<std::vector<workspace_text>>> list_texts(call_context& ctx) override;
    task<result<void>> write_text(call_context& ctx, std::string name,
                                  std::optional<std::string> text) override;
    bool takes_tag(std::string_view name, std::string_view beside) const override;
    const std::string& realm() const override { return options_.realm; }

private:
    // store_calls.cpp: one request, logged in.
    // No aggregate: gcc 12 copies aggregates bit by bit where they are made inside a co_await.
    struct request {
        request(std::string_view verb, std::string to, std::string content = {}, bool as_form = false)
            : method(verb), target(std::move(to)), body(std::move(content)), form(as_form) {}
        std::string_view method;  // in static storage
        std::string target;
        std::string body;
        bool form = false;  // of a login; else JSON
        std::string content_type = {};  // where it is neither
        std::span<const upstream::body_part> parts = {};  // follow the body
    };
    const login_credential* find_credential(std::string_view name) const noexcept;
    // Reads of this credential leave no trace in the cases' histories.
    bool reads_by_key(const call_context& ctx) const;
    task<result<upstream::answer>> transmit(call_context& ctx, const request& r, const login_credential& c,
                                            std::string_view field, std::string value);
    task<result<upstream::answer>> transmit_logged_in(call_context& ctx, const request& r,
                                                      const login_credential& c);
    task<result<sessions::session>> log_in(call_context& ctx, const login_credential& c,
                                           std::uint64_t stale_serial);
    task<result<upstream::answer>> send(call_context& ctx, std::string_view method, std::string target,
                                        std::string body = {});
    task<result<upstream::answer>> send(call_context& ctx, const request& r);
    task<result<reply_ptr>> get(call_context& ctx, std::string target);
    task<result<place_of_routes>> locate(call_context& ctx);
    task<result<void>> probe(call_context& ctx);
    place_of_routes place(const call_context& ctx, mount how) const noexcept;
    workspace_memory& workspace_of(const call_context& ctx) { return memory_->of(ctx.where->id); }

    // store_catalogues.cpp: the definitions of custom fields, that of the bridge's own included.
    task<result<reply_ptr>> all_fields(call_context& ctx);
    task<result<reply_ptr>> read_fields(call_context& ctx);  // not what is remembered

    // store_reads.cpp
    struct raw_case {
        json::value item;
        bool readable = true;  // its payload can be read
        bool gone = false;  // deleted since the list was read
        bool restored = false;  // the item's state is a last copy seen
        reply_ptr single;  // read alone: newer than the item
        std::optional<std::string> description;
        std::string history;
        result<void> outcome{};
    };
    struct raw_page {
        std::vector<reply_ptr> replies;
        std::vector<raw_case> cases;
        std::string next;
        std::optional<std::uint64_t> total;
    };
    class completions;
    task<result<std::vector<std::string>>> field_ids(call_context& ctx);
    task<result<raw_page>> read_page(call_context& ctx, const place_of_routes& where, store_listing what);
    task<result<bool>> read_part(call_context& ctx, const std::string& target, raw_page& out,
                                 bool with_payload);
    task<void> complete_one(call_context& ctx, const place_of_routes& where, completion needs, raw_case& c);
    task<result<void>> complete_all(call_context& ctx, const place_of_routes& where, completion needs,
                                    std::vector<raw_case>& cases);
    task<result<void>> add_description(call_context& ctx, const place_of_routes& where, raw_case& c);
    task<result<void>> add_history(call_context& ctx, const place_of_routes& where, raw_case& c);
    task<result<stored_case_ptr>> read_single(call_context& ctx, const place_of_routes& where, const uuid& id,
                                              completion needs);
    task<result<stored_case_ptr>> read_numbered(call_context& ctx, const place_of_routes& where,
                                                std::int64_t number, completion needs);
    // What it says is remembered, and where its state has vanished the last copy stands in.
    result<stored_case_ptr> absorb(workspace_memory& in, const raw_case& c, std::string_view tags = {});
    static std::string_view lost_state(const case_names& names, const known_case& had);
    void note_external_id(workspace_memory& in, std::int64_t number, json::value state);

    // store_external_ids.cpp
    void note_passing(workspace_memory& in, const raw_case& c);
    task<result<void>> refresh(call_context& ctx, const place_of_routes& where, workspace_memory& in);
    task<result<void>> walk(call_context& ctx, const place_of_routes& where, workspace_memory& in,
                            store_listing what);

    // store_writes.cpp
    std::string payload_with(json::value payload, std::string_view state) const;
    task<result<raw_page>> find_created(call_context& ctx, const place_of_routes& where, std::string token,
                                        std::int64_t since);
    bool has_token(json::value item, std::string_view token) const;
    task<result<void>> patch_case(call_context& ctx, const place_of_routes& where, const uuid& id,
                                  std::string body);
    task<result<written>> confirm_state(call_context& ctx, const place_of_routes& where, json::value before,
                                        std::string_view state, written out);

    // store_tags.cpp
    struct tag_outcome {
        std::string objects;  // of the tags added: "{…},{…}"
        std::vector<std::string> refused;
        std::vector<uuid> not_removed;
    };
    task<result<std::vector<tag_definition>>> definitions(call_context& ctx, const place_of_routes& where,
                                                          bool anew);
    task<result<uuid>> define_tag(call_context& ctx, const place_of_routes& where, std::string name,
                                  bool anew);
    task<result<std::string>> add_tag(call_context& ctx, const place_of_routes& where, const uuid& id,
                                      std::string name);
    task<tag_outcome> change_tags(call_context& ctx, const place_of_routes& where, const uuid& id,
                                  const store_change& change);

    // store_files.cpp
    result<upstream::client*> client_of(const upstream::base_url& origin);
    task<result<upstream::answer>> fetch(call_context& ctx, std::string url);

    // store_children.cpp
    // The user that writes go by; empty: a key, which is nobody (§3.1).
    task<result<std::string>> own_user(call_context& ctx);
    // The list with the child that was just made as its data.
    task<result<reply_ptr>> find_made(call_context& ctx, const uuid& of, child what, json::value sent,
                                      std::int64_t since, bool in_doubt);
    // The list with that child as its data; not_found.
    task<result<reply_ptr>> read_child(call_context& ctx, const uuid& of, child what, const uuid& id);
    void note_failure(const call_context& ctx, const uuid& of, child what, const failure& f);

    upstream::client& client_;
    const store_options options_;
    const std::shared_ptr<store_memory> memory_;
    std::map<std::string, std::unique_ptr<upstream::client>> elsewhere_;  // by origin: where files lie
};

}  // namespace casebridge::platform::tracecat::client
