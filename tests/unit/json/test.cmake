casebridge_unit_test(json DEPENDS json)
