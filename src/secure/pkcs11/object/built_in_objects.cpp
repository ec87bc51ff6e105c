#include "secure/pkcs11/object/built_in_objects.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <pkcs11/pkcs11.h>

#include "ck/names.h"
#include "secure/pkcs11/operations/begin.h"
#include "secure/pkcs11/token/policy.h"

namespace holdfast::secure::pkcs11 {
namespace {

constexpr ck::AttributeType kProfileId{CKA_PROFILE_ID};
constexpr ck::AttributeType kMechanismType{CKA_MECHANISM_TYPE};

/// Profile is one row of the profiles that this software meets. CKP_COMPLETE_PROVIDER asks for every mechanism of the standard,
/// which nobody has.
struct Profile {
  std::uint32_t id;
  std::string_view name;
  /// Null: whatever the libcrypto at hand can do.
  bool (*is_met)() = nullptr;
};

bool has_hkdf_data() {
  const auto& offered = offered_mechanisms(Dialect::standard);
  return std::any_of(offered.begin(), offered.end(), [](const OfferedMechanism& m) { return m.type.value == CKM_HKDF_DATA; });
}

constexpr std::array kProfiles = {
    Profile{CKP_BASELINE_PROVIDER, "Baseline Provider"},
    Profile{CKP_EXTENDED_PROVIDER, "Extended Provider"},
    Profile{CKP_AUTHENTICATION_TOKEN, "Authentication Token"},
    Profile{CKP_PUBLIC_CERTIFICATES_TOKEN, "Public Certificates Token"},
    Profile{CKP_HKDF_TLS_TOKEN, "HKDF TLS Token", &has_hkdf_data},
};

// See is_built_in.
ObjectUid built_in_uid(ck::SlotId slot, std::uint32_t object_class, std::uint32_t number) {
  ObjectUid uid;
  const std::array<std::uint32_t, 4> words{number, object_class << 16 | slot.value, 0xFFFFFFFF, 0xFFFFFFFF};
  for (std::size_t i = 0; i < uid.octets.size(); ++i)
    uid.octets[i] = static_cast<std::byte>(words[i / 4] >> (24 - 8 * (i % 4)));
  return uid;
}

ObjectRef built_in(ck::SlotId slot, std::uint32_t object_class, std::string_view label, ck::AttributeType type,
                   std::uint32_t number) {
  auto object = std::make_shared<Object>();
  object->uid = built_in_uid(slot, object_class, number);
  AttributeSet& set = object->attributes;
  set.set_ulong(ck::AttributeType{CKA_CLASS}, object_class);
  set.set_flag(ck::AttributeType{CKA_TOKEN}, true);
  for (const CK_ATTRIBUTE_TYPE no : {CKA_PRIVATE, CKA_MODIFIABLE, CKA_COPYABLE, CKA_DESTROYABLE})
    set.set_flag(ck::AttributeType{static_cast<std::uint32_t>(no)}, false);
  set.set(ck::AttributeType{CKA_LABEL}, to_bytes(as_bytes(label)));
  set.set_ulong(type, number);
  set_unique_id(set, object->uid);
  return object;
}

bool is_left(ck::MechanismType type, TokenPolicy policy) {
  const auto& offered = offered_mechanisms(Dialect::standard);  // in the order of types
  const auto found = std::ranges::lower_bound(offered, type, {}, &OfferedMechanism::type);
  return found != offered.end() && found->type == type && info_under(policy, *found).flags != 0;
}

bool holds(const Object& object, const BuiltInObjects::Conditions& conditions) {
  if (const auto mechanism = object.attributes.ulong(kMechanismType))
    return is_left(ck::MechanismType{*mechanism}, conditions.policy);
  return conditions.certificates_are_public || object.attributes.ulong(kProfileId) != CKP_PUBLIC_CERTIFICATES_TOKEN;
}

bool asks_for_mechanisms(const wire::Template& search) {
  bool asks = false;
  (void)for_each_attribute(search, [&](const wire::Attribute& attribute) -> Result<void> {
    asks = asks || (attribute.type.value == CKA_CLASS && attribute.value.size() == 4 &&
                    *ByteReader(attribute.value).u32() == CKO_MECHANISM);
    return {};
  });
  return asks;
}

}  // namespace

bool is_built_in(const ObjectUid& uid) { return uid.low() == ~std::uint64_t{0}; }

const ObjectTable& BuiltInObjects::profiles() const {
  std::call_once(profiles_made_, [&] {
    for (const Profile& profile : kProfiles)
      if (profile.is_met == nullptr || profile.is_met())
        profiles_.put(built_in(slot_, CKO_PROFILE, profile.name, kProfileId, profile.id));
  });
  return profiles_;
}

const ObjectTable& BuiltInObjects::mechanisms() const {
  std::call_once(mechanisms_made_, [&] {
    for (const OfferedMechanism& mechanism : offered_mechanisms(Dialect::standard))
      if (mechanism.flags != 0)
        mechanisms_.put(built_in(slot_, CKO_MECHANISM, ck::name_of_mechanism(mechanism.type.value), kMechanismType,
                                 mechanism.type.value));
  });
  return mechanisms_;
}

ObjectRef BuiltInObjects::find(const ObjectUid& uid, const Conditions& conditions) const {
  ObjectRef object = profiles().find(uid);
  if (object == nullptr) object = mechanisms().find(uid);
  return object != nullptr && holds(*object, conditions) ? object : nullptr;
}

std::vector<ObjectRef> BuiltInObjects::find_matching(const wire::Template& search, const Conditions& conditions) const {
  const ObjectTable& table = asks_for_mechanisms(search) ? mechanisms() : profiles();
  std::vector<ObjectRef> found = table.find_matching(search);
  std::erase_if(found, [&](const ObjectRef& object) { return !holds(*object, conditions); });
  return found;
}

}  // namespace holdfast::secure::pkcs11
