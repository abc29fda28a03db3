casebridge_unit_test(http DEPENDS http)
