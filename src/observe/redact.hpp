// The secrets that this process knows, so that none of them is ever printed.
//
// Configuration registers each secret when it is read. Whatever is logged is searched for them, and
// each occurrence becomes "[redacted]". Texts shorter than four bytes are not taken: they would turn
// up everywhere.
#pragma once

#include <string>
#include <string_view>

namespace casebridge::observe {

void add_secret(std::string_view secret);
// Cheap when there is nothing to hide.
bool holds_secret(std::string_view text) noexcept;
std::string redact(std::string_view text);

}  // namespace casebridge::observe
