find_package(rapidcheck REQUIRED)
casebridge_unit_test(sequences
    DEPENDS bridge bridge/records platform/tracecat platform/threatconnect sandbox
    LINKS rapidcheck)
