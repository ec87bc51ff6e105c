# Compiler settings that hold for every target of the project.
option(HOLDFAST_TESTS "Build the tests and benchmarks" ON)
set(HOLDFAST_SANITIZE "" CACHE STRING "Value for -fsanitize=, for example address,undefined or thread")
option(HOLDFAST_FUZZ "Build the libFuzzer targets (needs Clang)" OFF)
option(HOLDFAST_COVERAGE "Instrument for gcov" OFF)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_compile_options(-Wall -Wextra -Wconversion -Wshadow -Werror -fstack-protector-strong -fno-omit-frame-pointer
                    $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor>)
# GCC 12 reports false array-bounds and overflow findings inside its own library once it inlines std::vector.
add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overflow>
                    $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overread>
                    $<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds>
                    $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CXX_COMPILER_ID:GNU>>:-Wno-missing-field-initializers>
                    $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CXX_COMPILER_ID:Clang>>:-Wno-missing-field-initializers>
                    $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CXX_COMPILER_ID:Clang>>:-Wno-missing-designated-field-initializers>)
add_compile_definitions(_GLIBCXX_ASSERTIONS _GNU_SOURCE)
if(CMAKE_BUILD_TYPE STREQUAL "Release" OR CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
  add_compile_definitions(_FORTIFY_SOURCE=2)
endif()
add_link_options(-Wl,-z,relro,-z,now,-z,noexecstack)

if(HOLDFAST_SANITIZE)
  add_compile_options(-fsanitize=${HOLDFAST_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${HOLDFAST_SANITIZE})
  add_compile_definitions(HOLDFAST_SANITIZED=1)
endif()
if(HOLDFAST_COVERAGE)
  add_compile_options(--coverage)
  add_link_options(--coverage)
endif()
if(HOLDFAST_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
