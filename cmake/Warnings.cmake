target_compile_options(cb_options INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast
    -Wnon-virtual-dtor -Woverloaded-virtual -Wformat=2 -Wimplicit-fallthrough)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(cb_options INTERFACE -Wduplicated-cond -Wduplicated-branches -Wlogical-op)
    # gcc 12 sees overlapping copies in std::string's own operator+ when it optimises (gcc bug 105651).
    target_compile_options(cb_options INTERFACE -Wno-restrict)
endif()
