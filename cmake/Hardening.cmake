# What a distribution would switch on for a network daemon.
if(CASEBRIDGE_HARDEN)
    include(CheckPIESupported)
    check_pie_supported()
    set(CMAKE_POSITION_INDEPENDENT_CODE ON)
    target_compile_definitions(cb_options INTERFACE _GLIBCXX_ASSERTIONS)
    target_compile_options(cb_options INTERFACE
        -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection)
    if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
        target_compile_options(cb_options INTERFACE -fcf-protection)
    endif()
    target_link_options(cb_options INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack)
endif()
