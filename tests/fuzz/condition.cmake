casebridge_fuzz_target(condition DEPENDS query)
