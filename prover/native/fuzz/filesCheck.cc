// Files that change, vanish or cannot be written, under AddressSanitizer. Takes the fuzzers' options and repeats itself
// `runs` / 100 times.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "formats/AtomicFile.h"
#include "formats/CoreError.h"
#include "formats/FileBytes.h"
#include "formats/MappedFile.h"
#include "formats/Wtns.h"

namespace {

using namespace straddle;

constexpr MappedFile::Role kRole = {"MISSING", "CHANGED", "The file"};

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "files: %s\n", what);
  std::abort();
}

std::string codeOf(const std::function<void()>& work) {
  try {
    work();
    return "none";
  } catch (const CoreError& error) {
    return error.code();
  }
}

void write(const std::string& path, const std::string& text) {
  AtomicFile file(path);
  file.append(text.data(), text.size());
  file.commit();
}

std::string read(const std::string& path) {
  const FileBytes file(path, kRole, 1 << 20);
  return {reinterpret_cast<const char*>(file.bytes().data), file.bytes().size};
}

std::size_t entriesOf(const std::string& folder) {
  std::size_t entries = 0;
  FILE* list = ::popen(("ls " + folder).c_str(), "r");
  for (int letter = 0; (letter = std::fgetc(list)) != EOF;) entries += letter == '\n';
  ::pclose(list);
  return entries;
}

void checkMapped(const std::string& path) {
  write(path, std::string(10000, 'a'));
  MappedFile first(path, kRole);
  const MappedFile file(std::move(first));
  file.adviseSequential(file.bytes());
  file.adviseNeeded(file.bytes().slice(5000, 5000));
  file.release(file.bytes().slice(1, 9000));
  require(file.bytes().size == 10000 && file.bytes().data[9999] == 'a', "a mapping differs from its file");
  file.checkUnchanged();
  // Replaced by renaming: the mapping keeps the old file.
  write(path, "new");
  file.checkUnchanged();
  require(file.bytes().data[9999] == 'a' && read(path) == "new", "a renamed file changed under its mapping");
  const MappedFile small(path, kRole);
  require(::truncate(path.c_str(), 1) == 0, "truncate");
  require(codeOf([&] { small.checkUnchanged(); }) == "CHANGED", "a shortened file was not noticed");
}

void checkOpening(const std::string& folder) {
  require(codeOf([&] { MappedFile(folder + "/none", kRole); }) == "MISSING", "a missing file was mapped");
  require(codeOf([&] { MappedFile(folder, kRole); }) == "MISSING", "a folder was mapped");
  require(codeOf([&] { FileBytes(folder + "/none", kRole, 9); }) == "MISSING", "a missing file was read");
  require(codeOf([&] { FileBytes(folder, kRole, 9); }) == "MISSING", "a folder was read");
  const std::string pipe = folder + "/pipe", empty = folder + "/empty";
  require(::mkfifo(pipe.c_str(), 0600) == 0, "mkfifo");
  require(codeOf([&] { MappedFile(pipe, kRole); }) == "MISSING", "a pipe was mapped");
  require(codeOf([&] { FileBytes(pipe, kRole, 9); }) == "MISSING", "a pipe was read");
  write(empty, "");
  require(MappedFile(empty, kRole).bytes().size == 0 && read(empty).empty(), "an empty file has bytes");
  write(empty, "0123456789");
  require(codeOf([&] { FileBytes(empty, kRole, 9); }) == "CHANGED", "a file beyond the bound was read");
  ::unlink(pipe.c_str());
  ::unlink(empty.c_str());
}

void checkAtomic(const std::string& folder) {
  const std::string path = folder + "/atomic";
  write(path, "old");
  {
    AtomicFile given_up(path);
    given_up.append("new", 3);
    require(read(path) == "old", "a file appeared before its commit");
  }
  require(read(path) == "old" && entriesOf(folder) == 1, "something remained of a file that was given up");
  AtomicFile file(path);
  file.append("....5678", 8);
  file.patch(0, "1234", 4);
  require(file.size() == 8, "a wrong size");
  file.commit();
  require(read(path) == "12345678" && entriesOf(folder) == 1, "a wrong content");
  ::unlink(path.c_str());
  require(codeOf([&] { AtomicFile(folder + "/none/file"); }) == "CORE_WRITE_FAILED", "written into no folder");
  // A folder in its place: there is no renaming over it.
  require(::mkdir(path.c_str(), 0700) == 0, "mkdir");
  require(codeOf([&] { write(path, "file"); }) == "CORE_WRITE_FAILED", "a folder was replaced");
  require(entriesOf(folder) == 1, "something remained of a file without a name");
  ::rmdir(path.c_str());
}

void checkWitness(const std::string& path) {
  std::vector<std::uint8_t> values(96, 0);
  values[0] = 1;
  values[95] = 0x30;
  Wtns::write(path, values.data(), 3);
  const FileBytes file(path, Wtns::kRole, Wtns::kMostBytes);
  const std::vector<std::uint8_t> encoded = Wtns::encode(values.data(), 3);
  const ByteView bytes = file.bytes();
  require(bytes.size == encoded.size() && std::memcmp(bytes.data, encoded.data(), bytes.size) == 0, "two encodings");
  const Wtns witness(bytes);
  witness.checkCount(3);
  require(codeOf([&] { witness.checkCount(4); }) == "PROVER_WITNESS_INVALID", "a witness of another length");
}

}  // namespace

int main(int count, char** words) {
  std::uint64_t runs = 100;
  const char* seed = "1";
  for (int index = 1; index + 1 < count; index++) {
    if (std::strcmp(words[index], "--runs") == 0) runs = std::strtoull(words[index + 1], nullptr, 10);
    if (std::strcmp(words[index], "--seed") == 0) seed = words[index + 1];
  }
  const char* const temporary = std::getenv("TMPDIR");
  std::string folder = std::string(temporary == nullptr ? "/tmp" : temporary) + "/straddle-files-XXXXXX";
  require(::mkdtemp(&folder[0]) != nullptr, "mkdtemp");
  for (std::uint64_t run = 0; run < runs; run += 100) {
    checkMapped(folder + "/file");
    checkWitness(folder + "/file");
    ::unlink((folder + "/file").c_str());
    checkOpening(folder);
    checkAtomic(folder);
  }
  require(::rmdir(folder.c_str()) == 0, "the folder is not empty");
  std::printf("files: seed %s, %llu runs\n", seed, static_cast<unsigned long long>(runs));
  return 0;
}
