#pragma once

#include "wire/schema.h"

namespace holdfast::wire {

struct InitToken : Command<10, Permit::anyone> {
  static constexpr const char* kName = "INIT_TOKEN";
  struct Request {
    ck::SlotId slot;
    ByteView pin;
    std::array<std::byte, 32> label;
  };
  static constexpr auto kRequest =
      fields(&Request::slot, size_of(&Request::pin, kMaxPinField), &Request::label, bytes_of(&Request::pin));
};

struct InitPin : Command<11, Permit::session> {
  static constexpr const char* kName = "INIT_PIN";
  struct Request {
    ck::SessionHandle session;
    ByteView pin;
  };
  static constexpr auto kRequest =
      fields(&Request::session, size_of(&Request::pin, kMaxPinField), bytes_of(&Request::pin));
};

struct SetPin : Command<12, Permit::session> {
  static constexpr const char* kName = "SET_PIN";
  struct Request {
    ck::SessionHandle session;
    ByteView old_pin;
    ByteView new_pin;
  };
  static constexpr auto kRequest =
      fields(&Request::session, size_of(&Request::old_pin, kMaxPinField), size_of(&Request::new_pin, kMaxPinField),
             bytes_of(&Request::old_pin), bytes_of(&Request::new_pin));
};

}  // namespace holdfast::wire
