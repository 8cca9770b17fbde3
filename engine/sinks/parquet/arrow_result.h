// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Arrow's errors as ours.

#include <exception>
#include <string>

#include <arrow/result.h>
#include <arrow/status.h>

#include "engine/core/result.h"

namespace tickdeck::parquet {

// What a store that failed asks for: the sink is opened again.
[[nodiscard]] inline std::unexpected<Error> arrowError(const arrow::Status& status)
{
    return fail(status.IsOutOfMemory() || status.IsCapacityError() ? ErrorCode::Full : ErrorCode::Io, status.ToString(),
                Remedy::Reconnect);
}

[[nodiscard]] inline Result<> checked(const arrow::Status& status)
{
    if (!status.ok())
        return arrowError(status);
    return {};
}

template <class T>
[[nodiscard]] Result<T> checked(arrow::Result<T> result)
{
    if (!result.ok())
        return arrowError(result.status());
    return std::move(result).ValueUnsafe();
}

// Runs what may throw (parquet-cpp does) and gives its result, or the exception as an error.
template <class Call>
[[nodiscard]] auto guarded(Call&& call) -> decltype(call())
{
    try {
        return call();
    } catch (const std::exception& exception) {
        return fail(ErrorCode::Io, exception.what(), Remedy::Reconnect);
    }
}

}  // namespace tickdeck::parquet
