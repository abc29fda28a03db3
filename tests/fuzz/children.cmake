casebridge_fuzz_target(children DEPENDS mapping)
target_compile_definitions(fuzz_children PRIVATE CASEBRIDGE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
