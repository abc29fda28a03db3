// Any text in the place of one file of the bundle, or as an overlay: it is refused with findings that name a place, or the
// bundle loads and its programs translate the example case. The first byte picks the file.
#include "worlds.hpp"

#include <array>
#include <fstream>

#include <unistd.h>

using namespace casebridge;
namespace fs = std::filesystem;

namespace {

constexpr std::array<std::string_view, 8> parts{"bundle.jsonc",
                                                "case.jsonc",
                                                "tag.jsonc",
                                                "user.jsonc",
                                                "field-attribute.jsonc",
                                                "errors.jsonc",
                                                "catalog/tracecat.jsonc",
                                                "overlay.jsonc"};

void write(const fs::path& file, std::string_view text) {
    std::ofstream(file, std::ios::binary).write(text.data(), static_cast<std::streamsize>(text.size()));
}

// A copy of the shipped bundle that each run spoils and mends; gone at the end.
struct copy {
    fs::path folder;
    std::array<std::string, parts.size()> original;

    copy() : folder(fs::temp_directory_path() / ("casebridge-fuzz-" + std::to_string(::getpid()))) {
        fs::copy(fs::path(CASEBRIDGE_SOURCE_DIR) / "mappings", folder, fs::copy_options::recursive);
        for (std::size_t i = 0; i + 1 < parts.size(); ++i)
            original[i] = json::read_file(folder / parts[i]).value();
    }
    ~copy() {
        std::error_code ignored;
        fs::remove_all(folder, ignored);
    }
    copy(const copy&) = delete;
    copy& operator=(const copy&) = delete;
};

void translate(const mapping::bundle& b) {
    if (!b.has("case")) return;
    static const std::string example =
        R"({"id":3,"name":"n","description":"d","status":"Open","severity":"Low","resolution":"Rejected","dateAdded":"2024-01-01T00:00:00Z",)"
        R"("lastUpdated":"2024-01-01T00:00:00Z","tags":{"data":[{"id":1,"name":"x"}]},"attributes":{"data":[{"type":"Bridge State","value":"{}"}]}})";
    json::tape t;
    if (t.parse(example, {}).has_error()) std::abort();
    const auto& p = b.object("case");
    const auto fields = mapping::build_fields(*p.source, b.left(), {});
    mapping::stored_reader reader(p.compiled->slots, p.compiled->bag);
    reader.read(t.root(), &fields);
    for (const auto& [shape, view] : p.views) {
        std::string out;
        mapping::ledger notes;
        view.run(reader, fuzz::left_ids(), {}, out, notes);
        json::tape answer;
        if (answer.parse(out, {.max_depth = 1000}).has_error()) std::abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const copy shipped;
    if (size == 0) return 0;
    const std::size_t part = data[0] % parts.size();
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    write(shipped.folder / parts[part], text);
    std::vector<fs::path> overlays;
    if (part + 1 == parts.size()) overlays.push_back(shipped.folder / parts[part]);
    std::vector<json::diagnostic> findings;
    const auto loaded = mapping::bundle::load(shipped.folder, overlays, findings);
    write(shipped.folder / parts[part], shipped.original[part]);
    if (!loaded == findings.empty()) std::abort();
    for (const auto& f : findings)
        if (f.file.empty() || f.message.empty()) std::abort();
    if (loaded) translate(*loaded);
    return 0;
}
