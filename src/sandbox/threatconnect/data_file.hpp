// What the stand-in starts with: the catalogues, the demo data, files given by --data, and cases made
// up from a seed. All of it but the catalogues goes through load_data, whose format is:
//
//   {"owners":[{"id":1,"name":"…","type":"Organization|Community|Source"}],
//    "users":[{"id":1,"userName":"…","firstName":"…","lastName":"…","pseudonym":"…",
//              "owner":"<name>","systemRole":"…"}],
//    "groups":[{"id":1,"name":"…","description":"…","users":[<ids>],"owner":"<name>"}],
//    "credentials":[{"user":"<userName>","token":"APIV2:…","accessId":"…","secret":"…","readOnly":false,
//                    "owners":["<name>", …]}],
//    "attributeTypes":[{"id":1,"name":"…","description":"…","maxSize":500,"maxAllowed":5,
//                       "allowMarkdown":false,"errorMessage":"…","validationRule":{…},
//                       "types":["Case"],"owners":["<name>", …]}],
//    "tags":[{"id":1,"name":"…","description":"…","owner":"<name>","techniqueId":"…","synonyms":["…"]}],
//    "cases":[{…a case as the API answers it, with nested tags, attributes, artifacts, notes, tasks, …}],
//    "replace":false}                          true: first forget everything but the catalogues
//
// A credential without owners is for its user's own; the first of them is the one that is selected when a
// request names none.
// Ids may be left out. An attribute type without owners is for all; maxAllowed 0 is unlimited.
#pragma once

#include "sandbox/threatconnect/auth.hpp"
#include "sandbox/threatconnect/errors.hpp"
#include "sandbox/threatconnect/store.hpp"

#include <boost/json/value.hpp>

#include <string_view>

namespace casebridge::sandbox::threatconnect {

struct load_target {
    store& objects;
    authenticator& logins;
    instant now;
    id_type bridge_state_size = 0;   // of the attribute type "Bridge State"; 0: what the data say
};

void load_catalogues(const load_target& into);
void load_demo(const load_target& into);
void load_generated(const load_target& into, std::uint64_t seed, std::size_t cases);
outcome<void> load_data(const load_target& into, std::string_view text);
outcome<void> load_case(const load_target& into, const boost::json::object& c);

extern const std::string_view demo_text;  // demo_data.cpp

}  // namespace casebridge::sandbox::threatconnect
