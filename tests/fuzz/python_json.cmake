casebridge_fuzz_target(python_json DEPENDS platform/tracecat/wire)
