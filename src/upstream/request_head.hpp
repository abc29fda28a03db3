// The head of a request, built by hand into a reused string. Pure.
#pragma once

#include "core/error.hpp"
#include "upstream/client.hpp"

#include <string>
#include <string_view>

namespace casebridge::upstream {

// "tc.example.org" or "[::1]:8080": the port only where it is not the scheme's own.
std::string host_field(std::string_view scheme, std::string_view host, std::uint16_t port);

// Replaces out by the head of the call: request line, Host, Content-Length where there is a body or
// the method expects one (POST, PUT, PATCH), the call's fields, then those of its signer.
// A byte that would break the framing, or a field that belongs to the framing, is a bug of the
// caller's: errc::internal, naming the field and never its value.
result<void> build_head(std::string& out, std::string_view host_field, const call& c);

}  // namespace casebridge::upstream
