# Apache Arrow and Parquet as `arrow::parquet`: a CMake package where the system has one, else the libraries and headers
# inside the Python wheel "pyarrow" (Debian has no Arrow package), found through the interpreter TICKDECK_PYTHON.
find_package(Parquet CONFIG QUIET)
if(Parquet_FOUND AND TARGET Parquet::parquet_shared)
  add_library(tickdeck_parquet INTERFACE)
  target_link_libraries(tickdeck_parquet INTERFACE Parquet::parquet_shared Arrow::arrow_shared)
  add_library(arrow::parquet ALIAS tickdeck_parquet)
  return()
endif()
set(TICKDECK_PYTHON "${CMAKE_SOURCE_DIR}/.venv/bin/python" CACHE FILEPATH "Python with the wheel pyarrow")
execute_process(COMMAND ${TICKDECK_PYTHON} -c
  "import pyarrow as p; print(p.get_include(), p.get_library_dirs()[0], p.cpp_build_info.so_version, p.cpp_version, sep='\\n')"
  OUTPUT_VARIABLE wheel OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR "No Parquet CMake package, and ${TICKDECK_PYTHON} has no pyarrow: run `make dev-setup`.")
endif()
string(REPLACE "\n" ";" wheel "${wheel}")
list(GET wheel 0 arrow_include)
list(GET wheel 1 arrow_lib)
list(GET wheel 2 arrow_so)
list(GET wheel 3 arrow_version)
message(STATUS "Arrow/Parquet ${arrow_version} from the wheel pyarrow")
foreach(name arrow parquet)
  add_library(wheel_${name} SHARED IMPORTED GLOBAL)
  set_target_properties(wheel_${name} PROPERTIES
    IMPORTED_LOCATION ${arrow_lib}/lib${name}.so.${arrow_so}
    IMPORTED_SONAME lib${name}.so.${arrow_so}
    INTERFACE_INCLUDE_DIRECTORIES ${arrow_include}
    INTERFACE_COMPILE_FEATURES cxx_std_20)
endforeach()
set_property(TARGET wheel_parquet APPEND PROPERTY INTERFACE_LINK_LIBRARIES wheel_arrow)
# The wheel's libparquet exports the simdjson inside it, which is of another version: were it found first, our decoders
# would call into it and crash. So the system's stands before it, whatever the order of our libraries.
set_property(TARGET wheel_parquet APPEND PROPERTY INTERFACE_LINK_OPTIONS
  "LINKER:--push-state,--no-as-needed,$<TARGET_FILE:simdjson::simdjson>,--pop-state")
add_library(arrow::parquet ALIAS wheel_parquet)

# The wheel's libraries export a simdjson of their own, of another version. The system's must come first in every program's
# search order, else the decoders would call the wrong one. (The wheel's own calls, for JSON and variants, are not used.)
target_link_options(tickdeck_flags INTERFACE LINKER:--push-state,--no-as-needed -lsimdjson LINKER:--pop-state)
