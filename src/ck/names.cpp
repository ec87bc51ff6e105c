#include "ck/names.h"

#include <algorithm>
#include <iterator>
#include <span>

namespace holdfast::ck {
namespace {

struct NameRow {
  std::uint32_t number;
  const char* name;
};

#include "ck/name_tables.inc"

// The generator orders each table by number; a table that is not would make the search below miss names.
constexpr bool ordered(std::span<const NameRow> table) {
  return std::ranges::adjacent_find(table, std::ranges::greater_equal{}, &NameRow::number) == table.end();
}
static_assert(ordered(kMechanismNames) && ordered(kAttributeNames) && ordered(kReturnValueNames) &&
              ordered(kClassNames) && ordered(kKeyTypeNames));

const char* find_name(std::span<const NameRow> table, std::uint32_t number) {
  const auto row = std::ranges::lower_bound(table, number, {}, &NameRow::number);
  return row != table.end() && row->number == number ? row->name : "unknown";
}

}  // namespace

const char* name_of_mechanism(std::uint32_t type) { return find_name(kMechanismNames, type); }
const char* name_of_attribute(std::uint32_t type) { return find_name(kAttributeNames, type); }
const char* name_of_rv(std::uint32_t value) { return find_name(kReturnValueNames, value); }
const char* name_of_class(std::uint32_t object_class) { return find_name(kClassNames, object_class); }
const char* name_of_key_type(std::uint32_t type) { return find_name(kKeyTypeNames, type); }

}  // namespace holdfast::ck
