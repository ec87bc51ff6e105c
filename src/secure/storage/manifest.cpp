#include "secure/storage/manifest.h"

#include <algorithm>

#include "wire/rpc/storage.h"

namespace holdfast::secure::storage {

namespace {

constexpr std::uint16_t kFormat = 1;
constexpr std::size_t kMaxVaultBytes = 512;
constexpr std::size_t kMaxWrappedKeyBytes = 512;

Result<void> expect_format(ByteReader& in) {
  HF_ASSIGN_OR_RETURN(const std::uint16_t format, in.u16());
  if (format != kFormat) return fail(Rv::arguments_bad, "a stored format that this version does not know");
  return {};
}

template <std::size_t N>
Result<void> read_array(ByteReader& in, std::array<std::byte, N>& into) {
  HF_ASSIGN_OR_RETURN(const ByteView bytes, in.take(N));
  std::ranges::copy(bytes, into.begin());
  return {};
}

void encode_pin(ByteWriter& out, const PinRecord& pin) { out.u32(pin.tries_used).sized(pin.vault); }

Result<PinRecord> decode_pin(ByteReader& in) {
  PinRecord pin;
  HF_ASSIGN_OR_RETURN(pin.tries_used, in.u32());
  HF_ASSIGN_OR_RETURN(const ByteView vault, in.sized(kMaxVaultBytes));
  pin.vault = to_bytes(vault);
  return pin;
}

}  // namespace

Bytes encode(const StoreManifest& manifest) {
  ByteWriter out;
  out.u16(kFormat).u32(static_cast<std::uint32_t>(manifest.tokens.size()));
  for (const auto& [slot, token] : manifest.tokens) out.u32(slot).raw(token.view());
  return std::move(out).take();
}

Result<StoreManifest> decode_store_manifest(ByteView plain) {
  StoreManifest manifest;
  ByteReader in(plain);
  HF_TRY(expect_format(in));
  HF_ASSIGN_OR_RETURN(const std::size_t count, wire::rpc::read_count(in, wire::rpc::kMaxShelves, 20));
  for (std::size_t i = 0; i < count; ++i) {
    HF_ASSIGN_OR_RETURN(const std::uint32_t slot, in.u32());
    if (!manifest.tokens.empty() && slot <= manifest.tokens.rbegin()->first)
      return fail(Rv::arguments_bad, "slots of a store manifest out of order");
    HF_TRY(read_array(in, manifest.tokens[slot].octets));
  }
  HF_TRY(in.expect_end());
  return manifest;
}

Bytes encode(const TokenState& state, ByteView wrapped_token_key, const RecordSet& records) {
  ByteWriter out;
  out.u16(kFormat).u32(state.slot).raw(state.uid.view()).raw(state.label).raw(state.serial).u32(state.flags);
  encode_pin(out, state.so);
  encode_pin(out, state.user);
  out.sized(wrapped_token_key);
  records.encode(out);
  return std::move(out).take();
}

Result<TokenManifest> decode_token_manifest(ByteView plain) {
  TokenManifest manifest;
  ByteReader in(plain);
  HF_TRY(expect_format(in));
  HF_ASSIGN_OR_RETURN(manifest.state.slot, in.u32());
  HF_TRY(read_array(in, manifest.state.uid.octets));
  HF_TRY(read_array(in, manifest.state.label));
  HF_TRY(read_array(in, manifest.state.serial));
  HF_ASSIGN_OR_RETURN(manifest.state.flags, in.u32());
  HF_ASSIGN_OR_RETURN(manifest.state.so, decode_pin(in));
  HF_ASSIGN_OR_RETURN(manifest.state.user, decode_pin(in));
  HF_ASSIGN_OR_RETURN(const ByteView wrapped, in.sized(kMaxWrappedKeyBytes));
  manifest.wrapped_token_key = to_bytes(wrapped);
  HF_ASSIGN_OR_RETURN(manifest.records, RecordSet::decode(in));
  HF_TRY(in.expect_end());
  return manifest;
}

Bytes encode_object(ByteView public_part, ByteView sealed_secret_part) {
  ByteWriter out;
  out.u16(kFormat).sized(public_part).sized(sealed_secret_part);
  return std::move(out).take();
}

Result<ObjectBody> decode_object(ByteView plain) {
  ObjectBody body;
  ByteReader in(plain);
  HF_TRY(expect_format(in));
  HF_ASSIGN_OR_RETURN(const ByteView public_part, in.sized(wire::rpc::kMaxRecordBytes));
  HF_ASSIGN_OR_RETURN(const ByteView secret_part, in.sized(wire::rpc::kMaxRecordBytes));
  HF_TRY(in.expect_end());
  body.public_part = to_bytes(public_part);
  body.sealed_secret_part = to_bytes(secret_part);
  return body;
}

}  // namespace holdfast::secure::storage
