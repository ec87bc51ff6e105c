# cmake -DLIBRARY=… -DNM=… -DREADELF=… -DEXPECTED="a;b"
#       -DRUNTIME_BRINGS_ERROR_OBJECTS=0|1 -P check_library.cmake
# The library must export exactly the expected symbols and need nothing but libc.
execute_process(COMMAND ${NM} -D --defined-only ${LIBRARY} OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL " T [A-Za-z_]+" symbols "${symbols}")
list(TRANSFORM symbols REPLACE "^ T " "")
list(SORT symbols)
list(SORT EXPECTED)
if(NOT symbols STREQUAL EXPECTED)
  message(FATAL_ERROR "exports ${symbols}\nbut should export ${EXPECTED}")
endif()
execute_process(COMMAND ${READELF} -d ${LIBRARY} OUTPUT_VARIABLE dynamic COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "NEEDED[^\n]*\\[[^]]+\\]" needed "${dynamic}")
foreach(line IN LISTS needed)
  if(NOT line MATCHES "\\[(libc\\.so\\.6|libm\\.so\\.6|ld-linux[^]]*)\\]")
    message(FATAL_ERROR "needs more than libc: ${line}")
  endif()
endforeach()
if(NOT dynamic MATCHES "SONAME[^\n]*\\[libteec\\.so\\.2\\]")
  message(FATAL_ERROR "has not the name libteec.so.2")
endif()
# Nothing of ours may run when the program ends: the host decides when that is.
execute_process(COMMAND ${NM} ${LIBRARY} OUTPUT_VARIABLE all_symbols COMMAND_ERROR_IS_FATAL ANY)
if(RUNTIME_BRINGS_ERROR_OBJECTS)
  # GCC 14's libstdc++ brings its error categories with std::length_error, and registers their empty destructors. So
  # atexit itself says nothing: look for what would call it, other files with global objects and guarded statics.
  string(REGEX MATCHALL "_GLOBAL__sub_I_[^\n]*|__cxa_guard_acquire| atexit" found "${all_symbols}")
  list(REMOVE_ITEM found _GLOBAL__sub_I_eh_alloc.cc _GLOBAL__sub_I_system_error.cc)
else()
  string(REGEX MATCHALL "atexit[^\n]*|_GLOBAL__sub_I_system_error" found "${all_symbols}")
endif()
if(found)
  message(FATAL_ERROR "registers something for the program's end: ${found}")
endif()
