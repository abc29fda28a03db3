casebridge_fuzz_target(tape DEPENDS json)
