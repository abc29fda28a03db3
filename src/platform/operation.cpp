#include "platform/operation.hpp"

namespace casebridge::platform {

std::string_view caller::name() const noexcept {
    if (user) return user->email;
    return key ? std::string_view(key->id) : std::string_view("anonymous");
}

}  // namespace casebridge::platform
