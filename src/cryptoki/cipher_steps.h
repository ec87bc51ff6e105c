#pragma once

#include "cryptoki/operation_steps.h"

namespace holdfast::cryptoki {

/// EncryptSteps and DecryptSteps name what the steps of one cipher verb are: the verbs differ in nothing else here.
struct EncryptSteps {
  using Update = wire::EncryptUpdate;
  using Final = wire::EncryptFinal;
  using Oneshot = wire::EncryptOneshot;
  static constexpr Rv kTooLong = Rv::data_len_range;
};
struct DecryptSteps {
  using Update = wire::DecryptUpdate;
  using Final = wire::DecryptFinal;
  using Oneshot = wire::DecryptOneshot;
  static constexpr Rv kTooLong = Rv::encrypted_data_len_range;
};

/// No cipher holds back, or adds, more than a block between two updates.
inline constexpr std::size_t kLargestBlock = 16;
/// The most data whose output still fits one crossing.
inline constexpr std::size_t kMostCipherInput = kMostBulk - kMostExtraOutput;

/// cipher_step is one step with data and output that fit one crossing.
template <class Step>
Result<void> cipher_step(const Client& client, ck::SessionHandle session, ByteView data, OutputBuffer& out) {
  if (out.is_length_query()) return answer_length_query<Step>(client, session, out, data.size());
  HF_ASSIGN_OR_RETURN(const Outcome outcome, client.fetch<Step>({session}, out.room(), data));
  return out.settle(outcome);
}

/// cipher_update_in_pieces is an update with more data than one crossing carries. Room for all of it is demanded before
/// the first piece is fed: a piece cannot be taken back.
template <class Step>
Result<void> cipher_update_in_pieces(const Client& client, ck::SessionHandle session, ByteView data,
                                     OutputBuffer& out) {
  HF_ASSIGN_OR_RETURN(const std::size_t output_bytes, (step_output_bytes<Step>(client, session, data.size())));
  const std::size_t needed = output_bytes + kLargestBlock;
  if (out.room().size() < needed) return out.settle({Rv::buffer_too_small, needed});
  std::size_t written = 0;
  while (!data.empty()) {
    const ByteView piece = data.first(std::min(data.size(), kPiece));
    const MutableByteView rest = out.rest(written);
    const MutableByteView room = rest.first(std::min(rest.size(), piece.size() + kLargestBlock));
    HF_ASSIGN_OR_RETURN(const Outcome outcome, client.fetch<Step>({session}, room, piece));
    if (outcome.rv != Rv::ok) return fail(outcome.rv, "a piece of the data was refused");
    if (outcome.size > room.size()) return fail(Rv::general_error, "size reported beyond the buffer");
    written += outcome.size;
    data = data.subspan(piece.size());
  }
  return out.settle({Rv::ok, written});
}

template <class Steps>
Result<void> cipher_update(const Client& client, CK_SESSION_HANDLE session_handle, const void* in, CK_ULONG in_bytes,
                           CK_BYTE_PTR result, CK_ULONG_PTR result_bytes) {
  using Step = typename Steps::Update;
  HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(session_handle));
  HF_ASSIGN_OR_RETURN(const ByteView data, (or_end<Step>(client, session, caller_bytes(in, in_bytes))));
  const std::size_t limit = data.size() + kMostExtraOutput;
  HF_ASSIGN_OR_RETURN(OutputBuffer out, (or_end<Step>(client, session, OutputBuffer::at(result, result_bytes, limit))));
  if (data.size() > kMostCipherInput) return cipher_update_in_pieces<Step>(client, session, data, out);
  return cipher_step<Step>(client, session, data, out);
}

template <class Steps>
Result<void> cipher_oneshot(const Client& client, CK_SESSION_HANDLE session_handle, const void* in, CK_ULONG in_bytes,
                            CK_BYTE_PTR result, CK_ULONG_PTR result_bytes) {
  using Step = typename Steps::Oneshot;
  HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(session_handle));
  HF_ASSIGN_OR_RETURN(const ByteView data, (or_end<Step>(client, session, caller_bytes(in, in_bytes))));
  HF_TRY((or_end<Step>(client, session, at_most(kMostCipherInput, data, Steps::kTooLong))));
  const std::size_t limit = data.size() + kMostExtraOutput;
  HF_ASSIGN_OR_RETURN(OutputBuffer out, (or_end<Step>(client, session, OutputBuffer::at(result, result_bytes, limit))));
  return cipher_step<Step>(client, session, data, out);
}

}  // namespace holdfast::cryptoki
