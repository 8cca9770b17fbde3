// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/journal/journal.h"

#include <system_error>

#include "engine/journal/writer.h"

namespace tickdeck::journal {

Result<std::unique_ptr<Journal>> Journal::open(Options options, SymbolTable& symbols)
{
    std::error_code error;
    const bool isNew = std::filesystem::create_directories(options.directory, error);
    if (error)
        return fail(ErrorCode::Io, options.directory.string() + ": " + error.message());
    SystemFiles system;
    if (isNew)  // else the power takes the folder, and all that was committed in it
        TRY(system.syncFolder(options.directory.parent_path()));
    TRY_ASSIGN(Found found, recover(options.files ? *options.files : system, options.directory, symbols));
    return std::unique_ptr<Journal>(
        new Journal(std::make_unique<Writer>(std::move(options), symbols, std::move(found))));
}

Journal::Journal(std::unique_ptr<Writer> writer) noexcept : m_writer(std::move(writer)) {}

Journal::~Journal() { static_cast<void>(close()); }

const Recovery& Journal::recovery() const noexcept { return m_writer->recovery(); }

Seq Journal::nextSeq() const noexcept { return m_writer->nextSeq(); }

Result<> Journal::append(const Batch& batch) { return m_writer->append(batch); }

std::chrono::nanoseconds Journal::poll() { return m_writer->poll(); }

Result<> Journal::flush() { return m_writer->flush(); }

Result<> Journal::close() { return m_writer->close(); }

Seq Journal::committed() const noexcept { return m_writer->committed(); }

std::uint64_t Journal::committedOrdinal(SymbolId lane) const noexcept { return m_writer->committedOrdinal(lane); }

Seq Journal::firstSeq() const noexcept { return m_writer->firstSeq(); }

State Journal::state() const noexcept { return m_writer->state(); }

Usage Journal::usage() const noexcept { return m_writer->usage(); }

Statistics Journal::statistics() const noexcept { return m_writer->statistics(); }

std::uint64_t Journal::generation() const noexcept { return m_writer->generation(); }

void Journal::retain(const std::string& reader, Seq from) { m_writer->retention().retain(reader, from); }

void Journal::release(const std::string& reader) { m_writer->retention().release(reader); }

void Journal::setSettings(std::string settingsJson) { m_writer->setSettings(std::move(settingsJson)); }

}  // namespace tickdeck::journal
