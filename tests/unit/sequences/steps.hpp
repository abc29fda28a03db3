// Random sequences of what clients do, one fault among them, against a model that is nothing but JSON.
//
// The model says how everything looks after a step; "?" in it stands for what only the server knows (ids). After each
// step all of it is read back. A step that went wrong upstream has happened or has not, never half; done again under
// the same Idempotency-Key it has happened once.
#pragma once

#include "in_process.hpp"

#include <rapidcheck.h>
#include <boost/json.hpp>

#include <iosfwd>
#include <string>
#include <vector>

namespace casebridge::sequences {

struct step {
    unsigned what = 0;  // of the world's kinds of steps
    unsigned on = 0, other = 0;  // which object, which value
    unsigned who = 0;  // which account
};
std::ostream& operator<<(std::ostream& out, const step& s);

struct mishap {
    std::size_t at_step = 0, at_request = 0;
    fault how = fault::none;
};
std::ostream& operator<<(std::ostream& out, const mishap& m);

// Whether the actual value is what the model expects.
bool matches(const boost::json::value& expected, const boost::json::value& actual);

class world {
public:
    virtual ~world() = default;
    virtual std::size_t kinds() const = 0;
    virtual std::string name_of(unsigned kind) const = 0;
    // The request of this step, or nothing if it makes no sense now; after: what the model becomes.
    struct action {
        std::string method, target, body;
        headers fields;
        boost::json::value after;
        unsigned expected = 0;  // status
        bool removes = false;  // done again it may say 404
    };
    virtual std::optional<action> plan(const step& s, const boost::json::value& model) = 0;
    virtual answer ask(const action& a) = 0;
    virtual boost::json::value empty() const = 0;
    // Everything as clients read it.
    virtual boost::json::value read() = 0;
    virtual direct_client& upstream() = 0;
};

// Runs one sequence; throws rc's failures with what was expected and what was there.
void run_sequence(world& w, const std::vector<step>& steps, const mishap& m);

}  // namespace casebridge::sequences

namespace rc {
template <>
struct Arbitrary<casebridge::sequences::step> {
    static Gen<casebridge::sequences::step> arbitrary();
};
template <>
struct Arbitrary<casebridge::sequences::mishap> {
    static Gen<casebridge::sequences::mishap> arbitrary();
};
}  // namespace rc
