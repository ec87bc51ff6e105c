#include "secure/storage/record_set.h"

#include <algorithm>

#include "secret/constant_time.h"

namespace holdfast::secure::storage {

namespace {

using MarkBytes = std::array<std::byte, 40>;

MarkBytes encode_mark(const RecordMark& mark) {
  MarkBytes bytes;
  ByteWriter out;
  out.raw(mark.uid.view()).u64(mark.version).raw(mark.tag);
  std::ranges::copy(out.view(), bytes.begin());
  return bytes;
}

RecordMark decode_mark(const MarkBytes& bytes) {
  RecordMark mark;
  ByteReader in(bytes);
  mark.uid = ObjectUid::from(in.take(ObjectUid::kBytes).value().first<ObjectUid::kBytes>());
  mark.version = in.u64().value();
  std::ranges::copy(in.rest(), mark.tag.begin());
  return mark;
}

template <std::size_t N>
void exclusive_or(std::array<std::byte, N>& into, const std::array<std::byte, N>& from) {
  for (std::size_t i = 0; i < N; ++i) into[i] ^= from[i];
}

std::uint64_t check_of(const MarkDigest& digest) { return ByteReader(digest).u64().value(); }

/// cell_of spreads the digest's later bytes over the blocks.
std::size_t cell_of(const MarkDigest& digest, std::size_t block) {
  return block * RecordSet::kCellsPerBlock +
         std::to_integer<std::size_t>(digest[8 + block]) % RecordSet::kCellsPerBlock;
}

}  // namespace

Result<MarkHasher> MarkHasher::create(const SecretBytes& set_key) {
  HF_ASSIGN_OR_RETURN(crypto::Hmac keyed, crypto::Hmac::create(crypto::DigestKind::sha256, set_key));
  return MarkHasher(std::move(keyed));
}

Result<MarkDigest> MarkHasher::digest(const RecordMark& mark) const {
  HF_ASSIGN_OR_RETURN(crypto::Hmac mac, keyed_.copy());
  HF_TRY(mac.update(encode_mark(mark)));
  MarkDigest digest;
  HF_TRY(mac.finish(digest));
  return digest;
}

void RecordSet::toggle(const RecordMark& mark, const MarkDigest& digest, std::uint32_t step) {
  size_ += step == 1 ? 1 : UINT64_MAX;
  exclusive_or(hash_, digest);
  toggle_cells(cells_, mark, digest, step);
}

void RecordSet::toggle_cells(Cells& cells, const RecordMark& mark, const MarkDigest& digest, std::uint32_t step) {
  const MarkBytes bytes = encode_mark(mark);
  for (std::size_t block = 0; block < kBlocks; ++block) {
    Cell& cell = cells[cell_of(digest, block)];
    cell.count += step;
    exclusive_or(cell.marks, bytes);
    cell.check ^= check_of(digest);
  }
}

bool RecordSet::same_records(const RecordSet& other) const {
  return size_ == other.size_ && equal_constant_time(hash_, other.hash_);
}

Result<Difference> RecordSet::difference(const RecordSet& there, const MarkHasher& hasher) const {
  Cells cells = cells_;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    cells[i].count -= there.cells_[i].count;
    exclusive_or(cells[i].marks, there.cells_[i].marks);
    cells[i].check ^= there.cells_[i].check;
  }
  Difference difference;
  // A cell that holds one record gives it away; taking that one out of its other cells leaves further such cells.
  constexpr std::size_t kEnough = 4 * kCellsPerBlock * kBlocks;
  for (bool found = true; found && difference.only_here.size() + difference.only_there.size() < kEnough;) {
    found = false;
    for (const Cell& cell : cells) {
      if (cell.count != 1 && cell.count != UINT32_MAX) continue;
      const RecordMark mark = decode_mark(cell.marks);
      const bool here = cell.count == 1;
      HF_ASSIGN_OR_RETURN(const MarkDigest digest, hasher.digest(mark));
      if (check_of(digest) != cell.check) continue;
      (here ? difference.only_here : difference.only_there).push_back(mark);
      toggle_cells(cells, mark, digest, here ? UINT32_MAX : 1);
      found = true;
      break;
    }
  }
  difference.complete = std::ranges::all_of(cells, [](const Cell& cell) { return cell.count == 0 && cell.check == 0; });
  return difference;
}

void RecordSet::encode(ByteWriter& out) const {
  out.u64(size_).raw(hash_).u16(static_cast<std::uint16_t>(cells_.size()));
  for (const Cell& cell : cells_) out.u32(cell.count).raw(cell.marks).u64(cell.check);
}

Result<RecordSet> RecordSet::decode(ByteReader& in) {
  RecordSet set;
  HF_ASSIGN_OR_RETURN(set.size_, in.u64());
  HF_ASSIGN_OR_RETURN(const ByteView hash, in.take(set.hash_.size()));
  std::ranges::copy(hash, set.hash_.begin());
  HF_ASSIGN_OR_RETURN(const std::uint16_t cell_count, in.u16());
  if (cell_count != set.cells_.size()) return fail(Rv::arguments_bad, "a record set of another size");
  for (Cell& cell : set.cells_) {
    HF_ASSIGN_OR_RETURN(cell.count, in.u32());
    HF_ASSIGN_OR_RETURN(const ByteView marks, in.take(cell.marks.size()));
    std::ranges::copy(marks, cell.marks.begin());
    HF_ASSIGN_OR_RETURN(cell.check, in.u64());
  }
  return set;
}

}  // namespace holdfast::secure::storage
