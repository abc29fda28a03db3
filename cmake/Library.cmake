# casebridge_library(<folder> SOURCES … DEPENDS …): the one library of a folder below src/,
# target cb_<folder with / as _>. DEPENDS names folders, and is what tools/check holds includes against.
function(casebridge_library folder)
    cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;LINKS" ${ARGN})
    string(REPLACE "/" "_" name ${folder})
    add_library(cb_${name} STATIC ${ARG_SOURCES})
    set(targets "")
    foreach(dep IN LISTS ARG_DEPENDS)
        string(REPLACE "/" "_" dep_name ${dep})
        list(APPEND targets cb_${dep_name})
    endforeach()
    target_link_libraries(cb_${name} PUBLIC cb_options ${targets} ${ARG_LINKS})
endfunction()
