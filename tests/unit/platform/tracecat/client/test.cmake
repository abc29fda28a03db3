casebridge_unit_test(platform/tracecat/client DEPENDS platform/tracecat/client upstream)
