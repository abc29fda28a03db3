casebridge_fuzz_target(cursor DEPENDS platform/tracecat/facade)
