// Members of what cases refer to: ThreatConnect fact sheet §4.5, §4.9 to §4.13.
#include "platform/threatconnect/facade/objects.hpp"

namespace casebridge::platform::threatconnect::tables {
namespace {

using s = shape;
using sv = std::string_view;
using enum use;

constexpr field tags_[] = {
    shown("id", s::integer, "the ID of the tag"),
    text("name", must, may, "the name of the tag").between(1, 128),
    {"owner", s::owner, may, fixed, "the name of the tag's owner"},
    text("description", may, may, "the description of the tag").between(0, 4000),
    shown("lastUsed", s::time, "when the tag was last used"),
    text("techniqueId", unkept, fixed, "the ID of the ATT&CK technique that the tag stands for"),
    list_of("cases", "cases", fixed, "the cases with the tag", 0).if_told(),
    field{"financialImpact", s::any, unkept, unkept, "the financial impact of the technique"}.if_asked(),
    list_of("groups", "groups", fixed, "the groups with the tag", 0),
    list_of("indicators", "indicators", fixed, "the indicators with the tag", 0),
    shown("normalized", s::boolean, "whether other tags become this one").if_asked(),
    shown("platforms", s::any, "the platforms of the technique").if_asked(),
    field{"securityCoverage", s::any, unkept, unkept, "the coverage of the technique"}.if_asked(),
    shown("synonymousTagNames", s::any, "the names that become this tag").if_asked(),
    shown("tactics", s::any, "the tactics of the technique").if_asked(),
    list_of("victims", "victims", fixed, "the victims with the tag", 0),
};

constexpr field attribute_types_[] = {
    shown("id", s::integer, "the ID of the attribute type"),
    shown("name", s::text, "the name of the attribute type"),
    shown("description", s::text, "the description of the attribute type"),
    shown("errorMessage", s::text, "what is said about a value that is refused"),
    shown("allowMarkdown", s::boolean, "whether values may be Markdown"),
    shown("maxSize", s::integer, "the greatest length of a value"),
    shown("validationRule", s::any, "the rule that values keep"),
    shown("attributeTypeMappings", s::any, "the objects that may have such an attribute").if_asked("mapping"),
};

constexpr field artifact_types_[] = {
    shown("id", s::integer, "the ID of the artifact type"),
    shown("name", s::text, "the name of the artifact type"),
    shown("description", s::text, "the description of the artifact type"),
    shown("dataType", s::text, "what such an artifact holds"),
    shown("intelType", s::text, "the kind of indicator that such an artifact is"),
    shown("derivedLink", s::boolean, "whether cases are linked by such artifacts"),
};

constexpr field users_[] = {
    shown("id", s::integer, "the ID of the user"),
    shown("userName", s::text, "the login name, of an API user its access ID"),
    shown("firstName", s::text, "the first name"),
    shown("lastName", s::text, "the last name"),
    shown("pseudonym", s::text, "the pseudonym"),
    shown("owner", s::text, "the name of the organization"),
    shown("ownerRoles", s::any, "the role in each owner"),
    shown("systemRole", s::text, "the role in the system"),
    shown("disabled", s::boolean, "whether the user is disabled"),
    shown("locked", s::boolean, "whether the user is locked"),
    shown("customTqlTimeout", s::integer, "how long the user's queries may take, in milliseconds"),
    shown("jobFunction", s::text, "the function of the user's job"),
    shown("jobRole", s::text, "the role of the user's job"),
    shown("lastLogin", s::time, "when the user was last logged in"),
    shown("lastPasswordChange", s::time, "when the password was last changed"),
    shown("logoutIntervalMinutes", s::integer, "how long the user may be idle"),
    shown("passwordResetRequired", s::boolean, "whether the password must be changed"),
    shown("termsAccepted", s::boolean, "whether the terms were accepted"),
    shown("termsAcceptedDate", s::time, "when the terms were accepted"),
    shown("tqlTimeout", s::integer, "how long queries may take, in milliseconds"),
    shown("uiTheme", s::text, "the theme of the user interface"),
};

// Users and groups as other objects show them (§4, before §4.1).
constexpr field part_user_[] = {users_[0], users_[1], users_[2], users_[3], users_[4], users_[5]};
constexpr field part_group_[] = {
    shown("id", s::integer, "the ID of the group"),
    shown("name", s::text, "the name of the group"),
    shown("description", s::text, "the description of the group"),
};
constexpr field groups_[] = {part_group_[0], part_group_[1], part_group_[2],
                             list_of("users", "user", fixed, "the members of the group", 0)};

constexpr sv owner_types[] = {"Organization", "Community", "Source"};
// Permission names after §4.13, in its order of the alphabet.
constexpr field permission(sv name) { return shown(name, s::text, "what the caller may do"); }
constexpr field owners_[] = {
    shown("id", s::integer, "the ID of the owner"),
    shown("name", s::text, "the name of the owner"),
    shown("type", s::text, "the kind of the owner").one_of(owner_types),
    shown("ownerRole", s::text, "the caller's role in the owner"),
    permission("permApps"),
    permission("permArtifact"),
    permission("permAttribute"),
    permission("permAttributeType"),
    permission("permCaseTag"),
    permission("permComment"),
    permission("permCopyData"),
    permission("permGroup"),
    permission("permIndicator"),
    permission("permInvite"),
    permission("permMembers"),
    permission("permPlaybooks"),
    permission("permPlaybooksExecute"),
    permission("permPost"),
    permission("permPublish"),
    permission("permSecurityLabel"),
    permission("permSettings"),
    permission("permTag"),
    permission("permTask"),
    permission("permTimeline"),
    permission("permUsers"),
    permission("permVictim"),
    permission("permWorkflowTemplate"),
};

constexpr field owner_roles_[] = {
    shown("id", s::integer, "the ID of the role"),
    shown("name", s::text, "the name of the role"),
    shown("available", s::boolean, "whether the role can be given"),
    shown("commRole", s::boolean, "whether it is a role of communities"),
    shown("orgRole", s::boolean, "whether it is a role of organizations"),
    shown("descriptionAdmin", s::text, "the description for administrators"),
    shown("descriptionComm", s::text, "the description for communities"),
    shown("descriptionOrg", s::text, "the description for organizations"),
    shown("version", s::integer, "the version of the role"),
};

constexpr field system_roles_[] = {
    shown("id", s::integer, "the ID of the role"),
    shown("name", s::text, "the name of the role"),
    shown("active", s::boolean, "whether the role is in use"),
    shown("assignable", s::boolean, "whether the role can be given"),
    shown("displayed", s::boolean, "whether the role is shown"),
};

constexpr field labels_[] = {
    shown("id", s::integer, "the ID of the label"),
    shown("name", s::text, "the name of the label").between(1, 50),
    shown("description", s::text, "the description of the label").between(0, 400),
    shown("color", s::text, "the colour of the label").between(1, 10),
    shown("owner", s::text, "the name of the label's owner"),
    shown("dateAdded", s::time, "when the label was added"),
};

constexpr field intel_[] = {
    shown("id", s::integer, "the ID"),
    shown("name", s::text, "the name"),
    shown("type", s::text, "the type"),
    shown("ownerName", s::text, "the name of the owner"),
};

}  // namespace

const std::span<const field> tags{tags_}, attribute_types{attribute_types_}, artifact_types{artifact_types_},
    users{users_}, groups{groups_}, owners{owners_}, owner_roles{owner_roles_}, system_roles{system_roles_},
    labels{labels_}, intel{intel_}, part_user{part_user_}, part_group{part_group_};

}  // namespace casebridge::platform::threatconnect::tables
