#include "recorder.h"

#include <cstdlib>
#include <fstream>
#include <iomanip>
#include <mutex>
#include <sstream>

namespace holdfast::optee {
namespace {

using secure::ta::ParamType;

std::mutex file_mutex;

void append(const std::string& line) {
  const char* const path = std::getenv("HOLDFAST_STANDIN_RECORD");
  if (path == nullptr) return;
  const std::lock_guard lock(file_mutex);
  std::ofstream(path, std::ios::app) << line << '\n';
}

std::string hex(const secure::ta::SharedMemref& memory) {
  std::ostringstream out;
  out << std::hex << std::setfill('0');
  for (const std::byte byte : memory.streaming_input()) out << std::setw(2) << std::to_integer<unsigned>(byte);
  return out.str();
}

std::string second(const secure::ta::Param& param) {
  switch (param.type) {
    case ParamType::memref_input:
      return "in:" + hex(param.memref);
    case ParamType::memref_output:
    case ParamType::memref_inout:
      return "out:" + std::to_string(param.memref.size());
    default:
      return "absent";
  }
}

}  // namespace

void record_invocation(std::uint32_t command, std::uint32_t types, const secure::ta::Params& params) {
  std::ostringstream line;
  line << "cmd=" << command << " types=" << std::hex << types << " p0=" << hex(params[0].memref)
       << " p1=" << (params[1].type == ParamType::none ? "absent" : hex(params[1].memref)) << " p2=" << second(params[2]);
  append(line.str());
}

void record_open(std::uint32_t login, std::uint32_t group) {
  append("open login=" + std::to_string(login) + " group=" + std::to_string(group));
}

void record_note(const std::string& line) { append(line); }

}  // namespace holdfast::optee
