#include "mapping/bundle.hpp"

#include "core/crypto.hpp"
#include "json/schema.hpp"
#include "json/writer.hpp"
#include "mapping/lint.hpp"
#include "mapping/read.hpp"

#include <algorithm>

namespace casebridge::mapping {

class bundle_loader {
public:
    bundle_loader(std::filesystem::path folder, std::vector<json::diagnostic>& findings)
        : folder_(std::move(folder)), findings_(findings), result_(std::make_unique<bundle>()) {}

    std::unique_ptr<const bundle> run(const std::vector<std::filesystem::path>& overlays) {
        const json::jsonc_document* root = open(folder_ / "bundle.jsonc", "bundle");
        if (root == nullptr) return nullptr;
        result_->name_ = root->root().member("name").text();
        result_->version_ = root->root().member("version").text();
        read_parts(root->root());
        for (const auto& path : overlays) overlay(path);
        if (!findings_.empty()) return nullptr;
        for (auto& [name, t] : result_->tables_) resolve_lists(t);
        for (const auto& [name, t] : result_->tables_) check(t);
        read_events();
        if (!findings_.empty()) return nullptr;
        for (auto& [name, t] : result_->tables_) compile(t);
        link();
        return std::move(result_);
    }

private:
    // Reads a file and holds it against its schema; null if either fails.
    const json::jsonc_document* open(const std::filesystem::path& path, const std::string& schema_name) {
        auto document = json::load_jsonc(path, findings_);
        const auto schema = json::load_jsonc(folder_ / "schema" / (schema_name + ".schema.json"), findings_);
        if (!document || !schema) return nullptr;
        const auto violations = json::validate(*document, *schema);
        findings_.insert(findings_.end(), violations.begin(), violations.end());
        result_->documents_.push_back(std::move(document));
        return violations.empty() ? result_->documents_.back().get() : nullptr;
    }

    void twice(const json::jsonc_document& doc, const char* key) {
        const json::value name = doc.root().member(key);
        findings_.push_back(doc.about(name,
                                      "the bundle has two files for \"" + std::string(name.text()) + "\"",
                                      "name one of them in bundle.jsonc"));
    }

    void read_parts(json::value root) {
        for (const auto& name : read_strings(root.member("catalogs"))) {
            if (const auto* doc = open(folder_ / name, "catalog")) {
                catalog c = read_catalog(*doc);
                if (result_->catalogs_.contains(c.platform)) {
                    twice(*doc, "platform");
                } else {
                    result_->catalogs_.emplace(c.platform, std::move(c));
                }
            }
        }
        for (const auto& name : read_strings(root.member("tables"))) {
            if (const auto* doc = open(folder_ / name, "table")) {
                table t = read_table(*doc);
                if (result_->tables_.contains(t.object)) {
                    twice(*doc, "object");
                    continue;
                }
                hashed_[t.object] = std::string(doc->root().raw());
                result_->tables_.emplace(t.object, std::move(t));
            }
        }
        read_fixed(root.member("catalogues"));
        if (const auto* doc = open(folder_ / root.member("errors").text(), "errors")) {
            result_->errors_ = error_table::read(*doc, findings_);
        }
    }

    void read_fixed(json::value file) {
        if (!file.is_string()) return;
        const auto* doc = open(folder_ / file.text(), "catalogues");
        if (doc == nullptr) return;
        for (const auto& [kind, rows] : doc->root().members()) {
            for (const auto& [none, row] : rows.elements())
                json::append_value(result_->fixed_[std::string(kind.text())].emplace_back(), row);
        }
    }

    void overlay(const std::filesystem::path& path) {
        const auto* doc = open(path, "overlay");
        if (doc == nullptr) return;
        const json::value extends = doc->root().member("extends");
        const auto it = result_->tables_.find(std::string(extends.text()));
        if (it == result_->tables_.end()) {
            std::vector<std::string> known;
            for (const auto& [name, t] : result_->tables_) known.push_back(name);
            const std::string near = json::nearest(extends.text(), known);
            findings_.push_back(
                doc->about(extends, "no table \"" + std::string(extends.text()) + "\" in the bundle",
                           near.empty() ? "extend one of its tables" : "did you mean \"" + near + "\"?"));
            return;
        }
        hashed_[it->first] += doc->root().raw();
        apply_overlay(*doc, it->second, findings_);
    }

    const catalog* catalog_of(const table& t, const std::string& platform) {
        const auto it = result_->catalogs_.find(platform);
        if (it != result_->catalogs_.end()) return &it->second;
        findings_.push_back(origin{t.at.document, t.at.where.member("sides")}.finding(
            "no catalogue of platform \"" + platform + "\"", "name it in bundle.jsonc"));
        return nullptr;
    }

    void check(const table& t) {
        const catalog* left = catalog_of(t, t.left_platform);
        const catalog* right = catalog_of(t, t.right_platform);
        if (left == nullptr || right == nullptr) return;
        result_->left_ = left;
        result_->right_ = right;
        lint(t, *left, *right, findings_);
        for (const auto& r : t.rules) check_row(r);
    }

    // The objects that are the same everywhere are no platform's catalogue: only the bundle knows them.
    void check_row(const rule& r) {
        if (r.row_of.empty() || result_->fixed_.contains(r.row_of)) return;
        std::vector<std::string> known;
        for (const auto& [kind, rows] : result_->fixed_) known.push_back(kind);
        const std::string near = json::nearest(r.row_of, known);
        findings_.push_back(origin{r.at.document, r.at.where.member("row").member("of")}.finding(
            "no fixed objects of kind \"" + r.row_of + "\"",
            near.empty() ? "see the bundle's \"catalogues\"" : "did you mean \"" + near + "\"?"));
    }

    // What another table shows is not listed as well: only the bundle knows both.
    void resolve_lists(table& t) {
        for (auto& r : t.rules) {
            for (auto& f : r.fields) {
                if (f.list.but.empty()) continue;
                std::vector<std::string> known;
                for (const auto& [name, other] : result_->tables_) {
                    if (other.right_object == f.list.of && !other.which.empty()) known.push_back(name);
                }
                const auto other = result_->tables_.find(f.list.but);
                if (std::find(known.begin(), known.end(), f.list.but) != known.end()) {
                    f.list.but_which = other->second.which;
                    continue;
                }
                const std::string near = json::nearest(f.list.but, known);
                findings_.push_back(origin{f.list.at.document, f.list.at.where.member("but")}.finding(
                    "no table \"" + f.list.but + "\" shows some of these objects",
                    near.empty() ? "name one that says which of them, or remove it"
                                 : "did you mean \"" + near + "\"?"));
            }
        }
    }

    void read_events() {
        const auto events = result_->tables_.find("event");
        if (events == result_->tables_.end()) return;
        const auto cases = result_->tables_.find("case");
        result_->events_ =
            event_types::read(*events->second.at.document,
                              cases == result_->tables_.end() ? nullptr : &cases->second, findings_);
    }

    void compile(table& t) {
        t.hash = hex_encode(as_text(sha256(hashed_[t.object]))).substr(0, 8);
        object_programs& p = result_->objects_[t.object];
        p.source = &t;
        const catalog_object& left = result_->left_->objects.at(t.left_object);
        const catalog_object& right = result_->right_->objects.at(t.right_object);
        p.compiled = std::make_unique<compiled_table>(t, left, right);
        for (const auto& [shape, members] : left.shapes) {
            if (shape == "create" || shape == "update") continue;  // shapes that are written, not shown
            p.views.emplace(shape, view_program(*p.compiled, shape));
        }
        p.write = std::make_unique<write_program>(*p.compiled);
        p.reverse = std::make_unique<reverse_program>(t, left, right, p.compiled->enums);
        p.reverse->know(result_->fixed_);
        p.reverse_write = std::make_unique<reverse_writer>(*p.reverse);
        p.mirrored = std::make_unique<mirrored_table>(t, left, right);
    }

    void link() {
        for (auto& [name, p] : result_->objects_) {
            for (const auto& r : p.source->rules) {
                const auto of = result_->objects_.find(r.of);
                if (of != result_->objects_.end() && &of->second != &p)
                    p.reverse->link(r.of, *of->second.reverse);
            }
            for (auto& [shape, view] : p.views) {
                for (const auto& r : p.source->rules) {
                    const auto of = result_->objects_.find(r.of);
                    if (of != result_->objects_.end() && &of->second != &p)
                        view.link(r.of, of->second.view("read"));
                }
            }
        }
    }

    std::filesystem::path folder_;
    std::vector<json::diagnostic>& findings_;
    std::unique_ptr<bundle> result_;
    std::map<std::string, std::string> hashed_;
};

std::unique_ptr<const bundle> bundle::load(const std::filesystem::path& folder,
                                           const std::vector<std::filesystem::path>& overlays,
                                           std::vector<json::diagnostic>& findings) {
    return bundle_loader(folder, findings).run(overlays);
}

const std::vector<std::string>& bundle::fixed(std::string_view kind) const {
    static const std::vector<std::string> none;
    const auto it = fixed_.find(kind);
    return it == fixed_.end() ? none : it->second;
}

}  // namespace casebridge::mapping
