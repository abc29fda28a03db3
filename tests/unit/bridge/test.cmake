casebridge_unit_test(bridge DEPENDS bridge bridge/records)
