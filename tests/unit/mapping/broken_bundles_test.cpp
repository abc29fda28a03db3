// Every way to break a table that tests/data/bundles/broken.txt describes, and the exact finding for each.
#include "support.hpp"

#include <boost/test/data/test_case.hpp>

#include <unistd.h>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <ostream>
#include <sstream>

namespace fs = std::filesystem;
using namespace mapping_test;

namespace {

constexpr std::string_view mark = "\xc2\xab";

struct edit {
    std::string file, find, put;
};

struct broken {
    std::string name;
    std::vector<edit> edits;
    bool has_overlay = false;
    std::vector<std::string> findings;
};
std::ostream& operator<<(std::ostream& out, const broken& b) { return out << b.name; }

void add_line(std::string& text, std::string_view line) {
    if (!text.empty()) text += '\n';
    text += line;
}

std::vector<broken> read_cases() {
    std::vector<broken> out;
    std::ifstream in(std::string(CASEBRIDGE_SOURCE_DIR) + "/tests/data/bundles/broken.txt");
    for (std::string line; std::getline(in, line);) {
        const std::string_view rest = line.size() > 2 ? std::string_view(line).substr(2) : std::string_view{};
        if (line.starts_with("== "))
            out.push_back({line.substr(3), {}, false, {}});
        else if (out.empty() || line.starts_with("#"))
            continue;
        else if (line.starts_with("in "))
            out.back().edits.push_back({line.substr(3), {}, {}});
        else if (line == "overlay")
            out.back().edits.push_back({"overlay.jsonc", {}, {}});
        else if (line.starts_with("- "))
            add_line(out.back().edits.back().find, rest);
        else if (line.starts_with("+ "))
            add_line(out.back().edits.back().put, rest);
        else if (line.starts_with("> "))
            out.back().findings.emplace_back(rest);
        if (line.starts_with("overlay")) out.back().has_overlay = true;
    }
    return out;
}

std::string read_text(const fs::path& p) {
    std::ifstream in(p, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

// A copy of the shipped tables that goes away with the test.
class workshop {
public:
    workshop() : folder_(fs::temp_directory_path() / ("casebridge-tables-" + std::to_string(::getpid()))) {
        fs::remove_all(folder_);
        fs::copy(fs::path(CASEBRIDGE_SOURCE_DIR) / "mappings", folder_, fs::copy_options::recursive);
    }
    ~workshop() { fs::remove_all(folder_); }
    workshop(const workshop&) = delete;
    workshop& operator=(const workshop&) = delete;

    void apply(const edit& e) {
        std::string& text = files_[e.file];
        if (text.empty() && !e.find.empty()) text = read_text(folder_ / e.file);
        if (e.find.empty()) {
            text = e.put;
            return;
        }
        const auto at = text.find(e.find);
        BOOST_REQUIRE_MESSAGE(at != std::string::npos, e.file << " does not have: " << e.find);
        BOOST_REQUIRE_MESSAGE(text.find(e.find, at + 1) == std::string::npos,
                              e.file << " has it twice: " << e.find);
        text.replace(at, e.find.size(), e.put);
    }

    // The places that the edits of each file marked, in order; the files as they are read.
    std::map<std::string, std::vector<std::string>> write() {
        std::map<std::string, std::vector<std::string>> places;
        for (auto& [file, text] : files_) {
            for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark)) {
                text.erase(at, mark.size());
                const auto p = json::locate(text, at);
                places[file].push_back(std::to_string(p.line) + ":" + std::to_string(p.column));
            }
            std::ofstream(folder_ / file, std::ios::binary) << text;
        }
        return places;
    }

    std::vector<std::string> load(bool with_overlay) const {
        std::vector<json::diagnostic> findings;
        std::vector<fs::path> overlays;
        if (with_overlay) overlays.push_back(folder_ / "overlay.jsonc");
        const auto b = mapping::bundle::load(folder_, overlays, findings);
        BOOST_TEST((b == nullptr) == !findings.empty());
        std::vector<std::string> out;
        for (auto& f : findings) {
            f.file = fs::path(f.file).lexically_relative(folder_).string();
            out.push_back(f.to_string());
        }
        return out;
    }

private:
    fs::path folder_;
    std::map<std::string, std::string> files_;
};

std::string file_of(const std::string& finding) { return finding.substr(0, finding.find(':')); }

// "@" becomes a marked place of the finding's file: the one that a finding names, if there is one, in any
// order, since findings come rule by rule. Every marked place must be used.
void fill_places(std::vector<std::string>& findings, std::map<std::string, std::vector<std::string>> places,
                 const std::vector<std::string>& said) {
    for (auto& f : findings) {
        const auto at = f.find(":@:");
        if (at == std::string::npos) continue;
        const auto& known = places[file_of(f)];
        for (const auto& place : known) {
            std::string filled = f;
            filled.replace(at + 1, 1, place);
            if (std::find(said.begin(), said.end(), filled) == said.end()) continue;
            f = filled;
            break;
        }
    }
    for (const auto& [file, list] : places) {
        for (const auto& place : list) {
            const std::string head = file + ":" + place + ":";
            BOOST_TEST(std::any_of(findings.begin(), findings.end(),
                                   [&](const auto& f) { return f.starts_with(head); }),
                       "nothing is said about " << head);
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(broken_bundles)

BOOST_DATA_TEST_CASE(a_broken_table_is_refused_with_place_and_advice, read_cases(), sample) {
    workshop w;
    for (const auto& e : sample.edits) w.apply(e);
    const auto places = w.write();
    std::vector<std::string> said = w.load(sample.has_overlay);
    std::vector<std::string> wanted = sample.findings;
    fill_places(wanted, places, said);
    std::sort(said.begin(), said.end());
    std::sort(wanted.begin(), wanted.end());
    std::string all;
    for (const auto& f : said) all += "\n    " + f;
    BOOST_TEST_INFO("said:" << all);
    BOOST_TEST(said == wanted, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_shipped_tables_and_overlays_have_no_findings) {
    std::size_t overlays = 0;
    for (const auto& f : fs::directory_iterator(fs::path(CASEBRIDGE_SOURCE_DIR) / "mappings/overlays")) {
        load({f.path()});
        ++overlays;
    }
    BOOST_TEST(overlays >= 3U);
    BOOST_TEST(shipped().name() == "tracecat-threatconnect");
}

BOOST_AUTO_TEST_SUITE_END()
