#include "app/watched_files.hpp"
#include "app/file_watch.hpp"
#include "support/patience.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>

using namespace casebridge;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

struct folder {
    folder() {
        std::string pattern = (fs::temp_directory_path() / "casebridge-watch-XXXXXX").string();
        BOOST_REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        root = fs::canonical(pattern);
    }
    ~folder() { fs::remove_all(root); }
    folder(const folder&) = delete;
    folder& operator=(const folder&) = delete;

    fs::path write(const fs::path& name, std::string_view text) const {
        fs::create_directories((root / name).parent_path());
        std::ofstream(root / name) << text;
        return root / name;
    }
    // As Kubernetes mounts a file: name → ..data/name, ..data → a folder of this version.
    void mount(const std::string& version, std::string_view text) const {
        write("..v" + version + "/site.jsonc", text);
        if (!fs::is_symlink(root / "site.jsonc"))
            fs::create_symlink("..data/site.jsonc", root / "site.jsonc");
        fs::create_symlink("..v" + version, root / "..data_tmp");
        fs::rename(root / "..data_tmp", root / "..data");
    }
    app::watched_files watched(const fs::path& file, const fs::path& tables = {}) const {
        return app::files_of({{file.string()}, tables});
    }

    fs::path root;
};

// Runs a context until the watch has spoken, or for as long as silence must be believed.
struct listening : folder {
    bool spoken(std::chrono::milliseconds longest) {
        calls = 0;
        context.restart();
        const auto end = std::chrono::steady_clock::now() + longest;
        while (calls == 0 && std::chrono::steady_clock::now() < end) context.run_one_for(10ms);
        context.poll();
        return calls > 0;
    }
    bool speaks() { return spoken(test::patience); }
    bool silent() { return !spoken(40ms); }

    boost::asio::io_context context;
    int calls = 0;
    app::file_watch watch{context, [this] { ++calls; }};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(watched_files)

BOOST_FIXTURE_TEST_CASE(a_plain_file_is_one_entry, folder) {
    const auto entries = app::entries_of(write("a/site.jsonc", "{}"));
    BOOST_TEST((entries == std::set<app::directory_entry>{{root / "a", "site.jsonc"}}));
}

BOOST_FIXTURE_TEST_CASE(every_link_on_the_way_is_an_entry, folder) {
    mount("1", "{}");
    const auto entries = app::entries_of(root / "site.jsonc");
    BOOST_TEST((entries == std::set<app::directory_entry>{
                               {root, "site.jsonc"}, {root, "..data"}, {root / "..v1", "site.jsonc"}}));
}

BOOST_FIXTURE_TEST_CASE(links_upwards_and_absolute_links_are_followed, folder) {
    write("real/site.jsonc", "{}");
    fs::create_directories(root / "links");
    fs::create_symlink("../real", root / "links" / "up");
    fs::create_symlink(root / "links" / "up" / "site.jsonc", root / "entry.jsonc");
    const auto entries = app::entries_of(root / "entry.jsonc");
    BOOST_TEST(
        (entries == std::set<app::directory_entry>{
                        {root, "entry.jsonc"}, {root / "links", "up"}, {root / "real", "site.jsonc"}}));
}

BOOST_FIXTURE_TEST_CASE(links_in_a_circle_come_to_an_end, folder) {
    fs::create_symlink("b", root / "a");
    fs::create_symlink("a", root / "b");
    BOOST_TEST(app::entries_of(root / "a").size() == 2U);
}

BOOST_FIXTURE_TEST_CASE(a_file_that_is_missing_is_waited_for, folder) {
    const auto entries = app::entries_of(root / "later.jsonc");
    BOOST_TEST((entries == std::set<app::directory_entry>{{root, "later.jsonc"}}));
}

BOOST_FIXTURE_TEST_CASE(all_tables_below_the_folder_count_and_nothing_else, folder) {
    const auto config = write("site.jsonc", "{}");
    write("tables/bundle.jsonc", "{}");
    write("tables/catalog/one.jsonc", "{}");
    write("tables/notes.txt", "");
    write("tables/.hidden/two.jsonc", "{}");
    const auto all = watched(config, root / "tables");
    BOOST_TEST(all.files.size() == 3U);
    BOOST_TEST(all.table_folders.size() == 2U);
}

BOOST_FIXTURE_TEST_CASE(the_digest_tells_content_and_existence, folder) {
    const auto config = write("site.jsonc", "{}");
    const auto before = app::digest_of(watched(config));
    write("site.jsonc", "{}");
    BOOST_TEST((app::digest_of(watched(config)) == before));
    write("site.jsonc", "{ }");
    const auto changed = app::digest_of(watched(config));
    BOOST_TEST((changed != before));
    fs::remove(config);
    const auto gone = app::digest_of(watched(config));
    BOOST_TEST((gone != before));
    BOOST_TEST((gone != changed));
}

BOOST_FIXTURE_TEST_CASE(writing_replacing_and_removing_a_file_are_noticed, listening) {
    const auto config = write("site.jsonc", "{}");
    BOOST_REQUIRE(watch.watch(watched(config)).has_value());
    BOOST_TEST(silent());
    write("site.jsonc", "{ }");
    BOOST_TEST(speaks());
    fs::rename(write("site.jsonc.new", "{}"), config);
    BOOST_TEST(speaks());
    fs::remove(config);
    BOOST_TEST(speaks());
    write("site.jsonc", "{}");
    BOOST_TEST(speaks());
}

BOOST_FIXTURE_TEST_CASE(a_swapped_link_is_noticed, listening) {
    mount("1", "{}");
    BOOST_REQUIRE(watch.watch(watched(root / "site.jsonc")).has_value());
    mount("2", "{ }");
    BOOST_TEST(speaks());
}

BOOST_FIXTURE_TEST_CASE(other_files_of_the_folder_are_of_no_interest, listening) {
    BOOST_REQUIRE(watch.watch(watched(write("site.jsonc", "{}"))).has_value());
    write("bridge.log", "line");
    write("other.jsonc", "{}");
    BOOST_TEST(silent());
}

BOOST_FIXTURE_TEST_CASE(a_new_table_is_noticed, listening) {
    write("tables/bundle.jsonc", "{}");
    BOOST_REQUIRE(watch.watch(watched(write("site.jsonc", "{}"), root / "tables")).has_value());
    write("tables/new.jsonc", "{}");
    BOOST_TEST(speaks());
}

BOOST_FIXTURE_TEST_CASE(what_is_watched_can_change_and_end, listening) {
    const auto first = write("a/one.jsonc", "{}");
    const auto second = write("b/two.jsonc", "{}");
    BOOST_REQUIRE(watch.watch(watched(first)).has_value());
    BOOST_REQUIRE(watch.watch(watched(second)).has_value());
    write("a/one.jsonc", "{ }");
    BOOST_TEST(silent());
    write("b/two.jsonc", "{ }");
    BOOST_TEST(speaks());
    watch.stop();
    write("b/two.jsonc", "{}");
    BOOST_TEST(silent());
    BOOST_REQUIRE(watch.watch(watched(first)).has_value());
    write("a/one.jsonc", "{}");
    BOOST_TEST(speaks());
}

BOOST_AUTO_TEST_SUITE_END()
