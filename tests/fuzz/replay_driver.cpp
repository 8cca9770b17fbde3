// SPDX-License-Identifier: GPL-3.0-or-later
// Runs a fuzz target without libFuzzer: every file of the corpus folder, then deterministic mutations of each.
// Usage: TARGET CORPUS-FOLDER [MUTATIONS-PER-FILE]. Exit 1 where there is no corpus. An input that ends the program is left
// in `crash-input` in the working directory, to be kept in the corpus once the fault is mended.

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Random = std::mt19937_64;

// What a mutation writes into an input: the values that parsers of numbers and text get wrong.
constexpr std::array<std::string_view, 22> kTokens{
    "null",
    "true",
    "{}",
    "[]",
    "\"\"",
    "-0",
    "1e400",
    "1E-400",
    "NaN",
    "99999999999999999999999999999999999999999",
    "0.1",
    "\\ud800",
    "\\u0000",
    "\xff\xfe",
    "\"",
    "{\"a\":",
    "[[[[[[[[",
    ",",
    "-",
    ".",
    std::string_view("\0", 1),
    "\n",
};

std::string_view currentInput;

void keepInput(int signal)
{
    if (const int file = ::open("crash-input", O_WRONLY | O_CREAT | O_TRUNC, 0644); file >= 0) {
        [[maybe_unused]] const auto written = ::write(file, currentInput.data(), currentInput.size());
        ::close(file);
    }
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

// A copy of exactly the input's size, so that the address sanitizer sees a read past its end.
void run(std::string_view input)
{
    const auto bytes = std::make_unique<std::uint8_t[]>(input.size());
    std::copy(input.begin(), input.end(), bytes.get());
    currentInput = input;
    LLVMFuzzerTestOneInput(bytes.get(), input.size());
}

std::size_t below(Random& random, std::size_t limit)
{
    return limit == 0 ? 0 : static_cast<std::size_t>(random() % limit);
}

void mutateOnce(std::string& input, const std::string& other, Random& random)
{
    const std::size_t at = below(random, input.size() + 1);
    const std::size_t length = std::min(below(random, 32), input.size() - at);
    switch (random() % 7) {
    case 0:
        if (at < input.size())
            input[at] = static_cast<char>(static_cast<unsigned char>(input[at]) ^ (1U << (random() % 8)));
        break;
    case 1:
        if (at < input.size())
            input[at] = static_cast<char>(random() % 256);
        break;
    case 2: input.resize(at); break;
    case 3: input.erase(at, length); break;
    case 4: input.insert(at, std::string(input, at, length)); break;
    case 5: input.replace(at, length, kTokens[below(random, kTokens.size())]); break;
    default: input.replace(at, input.size() - at, other, below(random, other.size()), std::string::npos); break;
    }
}

std::vector<std::string> readCorpus(const std::filesystem::path& folder)
{
    std::vector<std::filesystem::path> paths;
    std::error_code missing;
    for (const auto& entry : std::filesystem::directory_iterator(folder, missing)) {
        if (entry.is_regular_file())
            paths.push_back(entry.path());
    }
    std::sort(paths.begin(), paths.end());
    std::vector<std::string> corpus;
    for (const auto& path : paths) {
        std::ifstream file(path, std::ios::binary);
        corpus.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
    return corpus;
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc < 2) {
        std::fprintf(stderr, "usage: %s CORPUS-FOLDER [MUTATIONS-PER-FILE]\n", argv[0]);
        return 2;
    }
    const unsigned long mutations = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 200;
    const std::vector<std::string> corpus = readCorpus(argv[1]);
    if (corpus.empty()) {
        std::fprintf(stderr, "no corpus in %s\n", argv[1]);
        return 1;
    }
    for (const int signal : {SIGSEGV, SIGABRT, SIGFPE, SIGILL, SIGBUS})
        std::signal(signal, keepInput);

    run({});
    Random random(1);
    for (const std::string& input : corpus) {
        run(input);
        for (unsigned long i = 0; i < mutations; ++i) {
            std::string mutated = input;
            for (std::uint64_t steps = 1 + random() % 4; steps > 0; --steps)
                mutateOnce(mutated, corpus[below(random, corpus.size())], random);
            run(mutated);
        }
    }
    std::printf("%zu inputs, %lu mutations of each\n", corpus.size(), mutations);
    return 0;
}
