#include "micro/suite.hpp"

#include "micro/allocations.hpp"
#include "micro/report.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <ctime>

namespace casebridge::bench {
namespace {

constexpr std::size_t distinct =
    256;     // documents of one size: their ids must not be remembered by the id codec
constexpr std::size_t page_length = 100;

std::string name_of(const char* what, const std::vector<std::string>& documents) {
    const std::size_t tenths = (documents.front().size() + 50) / 100;
    std::string name = what;
    name += " of " + std::to_string(tenths / 10);
    if (tenths < 100) name += "." + std::to_string(tenths % 10);
    return name + " KB";
}

body_set cases(body size) {
    body_set b{{}, false, make_cases(size, distinct)};
    b.name = name_of("case", b.documents);
    return b;
}

body_set page(body size) {
    body_set b{{}, true, {make_page(size, page_length)}};
    b.name = name_of("page", b.documents);
    return b;
}

}  // namespace

suite::suite(const std::string& mappings_folder)
    : world_(mappings_folder),
      hand_(world_),
      engine_(world_),
      field_ids_{"tc_resolution", "tc_owner", "environment", "asset_owner"},
      bodies_{cases(body::small), cases(body::medium), cases(body::large), page(body::medium)} {}

std::vector<arm> suite::arms(const body_set& b) {
    std::vector<arm> out{
        {"tape parse", [this](const std::string& d, std::string&) { engine_.parse(d); }},
        {"tape copy", [this](const std::string& d, std::string& o) { engine_.copy(d, o); }},
        {"tree copy", [this](const std::string& d, std::string& o) { hand_.copy(d, o); }},
    };
    if (b.page) {
        out.push_back(
            {"hand item", [this](const std::string& d, std::string& o) { hand_.page(d, field_ids_, o); }});
        out.push_back({"engine item",
                       [this](const std::string& d, std::string& o) { engine_.page(d, field_ids_, o); }});
        return out;
    }
    out.push_back({"hand read", [this](const std::string& d, std::string& o) { hand_.read(d, o); }});
    out.push_back({"engine read", [this](const std::string& d, std::string& o) { engine_.read(d, o); }});
    out.push_back(
        {"hand item", [this](const std::string& d, std::string& o) { hand_.item(d, field_ids_, o); }});
    out.push_back(
        {"engine item", [this](const std::string& d, std::string& o) { engine_.item(d, field_ids_, o); }});
    return out;
}

std::string suite::check() {
    for (const auto& b : bodies_) {
        const auto all = arms(b);
        const auto answer = [&](std::string_view name, const std::string& document) {
            std::string out;
            for (const auto& a : all) {
                if (a.name == name) a.run(document, out);
            }
            return out;
        };
        for (const auto& d : b.documents) {
            for (const char* shape : {" read", " item"}) {
                if (b.page && shape == std::string_view(" read")) continue;
                const std::string hand = answer(std::string("hand") + shape, d);
                const std::string ours = answer(std::string("engine") + shape, d);
                if (boost::json::parse(hand) != boost::json::parse(ours))
                    return b.name + ":\n" + hand + "\n" + ours;
            }
            for (const char* copy : {"tape copy", "tree copy"}) {
                if (boost::json::parse(answer(copy, d)) != boost::json::parse(d)) return b.name + ": " + copy;
            }
        }
    }
    return {};
}

std::uint64_t suite::steady_allocations(const arm& a, const body_set& b) {
    std::string out;
    for (const auto& d : b.documents) a.run(d, out);
    const std::uint64_t before = allocations();
    for (const auto& d : b.documents) a.run(d, out);
    return allocations() - before;
}

double suite::copy_time(const std::vector<std::string>& documents, int repetitions) {
    constexpr std::clock_t least = CLOCKS_PER_SEC / 50;  // of one repetition
    std::vector<double> taken;
    std::string out;
    for (const auto& d : documents) hand_.copy(d, out);
    while (static_cast<int>(taken.size()) < repetitions) {
        const std::clock_t start = std::clock();
        std::size_t copied = 0;
        for (; std::clock() - start < least; copied += documents.size()) {
            for (const auto& d : documents) hand_.copy(d, out);
        }
        const auto clocks = static_cast<double>(std::clock() - start);
        taken.push_back(clocks * 1e6 / CLOCKS_PER_SEC / static_cast<double>(copied));
    }
    return median_of(std::move(taken));
}

}  // namespace casebridge::bench
