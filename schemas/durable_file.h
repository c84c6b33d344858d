#pragma once
#include <filesystem>
#include <functional>
#include <string_view>

namespace ttt {

/// Publishes a file whole or not at all: `write` fills a name aside in the same folder, which is then fsynced
/// and renamed to `file`, and the folder is fsynced. Folders are made as needed;
/// what a killed process of this host left of the same file is removed. Throws an io Error.
void publish(const std::filesystem::path& file,
             const std::function<void(const std::filesystem::path& aside)>& write);

/// publish() of these bytes.
void publish(const std::filesystem::path& file, std::string_view bytes);

/// Whether there is such a file or folder. Throws an io Error when that cannot be found out.
bool is_there(const std::filesystem::path& path);

/// The whole file. Throws a data Error when it is missing, a pipe or a device, or larger than 16 GiB, an io
/// Error when it cannot be read.
std::string read_file(const std::filesystem::path& file);

/// Before a file is opened: throws a data Error when a pipe, device or socket lies in its place, which would
/// be waited for or read for ever. What is missing, and a folder, is left to who opens it.
void require_no_pipe(const std::filesystem::path& file);

}  // namespace ttt
