casebridge_unit_test(server DEPENDS server)
