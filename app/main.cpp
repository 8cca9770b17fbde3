// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdio>

#include "app/command_line.h"
#include "app/common.h"
#include "app/modes.h"

int main(int argc, char** argv)
{
    using namespace tickdeck::app;
    const auto parsed = parseCommandLine(argc, argv);
    if (const int* code = std::get_if<int>(&parsed))
        return *code;
    const auto& line = std::get<CommandLine>(parsed);
    const int code = std::visit(
        [&](const auto& mode) {
            if constexpr (requires { run(line.common, mode, argc, argv); })
                return run(line.common, mode, argc, argv);
            else
                return run(line.common, mode);
        },
        line.mode);
    if (std::fflush(stdout) != 0 || std::ferror(stdout))
        return complain("standard output could not be written");
    return code;
}
