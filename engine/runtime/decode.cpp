// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/runtime/decode.h"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "engine/plugin/decode_step.h"
#include "engine/runtime/decode_output.h"

namespace tickdeck {

namespace {

constexpr int kDone = 0;
constexpr int kFault = 1;
constexpr int kUsage = 2;
constexpr std::uint64_t kTold = 20;  // failed checks that are told one by one

// Receive times beside a file of frames.
class ReceiveTimes {
public:
    explicit ReceiveTimes(const std::string& file) : m_name(file + ".recv"), m_in(m_name) {}
    ReceiveTimes() = default;  // for a stream that has none

    // That of the next line; kNoTime where there is none. Malformed for a line that is no number of seconds.
    [[nodiscard]] Result<Nanos> next()
    {
        if (!m_in.is_open() || !std::getline(m_in, m_line))
            return kNoTime;
        if (!m_line.empty() && m_line.back() == '\r')
            m_line.pop_back();
        constexpr int kNanoScale = 9;
        const Result<Decimal> seconds = Decimal::parse(m_line);
        const Result<std::int64_t> nanos = seconds ? seconds->toTicks(kNanoScale) : std::unexpected(seconds.error());
        if (!nanos)
            return fail(ErrorCode::Malformed, m_name + ": not Unix seconds: " + m_line);
        return *nanos;
    }

private:
    std::string m_name;
    std::ifstream m_in;
    std::string m_line;
};

// A longer line is none of a venue's frames.
constexpr std::size_t kLongestLine = 64u << 20;
// Deeper bodies are no answer that any decoder reads.
constexpr int kDeepestAnswer = 128;

// What a venue wrote, for a terminal: control characters as \xNN.
std::string printable(std::string_view text)
{
    static constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte != 0x7f)
            out += c;
        else
            out.append("\\x").append(1, kDigits[byte >> 4]).append(1, kDigits[byte & 15]);
    }
    return out;
}

// The next line, cut at kLongestLine (`tooLong`; the rest of it is read over). False at the end.
bool readLine(std::istream& in, std::string& line, bool& tooLong)
{
    line.clear();
    tooLong = false;
    std::streambuf& buffer = *in.rdbuf();
    int c = buffer.sbumpc();
    if (c == std::char_traits<char>::eof())
        return false;
    for (; c != std::char_traits<char>::eof() && c != '\n'; c = buffer.sbumpc()) {
        if (line.size() < kLongestLine)
            line += static_cast<char>(c);
        else
            tooLong = true;
    }
    return true;
}

// A REST answer in a recording as the control that it was; nullopt for any other line.
std::optional<std::string> restAnswer(std::string_view line)
{
    if (!line.starts_with("{\"rest\":") && !line.starts_with("{ \"rest\""))
        return {};
    bool tooDeep = false;
    const auto shallow = [&tooDeep](int depth, nlohmann::ordered_json::parse_event_t, nlohmann::ordered_json&) {
        tooDeep = tooDeep || depth > kDeepestAnswer;
        return !tooDeep;
    };
    const auto parsed = nlohmann::ordered_json::parse(line, shallow, false);
    if (tooDeep || !parsed.is_object() || !parsed.contains("rest") || !parsed.contains("body"))
        return {};
    nlohmann::ordered_json answer{{"request", parsed["rest"]}, {"status", 200}, {"body", parsed["body"]}};
    return answer.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

class Decoding {
public:
    Decoding(std::unique_ptr<Decoder> decoder, SymbolTable& symbols, std::ostream& log)
        : m_decoder(std::move(decoder)), m_symbols(&symbols), m_log(&log)
    {
    }

    // Errors are those of the output.
    [[nodiscard]] Result<> file(std::istream& in, const std::string& name, ReceiveTimes times, DecodeOutput& output);
    // Says what was ignored and failed; true when all was well.
    [[nodiscard]] bool report();

private:
    [[nodiscard]] Result<> line(std::string_view text, Nanos receiveTime, const std::string& place,
                                DecodeOutput& output);
    void check(const EventView& event, const std::string& place);

    std::unique_ptr<Decoder> m_decoder;
    SymbolTable* m_symbols;
    std::ostream* m_log;
    BufferPool m_pool;
    BatchBuilder m_builder{m_pool};
    Emit m_emit{m_builder};
    Seq m_next = 1;
    std::uint64_t m_frames = 0;
    std::uint64_t m_bad = 0;
    std::uint64_t m_failedChecks = 0;
    std::map<std::string, std::uint64_t> m_ignored;
};

Result<> Decoding::file(std::istream& in, const std::string& name, ReceiveTimes times, DecodeOutput& output)
{
    std::uint64_t number = 0;
    bool tooLong = false;
    for (std::string text; readLine(in, text, tooLong);) {
        const std::string place = name + ":" + std::to_string(++number);
        Result<Nanos> time = times.next();
        if (!time) {
            *m_log << place << ": " << time.error().text() << '\n';
            ++m_bad;
            time = kNoTime;
        }
        if (!text.empty() && text.back() == '\r')
            text.pop_back();
        if (tooLong) {
            *m_log << place << ": longer than " << kLongestLine << " bytes\n";
            ++m_bad;
        } else if (!text.empty()) {
            TRY(line(text, *time, place, output));
        }
    }
    if (in.bad())
        return fail(ErrorCode::Io, name + ": cannot be read to its end");
    return {};
}

Result<> Decoding::line(std::string_view text, Nanos receiveTime, const std::string& place, DecodeOutput& output)
{
    ++m_frames;
    BatchHeader like;
    like.receiveTime = receiveTime;
    like.ordinal = m_frames;
    const std::optional<std::string> answer = restAnswer(text);
    if (answer) {
        like.kind = BatchKind::Control;
        like.control = ControlKind::Answered;
    }
    Decoded decoded = decodeStep(*m_decoder, like, answer ? std::string_view(*answer) : text, m_builder, m_emit);
    if (decoded.error) {
        *m_log << place << ": " << decoded.error->text() << '\n';
        ++m_bad;
    }
    for (const std::string& notice : m_emit.notices())
        *m_log << "note: " << printable(notice) << '\n';
    for (const std::string& kind : m_emit.ignoredKinds())
        ++m_ignored[kind];
    if (answer && !decoded.error && decoded.batch.header().eventCount == 0)
        ++m_ignored["rest answer"];
    // Numbers count events here: nothing but them is written.
    decoded.batch.number(m_next);
    m_next += decoded.batch.header().eventCount;
    for (const EventView event : decoded.batch) {
        check(event, place);
        TRY(output.write(event, decoded.batch.header()));
    }
    return {};
}

void Decoding::check(const EventView& event, const std::string& place)
{
    const Book* book = event.as<Book>();
    if (!book || book->verified != Tristate::No)
        return;
    if (++m_failedChecks <= kTold)
        *m_log << place << ": " << printable(m_symbols->name(event.symbol()).native)
               << ": checksum or chain does not agree\n";
}

bool Decoding::report()
{
    *m_log << m_frames << " frames, " << m_next - 1 << " events\n";
    if (!m_ignored.empty()) {
        *m_log << "ignored:";
        const char* before = " ";
        for (const auto& [kind, count] : m_ignored) {
            *m_log << before << kind << ' ' << count;
            before = ", ";
        }
        *m_log << '\n';
    }
    if (m_failedChecks)
        *m_log << m_failedChecks << " book events failed their check\n";
    if (m_bad)
        *m_log << m_bad << " bad lines\n";
    return m_failedChecks == 0 && m_bad == 0;
}

}  // namespace

int decodeFiles(const ConnectorSpec& connector, const DecodeOptions& options, std::istream& in, std::ostream& out,
                std::ostream& log)
{
    const std::vector<std::string> standardInput = {"-"};
    const std::vector<std::string>& files = options.files.empty() ? standardInput : options.files;
    for (const std::string& file : files) {
        std::error_code error;
        if (file != "-" && (!std::ifstream(file) || std::filesystem::is_directory(file, error))) {
            log << "tickdeck decode: cannot read " << file << '\n';
            return kUsage;
        }
    }
    SymbolTable symbols;
    Result<std::unique_ptr<DecodeOutput>> output = DecodeOutput::open(options, out, symbols);
    if (!output) {
        log << "tickdeck decode: " << output.error().text() << '\n';
        return kUsage;
    }
    Decoding decoding(connector.makeDecoder({}, symbols), symbols, log);
    const auto run = [&]() -> Result<> {
        for (const std::string& name : files) {
            if (name == "-") {
                TRY(decoding.file(in, "standard input", {}, **output));
                continue;
            }
            std::ifstream file(name, std::ios::binary);
            TRY(decoding.file(file, name, ReceiveTimes(name), **output));
        }
        return (*output)->finish();
    };
    const Result<> done = run();
    const bool good = decoding.report();
    if (!done) {
        log << "tickdeck decode: " << done.error().text() << '\n';
        return kFault;
    }
    return good ? kDone : kFault;
}

}  // namespace tickdeck
