casebridge_fuzz_target(tql DEPENDS sandbox)
