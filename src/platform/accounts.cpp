#include "platform/accounts.hpp"

#include "http/message.hpp"

#include <algorithm>

namespace casebridge::platform {

const workspace* directory::find_workspace(const uuid& id) const noexcept {
    const auto at =
        std::find_if(workspaces.begin(), workspaces.end(), [&](const workspace& w) { return w.id == id; });
    return at == workspaces.end() ? nullptr : &*at;
}

const account* directory::find_account(std::string_view email) const noexcept {
    const auto at = std::find_if(accounts.begin(), accounts.end(),
                                 [&](const account& a) { return http::iequals(a.email, email); });
    return at == accounts.end() ? nullptr : &*at;
}

const account* directory::find_account(const uuid& id) const noexcept {
    const auto at =
        std::find_if(accounts.begin(), accounts.end(), [&](const account& a) { return a.id == id; });
    return at == accounts.end() ? nullptr : &*at;
}

const api_user* directory::find_api_user(std::string_view access_id) const noexcept {
    const auto it = std::find_if(api_users.begin(), api_users.end(),
                                 [&](const api_user& u) { return u.access_id == access_id; });
    return it == api_users.end() ? nullptr : &*it;
}

}  // namespace casebridge::platform
