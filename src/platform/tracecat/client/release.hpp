// Which Tracecat answers, found out by what it does: /info says 1.0.0-beta.50 for servers that are newer than
// beta.51 (fact sheet, header), so the number alone says nothing.
//
// One read tells: a search whose limit and include_payload are both malformed. Servers that know include_payload
// (beta.51, §6.3) complain about both, older ones about the limit only, those before beta.47 do not know the
// path, and all of them read no case for it.
#pragma once

#include "upstream/client.hpp"

#include <string>
#include <string_view>

namespace casebridge::platform::tracecat::client {

enum class mount { canonical, legacy };  // §0.1

inline constexpr std::string_view probe_query = "limit=0&include_payload=probe";

enum class verdict {
    good,
    too_old,  // it lacks what the bridge needs
    no_mount,  // it does not have this mount
    unclear,  // not an answer to the question: the credential was refused, the server is in trouble
};
verdict judge_probe(const upstream::answer& a);

// For the client: what was found, and what is needed. version: what /info says, or empty.
std::string too_old_sentence(std::string_view version);
// "version" of the answer to GET /info (§7.4).
std::string version_of(const upstream::answer& a);

}  // namespace casebridge::platform::tracecat::client
