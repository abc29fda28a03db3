// The catalogues with their small fixed ids, which clients hard-code: artifact types (ThreatConnect fact
// sheet §9), owner roles, system roles, security labels.
#include "sandbox/threatconnect/data_file.hpp"

#include <array>

namespace casebridge::sandbox::threatconnect {

namespace {

struct artifact_type_row {
    std::string_view name;
    std::string_view intel{};
    bool file = false;
};

constexpr std::array<artifact_type_row, 69> artifact_types{{
    {"Email Address", "indicator-EmailAddress"},
    {"Host", "indicator-Host"},
    {"URL", "indicator-URL"},
    {"IP Address", "indicator-Address"},
    {"User Agent"},
    {"ASN", "indicator-ASN"},
    {"Mutex"},
    {"CIDR"},
    {"Log File", {}, true},
    {"Event File", {}, true},
    {"PCAP File", {}, true},
    {"Screenshot File", {}, true},
    {"Certificate File", {}, true},
    {"Phone Number"},
    {"Physical Address"},
    {"Bitcoin Wallet Address"},
    {"Cryptocurrency Address"},
    {"ICQ Number"},
    {"XMPP Address"},
    {"SIP Address"},
    {"Technique ID"},
    {"MAC Address"},
    {"Blackberry Address"},
    {"Skype Address"},
    {"IMEI Number"},
    {"Credit Card Number"},
    {"VirusTotal Submitter Hash"},
    {"Process Name"},
    {"Password"},
    {"SIEM ID"},
    {"SSDEEP Hash"},
    {"Imphash"},
    {"Image File", {}, true},
    {"Hardware ID/Serial Number"},
    {"Timestamp"},
    {"Document Metadata"},
    {"Social Media Handle"},
    {"Image file hash"},
    {"SSL Certificate Hash"},
    {"SSL Certificate Subject DN"},
    {"SSL Certificate Issuer DN"},
    {"SSL Certificate Validity Timestamp"},
    {"SSL Certificate Names"},
    {"Command"},
    {"Source"},
    {"Email Message File", {}, true},
    {"Tactic ID"},
    {"Vulnerability ID"},
    {"Vulnerability Detection ID"},
    {"Asset Group ID"},
    {"Credential ID"},
    {"Policy ID"},
    {"Results ID"},
    {"Ticket ID"},
    {"Filter ID"},
    {"Exploit ID"},
    {"Report Serial ID"},
    {"PIR ID"},
    {"Port Number"},
    {"Service Name"},
    {"Protocol Number"},
    {"File Hash", "indicator-File"},
    {"Registry Key"},
    {"Email Body"},
    {"Email Attachment File", {}, true},
    {"Email Attachment File Name"},
    {"Email Subject", "indicator-Email Subject"},
    {"Hashtag"},
    {"Sentinel Incident ID"},
}};

void add_artifact_types(store& s) {
    for (const auto& row : artifact_types) {
        auto& t = s.add(object_type::artifact_type, 0);
        t.values["name"] = row.name;
        t.values["description"] = "An artifact of the type " + std::string(row.name) + ".";
        t.values["dataType"] = row.file ? "File" : "String";
        if (!row.intel.empty()) t.values["intelType"] = row.intel;
        t.values["derivedLink"] = true;
        t.values["_active"] = true;
    }
}

void add_owner_roles(store& s) {
    for (const std::string_view name : {"Organization Administrator", "Sharing User", "Standard User",
                                        "Read Only User", "Director", "Contributor", "Subscriber"}) {
        auto& r = s.add(object_type::owner_role, 0);
        const bool community = r.id >= 5;
        r.values["name"] = name;
        r.values["available"] = true;
        r.values["commRole"] = community;
        r.values["orgRole"] = !community;
        set_all(r.values, {"descriptionAdmin", "descriptionComm", "descriptionOrg"},
                boost::json::value(name));
        r.values["version"] = 1;
    }
}

void add_system_roles(store& s) {
    for (const std::string_view name :
         {"Administrator", "Operations Administrator", "Accounts Administrator", "Community Leader", "User",
          "Read Only User", "Api User", "Exchange Administrator"}) {
        auto& r = s.add(object_type::system_role, 0);
        r.values["name"] = name;
        set_all(r.values, {"active", "assignable", "displayed"}, true);
    }
}

void add_labels(store& s) {
    constexpr std::pair<std::string_view, std::string_view> rows[] = {
        {"TLP:RED", "C0392B"}, {"TLP:AMBER", "F39C12"}, {"TLP:GREEN", "27AE60"}, {"TLP:CLEAR", "FFFFFF"}};
    for (const auto& [name, color] : rows) {
        auto& r = s.add(object_type::security_label, 0);
        r.values["name"] = name;
        r.values["color"] = color;
        r.values["dateAdded"] = "2020-01-01T00:00:00Z";
    }
}

}  // namespace

void load_catalogues(const load_target& into) {
    add_artifact_types(into.objects);
    add_owner_roles(into.objects);
    add_system_roles(into.objects);
    add_labels(into.objects);
}

}  // namespace casebridge::sandbox::threatconnect
