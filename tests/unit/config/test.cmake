casebridge_unit_test(config DEPENDS config)
