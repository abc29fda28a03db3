find_package(rapidcheck REQUIRED)
casebridge_unit_test(sequences
    DEPENDS bridge bridge/records platform/tracecat/facade platform/threatconnect/facade platform/tracecat/client
            platform/threatconnect/client sandbox
    LINKS rapidcheck)
