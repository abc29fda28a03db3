find_package(rapidcheck REQUIRED)
casebridge_unit_test(mapping DEPENDS mapping LINKS rapidcheck)
