# Run at build time: writes the version header OUT for the checkout SOURCE, only when it changes.
execute_process(COMMAND git -C ${SOURCE} describe --always --dirty --abbrev=10 OUTPUT_VARIABLE commit
                OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT commit)
  set(commit "unknown")
endif()
file(CONFIGURE OUTPUT ${OUT} @ONLY CONTENT
"#pragma once
#define TICKDECK_VERSION \"${VERSION}\"
#define TICKDECK_COMMIT \"${commit}\"
")
