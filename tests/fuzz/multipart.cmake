casebridge_fuzz_target(multipart DEPENDS platform/tracecat/wire)
