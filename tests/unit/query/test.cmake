casebridge_unit_test(query DEPENDS query)
