// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/sinks/parquet/text_file.h"

#include <cerrno>
#include <string>
#include <system_error>

#include "engine/sinks/parquet/files.h"

namespace tickdeck::parquet {

namespace {

std::unexpected<Error> failure(const char* what, const std::filesystem::path& path)
{
    const int number = errno;
    return fail(number == ENOSPC ? ErrorCode::Full : ErrorCode::Io,
                std::string(what) + " " + path.string() + ": " + std::generic_category().message(number));
}

}  // namespace

Result<std::unique_ptr<TextFile>> TextFile::create(std::filesystem::path path)
{
    std::FILE* file = std::fopen(path.c_str(), "wbe");
    if (!file)
        return failure("create", path);
    return std::unique_ptr<TextFile>(new TextFile(std::move(path), file));
}

TextFile::~TextFile()
{
    if (m_file)
        std::fclose(m_file);
    if (!m_closed)
        static_cast<void>(removeFile(m_path));  // best effort: what failed is told already
}

Result<> TextFile::write(std::string_view text)
{
    if (std::fwrite(text.data(), 1, text.size(), m_file) != text.size())
        return failure("write", m_path);
    m_bytes += text.size();
    return {};
}

Result<> TextFile::close()
{
    if (std::fclose(std::exchange(m_file, nullptr)) != 0)
        return failure("write", m_path);
    TRY(syncPath(m_path));
    m_closed = true;
    return {};
}

}  // namespace tickdeck::parquet
