casebridge_unit_test(core DEPENDS core)
