// Reading a stored case takes no memory once tape, reader and output have grown to the size of the documents.
// Not under a sanitizer: those bring their own operator new, and mixing the two is what they report.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

#include "support.hpp"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::size_t> allocations{0};

}  // namespace

// For the whole test program; the array and nothrow forms of the standard library call these.
void* operator new(std::size_t size) {
    ++allocations;
    if (void* p = std::malloc(size == 0 ? 1 : size)) return p;
    throw std::bad_alloc();
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }

using namespace mapping_test;

namespace {

// A case with everything that a reading meets: people, tags beyond ASCII and beyond a short string, attributes
// with escapes, a carried state with enums and a payload, and members that no table knows.
std::string stored_case(int number) {
    const std::string n = std::to_string(number);
    return R"({"id":)" + n + R"(,"xid":"gateway:)" + n + R"(","name":"Suspicious \"voicemail\" link, wave )" +
           n +
           R"(","description":"Three users.\nOne entered a password.","dateAdded":"2026-03-09T08:20:27.622Z",)"
           R"("lastUpdated":"2026-03-09T17:20:27Z","caseOpenTime":"2026-03-09T08:20:27.6221Z",)"
           R"("createdBy":{"id":3,"userName":"service"},"detectionOverdue":false,"timeToDetect":3600,)"
           R"("status":"Open","severity":"Critical","resolution":"Not Specified",)"
           R"("assignee":{"type":"User","data":{"id":1,"userName":"ana"}},"owner":"Demo","unheard_of":{"a":[1,2]},)"
           R"("tags":{"data":[{"id":1,"name":"Spearphishing Link, T1566.002"},{"id":2,"name":"Ünïcode Straße, größer"}]},)"
           R"("attributes":{"data":[{"id":11,"type":"Asset Owner","value":"IT \"workplace\" services"},)"
           R"({"id":12,"type":"Bridge State","value":"{\"v\":1,\"r\":2,\"t\":\"0\",\"s\":{\"status\":[\"on_hold\",\"new\",\"\"],)"
           R"(\"priority\":\"high\",\"severity\":[\"fatal\",\"critical\",\"\"],\"payload\":{\"alert\":{\"score\":0.93}}}}"},)"
           R"({"id":13,"type":"Bridge State","value":"{\"v\":1,\"r\":1,\"t\":\"0\",\"s\":{}}"}]},)"
           R"("artifacts":{"data":[{"id":21,"summary":"bad.example","type":"Host","intelType":"indicator-Host"},)"
           R"({"id":22,"summary":"server.log","type":"Log File"}]},)"
           R"("workflowEvents":{"data":[{"id":31,"summary":"Reported by phone","systemGenerated":false}]}})";
}

struct steady_reading {
    const mapping::object_programs& programs = shipped().object("case");
    mapping::field_set custom = fields(shipped());
    world people;
    json::tape tape;
    mapping::stored_reader reader{programs.compiled->slots, programs.compiled->bag};
    mapping::ledger notes;
    std::string out;

    std::string_view translate(const std::string& document, const std::string& shape,
                               const mapping::view_program::request& what) {
        const mapping::view_program& view = programs.view(shape);
        const std::size_t before = allocations;
        const auto parsed = tape.parse(document, {});
        out.clear();
        notes.clear();
        reader.read(tape.root(), &custom);
        view.run(reader, people, what, out, notes);
        taken = allocations - before;
        BOOST_REQUIRE(parsed.has_value());
        return out;
    }
    std::size_t taken = 0;
};

void expect_no_allocations(const std::string& shape, const mapping::view_program::request& what) {
    steady_reading r;
    const std::string first(r.translate(stored_case(4711), shape, what));
    BOOST_TEST(r.taken > 0U);  // the counter counts
    for (int number = 4712; number < 4720; ++number) {
        const std::string document = stored_case(number);
        const std::string_view answer = r.translate(document, shape, what);
        BOOST_TEST(r.taken == 0U);
        BOOST_TEST(answer.size() == first.size());
    }
    BOOST_TEST(first.find("\"on_hold\"") != std::string::npos);
    BOOST_TEST(first.find("\"fatal\"") != std::string::npos);
    BOOST_TEST(first.find("\"unicode-strasse-grosser\"") != std::string::npos);
    BOOST_TEST(first.find(R"([{"id":21,"type":"Host","summary":"bad.example")") != std::string::npos);
    BOOST_TEST(first.find(R"([{"id":31,"summary":"Reported by phone"}])") != std::string::npos);
    BOOST_TEST(first.find(R"("payload":{"alert":{"score":0.93}})") != std::string::npos);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(allocation)

BOOST_AUTO_TEST_CASE(a_whole_case_is_read_without_allocations_from_the_second_on) {
    expect_no_allocations("read", {});
}

BOOST_AUTO_TEST_CASE(a_list_item_is_read_without_allocations_from_the_second_on) {
    const std::vector<std::string> ids{"tc_resolution", "asset_owner", "tc_time_to_detect", "tc_artifacts",
                                       "tc_timeline"};
    expect_no_allocations("item", {.field_ids = &ids});
}

BOOST_AUTO_TEST_CASE(a_new_tape_for_each_document_allocates_nothing_either) {
    for (int number = 1; number < 10; ++number) {
        const std::string document = stored_case(4711);
        const std::size_t before = allocations;
        bool parsed = false;
        {
            json::tape outer, inner;
            parsed = outer.parse(document, {}).has_value() &&
                     inner.parse(R"({"v":1,"s":{"text":"a longer text, \"quoted\""}})", {}).has_value();
        }
        const std::size_t taken = allocations - before;
        BOOST_REQUIRE(parsed);
        // Two storages take turns, so both have to grow.
        if (number > 2) BOOST_TEST(taken == 0U);
    }
}

BOOST_AUTO_TEST_SUITE_END()

#endif
