#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/byte_reader.h"
#include "base/byte_writer.h"
#include "base/result.h"
#include "base/uid.h"
#include "secret/secret_bytes.h"
#include "secure/crypto/hmac.h"
#include "secure/storage/sealed_blob.h"

namespace holdfast::secure::storage {

/// RecordMark is what makes a stored record this one and no other: the tag is that of its sealed blob.
struct RecordMark {
  ObjectUid uid;
  std::uint64_t version = 0;
  SealTag tag{};
  friend bool operator==(const RecordMark&, const RecordMark&) = default;
};

using MarkDigest = std::array<std::byte, 32>;

/// MarkHasher computes the keyed digest of a mark. Thread-safe.
class MarkHasher {
 public:
  static Result<MarkHasher> create(const SecretBytes& set_key);
  Result<MarkDigest> digest(const RecordMark& mark) const;

 private:
  explicit MarkHasher(crypto::Hmac keyed) : keyed_(std::move(keyed)) {}
  crypto::Hmac keyed_;  // only ever copied
};

/// Difference lists what two record sets do not share.
struct Difference {
  std::vector<RecordMark> only_here;
  std::vector<RecordMark> only_there;
  /// False when there is more than the sketch can name: the lists are then a part of it.
  bool complete = true;
};

/// RecordSet stands for a set of records in a fixed size, and changes with each record added or taken away.
/// Its hash is the exclusive-or of the members' keyed digests (each uid occurs once), so that without the key nobody
/// can make another set of the same hash. Its sketch, an invertible Bloom lookup table, is not for security: it names
/// what differs when the hashes do, up to about twenty records.
class RecordSet {
 public:
  static constexpr std::size_t kCellsPerBlock = 16;
  static constexpr std::size_t kBlocks = 3;

  void add(const RecordMark& mark, const MarkDigest& digest) { toggle(mark, digest, 1); }
  void remove(const RecordMark& mark, const MarkDigest& digest) { toggle(mark, digest, UINT32_MAX); }

  std::uint64_t size() const noexcept { return size_; }
  /// same_records compares size and hash, in constant time.
  bool same_records(const RecordSet& other) const;
  Result<Difference> difference(const RecordSet& there, const MarkHasher& hasher) const;

  void encode(ByteWriter& out) const;
  static Result<RecordSet> decode(ByteReader& in);

 private:
  struct Cell {
    std::uint32_t count = 0;            // modulo 2^32
    std::array<std::byte, 40> marks{};  // exclusive-or of uid, version, tag
    std::uint64_t check = 0;            // exclusive-or of the digests' first eight bytes
  };
  using Cells = std::array<Cell, kCellsPerBlock * kBlocks>;

  void toggle(const RecordMark& mark, const MarkDigest& digest, std::uint32_t step);
  static void toggle_cells(Cells& cells, const RecordMark& mark, const MarkDigest& digest, std::uint32_t step);

  std::uint64_t size_ = 0;
  MarkDigest hash_{};
  Cells cells_{};
};

}  // namespace holdfast::secure::storage
