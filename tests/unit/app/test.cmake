casebridge_unit_test(app DEPENDS app)
