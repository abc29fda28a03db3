casebridge_fuzz_target(reverse DEPENDS mapping)
target_compile_definitions(fuzz_reverse PRIVATE CASEBRIDGE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
