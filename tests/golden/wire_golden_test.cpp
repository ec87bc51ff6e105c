#include <iomanip>

#include "support/golden_file.h"
#include "wire/codec.h"
#include "wire/commands/all.h"

namespace holdfast::wire {
namespace {

const char* text(Bulk bulk) {
  switch (bulk) {
    case Bulk::none:
      return "-";
    case Bulk::input:
      return "in";
    case Bulk::optional_input:
      return "in?";
    case Bulk::output:
      return "out";
    case Bulk::reply:
      return "reply";
  }
  return "?";
}

// How a field lies on the wire.
template <class T>
struct TypeName;
template <>
struct TypeName<std::uint32_t> {
  static std::string get() { return "u32"; }
};
template <>
struct TypeName<ck::SlotId> {
  static std::string get() { return "slot"; }
};
template <>
struct TypeName<ck::SessionHandle> {
  static std::string get() { return "session"; }
};
template <>
struct TypeName<ck::ObjectHandle> {
  static std::string get() { return "object"; }
};
template <>
struct TypeName<ck::MechanismType> {
  static std::string get() { return "mechanism_type"; }
};
template <>
struct TypeName<CommandId> {
  static std::string get() { return "command"; }
};
template <std::size_t N>
struct TypeName<std::array<std::byte, N>> {
  static std::string get() { return "bytes[" + std::to_string(N) + "]"; }
};
template <>
struct TypeName<Mechanism> {
  static std::string get() { return "mechanism"; }
};
template <>
struct TypeName<Template> {
  static std::string get() { return "template"; }
};

template <class Owner, class T>
std::string describe(const Field<Owner, T>&) {
  return TypeName<T>::get();
}
template <class Owner>
std::string describe(const SizeOf<Owner>& field) {
  return "size<=" + std::to_string(field.limit);
}
template <class Owner>
std::string describe(const BytesOf<Owner>&) {
  return "bytes";
}

template <class Tuple>
std::string describe_all(const Tuple& list) {
  return std::apply(
      [](const auto&... field) {
        std::string all;
        ((all += (all.empty() ? "" : ", ") + describe(field)), ...);
        return all;
      },
      list);
}

TEST(GoldenWire, IsTheSchemaOfTheCommands) {
  std::ostringstream out;
  out << "# id name | who may call | parameter 0 | parameter 1 | parameter 2 | reply\n";
  for_each_command([&]<class C>() {
    if (C::kId.value < 0x80000000)
      out << C::kId.value;
    else
      out << "0x" << std::hex << C::kId.value << std::dec;
    out << " " << C::kName << " | " << (C::kPermit == Permit::session ? "session" : "anyone") << " | "
        << describe_all(C::kRequest) << " | " << text(C::kParameter1) << " | " << text(C::kParameter2);
    if constexpr (C::kParameter2 == Bulk::reply)
      out << " | " << describe_all(C::kReply) << " = " << fixed_size(C::kReply) << " bytes";
    out << "\n";
  });
  testing::expect_golden("wire.txt", out.str());
}

}  // namespace
}  // namespace holdfast::wire
