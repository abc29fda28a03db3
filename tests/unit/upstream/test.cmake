casebridge_unit_test(upstream DEPENDS upstream http core)
