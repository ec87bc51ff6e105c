#pragma once

#include "wire/schema.h"

namespace holdfast::wire {

/// PING answers the version of the trusted application. OP-TEE's libckteec wants major 0, or minor 0 or 1.
struct Ping : Command<0, Permit::anyone, Bulk::none, Bulk::reply> {
  static constexpr const char* kName = "PING";
  struct Request {
    std::uint32_t ignored;
  };
  static constexpr auto kRequest = fields(&Request::ignored);
  struct Reply {
    std::uint32_t major;
    std::uint32_t minor;
    std::uint32_t patch;
  };
  static constexpr auto kReply = fields(&Reply::major, &Reply::minor, &Reply::patch);
};

/// SLOT_LIST fills parameter 2 with u32 slot ids.
struct SlotList : Command<1, Permit::anyone, Bulk::none, Bulk::output> {
  static constexpr const char* kName = "SLOT_LIST";
  struct Request {
    std::uint32_t ignored;
  };
  static constexpr auto kRequest = fields(&Request::ignored);
};

/// SLOT_INFO answers OP-TEE's 104-byte structure (OP-TEE ABI section 6).
struct SlotInfo : Command<2, Permit::anyone, Bulk::none, Bulk::reply>, SlotOnly {
  static constexpr const char* kName = "SLOT_INFO";
  struct Reply {
    std::array<std::byte, 64> description;
    std::array<std::byte, 32> manufacturer;
    std::uint32_t flags;
    std::array<std::byte, 2> hardware_version;
    std::array<std::byte, 2> firmware_version;
  };
  static constexpr auto kReply = fields(&Reply::description, &Reply::manufacturer, &Reply::flags,
                                        &Reply::hardware_version, &Reply::firmware_version);
};

/// TOKEN_INFO answers OP-TEE's 160-byte structure (OP-TEE ABI section 6); counters without a value are 0xFFFFFFFF.
struct TokenInfo : Command<3, Permit::anyone, Bulk::none, Bulk::reply>, SlotOnly {
  static constexpr const char* kName = "TOKEN_INFO";
  struct Reply {
    std::array<std::byte, 32> label;
    std::array<std::byte, 32> manufacturer;
    std::array<std::byte, 16> model;
    std::array<std::byte, 16> serial_number;
    std::uint32_t flags;
    std::uint32_t max_session_count;
    std::uint32_t session_count;
    std::uint32_t max_rw_session_count;
    std::uint32_t rw_session_count;
    std::uint32_t max_pin_bytes;
    std::uint32_t min_pin_bytes;
    std::uint32_t total_public_memory;
    std::uint32_t free_public_memory;
    std::uint32_t total_private_memory;
    std::uint32_t free_private_memory;
    std::array<std::byte, 2> hardware_version;
    std::array<std::byte, 2> firmware_version;
    std::array<std::byte, 16> utc_time;
  };
  static constexpr auto kReply =
      fields(&Reply::label, &Reply::manufacturer, &Reply::model, &Reply::serial_number, &Reply::flags,
             &Reply::max_session_count, &Reply::session_count, &Reply::max_rw_session_count, &Reply::rw_session_count,
             &Reply::max_pin_bytes, &Reply::min_pin_bytes, &Reply::total_public_memory, &Reply::free_public_memory,
             &Reply::total_private_memory, &Reply::free_private_memory, &Reply::hardware_version,
             &Reply::firmware_version, &Reply::utc_time);
};

/// MECHANISM_IDS fills parameter 2 with u32 mechanism types.
struct MechanismIds : Command<4, Permit::anyone, Bulk::none, Bulk::output>, SlotOnly {
  static constexpr const char* kName = "MECHANISM_IDS";
};

struct MechanismInfo : Command<5, Permit::anyone, Bulk::none, Bulk::reply> {
  static constexpr const char* kName = "MECHANISM_INFO";
  struct Request {
    ck::SlotId slot;
    ck::MechanismType mechanism;
  };
  static constexpr auto kRequest = fields(&Request::slot, &Request::mechanism);
  struct Reply {
    std::uint32_t min_key_size;
    std::uint32_t max_key_size;
    std::uint32_t flags;
  };
  static constexpr auto kReply = fields(&Reply::min_key_size, &Reply::max_key_size, &Reply::flags);
};

}  // namespace holdfast::wire
