casebridge_unit_test(mapping DEPENDS mapping)
