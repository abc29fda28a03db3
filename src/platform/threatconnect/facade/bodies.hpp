// Bodies of writes: checked against the object's table and written anew in the one form that the bridge takes.
//
//   members that clients send back although they cannot be written are left out; unknown ones are refused
//   times         "2024-01-02T03:04:05Z", whatever form they came in (ThreatConnect fact sheet §8)
//   allowed values in the table's letter case; ids as integers; numbers and booleans for texts as texts
//   lists         {"data":[…]}, on updates with "mode": "append", "delete" or "replace"
//   entries       of lists, as objects.hpp says of each object: made anew, changed or only named, by "id" or what
//                 may stand for it
//   files         {"content":n}: the n-th of contents
//   assignee      {"type":"User","data":{"id":3,"userName":"…"}}, {"type":"Group","data":{"id":1,"name":"…"}} or
//                 {"type":"None"} (§6.3)
//   null          on updates: nothing from now on; on creates it is left out
#pragma once

#include "json/tape.hpp"
#include "platform/threatconnect/facade/errors.hpp"
#include "platform/threatconnect/facade/objects.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace casebridge::platform::threatconnect {

struct written_body {
    std::string text;  // JSON
    std::vector<std::string> contents;  // decoded
};

// owner: the name that a member of the kind `owner` must have.
checked<written_body> read_body(const object_model& object, json::value body, bool create,
                                std::string_view owner);

// Why something is removed: the member of a removal's body that the object demands (§4.6), or nothing.
checked<std::string> read_reason(const object_model& object, json::value body);

}  // namespace casebridge::platform::threatconnect
