casebridge_fuzz_target(gate DEPENDS http)
