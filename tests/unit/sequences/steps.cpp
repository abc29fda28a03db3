#include "steps.hpp"

#include "worlds.hpp"

#include <ostream>
#include <sstream>
#include <stdexcept>

namespace casebridge::sequences {
namespace {

namespace bj = boost::json;

constexpr const char* fault_names[] = {"none", "refused", "lost", "unavailable", "broken"};

std::string told(const world& w, const step& s, const world::action& a, const answer& got) {
    std::ostringstream out;
    out << w.name_of(s.what) << ": " << a.method << ' ' << a.target << ' ' << a.body.substr(0, 300) << " -> "
        << got.status << ' ' << got.body.substr(0, 300) << (got.loss.empty() ? "" : " loss " + got.loss);
    return out.str();
}

void fail_with(const std::string& why, const bj::value& expected, const bj::value& actual) {
    RC_FAIL(why + "\nexpected " + bj::serialize(expected) + "\nactual   " + bj::serialize(actual));
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const step& s) {
    return out << "step{" << s.what << ',' << s.on << ',' << s.other << ',' << s.who << '}';
}

std::ostream& operator<<(std::ostream& out, const mishap& m) {
    return out << fault_names[static_cast<std::size_t>(m.how)] << "@step " << m.at_step << ", request "
               << m.at_request;
}

const mapping::bundle& shipped_tables() {
    static const auto loaded = [] {
        std::vector<json::diagnostic> findings;
        auto b = mapping::bundle::load(std::string(CASEBRIDGE_SOURCE_DIR) + "/mappings", {}, findings);
        if (!b) throw std::logic_error("the shipped tables do not load");
        return b;
    }();
    return *loaded;
}

bool matches(const bj::value& expected, const bj::value& actual) {
    if (expected.is_string() && expected.get_string() == "?") return true;
    if (expected.kind() != actual.kind()) return expected == actual;
    if (const auto* array = expected.if_array()) {
        const auto& other = actual.get_array();
        if (array->size() != other.size()) return false;
        for (std::size_t i = 0; i < array->size(); ++i) {
            if (!matches((*array)[i], other[i])) return false;
        }
        return true;
    }
    if (const auto* object = expected.if_object()) {
        const auto& other = actual.get_object();
        if (object->size() != other.size()) return false;
        for (const auto& [key, val] : *object) {
            const auto* there = other.if_contains(key);
            if (there == nullptr || !matches(val, *there)) return false;
        }
        return true;
    }
    return expected == actual;
}

void run_sequence(world& w, const std::vector<step>& steps, const mishap& m) {
    bj::value model = w.empty();
    std::size_t done = 0;
    for (const step& s : steps) {
        auto next = w.plan(s, model);
        if (!next) continue;
        const bool hurt = done++ == m.at_step && m.how != fault::none;
        next->fields.emplace_back("Idempotency-Key", "key-" + std::to_string(done));
        if (hurt) w.upstream().break_request(m.at_request, m.how);
        answer got = w.ask(*next);
        const bool met = w.upstream().mend();
        bj::value actual = w.read();
        const std::string line = told(w, s, *next, got);
        if (met && got.status != next->expected) {
            // It failed: all of it or nothing is there, unless the answer says otherwise; then once more.
            RC_TAG(std::string("failed ") + fault_names[static_cast<std::size_t>(m.how)]);
            RC_ASSERT(got.status >= 400U);
            if (!matches(model, actual) && !matches(next->after, actual))
                fail_with("half done: " + line, next->after, actual);
            got = w.ask(*next);
            actual = w.read();
            const std::string again = told(w, s, *next, got);
            const bool gone = next->removes && got.status == 404;
            if (got.status != next->expected && !gone)
                fail_with("again " + again + "\nfirst " + line, next->after, actual);
        } else if (got.status != next->expected) {
            fail_with("expected " + std::to_string(next->expected) + ": " + line, next->after, actual);
        }
        if (!matches(next->after, actual)) {
            if (met && !got.loss.empty()) {  // what is lost is told
                model = actual;
                continue;
            }
            fail_with((met ? "after the fault: " : "") + line, next->after, actual);
        }
        model = std::move(actual);
    }
    RC_TAG(std::string(done == 0  ? "no step"
                       : done < 4 ? "1 to 3 steps"
                       : done < 8 ? "4 to 7 steps"
                                  : "8 steps or more"));
}

}  // namespace casebridge::sequences

namespace rc {

using casebridge::sequences::fault;
using casebridge::sequences::mishap;
using casebridge::sequences::step;

Gen<step> Arbitrary<step>::arbitrary() {
    const auto small = [](unsigned below) { return gen::inRange<unsigned>(0, below); };
    return gen::build<step>(gen::set(&step::what, small(64)), gen::set(&step::on, small(6)),
                            gen::set(&step::other, small(40)), gen::set(&step::who, small(2)));
}

Gen<mishap> Arbitrary<mishap>::arbitrary() {
    return gen::build<mishap>(gen::set(&mishap::at_step, gen::inRange<std::size_t>(0, 8)),
                              gen::set(&mishap::at_request, gen::inRange<std::size_t>(0, 6)),
                              gen::set(&mishap::how, gen::element(fault::none, fault::refused, fault::lost,
                                                                  fault::unavailable, fault::broken)));
}

}  // namespace rc
