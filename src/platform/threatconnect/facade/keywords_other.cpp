// Words of queries about what cases refer to: ThreatConnect fact sheet §5.1.
#include "platform/threatconnect/facade/keyword_rows.hpp"
#include "platform/threatconnect/facade/objects.hpp"

namespace casebridge::platform::threatconnect::tables {
namespace {

using t = query::value_type;

constexpr query::keyword tags_[] = {
    word("associatedCase", t::integer, "cases.data.id").several(),
    word("associatedGroup", t::integer),
    word("associatedIndicator", t::integer),
    word("associatedVictim", t::integer),
    word("caseId", t::integer, "cases.data.id").several(),
    word("description", t::text, "description"),
    word("financialRisk", t::text),
    word("financialRiskScore", t::integer),
    word("financialRiskValue", t::integer),
    related("hasCase", "cases.data", "cases"),
    related("hasGroup", "groups.data", "groups"),
    related("hasIndicator", "indicators.data", "indicators"),
    related("hasVictim", "victims.data", "victims"),
    word("id", t::integer, "id"),
    word("lastUsed", t::time, "lastUsed"),
    word("name", t::text, "name"),
    word("normalized", t::boolean, "normalized").as(unlisted),
    word("owner", t::integer, "ownerId"),
    word("ownerName", t::text, "owner"),
    word("securityCoverage", t::text),
    word("summary", t::text, "name").folded("StringLower"),
    word("techniqueId", t::text, "techniqueId"),
};

constexpr query::keyword attribute_types_[] = {
    word("associatedType", t::text, "associatedType").folded("StringLower").otherwise("Case"),
    word("default", t::boolean),
    word("defaultOwnerId", t::integer),
    word("defaultType", t::text),
    word("description", t::text, "description"),
    word("id", t::integer, "id"),
    word("maxsize", t::integer, "maxSize"),
    word("name", t::text, "name"),
    word("owner", t::integer, "ownerId"),
    word("ownerName", t::text, "owner"),
    word("system", t::boolean, "system"),
};

constexpr query::keyword artifact_types_[] = {
    word("active", t::boolean, "active"),
    word("dataType", t::text, "dataType"),
    word("description", t::text, "description"),
    word("id", t::integer, "id"),
    word("intelType", t::text, "intelType"),
    word("managed", t::boolean, "managed"),
    word("name", t::text, "name"),
};

constexpr query::keyword users_[] = {
    word("disabled", t::boolean, "disabled"),
    word("firstName", t::text, "firstName"),
    word("groupId", t::integer, "groupIds").several(),
    word("id", t::integer, "id"),
    word("jobFunction", t::text, "jobFunction"),
    word("jobRole", t::text, "jobRole"),
    word("lastLogin", t::time, "lastLogin"),
    word("lastName", t::text, "lastName"),
    word("lastPasswordChange", t::time, "lastPasswordChange"),
    word("locked", t::boolean, "locked"),
    word("passwordResetRequired", t::boolean, "passwordResetRequired"),
    word("pseudonym", t::text, "pseudonym"),
    word("systemRole", t::text, "systemRole"),
    word("termsAccepted", t::boolean, "termsAccepted"),
    word("termsAcceptedDate", t::time, "termsAcceptedDate"),
    word("tqlTimeout", t::integer, "tqlTimeout"),
    word("userName", t::text, "userName"),
};

constexpr query::keyword groups_[] = {
    word("description", t::text, "description"),
    word("id", t::integer, "id"),
    word("name", t::text, "name"),
};

constexpr query::keyword owners_[] = {
    word("id", t::integer, "id"),
    word("ownerId", t::integer, "id"),
    word("ownerName", t::text, "name"),
    word("userId", t::integer),
    word("permApps", t::text, "permApps").folded("Enum"),
    word("permArtifact", t::text, "permArtifact").folded("Enum"),
    word("permAttribute", t::text, "permAttribute").folded("Enum"),
    word("permAttributeType", t::text, "permAttributeType").folded("Enum"),
    word("permCaseTag", t::text, "permCaseTag").folded("Enum"),
    word("permComment", t::text, "permComment").folded("Enum"),
    word("permCopyData", t::text, "permCopyData").folded("Enum"),
    word("permGroup", t::text, "permGroup").folded("Enum"),
    word("permIndicator", t::text, "permIndicator").folded("Enum"),
    word("permInvite", t::text, "permInvite").folded("Enum"),
    word("permMembers", t::text, "permMembers").folded("Enum"),
    word("permPlaybooks", t::text, "permPlaybooks").folded("Enum"),
    word("permPlaybooksExecute", t::text, "permPlaybooksExecute").folded("Enum"),
    word("permPost", t::text, "permPost").folded("Enum"),
    word("permPublish", t::text, "permPublish").folded("Enum"),
    word("permSecurityLabel", t::text, "permSecurityLabel").folded("Enum"),
    word("permSettings", t::text, "permSettings").folded("Enum"),
    word("permTag", t::text, "permTag").folded("Enum"),
    word("permTask", t::text, "permTask").folded("Enum"),
    word("permTimeline", t::text, "permTimeline").folded("Enum"),
    word("permTrack", t::text, "permTrack").folded("Enum"),
    word("permUsers", t::text, "permUsers").folded("Enum"),
    word("permVictim", t::text, "permVictim").folded("Enum"),
    word("permWorkflowTemplate", t::text, "permWorkflowTemplate").folded("Enum"),
};

// Roles, labels: nothing is published.
constexpr query::keyword roles_[] = {
    word("id", t::integer, "id"),
    word("name", t::text, "name"),
};

// Groups, indicators and victims of threat intelligence: what clients of cases, and those that look whether a server
// answers, ask of them (§5.5, §10.11). No server of ours has any, so that every query finds nothing.
constexpr query::keyword intel_[] = {
    word("active", t::boolean),
    word("associable", t::boolean),
    word("confidence", t::integer),
    word("dateAdded", t::time),
    related("hasArtifact", {}, "artifacts"),
    related("hasCase", {}, "cases"),
    related("hasGroup", {}, "groups"),
    related("hasIndicator", {}, "indicators"),
    related("hasTag", {}, "tags"),
    related("hasVictim", {}, "victims"),
    word("id", t::integer, "id"),
    word("indicatorActive", t::boolean),
    word("lastModified", t::time),
    word("name", t::text, "name"),
    word("owner", t::integer),
    word("ownerName", t::text, "ownerName"),
    word("rating", t::decimal),
    word("summary", t::text, "name"),
    word("tag", t::text),
    word("threatAssessScore", t::integer),
    word("type", t::integer),
    word("typeName", t::text, "type"),
    word("xid", t::text),
};

}  // namespace

const std::span<const query::keyword> tag_words{tags_}, attribute_type_words{attribute_types_},
    artifact_type_words{artifact_types_}, user_words{users_}, group_words{groups_}, owner_words{owners_},
    role_words{roles_}, intel_words{intel_};

}  // namespace casebridge::platform::threatconnect::tables
