casebridge_unit_test(sandbox DEPENDS sandbox http json core)
