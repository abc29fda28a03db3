casebridge_unit_test(platform/tracecat/facade DEPENDS platform/tracecat/facade)
