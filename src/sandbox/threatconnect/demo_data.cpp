// The demo data: the published cases with their users and group as they stand, the API user of the demo,
// one community and one source, and attribute types as sites have them.
#include "sandbox/threatconnect/data_file.hpp"

namespace casebridge::sandbox::threatconnect {

const std::string_view demo_text = R"json({
"owners":[
  {"id":1,"name":"Demo Organization","type":"Organization"},
  {"id":2,"name":"Demo Community","type":"Community"},
  {"id":3,"name":"Demo Source","type":"Source"}],
"users":[
  {"id":1,"userName":"smithj@threatconnect.com","firstName":"John","lastName":"Smith","pseudonym":"JMS",
   "owner":"Demo Organization","systemRole":"Administrator"},
  {"id":3,"userName":"11112222333344445555","firstName":"John","lastName":"Smith","pseudonym":"jsmithAPI",
   "owner":"Demo Organization","systemRole":"Api User"},
  {"id":4,"userName":"12345678901234567890","firstName":"Case","lastName":"Bridge","pseudonym":"bridge",
   "owner":"Demo Organization","systemRole":"Api User"}],
"groups":[
  {"id":1,"name":"SOC Team","description":"Members of the SOC team.","users":[1],"owner":"Demo Organization"}],
"credentials":[
  {"user":"12345678901234567890","token":"APIV2:demo-token","accessId":"12345678901234567890","secret":"demo-secret",
   "owners":["Demo Organization","Demo Community","Demo Source"]}],
"attributeTypes":[
  {"id":1,"name":"Description","description":"Additional description of the object.","maxSize":65535,
   "allowMarkdown":true,"types":["Case","Group","Indicator"]},
  {"id":2,"name":"Bridge State","description":"Kept by the case bridge; do not edit.","maxSize":500},
  {"id":3,"name":"Asset Owner","description":"Who owns the asset.","maxSize":255,"maxAllowed":1},
  {"id":4,"name":"Loss Estimate","description":"The estimated loss.","maxSize":40,"maxAllowed":1},
  {"id":5,"name":"Region","description":"The regions that are concerned.","maxSize":100,"maxAllowed":5},
  {"id":6,"name":"Root Cause","description":"The root cause.","maxSize":100,"maxAllowed":1,
   "errorMessage":"Please enter a valid Root Cause.",
   "validationRule":{"id":1,"name":"Root Cause","text":"Phishing;Malware;Misconfiguration;Human Error;Unknown;",
                     "type":"SelectOne","description":"One of the root causes.","version":"1"}},
  {"id":7,"name":"Adversary Type","description":"The type of an adversary.","maxSize":100,"types":["Group"]}],
"tags":[
  {"id":1,"techniqueId":"T1566","name":"Phishing","tactics":{"data":["Initial Access"],"count":1}},
  {"id":2,"techniqueId":"T1110","name":"Brute Force","tactics":{"data":["Credential Access"],"count":1}},
  {"id":3,"techniqueId":"T1486","name":"Data Encrypted for Impact","tactics":{"data":["Impact"],"count":1}},
  {"id":4,"name":"Ransomware","owner":"Demo Organization","synonyms":["Ransom Ware","Ransom-Ware"]}],
"cases":[
  {"id": 1, "xid": "a1a1a1a1-a1a1-a1a1-a1a1-a1a1a1a1a1a1", "name": "Phishing Investigation", "dateAdded": "2023-03-09T14:41:27.622Z", "lastUpdated": "2023-03-09T14:41:27.622Z", "caseOpenTime": "2023-03-09T14:41:27.622Z", "caseOpenUser": {"id": 3, "userName": "11112222333344445555", "firstName": "John", "lastName": "Smith", "pseudonym": "jsmithAPI", "owner": "Demo Organization"},
   "detectionOverdue": false, "responseOverdue": false, "status": "Open", "severity": "Low", "resolution": "Not Specified", "assignee": {"type": "User", "data": {"id": 1, "userName": "smithj@threatconnect.com", "firstName": "John", "lastName": "Smith", "pseudonym": "JMS", "owner": "Demo Organization"}},
   "createdBy": {"id": 3, "userName": "11112222333344445555", "firstName": "John", "lastName": "Smith", "pseudonym": "jsmithAPI", "owner": "Demo Organization"},
   "owner": "Demo Organization", "ownerId": 1},
  {"id": 2, "xid": "b2b2b2b2-b2b2-b2b2-b2b2-b2b2b2b2b2b2", "name": "Malware Investigation", "description": "Case to investigate new malware", "dateAdded": "2025-04-09T09:51:54Z", "lastUpdated": "2025-04-09T09:55:54Z", "caseOpenTime": "2025-04-09T09:51:54Z", "caseCloseTime": "2025-04-09T09:55:45Z", "caseOpenUser": {"id": 1, "userName": "smithj@threatconnect.com", "firstName": "John", "lastName": "Smith", "pseudonym": "JMS", "owner": "Demo Organization"},
   "caseCloseUser": {"id": 1, "userName": "smithj@threatconnect.com", "firstName": "John", "lastName": "Smith", "pseudonym": "JMS", "owner": "Demo Organization"},
   "caseOccurrenceTime": "2025-04-09T09:20:00Z", "caseOccurrenceUser": {"id": 1, "userName": "smithj@threatconnect.com", "firstName": "John", "lastName": "Smith", "pseudonym": "JMS", "owner": "Demo Organization"},
   "caseDetectionTime": "2025-04-09T09:53:43Z", "caseDetectionUser": {"id": 1, "userName": "smithj@threatconnect.com", "firstName": "John", "lastName": "Smith", "pseudonym": "JMS", "owner": "Demo Organization"},
   "detectionDue": "2025-04-09T09:50:00Z", "timeToDetect": 2023, "detectionOverdue": true, "responseDue": "2025-04-09T10:21:54Z", "timeToRespond": 230, "responseOverdue": false, "status": "Closed", "severity": "Critical", "resolution": "Deferred / Delayed", "createdBy": {"id": 1, "userName": "smithj@threatconnect.com", "firstName": "John", "lastName": "Smith", "pseudonym": "JMS", "owner": "Demo Organization"},
   "owner": "Demo Organization", "ownerId": 1},
  {"id": 3, "xid": "c3c3c3c3-c3c3-c3c3-c3c3-c3c3c3c3c3c3", "name": "Analyze Suspicious Email and Report Findings", "dateAdded": "2023-03-19T14:41:27.622Z", "lastUpdated": "2023-03-21T09:22:39.622Z", "caseOpenTime": "2023-03-09T14:41:27.622Z", "caseOpenUser": {"id": 1, "userName": "smithj@threatconnect.com", "firstName": "John", "lastName": "Smith", "pseudonym": "JMS", "owner": "Demo Organization"},
   "detectionOverdue": false, "responseOverdue": false, "status": "Open", "severity": "Medium", "resolution": "Not Specified", "assignee": {"type": "Group", "data": {"id": 1, "name": "SOC Team", "description": "Members of the SOC team."}},
   "createdBy": {"id": 1, "userName": "smithj@threatconnect.com", "firstName": "John", "lastName": "Smith", "pseudonym": "JMS", "owner": "Demo Organization"},
   "owner": "Demo Organization", "ownerId": 1}
]})json";

}  // namespace casebridge::sandbox::threatconnect
