# Language, warnings, hardening, sanitizers: the same for every target.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()
# The everyday build keeps its asserts, and line tables alone: full debug information costs a third of the compile time.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")
set(CMAKE_CXX_FLAGS_DEBUG "-Og -g1")
include(CheckPIESupported)
check_pie_supported(LANGUAGES CXX)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Paths are rewritten relative to the checkout and times ignored, so that every build folder shares one cache.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE_PROGRAM})
endif()
find_program(MOLD_PROGRAM mold)

add_library(tickdeck_flags INTERFACE)
target_include_directories(tickdeck_flags INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(tickdeck_flags INTERFACE
  # Designated initialisers leave out what keeps its default.
  -Wall -Wextra -Wno-missing-field-initializers -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Woverloaded-virtual
  -Wformat=2 $<$<CXX_COMPILER_ID:GNU>:-Werror> -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports false positives of these three from inlined standard containers.
  target_compile_options(tickdeck_flags INTERFACE -Wno-restrict -Wno-array-bounds -Wno-stringop-overflow)
  target_compile_options(tickdeck_flags INTERFACE $<$<CONFIG:Release>:-Wno-stringop-overread>)
endif()
target_compile_definitions(tickdeck_flags INTERFACE QT_NO_KEYWORDS QT_NO_CAST_FROM_ASCII _GLIBCXX_ASSERTIONS)

# Hardening: the OpenSSF guide's flags that g++ 12 knows (no -fstrict-flex-arrays).
target_compile_options(tickdeck_flags INTERFACE
  -fstack-protector-strong -fstack-clash-protection -fcf-protection=full)
target_link_options(tickdeck_flags INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack)
if(TICKDECK_SANITIZE)
  target_compile_options(tickdeck_flags INTERFACE -fsanitize=${TICKDECK_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(tickdeck_flags INTERFACE -fsanitize=${TICKDECK_SANITIZE})
else()
  # Sanitizers see more without these two, and _FORTIFY_SOURCE wants an optimised build.
  target_compile_options(tickdeck_flags INTERFACE -ftrivial-auto-var-init=zero
    $<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE> $<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=3>)
endif()
if(TICKDECK_FUZZ)
  target_compile_options(tickdeck_flags INTERFACE -fsanitize=fuzzer-no-link)
elseif(MOLD_PROGRAM)
  target_link_options(tickdeck_flags INTERFACE -fuse-ld=mold)
endif()
if(TICKDECK_COVERAGE)
  target_compile_options(tickdeck_flags INTERFACE --coverage -fprofile-update=atomic)
  target_link_options(tickdeck_flags INTERFACE --coverage)
endif()
find_package(Threads REQUIRED)
target_link_libraries(tickdeck_flags INTERFACE Threads::Threads)

# Precompiled headers: the standard library for every target, with GoogleTest for the tests. Each header of ours still
# names all that it needs: the lint compiles them alone, without this.
option(TICKDECK_PCH "Precompile the standard headers" ON)
function(tickdeck_precompile target)
  add_library(${target} OBJECT ${CMAKE_SOURCE_DIR}/cmake/pch.cpp)
  target_link_libraries(${target} PRIVATE tickdeck_flags)
  target_precompile_headers(${target} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/pch.h ${ARGN})
endfunction()
tickdeck_precompile(tickdeck_pch)
