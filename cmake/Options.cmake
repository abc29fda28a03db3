# One interface target carries what every translation unit of ours is compiled with.
# The Asio and Beast macros stand here and nowhere else: mixing them between translation units
# corrupts memory.
add_library(cb_options INTERFACE)
# A request is some 25 coroutine frames deep; Asio keeps two for reuse unless told otherwise.
target_compile_definitions(cb_options INTERFACE
    BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED BOOST_BEAST_SEPARATE_COMPILATION
    BOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE=32)
target_include_directories(cb_options INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_include_directories(cb_options SYSTEM INTERFACE ${Boost_INCLUDE_DIRS} ${VALIJSON_INCLUDE_DIR})
target_link_libraries(cb_options INTERFACE Threads::Threads OpenSSL::SSL OpenSSL::Crypto)

include(Warnings)
include(Sanitizers)
include(Hardening)
