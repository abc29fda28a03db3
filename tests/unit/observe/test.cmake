casebridge_unit_test(observe DEPENDS observe)
