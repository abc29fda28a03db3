casebridge_unit_test(platform/threatconnect/wire DEPENDS platform/threatconnect/wire)
