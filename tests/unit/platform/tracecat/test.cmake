casebridge_unit_test(platform/tracecat DEPENDS platform/tracecat)
