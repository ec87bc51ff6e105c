#include "optee/tee_client.h"

#include <cstring>
#include <stdexcept>

namespace holdfast::optee {
namespace {

constexpr TEEC_UUID kPkcs11Ta{0xfd02c9da, 0x306c, 0x48c7, {0xa4, 0x9c, 0xbb, 0xd8, 0x27, 0xae, 0x86, 0xee}};

/// Block is the shared memory behind one parameter.
class Block {
 public:
  Block() = default;
  ~Block() { TEEC_ReleaseSharedMemory(&memory_); }
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;

  std::uint32_t offer(TEEC_Context* context, const Parameter& parameter, TEEC_Parameter& out) {
    using Kind = Parameter::Kind;
    if (parameter.kind == Kind::absent) return TEEC_NONE;
    if (parameter.kind == Kind::value) return TEEC_VALUE_INOUT;
    memory_.size = parameter.bytes.size();
    if (parameter.kind != Kind::output) memory_.flags |= TEEC_MEM_INPUT;
    if (parameter.kind != Kind::input) memory_.flags |= TEEC_MEM_OUTPUT;
    if (TEEC_AllocateSharedMemory(context, &memory_) != TEEC_SUCCESS) throw std::runtime_error("no shared memory");
    if (!parameter.bytes.empty()) std::memcpy(memory_.buffer, parameter.bytes.data(), parameter.bytes.size());
    out.memref.parent = &memory_;
    out.memref.size = memory_.size;
    return TEEC_MEMREF_WHOLE;
  }

  void take_back(Parameter& parameter, std::size_t reported) const {
    parameter.size = reported;
    if ((memory_.flags & TEEC_MEM_OUTPUT) == 0 || parameter.bytes.empty()) return;
    std::memcpy(parameter.bytes.data(), memory_.buffer, parameter.bytes.size());
    if (reported < parameter.bytes.size()) parameter.bytes.resize(reported);
  }

 private:
  TEEC_SharedMemory memory_{};
};

}  // namespace

TeeContext::TeeContext(const std::string& socket) {
  if (TEEC_InitializeContext(socket.c_str(), &context_) != TEEC_SUCCESS) throw std::runtime_error("no world");
}

TeeClient::TeeClient(TeeContext& context, std::uint32_t login) : context_(context) {
  if (TEEC_OpenSession(context.get(), &session_, &kPkcs11Ta, login, nullptr, nullptr, nullptr) != TEEC_SUCCESS)
    throw std::runtime_error("no session with the trusted application");
}

TEEC_Result TeeClient::invoke(std::uint32_t command, Parameters& parameters) {
  TEEC_Operation operation{};
  std::array<Block, TEEC_CONFIG_PAYLOAD_REF_COUNT> blocks;
  for (std::size_t i = 0; i < parameters.size(); ++i)
    operation.paramTypes |= blocks[i].offer(context_.get(), parameters[i], operation.params[i]) << (4 * i);
  std::uint32_t origin = 0;
  const TEEC_Result result = TEEC_InvokeCommand(&session_, command, &operation, &origin);
  for (std::size_t i = 0; i < parameters.size(); ++i)
    if (TEEC_PARAM_TYPE_GET(operation.paramTypes, i) == TEEC_MEMREF_WHOLE)
      blocks[i].take_back(parameters[i], operation.params[i].memref.size);
  return result;
}

}  // namespace holdfast::optee
