#include <pkcs11/pkcs11.h>

#include "base/byte_writer.h"
#include "secure/pkcs11/handlers/handlers.h"
#include "secure/pkcs11/handlers/object_access.h"
#include "secure/pkcs11/handlers/step.h"
#include "secure/pkcs11/operations/begin.h"
#include "secure/pkcs11/operations/derivation.h"
#include "secure/pkcs11/operations/public_half.h"
#include "secure/pkcs11/operations/template_edit.h"
#include "secure/pkcs11/token/policy.h"

namespace holdfast::secure::pkcs11 {
namespace {

constexpr ck::AttributeType kDeriveTemplate{CKA_DERIVE_TEMPLATE};

/// VisibleKeys are the keys that the caller's session sees.
class VisibleKeys final : public OtherKeys {
 public:
  explicit VisibleKeys(const Call& call) : call_(call) {}

  Result<const Key*> find(ck::ObjectHandle handle) override {
    HF_ASSIGN_OR_RETURN(ObjectRef object, require_own_object(call_, handle, Rv::key_handle_invalid));
    keys_.push_back(std::make_unique<ObjectAccess>(std::move(object), call_));
    attributes_.push_back(&keys_.back()->attributes());
    return keys_.back().get();
  }
  std::span<const AttributeSet* const> found() const override { return attributes_; }

 private:
  const Call& call_;
  std::vector<std::unique_ptr<ObjectAccess>> keys_;
  std::vector<const AttributeSet*> attributes_;
};

/// DerivedObjects are what one derivation left behind.
struct DerivedObjects {
  std::vector<ck::ObjectHandle> handles;
  Bytes results;
};

/// imply adds a number to a list that is silent on it.
Result<void> imply(Bytes& list, ck::AttributeType type, std::uint32_t number) {
  HF_ASSIGN_OR_RETURN(const auto said, stated({.attributes = list}, type));
  if (said.has_value()) return {};
  ByteWriter value;
  value.u32(number);
  append(list, type, value.view());
  return {};
}

Result<ObjectContent> draft_derived(const PlannedKey& planned, const Derivation& kind, const AttributeSet& base,
                                    Dialect dialect) {
  const auto object_class = static_cast<std::uint32_t>(kind.object_class);
  Bytes list = planned.attributes;
  if (kind.object_class == CKO_PUBLIC_KEY) {
    HF_ASSIGN_OR_RETURN(list, public_half_defaults(base, {.attributes = planned.attributes}));
    HF_TRY(imply(list, ck::AttributeType{CKA_KEY_TYPE}, base.key_type().value));
  }
  if (kind.object_class != CKO_SECRET_KEY || kind.generic_by_default)
    HF_TRY(imply(list, ck::AttributeType{CKA_CLASS}, object_class));
  if (kind.generic_by_default) HF_TRY(imply(list, ck::AttributeType{CKA_KEY_TYPE}, CKK_GENERIC_SECRET));
  return draft_object(Origin::derive, {.attributes = list},
                      {.dialect = dialect,
                       .object_class = ck::ObjectClass{object_class},
                       .required_template = base.find(kDeriveTemplate)});
}

Result<void> finish_derived(const Call& call, const Derivation& kind, const AttributeSet& base, const OtherKeys& others,
                            const PlannedKey& planned, ObjectContent& key) {
  History history{.origin = Origin::derive};
  if (kind.object_class == CKO_SECRET_KEY) {
    HF_ASSIGN_OR_RETURN(const Past past, settle_secrecy(kind.secrecy, base, others, planned, key.attributes));
    history.parent_always_sensitive = past.always_sensitive;
    history.parent_never_extractable = past.never_extractable;
  }
  return finish_object(call, key, history);
}

Result<DerivedObjects> derive(const Call& call, ck::ObjectHandle parent, const wire::Mechanism& mechanism,
                              const wire::Template& attributes, bool one_key_only) {
  HF_TRY(require_quiet(call));
  HF_ASSIGN_OR_RETURN(const ObjectRef base, require_own_object(call, parent, Rv::key_handle_invalid));
  HF_TRY(check_operation(call.token().policy(), Verb::derive, mechanism));
  HF_TRY(require_use(Verb::derive, mechanism, base->attributes, call.dialect()));
  HF_ASSIGN_OR_RETURN(const DerivationPlan plan, plan_derivation(mechanism, attributes, call.dialect()));
  if (one_key_only && plan.keys.size() != 1)
    return fail(Rv::mechanism_param_invalid, "this command has room for one key");
  std::vector<ObjectContent> keys;
  for (const PlannedKey& planned : plan.keys) {
    HF_ASSIGN_OR_RETURN(ObjectContent key, draft_derived(planned, plan.kind, base->attributes, call.dialect()));
    HF_TRY(require_place(call, key.attributes));
    keys.push_back(std::move(key));
  }
  const ObjectAccess access(base, call);
  VisibleKeys others(call);
  DerivedObjects derived;
  HF_ASSIGN_OR_RETURN(derived.results, derive_keys(mechanism, access, others, plan, keys, call.dialect()));
  for (std::size_t i = 0; i < keys.size(); ++i)
    HF_TRY(finish_derived(call, plan.kind, base->attributes, others, plan.keys[i], keys[i]));
  HF_ASSIGN_OR_RETURN(derived.handles, place_objects(call, std::move(keys)));
  return derived;
}

}  // namespace

Handled<wire::DeriveKey> handle(wire::DeriveKey, const wire::DeriveKey::Request& request, const Call& call) {
  HF_ASSIGN_OR_RETURN(const DerivedObjects derived,
                      derive(call, request.parent, request.mechanism, request.attributes, true));
  return wire::DeriveKey::Reply{.object = derived.handles.front()};
}

Handled<wire::DeriveKeys> handle(wire::DeriveKeys, const wire::DeriveKeys::Request& request, const Call& call) {
  // The room comes before the keys, so that none is made whose handle cannot be told.
  HF_ASSIGN_OR_RETURN(const MutableByteView room, call.require_output(wire::DeriveKeys::kMostOutput));
  HF_ASSIGN_OR_RETURN(const DerivedObjects derived,
                      derive(call, request.parent, request.mechanism, request.attributes, false));
  ByteWriter out;
  out.u32(static_cast<std::uint32_t>(derived.handles.size()));
  for (const ck::ObjectHandle handle : derived.handles) out.u32(handle.value);
  out.sized(derived.results);
  if (out.size() > room.size() || !call.parameter2->copy_out(0, out.view()))
    return fail(Rv::general_error, "derived handles outside their parameter");
  call.set_output_size(out.size());
  return wire::Nothing{};
}

}  // namespace holdfast::secure::pkcs11
