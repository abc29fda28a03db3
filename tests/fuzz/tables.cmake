casebridge_fuzz_target(tables DEPENDS mapping)
target_compile_definitions(fuzz_tables PRIVATE CASEBRIDGE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
