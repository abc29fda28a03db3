// ThreatConnect v3 as a backend.
#pragma once

#include "platform/backend.hpp"
#include "platform/threatconnect/wire/auth.hpp"
#include "upstream/client.hpp"

#include <map>
#include <string>
#include <vector>

namespace casebridge::platform::threatconnect {

struct backend_options {
    std::string realm;                     // base URL, without credentials
    std::string base_path;                 // "/api"
    std::vector<credential> credentials;
    std::string carry_attribute;           // names from the case table
    std::string file_type;
};

// One per thread; the client belongs to the same thread and must outlive it.
class backend final : public platform::backend {
public:
    backend(upstream::client& client, backend_options opts);

    task<result<reply_ptr>> read_case(call_context& ctx, std::int64_t number, child_kinds with = {}) override;
    std::size_t most_per_page() const noexcept override { return 10000; }  // fact sheet §3.1
    task<result<reply_ptr>> list_cases(call_context& ctx, const case_listing& what) override;
    task<result<std::vector<reply_ptr>>> list_catalogue(call_context& ctx, catalogue what) override;
    task<result<std::map<std::string, std::string>>> read_files(
        call_context& ctx, const std::vector<file_reference>& files) override;
    task<result<written>> create_case(call_context& ctx, const mapping::write_plan& plan) override;
    task<result<written>> update_case(call_context& ctx, std::int64_t number,
                                      const mapping::write_plan& plan) override;
    task<result<void>> remove_case(call_context& ctx, std::int64_t number) override;
    task<result<tags_written>> change_tag(call_context& ctx, const tag_change& change) override;
    // backend_children.cpp
    task<result<child_written>> write_child(call_context& ctx, const child_write& w) override;
    task<result<void>> remove_child(call_context& ctx, const child_removal& r) override;
    task<result<std::optional<std::int64_t>>> holder_of(call_context& ctx, child what,
                                                        std::int64_t number) override;
    json::value children_of(json::value stored_case, child what) const override;
    std::optional<child> children_named(std::string_view member) const override;
    // backend_files.cpp
    task<result<std::string>> read_content(call_context& ctx, std::int64_t artifact) override;
    std::string_view mark_of_content(json::value artifact) const override {
        return artifact.member("hashCode").text();
    }
    // backend_definitions.cpp
    task<result<reply_ptr>> write_field_definition(call_context& ctx, std::optional<std::int64_t> number,
                                                   std::string_view name,
                                                   std::string_view definition) override;
    task<result<void>> remove_field_definition(call_context& ctx, std::int64_t number) override;
    task<result<reply_ptr>> write_tag(call_context& ctx, std::optional<std::int64_t> number,
                                      const mapping::write_plan& plan) override;
    task<result<void>> remove_tag(call_context& ctx, std::int64_t number) override;
    std::int64_t number_of(json::value stored_case) const override;
    std::string_view external_id_of(json::value stored_case) const override {
        return stored_case.member("xid").text();
    }
    case_facts facts_of(json::value stored_case, case_listing::order by, const workspace& where,
                        std::string_view user) const override;
    std::optional<assignee> assignee_of(json::value stored) const override;
    std::string assignee_document(bool group, std::int64_t number) const override;
    std::string_view nobody() const override { return R"({"type":"None"})"; }   // fact sheet §6.3
    std::string_view login_of(json::value user) const override { return user.member("userName").text(); }
    std::string user_document(const account& a, std::optional<role> here) const override;
    const std::string& realm() const override { return options_.realm; }

private:
    task<result<upstream::answer>> send(call_context& ctx, std::string_view method, std::string target,
                                        std::string_view body);
    // A request of that context: signature, account, deadline; failure if there is no such credential.
    result<upstream::call> call_of(const call_context& ctx, std::string_view method, std::string target,
                                   std::string_view body) const;
    task<result<upstream::answer>> transmit(call_context& ctx, const upstream::call& c);
    // backend_files.cpp: {<members>,"fileData":"<content in Base64>"}; members: no braces.
    task<result<upstream::answer>> send_with_content(call_context& ctx, std::string_view method,
                                                     std::string target, std::string_view members,
                                                     std::string_view content);
    task<result<reply_ptr>> put_case(call_context& ctx, std::int64_t number, std::string_view body);
    task<result<void>> replace_bag_entries(call_context& ctx, std::int64_t number,
                                           const mapping::bag_change& change, bool& began);
    // id: of its bag entry; 0: it has none.
    task<result<void>> take_back_state(call_context& ctx, std::int64_t number, std::int64_t id,
                                       const mapping::write_plan& plan);
    task<result<reply_ptr>> post_case(call_context& ctx, std::string_view body, bool files);
    task<result<reply_ptr>> put_with_carry(call_context& ctx, std::int64_t number,
                                           const mapping::write_plan& plan, bool& history_kept);
    task<void> tidy(call_context& ctx, std::int64_t number, const mapping::write_plan& plan,
                    bool replaced_in_place);
    task<void> remove_file(call_context& ctx, std::int64_t number, std::string_view name);
    bool keeps_carry(json::value stored_case, const mapping::write_plan& plan) const;
    std::int64_t place_of_state(json::value stored_case, const mapping::write_plan& plan) const;
    bool has_rival(json::value stored_case, const mapping::write_plan& plan) const;
    // backend_children.cpp
    task<result<upstream::answer>> send_child(call_context& ctx, const child_write& w);
    task<result<void>> keep_with_case(call_context& ctx, const child_write& w, child_written& out);
    task<result<void>> take_back(call_context& ctx, const child_write& w, std::int64_t number, failure why);
    task<result<void>> put_attribute(call_context& ctx, std::int64_t id, std::string_view value);
    task<result<void>> remove_object(call_context& ctx, std::string_view path, std::int64_t number);

    upstream::client& client_;
    backend_options options_;
    std::map<std::string, upstream::signer, std::less<>> signers_;
};

}  // namespace casebridge::platform::threatconnect
