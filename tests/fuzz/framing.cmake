casebridge_fuzz_target(framing DEPENDS http)
