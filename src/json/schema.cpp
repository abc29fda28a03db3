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
    const auto first =
        last == std::string::npos || last == 0 ? std::string::npos : message.rfind('\'', last - 1);
    return first == std::string::npos ? std::string{} : message.substr(first + 1, last - first - 1);
}

// valijson reports a failing child once more for each of its parents.
bool repeats_a_child(const std::string& description) {
    return description.starts_with("Failed to validate against schema associated with property") ||
           description.starts_with("Failed to validate against additional properties schema") ||
           description.starts_with("Failed to validate item #");
}

// The part of the schema that a place in the document is held against; absent where our schemas' plain
// vocabulary (properties, additionalProperties, items) does not lead to one.
value rules_for(const jsonc_document& schema, const jsonc_document& doc,
                const std::vector<std::string>& context) {
    value rules = schema.root();
    value at = doc.root();
    for (std::size_t i = 1; i < context.size() && rules.exists(); ++i) {
        const std::string name = context[i].substr(1, context[i].size() - 2);
        if (at.is_object()) {
            const value property = rules.member("properties").member(name);
            rules = property.exists() ? property : rules.member("additionalProperties");
            at = at.member(name);
        } else {
            rules = rules.member("items");
            at = at.element(static_cast<std::uint32_t>(std::stoul(name)));
        }
    }
    return rules;
}

std::string join(const std::vector<std::string>& words) {
    std::string out;
    for (const auto& w : words) out.append(out.empty() ? "" : ", ").append(w);
    return out;
}

// A string or a list of strings as a list.
std::vector<std::string> words_of(value v) {
    std::vector<std::string> out;
    if (v.is_string()) out.emplace_back(v.text());
    for (const auto& [none, w] : v.elements()) out.emplace_back(w.text());
    return out;
}

diagnostic unknown_key(const jsonc_document& doc, value where, const std::string& name, value rules) {
    std::vector<std::string> known;
    for (const auto& [key, none] : rules.member("properties").members()) known.emplace_back(key.text());
    const std::string near = nearest(name, known);
    for (const auto& [key, none] : where.members()) {
        if (key.text() == name) where = key;
    }
    return doc.about(
        where, "unknown key \"" + name + "\"",
        near.empty() ? "remove it; keys here are " + join(known) : "did you mean \"" + near + "\"?");
}

diagnostic not_of_enum(const jsonc_document& doc, value where, value rules) {
    const auto allowed = words_of(rules.member("enum"));
    const std::string near = nearest(where.text(), allowed);
    const std::string hint = near.empty() ? "use one of: " + join(allowed) : "did you mean \"" + near + "\"?";
    return doc.about(where, std::string(where.raw()) + " is not allowed here", hint);
}

// valijson's own words, unless more can be said.
diagnostic describe(const jsonc_document& doc, const jsonc_document& schema,
                    const valijson::ValidationResults::Error& error) {
    const value where = resolve(doc, error.context);
    const value rules = rules_for(schema, doc, error.context);
    const std::string& text = error.description;
    const auto says = [&](const char* part) { return text.find(part) != std::string::npos; };
    if (says("additionalProperties")) return unknown_key(doc, where, quoted_name(text), rules);
    if (says("any enum values")) return not_of_enum(doc, where, rules);
    if (says("'type' constraint")) {
        return doc.about(where, std::string("this is of type ") + to_string(where.type()),
                         "it must be of type " + join(words_of(rules.member("type"))));
    }
    if (says("'pattern' constraint")) {
        return doc.about(where, std::string(where.raw()) + " is not of the form that is wanted here",
                         "it must match " + std::string(rules.member("pattern").text()));
    }
    if (says("Missing required property")) {
        return doc.about(where, "the key \"" + quoted_name(text) + "\" is missing", "add it");
    }
    return doc.about(where, text, "see the schema");
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

    std::vector<diagnostic> findings;
    std::set<std::string> seen;
    valijson::ValidationResults::Error error;
    while (results.popError(error)) {
        if (repeats_a_child(error.description)) continue;
        diagnostic d = describe(document, schema, error);
        if (seen.insert(d.to_string()).second) findings.push_back(std::move(d));
    }
    return findings;
}

}  // namespace casebridge::json
