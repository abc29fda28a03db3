if(CASEBRIDGE_SANITIZE)
    target_compile_options(cb_options INTERFACE -fsanitize=${CASEBRIDGE_SANITIZE} -fno-omit-frame-pointer -g)
    target_link_options(cb_options INTERFACE -fsanitize=${CASEBRIDGE_SANITIZE})
    if(CASEBRIDGE_SANITIZE MATCHES "undefined")
        target_compile_options(cb_options INTERFACE -fno-sanitize-recover=all)
    endif()
    # Frame recycling would hide coroutine bugs from the address sanitizer.
    target_compile_definitions(cb_options INTERFACE BOOST_ASIO_DISABLE_AWAITABLE_FRAME_RECYCLING)
endif()
if(CASEBRIDGE_FUZZ)
    # Libraries get the coverage instrumentation; only the targets themselves link libFuzzer's main.
    target_compile_options(cb_options INTERFACE
        -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -g)
    target_link_options(cb_options INTERFACE -fsanitize=address,undefined)
endif()
