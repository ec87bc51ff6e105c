#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/byte_reader.h"
#include "base/byte_writer.h"
#include "base/strong_id.h"
#include "base/uid.h"

/// What the secure world asks of the supplicant, and what it answers. Both ends treat the other as hostile: every
/// count and length has its bound here and is checked before anything is allocated. Byte by byte in
/// docs/formats/storage-rpc.md.
namespace holdfast::wire::rpc {

inline constexpr std::size_t kMaxMessageBytes = std::size_t{4} << 20;
inline constexpr std::size_t kMaxRecordBytes = std::size_t{1} << 20;
inline constexpr std::size_t kMaxManifestBytes = std::size_t{64} << 10;
inline constexpr std::size_t kMaxPageBytes = std::size_t{2} << 20;
inline constexpr std::size_t kMaxShelves = 1024;
inline constexpr std::size_t kMaxShelvesPerCommit = 4;

/// ShelfId names a shelf: a set of records with one manifest. The supplicant does not know what stands on it.
using ShelfId = StrongId<struct ShelfIdTag>;

enum class Operation : std::uint16_t { list_shelves = 1, read_manifest = 2, read_page = 3, commit = 4 };

enum class Status : std::uint16_t {
  ok = 0,
  absent = 1,       // no such shelf
  conflict = 2,     // a shelf's epoch is not the expected one; nothing was changed
  bad_request = 3,  // out of protocol; nothing was changed
  corrupt = 4,      // the database cannot be read, or is not one
  io_error = 5,     // the outcome of a commit is unknown
  no_space = 6,     // nothing was changed
};

struct Record {
  ObjectUid uid;
  Bytes blob;
};

/// RecordView is a record inside a message that outlives it.
struct RecordView {
  ObjectUid uid;
  ByteView blob;
};

/// kMinRecordBytes is what a record takes in a message beside its blob.
inline constexpr std::size_t kMinRecordBytes = ObjectUid::kBytes + 4;

inline Result<ObjectUid> read_uid(ByteReader& in) {
  HF_ASSIGN_OR_RETURN(const ByteView octets, in.take(ObjectUid::kBytes));
  return ObjectUid::from(octets.first<ObjectUid::kBytes>());
}

/// read_count reads how many items of at least `item_bytes` follow: never more than the rest of the message can hold.
inline Result<std::size_t> read_count(ByteReader& in, std::size_t limit, std::size_t item_bytes) {
  HF_ASSIGN_OR_RETURN(const std::uint32_t count, in.u32());
  if (count > limit || count > in.remaining() / item_bytes)
    return fail(Rv::arguments_bad, "more items announced than the message holds");
  return std::size_t{count};
}

/// ListShelves names every shelf that has a manifest.
struct ListShelves {
  static constexpr Operation kOperation = Operation::list_shelves;
  struct Entry {
    ShelfId shelf;
    std::uint64_t epoch = 0;
  };
  struct Reply {
    std::vector<Entry> shelves;
    void encode(ByteWriter& out) const {
      out.u32(static_cast<std::uint32_t>(shelves.size()));
      for (const Entry& entry : shelves) out.u32(entry.shelf.value).u64(entry.epoch);
    }
    static Result<Reply> decode(ByteReader& in) {
      Reply reply;
      HF_ASSIGN_OR_RETURN(const std::size_t count, read_count(in, kMaxShelves, 12));
      reply.shelves.resize(count);
      for (Entry& entry : reply.shelves) {
        HF_ASSIGN_OR_RETURN(entry.shelf.value, in.u32());
        HF_ASSIGN_OR_RETURN(entry.epoch, in.u64());
      }
      return reply;
    }
  };
  void encode(ByteWriter&) const {}
  static Result<ListShelves> decode(ByteReader&) { return ListShelves{}; }
};

/// ReadManifest gives one shelf's manifest; Status::absent when it has none.
struct ReadManifest {
  static constexpr Operation kOperation = Operation::read_manifest;
  ShelfId shelf;
  struct Reply {
    std::uint64_t epoch = 0;
    Bytes manifest;
    void encode(ByteWriter& out) const { out.u64(epoch).sized(manifest); }
    static Result<Reply> decode(ByteReader& in) {
      Reply reply;
      HF_ASSIGN_OR_RETURN(reply.epoch, in.u64());
      HF_ASSIGN_OR_RETURN(const ByteView manifest, in.sized(kMaxManifestBytes));
      reply.manifest = to_bytes(manifest);
      return reply;
    }
  };
  void encode(ByteWriter& out) const { out.u32(shelf.value); }
  static Result<ReadManifest> decode(ByteReader& in) {
    ReadManifest request;
    HF_ASSIGN_OR_RETURN(request.shelf.value, in.u32());
    return request;
  }
};

/// ReadPage gives a shelf's records in the order of their uid, those above `after`, until `byte_limit` is reached;
/// at least one record while there is one. A shelf without records gives an empty page.
struct ReadPage {
  static constexpr Operation kOperation = Operation::read_page;
  ShelfId shelf;
  std::optional<ObjectUid> after;
  std::uint32_t byte_limit = kMaxPageBytes;
  struct Reply {
    std::vector<Record> records;
    bool more = false;
    void encode(ByteWriter& out) const {
      out.u8(more ? 1 : 0).u32(static_cast<std::uint32_t>(records.size()));
      for (const Record& record : records) out.raw(record.uid.view()).sized(record.blob);
    }
    static Result<Reply> decode(ByteReader& in) {
      Reply reply;
      HF_ASSIGN_OR_RETURN(const std::uint8_t more, in.u8());
      if (more > 1) return fail(Rv::arguments_bad, "a flag is neither 0 nor 1");
      reply.more = more == 1;
      HF_ASSIGN_OR_RETURN(const std::size_t count, read_count(in, kMaxMessageBytes, kMinRecordBytes));
      reply.records.resize(count);
      for (Record& record : reply.records) {
        HF_ASSIGN_OR_RETURN(record.uid, read_uid(in));
        HF_ASSIGN_OR_RETURN(const ByteView blob, in.sized(kMaxRecordBytes));
        record.blob = to_bytes(blob);
      }
      return reply;
    }
  };
  void encode(ByteWriter& out) const {
    out.u32(shelf.value).u32(byte_limit).u8(after ? 1 : 0);
    if (after) out.raw(after->view());
  }
  static Result<ReadPage> decode(ByteReader& in) {
    ReadPage request;
    HF_ASSIGN_OR_RETURN(request.shelf.value, in.u32());
    HF_ASSIGN_OR_RETURN(request.byte_limit, in.u32());
    if (request.byte_limit > kMaxPageBytes) return fail(Rv::arguments_bad, "page larger than allowed");
    HF_ASSIGN_OR_RETURN(const std::uint8_t has_after, in.u8());
    if (has_after > 1) return fail(Rv::arguments_bad, "a flag is neither 0 nor 1");
    if (has_after == 1) {
      HF_ASSIGN_OR_RETURN(request.after, read_uid(in));
    }
    return request;
  }
};

/// ShelfChange is what a commit does to one shelf.
struct ShelfChange {
  ShelfId shelf;
  std::uint64_t expected_epoch = 0;  // 0: the shelf must be absent
  std::uint64_t new_epoch = 0;       // above expected_epoch
  ByteView manifest;
  bool clear = false;  // remove every record first
  std::vector<RecordView> put;
  std::vector<ObjectUid> removed;  // may be absent
};

/// Commit applies all its changes, each to another shelf, in one transaction and is answered with Status::ok when that
/// is on disk; Status::conflict, with nothing changed, when any shelf's epoch is not the expected one.
struct Commit {
  static constexpr Operation kOperation = Operation::commit;
  std::vector<ShelfChange> changes;
  struct Reply {
    void encode(ByteWriter&) const {}
    static Result<Reply> decode(ByteReader&) { return Reply{}; }
  };
  void encode(ByteWriter& out) const {
    out.u32(static_cast<std::uint32_t>(changes.size()));
    for (const ShelfChange& change : changes) encode_change(out, change);
  }
  static Result<Commit> decode(ByteReader& in) {
    Commit request;
    HF_ASSIGN_OR_RETURN(const std::size_t count, read_count(in, kMaxShelvesPerCommit, 33));
    if (count == 0) return fail(Rv::arguments_bad, "a commit without a change");
    request.changes.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
      HF_TRY(decode_change(in, request.changes[i]));
      for (std::size_t earlier = 0; earlier < i; ++earlier)
        if (request.changes[earlier].shelf == request.changes[i].shelf)
          return fail(Rv::arguments_bad, "a commit that changes a shelf twice");
    }
    return request;
  }

 private:
  static void encode_change(ByteWriter& out, const ShelfChange& change) {
    out.u32(change.shelf.value).u64(change.expected_epoch).u64(change.new_epoch).u8(change.clear ? 1 : 0);
    out.sized(change.manifest);
    out.u32(static_cast<std::uint32_t>(change.put.size()));
    for (const RecordView& record : change.put) out.raw(record.uid.view()).sized(record.blob);
    out.u32(static_cast<std::uint32_t>(change.removed.size()));
    for (const ObjectUid& uid : change.removed) out.raw(uid.view());
  }
  static Result<void> decode_change(ByteReader& in, ShelfChange& change) {
    HF_ASSIGN_OR_RETURN(change.shelf.value, in.u32());
    HF_ASSIGN_OR_RETURN(change.expected_epoch, in.u64());
    HF_ASSIGN_OR_RETURN(change.new_epoch, in.u64());
    if (change.new_epoch <= change.expected_epoch) return fail(Rv::arguments_bad, "an epoch that does not grow");
    HF_ASSIGN_OR_RETURN(const std::uint8_t clear, in.u8());
    if (clear > 1) return fail(Rv::arguments_bad, "a flag is neither 0 nor 1");
    change.clear = clear == 1;
    HF_ASSIGN_OR_RETURN(change.manifest, in.sized(kMaxManifestBytes));
    HF_ASSIGN_OR_RETURN(const std::size_t put_count, read_count(in, kMaxMessageBytes, kMinRecordBytes));
    change.put.resize(put_count);
    for (RecordView& record : change.put) {
      HF_ASSIGN_OR_RETURN(record.uid, read_uid(in));
      HF_ASSIGN_OR_RETURN(record.blob, in.sized(kMaxRecordBytes));
    }
    HF_ASSIGN_OR_RETURN(const std::size_t removed_count, read_count(in, kMaxMessageBytes, ObjectUid::kBytes));
    change.removed.resize(removed_count);
    for (ObjectUid& uid : change.removed) {
      HF_ASSIGN_OR_RETURN(uid, read_uid(in));
    }
    return {};
  }
};

template <class Request>
Bytes encode_request(const Request& request) {
  ByteWriter out;
  out.u16(static_cast<std::uint16_t>(Request::kOperation));
  request.encode(out);
  return std::move(out).take();
}

inline Bytes encode_fault(Status status) {
  ByteWriter out;
  out.u16(static_cast<std::uint16_t>(status));
  return std::move(out).take();
}

template <class Reply>
Bytes encode_reply(const Reply& reply) {
  ByteWriter out;
  out.u16(static_cast<std::uint16_t>(Status::ok));
  reply.encode(out);
  return std::move(out).take();
}

/// Answer is a reply that was well formed: `reply` is present when the status is ok.
template <class Request>
struct Answer {
  Status status = Status::ok;
  typename Request::Reply reply;
};

/// decode_reply refuses everything that is not exactly a reply to Request (Rv::arguments_bad).
template <class Request>
Result<Answer<Request>> decode_reply(ByteView message) {
  ByteReader in(message);
  Answer<Request> answer;
  HF_ASSIGN_OR_RETURN(const std::uint16_t status, in.u16());
  if (status > static_cast<std::uint16_t>(Status::no_space)) return fail(Rv::arguments_bad, "unknown reply status");
  answer.status = static_cast<Status>(status);
  if (answer.status == Status::ok) {
    HF_ASSIGN_OR_RETURN(answer.reply, Request::Reply::decode(in));
  }
  HF_TRY(in.expect_end());
  return answer;
}

}  // namespace holdfast::wire::rpc
