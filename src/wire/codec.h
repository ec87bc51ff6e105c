#pragma once

#include <algorithm>
#include <cstring>

#include "base/byte_reader.h"
#include "secret/secret_bytes.h"
#include "wire/schema.h"

namespace holdfast::wire {

/// SecretCodec is the wire's right to see secrets: requests may hold PINs and key values, so their buffers are SecretBytes.
class SecretCodec {
 public:
  static ByteView see(const SecretBytes& secret) { return secret.reveal(SecretAccess{}); }
  static MutableByteView fill(SecretBytes& secret) { return secret.fill(SecretAccess{}); }
  /// copy makes a secret of its own from bytes inside a request.
  static Result<SecretBytes> copy(ByteView bytes) {
    HF_ASSIGN_OR_RETURN(SecretBytes secret, SecretBytes::allocate(bytes.size()));
    std::copy(bytes.begin(), bytes.end(), fill(secret).begin());
    return secret;
  }
};

/// FieldWriter writes fields into memory of a known size; the caller sized it with encoded_size.
class FieldWriter {
 public:
  explicit FieldWriter(MutableByteView out) : rest_(out) {}
  void raw(ByteView bytes) {
    if (!bytes.empty()) std::memcpy(rest_.data(), bytes.data(), bytes.size());
    rest_ = rest_.subspan(bytes.size());
  }
  void u8(std::uint8_t v) {
    const std::byte byte{v};
    raw({&byte, 1});
  }
  void u32(std::uint32_t v) {
    const std::array<std::byte, 4> bytes{std::byte(v), std::byte(v >> 8), std::byte(v >> 16), std::byte(v >> 24)};
    raw(bytes);
  }

 private:
  MutableByteView rest_;
};

namespace detail {

// One overload set per kind of value: its size, its writer, its reader.
inline std::size_t size_of_value(std::uint32_t) { return 4; }
inline std::size_t size_of_value(std::uint8_t) { return 1; }
template <class Tag>
std::size_t size_of_value(StrongId<Tag, std::uint32_t>) { return 4; }
template <std::size_t N>
std::size_t size_of_value(const std::array<std::byte, N>&) { return N; }
inline std::size_t size_of_value(const Mechanism& m) { return 8 + m.param.size(); }
inline std::size_t size_of_value(const Template& t) { return kTemplateHeadBytes + t.attributes.size(); }

inline void write_value(FieldWriter& out, std::uint32_t v) { out.u32(v); }
inline void write_value(FieldWriter& out, std::uint8_t v) { out.u8(v); }
template <class Tag>
void write_value(FieldWriter& out, StrongId<Tag, std::uint32_t> v) { out.u32(v.value); }
template <std::size_t N>
void write_value(FieldWriter& out, const std::array<std::byte, N>& v) { out.raw(v); }
inline void write_value(FieldWriter& out, const Mechanism& m) {
  out.u32(m.type.value);
  out.u32(static_cast<std::uint32_t>(m.param.size()));
  out.raw(m.param);
}
inline void write_value(FieldWriter& out, const Template& t) {
  out.u32(static_cast<std::uint32_t>(t.attributes.size()));
  out.u32(t.count);
  out.raw(t.attributes);
}

inline Result<void> read_value(ByteReader& in, std::uint32_t& v) {
  HF_ASSIGN_OR_RETURN(v, in.u32());
  return {};
}
inline Result<void> read_value(ByteReader& in, std::uint8_t& v) {
  HF_ASSIGN_OR_RETURN(v, in.u8());
  return {};
}
template <class Tag>
Result<void> read_value(ByteReader& in, StrongId<Tag, std::uint32_t>& v) {
  HF_ASSIGN_OR_RETURN(v.value, in.u32());
  return {};
}
template <std::size_t N>
Result<void> read_value(ByteReader& in, std::array<std::byte, N>& v) {
  HF_ASSIGN_OR_RETURN(const ByteView bytes, in.take(N));
  std::copy(bytes.begin(), bytes.end(), v.begin());
  return {};
}
inline Result<void> read_value(ByteReader& in, Mechanism& m) {
  HF_ASSIGN_OR_RETURN(m.type.value, in.u32());
  HF_ASSIGN_OR_RETURN(m.param, in.sized(kMaxMechanismParamBytes));
  return {};
}
inline Result<void> read_value(ByteReader& in, Template& t) {
  HF_ASSIGN_OR_RETURN(const std::uint32_t size, in.u32());
  HF_ASSIGN_OR_RETURN(t.count, in.u32());
  if (size > kMaxTemplateBytes) return fail(Rv::arguments_bad, "template above its limit");
  HF_ASSIGN_OR_RETURN(t.attributes, in.take(size));
  return {};
}

template <class Owner, class T>
std::size_t size_of_field(const Field<Owner, T>& f, const Owner& o) { return size_of_value(o.*f.member); }
template <class Owner>
std::size_t size_of_field(const SizeOf<Owner>&, const Owner&) { return 4; }
template <class Owner>
std::size_t size_of_field(const BytesOf<Owner>& f, const Owner& o) { return (o.*f.member).size(); }

template <class Owner, class T>
void write_field(FieldWriter& out, const Field<Owner, T>& f, const Owner& o) { write_value(out, o.*f.member); }
template <class Owner>
void write_field(FieldWriter& out, const SizeOf<Owner>& f, const Owner& o) {
  out.u32(static_cast<std::uint32_t>((o.*f.member).size()));
}
template <class Owner>
void write_field(FieldWriter& out, const BytesOf<Owner>& f, const Owner& o) { out.raw(o.*f.member); }

/// Sizes read by SizeOf and not yet used by BytesOf, first in first out.
struct PendingSizes {
  std::array<std::size_t, 4> size{};
  std::size_t put = 0;
  std::size_t got = 0;
};

template <class Owner, class T>
Result<void> read_field(ByteReader& in, PendingSizes&, const Field<Owner, T>& f, Owner& o) { return read_value(in, o.*f.member); }
template <class Owner>
Result<void> read_field(ByteReader& in, PendingSizes& pending, const SizeOf<Owner>& f, Owner&) {
  HF_ASSIGN_OR_RETURN(const std::uint32_t size, in.u32());
  if (size > f.limit) return fail(Rv::arguments_bad, "length field above its limit");
  pending.size[pending.put++] = size;
  return {};
}
template <class Owner>
Result<void> read_field(ByteReader& in, PendingSizes& pending, const BytesOf<Owner>& f, Owner& o) {
  HF_ASSIGN_OR_RETURN(o.*f.member, in.take(pending.size[pending.got++]));
  return {};
}

}  // namespace detail

/// encoded_size is the exact number of bytes encode will write.
template <class Message, class Tuple>
std::size_t encoded_size(const Tuple& list, const Message& message) {
  return std::apply([&](const auto&... f) { return (std::size_t{0} + ... + detail::size_of_field(f, message)); }, list);
}

/// encode writes the fields in order; `out` has exactly encoded_size bytes.
template <class Message, class Tuple>
void encode(const Tuple& list, const Message& message, MutableByteView out) {
  FieldWriter writer(out);
  std::apply([&](const auto&... f) { (detail::write_field(writer, f, message), ...); }, list);
}

/// decode reads the fields in order and refuses bytes left over. Views in the message point into `in`.
template <class Message, class Tuple>
Result<Message> decode(const Tuple& list, ByteView in) {
  Message message{};
  ByteReader reader(in);
  detail::PendingSizes pending;
  Result<void> outcome{};
  std::apply(
      [&](const auto&... f) {
        (void)((outcome = detail::read_field(reader, pending, f, message), outcome.has_value()) && ...);
      },
      list);
  HF_TRY(outcome);
  HF_TRY(reader.expect_end());
  return message;
}

}  // namespace holdfast::wire
