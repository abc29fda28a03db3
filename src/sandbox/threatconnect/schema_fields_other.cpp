// Field tables of what cases refer to: ThreatConnect fact sheet §4.7 and §4.9 to §4.13.
#include "sandbox/threatconnect/schema.hpp"

namespace casebridge::sandbox::threatconnect::tables {

namespace {

using K = value_kind;
using T = object_type;
constexpr auto no = rule::refused;
constexpr auto may = rule::optional;
constexpr auto must = rule::required;
constexpr auto D = shown::always;
constexpr auto F = shown::asked;

constexpr field_def templates_[] = {
    {"id", K::integer, no, no, D, "the ID of the template"},
    {"name", K::string, must, may, D, "the name of the template", 1, 255},
    {"description", K::string, may, may, D, "the description of the template", 0, 1500},
    {"configAttribute", K::json, may, may, D, "the attributes that cases of the template get"},
    {"active", K::boolean, no, no, D, "whether the template can be used"},
    {"version", K::integer, may, may, D, "the version of the template", 1},
};

constexpr field_def attribute_types_[] = {
    {"id", K::integer, no, no, D, "the ID of the attribute type"},
    {"name", K::string, no, no, D, "the name of the attribute type"},
    {"description", K::string, no, no, D, "the description of the attribute type"},
    {"errorMessage", K::string, no, no, D, "what is said about a value that is not acceptable"},
    {"allowMarkdown", K::boolean, no, no, D, "whether values may be Markdown"},
    {"maxSize", K::integer, no, no, D, "the greatest length of a value"},
    {"validationRule", K::json, no, no, D, "the rule that values keep"},
};

constexpr field_def tags_[] = {
    {"id", K::integer, no, no, D, "the ID of the tag"},
    {"name", K::string, must, may, D, "the name of the tag", 1, 128},
    {"owner", K::owner_name, may, no, D, "the name of the owner"},
    {"description", K::string, may, may, D, "the description of the tag", 0, 4000},
    {"lastUsed", K::date, no, no, D, "when the tag was last used"},
    {"techniqueId", K::string, no, no, D, "the ID of the ATT&CK technique"},
    {"cases", K::collection, no, no, F, "cases with the tag", 0, 0, {}, T::case_, link::cases},
    {"financialImpact", K::json, may, may, F, "the financial impact"},
    {"groups", K::collection, no, no, F, "groups with the tag", 0, 0, {}, T::group},
    {"indicators", K::collection, no, no, F, "indicators with the tag", 0, 0, {}, T::indicator},
    {"normalized", K::boolean, no, no, F, "whether the tag is the main one of several"},
    {"platforms", K::json, no, no, F, "the platforms of the technique"},
    {"securityCoverage", K::json, may, may, F, "the coverage of the technique"},
    {"synonymousTagNames", K::json, no, no, F, "the names that become this tag"},
    {"tactics", K::json, no, no, F, "the tactics of the technique"},
    {"victims", K::collection, no, no, F, "victims with the tag"},
};

constexpr field_def labels_[] = {
    {"id", K::integer, no, no, D, "the ID of the label"},
    {"name", K::string, no, no, D, "the name of the label", 1, 50},
    {"description", K::string, no, no, D, "the description of the label", 0, 400},
    {"color", K::string, no, no, D, "the colour of the label", 1, 10},
    {"owner", K::owner_name, no, no, D, "the name of the owner"},
    {"dateAdded", K::date, no, no, D, "when the label was added"},
};

constexpr field_def users_[] = {
    {"id", K::integer, no, no, D, "the ID of the user"},
    {"userName", K::string, no, no, D, "the login name; of an API user its access ID"},
    {"firstName", K::string, no, no, D, "the first name"},
    {"lastName", K::string, no, no, D, "the last name"},
    {"pseudonym", K::string, no, no, D, "the pseudonym"},
    {"owner", K::owner_name, no, no, D, "the name of the organization"},
    {"ownerRoles", K::json, no, no, D, "the role per owner"},
    {"systemRole", K::string, no, no, D, "the system role"},
    {"disabled", K::boolean, no, no, D, "whether the user is disabled"},
    {"locked", K::boolean, no, no, D, "whether the user is locked"},
};

constexpr field_def groups_[] = {
    {"id", K::integer, no, no, D, "the ID of the group"},
    {"name", K::string, no, no, D, "the name of the group"},
    {"description", K::string, no, no, D, "the description of the group"},
    {"users", K::collection, no, no, F, "the members of the group", 0, 0, {}, T::user, link::members},
};

constexpr std::string_view owner_types[] = {"Organization", "Community", "Source"};

constexpr field_def owners_[] = {
    {"id", K::integer, no, no, D, "the ID of the owner"},
    {"name", K::string, no, no, D, "the name of the owner"},
    {"type", K::string, no, no, D, "the kind of the owner", 0, 0, owner_types},
    {"ownerRole", K::string, no, no, D, "the caller's role"},
    {"permApps", K::string, no, no, D, "permission"},
    {"permArtifact", K::string, no, no, D, "permission"},
    {"permAttribute", K::string, no, no, D, "permission"},
    {"permAttributeType", K::string, no, no, D, "permission"},
    {"permCaseTag", K::string, no, no, D, "permission"},
    {"permComment", K::string, no, no, D, "permission"},
    {"permCopyData", K::string, no, no, D, "permission"},
    {"permGroup", K::string, no, no, D, "permission"},
    {"permIndicator", K::string, no, no, D, "permission"},
    {"permInvite", K::string, no, no, D, "permission"},
    {"permMembers", K::string, no, no, D, "permission"},
    {"permPlaybooks", K::string, no, no, D, "permission"},
    {"permPlaybooksExecute", K::string, no, no, D, "permission"},
    {"permPost", K::string, no, no, D, "permission"},
    {"permPublish", K::string, no, no, D, "permission"},
    {"permSecurityLabel", K::string, no, no, D, "permission"},
    {"permSettings", K::string, no, no, D, "permission"},
    {"permTag", K::string, no, no, D, "permission"},
    {"permTask", K::string, no, no, D, "permission"},
    {"permTimeline", K::string, no, no, D, "permission"},
    {"permUsers", K::string, no, no, D, "permission"},
    {"permVictim", K::string, no, no, D, "permission"},
    {"permWorkflowTemplate", K::string, no, no, D, "permission"},
};

constexpr field_def owner_roles_[] = {
    {"id", K::integer, no, no, D, "the ID of the role"},
    {"name", K::string, no, no, D, "the name of the role"},
    {"available", K::boolean, no, no, D, "whether the role can be given"},
    {"commRole", K::boolean, no, no, D, "whether the role is one of communities"},
    {"orgRole", K::boolean, no, no, D, "whether the role is one of organizations"},
    {"descriptionAdmin", K::string, no, no, D, "description for administrators"},
    {"descriptionComm", K::string, no, no, D, "description for communities"},
    {"descriptionOrg", K::string, no, no, D, "description for organizations"},
    {"version", K::integer, no, no, D, "the version of the role"},
};

constexpr field_def system_roles_[] = {
    {"id", K::integer, no, no, D, "the ID of the role"},
    {"name", K::string, no, no, D, "the name of the role"},
    {"active", K::boolean, no, no, D, "whether the role is in use"},
    {"assignable", K::boolean, no, no, D, "whether the role can be given"},
    {"displayed", K::boolean, no, no, D, "whether the role is shown"},
};

// Threat intelligence is not modelled; its two lists exist and are empty.
constexpr field_def intel_[] = {
    {"id", K::integer, no, no, D, "the ID"},
    {"name", K::string, no, no, D, "the name"},
    {"type", K::string, no, no, D, "the type"},
    {"ownerName", K::owner_name, no, no, D, "the name of the owner"},
};

}  // namespace

const std::span<const field_def> template_fields{templates_};
const std::span<const field_def> attribute_type_fields{attribute_types_};
const std::span<const field_def> tag_fields{tags_};
const std::span<const field_def> label_fields{labels_};
const std::span<const field_def> user_fields{users_};
const std::span<const field_def> group_fields{groups_};
const std::span<const field_def> owner_fields{owners_};
const std::span<const field_def> owner_role_fields{owner_roles_};
const std::span<const field_def> system_role_fields{system_roles_};
const std::span<const field_def> intel_fields{intel_};

}  // namespace casebridge::sandbox::threatconnect::tables
