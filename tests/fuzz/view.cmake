casebridge_fuzz_target(view DEPENDS mapping)
target_compile_definitions(fuzz_view PRIVATE CASEBRIDGE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
