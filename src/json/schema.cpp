#include "json/schema.hpp"

#include <boost/json.hpp>
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include <set>

namespace casebridge::json {
namespace {

namespace bj = boost::json;

bj::value to_tree(value v) {
    switch (v.type()) {
        case kind::object: {
            bj::object o;
            for (const auto& [key, val] : v.members()) o[key.text()] = to_tree(val);
            return o;
        }
        case kind::array: {
            bj::array a;
            for (const auto& [key, val] : v.elements()) a.push_back(to_tree(val));
            return a;
        }
        case kind::string: return bj::string(v.text());
        case kind::boolean: return v.is_true();
        case kind::number: return bj::parse(v.text());
        case kind::null: break;
    }
    return nullptr;
}

void collect_property_names(value v, std::vector<std::string>& out) {
    for (const auto& [key, val] : v.members()) {
        if (key.text() == "properties") {
            for (const auto& [name, inner] : val.members()) out.emplace_back(name.text());
        }
        collect_property_names(val, out);
    }
    for (const auto& [key, val] : v.elements()) collect_property_names(val, out);
}

// valijson's context is {"<root>", "[fields]", "[0]"}.
value resolve(const jsonc_document& doc, const std::vector<std::string>& context) {
    value at = doc.root();
    for (std::size_t i = 1; i < context.size() && at.exists(); ++i) {
        const std::string name = context[i].substr(1, context[i].size() - 2);
        at = at.is_object() ? at.member(name) : at.element(static_cast<std::uint32_t>(std::stoul(name)));
    }
    return at;
}

// The text between the last pair of single quotes of a message.
std::string quoted_name(const std::string& message) {
    const auto last = message.rfind('\'');
    const auto first = last == std::string::npos || last == 0 ? std::string::npos : message.rfind('\'', last - 1);
    return first == std::string::npos ? std::string{} : message.substr(first + 1, last - first - 1);
}

diagnostic describe(const jsonc_document& doc, const valijson::ValidationResults::Error& error,
                    const std::vector<std::string>& known) {
    const value where = resolve(doc, error.context);
    if (error.description.find("additionalProperties") != std::string::npos) {
        const std::string name = quoted_name(error.description);
        for (const auto& [key, val] : where.members()) {
            if (key.text() != name) continue;
            const std::string near = nearest(name, known);
            return doc.about(key, "unknown key \"" + name + "\"",
                             near.empty() ? "remove it" : "did you mean \"" + near + "\"?");
        }
    }
    return doc.about(where, error.description, "see the schema");
}

}  // namespace

std::vector<diagnostic> validate(const jsonc_document& document, const jsonc_document& schema) {
    const bj::value schema_tree = to_tree(schema.root());
    const bj::value document_tree = to_tree(document.root());
    valijson::Schema compiled;
    valijson::SchemaParser().populateSchema(valijson::adapters::BoostJsonAdapter(schema_tree), compiled);

    valijson::ValidationResults results;
    valijson::Validator validator;
    const valijson::adapters::BoostJsonAdapter target(document_tree);
    if (validator.validate(compiled, target, &results)) return {};

    std::vector<std::string> known;
    collect_property_names(schema.root(), known);
    std::vector<diagnostic> findings;
    std::set<std::string> seen;  // valijson reports a failing child once more for each of its parents
    valijson::ValidationResults::Error error;
    while (results.popError(error)) {
        if (error.description.starts_with("Failed to validate against schema associated with property")) continue;
        diagnostic d = describe(document, error, known);
        if (seen.insert(d.to_string()).second) findings.push_back(std::move(d));
    }
    return findings;
}

}  // namespace casebridge::json
